// Reductions over the lanes of a workgroup, through workgroup memory alone. Every lane adds all lanes in order, so that the
// result has the same bits every time. Two halves of `scratch` in turn (`half_` 0 or 1) make one barrier enough.
struct Lane {
  @builtin(local_invocation_index) index: u32,
}

var<workgroup> scratch: array<vec2f, HEAD_THREADS * 2u>;
var<workgroup> scratchId: array<u32, HEAD_THREADS>;

fn totalOfLanes(lane: Lane, half_: u32, value: vec2f) -> vec2f {
  scratch[half_ * HEAD_THREADS + lane.index] = value;
  workgroupBarrier();
  var sum = vec2f();
  for (var i = 0u; i < min(HEAD_THREADS, run.most); i++) { sum += scratch[half_ * HEAD_THREADS + i]; }
  return sum;
}

fn largestOfLanes(lane: Lane, value: f32) -> f32 {
  scratch[lane.index].x = value;
  workgroupBarrier();
  var largest = scratch[0].x;
  for (var i = 1u; i < min(HEAD_THREADS, run.most); i++) { largest = max(largest, scratch[i].x); }
  return largest;
}

// Puts (value, id) where one lane then looks through `offers` of them.
fn offer(lane: Lane, value: f32, id: u32) {
  scratch[lane.index].x = value;
  scratchId[lane.index] = id;
}
fn offers(lane: Lane) -> u32 { return HEAD_THREADS; }
