// attention.wgsl for one token: a workgroup owns one head, its lanes share the keys (lane, lane + LANES, ...) with a
// running maximum each, and the partial results are merged in lane order, so that the sum is reproducible.
// q [HEADS, HEAD_DIM]; keys, values [capacity, KV_HEADS, HEAD_DIM]; out [HEADS, HEAD_DIM].
@group(0) @binding(0) var<storage, read> state: State;
@group(0) @binding(1) var<storage, read> q: array<vec4f>;
@group(0) @binding(2) var<storage, read> keys: array<vec4f>;
@group(0) @binding(3) var<storage, read> values: array<vec4f>;
@group(0) @binding(4) var<storage, read_write> out: array<vec4f>;

const HEAD4: u32 = HEAD_DIM / 4u;
// 16 KiB of workgroup memory is what every device gives.
const LANES: u32 = select(16u, 32u, HEAD_DIM <= 64u);

var<workgroup> largest: array<f32, LANES>;
var<workgroup> total: array<f32, LANES>;
var<workgroup> partial: array<vec4f, LANES * HEAD4>;

@compute @workgroup_size(LANES)
fn main(@builtin(local_invocation_index) lane: u32, @builtin(workgroup_id) workgroup: vec3u) {
  let head = workgroup.x;
  let group = head * KV_HEADS / HEADS;
  let scale = inverseSqrt(f32(HEAD_DIM));
  var query: array<vec4f, HEAD4>;
  var sum: array<vec4f, HEAD4>;
  for (var i = 0u; i < HEAD4; i++) {
    query[i] = q[head * HEAD4 + i] * scale;
    sum[i] = vec4f();
  }
  var peak = -3.0e38;
  var mass = 0.0;
  for (var j = lane; j <= state.position; j += LANES) {
    let at = (j * KV_HEADS + group) * HEAD4;
    var score = 0.0;
    for (var i = 0u; i < HEAD4; i++) { score += dot(query[i], keys[at + i]); }
    if (score > peak) {
      let shrink = exp(peak - score);
      peak = score;
      mass *= shrink;
      for (var i = 0u; i < HEAD4; i++) { sum[i] *= shrink; }
    }
    let weight = exp(score - peak);
    mass += weight;
    for (var i = 0u; i < HEAD4; i++) { sum[i] += weight * values[at + i]; }
  }
  largest[lane] = peak;
  total[lane] = mass;
  for (var i = 0u; i < HEAD4; i++) { partial[lane * HEAD4 + i] = sum[i]; }
  workgroupBarrier();
  var top = largest[0];
  for (var i = 1u; i < LANES; i++) { top = max(top, largest[i]); }
  var norm = 0.0;
  for (var i = 0u; i < LANES; i++) { norm += total[i] * exp(largest[i] - top); }
  for (var column = lane; column < HEAD4; column += LANES) {
    var merged = vec4f();
    for (var i = 0u; i < LANES; i++) { merged += partial[i * HEAD4 + column] * exp(largest[i] - top); }
    out[head * HEAD4 + column] = merged / norm;
  }
}
