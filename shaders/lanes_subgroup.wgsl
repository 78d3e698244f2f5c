// lanes_workgroup.wgsl for devices with subgroups: lanes of a subgroup are reduced without memory, so that only one number
// a subgroup, of any size, goes through workgroup memory. Same functions; sums differ in their last bits by the order of adding.
struct Lane {
  @builtin(local_invocation_index) index: u32,
  @builtin(subgroup_id) subgroup: u32,
  @builtin(num_subgroups) subgroups: u32,
}

var<workgroup> scratch: array<vec2f, HEAD_THREADS * 2u>;
var<workgroup> scratchId: array<u32, HEAD_THREADS>;

fn totalOfLanes(lane: Lane, half_: u32, value: vec2f) -> vec2f {
  let part = subgroupAdd(value);
  if (subgroupElect()) { scratch[half_ * HEAD_THREADS + lane.subgroup] = part; }
  workgroupBarrier();
  var sum = vec2f();
  for (var i = 0u; i < min(lane.subgroups, run.most); i++) { sum += scratch[half_ * HEAD_THREADS + i]; }
  return sum;
}

fn largestOfLanes(lane: Lane, value: f32) -> f32 {
  let part = subgroupMax(value);
  if (subgroupElect()) { scratch[lane.subgroup].x = part; }
  workgroupBarrier();
  var largest = scratch[0].x;
  for (var i = 1u; i < min(lane.subgroups, run.most); i++) { largest = max(largest, scratch[i].x); }
  return largest;
}

// Of a subgroup only its highest value is offered, ties to the lower id.
fn offer(lane: Lane, value: f32, id: u32) {
  let highest = subgroupMax(value);
  let lowest = subgroupMin(select(0xffffffffu, id, value == highest));
  if (subgroupElect()) {
    scratch[lane.subgroup].x = highest;
    scratchId[lane.subgroup] = lowest;
  }
}
fn offers(lane: Lane) -> u32 { return lane.subgroups; }
