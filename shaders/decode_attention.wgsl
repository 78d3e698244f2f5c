// attention.wgsl for one token: a workgroup owns one head, its lanes share the keys, four in turn, with a
// running maximum each, and the partial results are merged in lane order, so that the sum is reproducible.
// q [HEADS, HEAD_DIM]; keys, values [capacity, KV_HEADS, HEAD_DIM]; out [HEADS, HEAD_DIM].
@group(0) @binding(0) var<storage, read> state: State;
@group(0) @binding(1) var<storage, read> q: array<vec4f>;
@group(0) @binding(2) var<storage, read> keys: array<vec4f>;
@group(0) @binding(3) var<storage, read> values: array<vec4f>;
@group(0) @binding(4) var<storage, read_write> out: array<vec4f>;

const HEAD4: u32 = HEAD_DIM / 4u;
const LANES: u32 = DECODE_LANES;

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
  // Four keys at a time, as in attention.wgsl.
  let end = state.position;
  for (var j = 4u * lane; j <= end; j += 4u * LANES) {
    let index = min(vec4u(j, j + 1u, j + 2u, j + 3u), vec4u(end));
    let at = (index * KV_HEADS + group) * HEAD4;
    var score = vec4f();
    for (var i = 0u; i < HEAD4; i++) {
      let part = query[i];
      score += vec4f(dot(part, keys[at.x + i]), dot(part, keys[at.y + i]), dot(part, keys[at.z + i]), dot(part, keys[at.w + i]));
    }
    score = select(score, vec4f(-3.0e38), vec4u(j, j + 1u, j + 2u, j + 3u) > vec4u(end));
    let higher = max(max(max(score.x, score.y), max(score.z, score.w)), peak);
    let shrink = exp(peak - higher);
    let weight = exp(score - higher);
    peak = higher;
    mass = mass * shrink + dot(weight, vec4f(1.0));
    for (var i = 0u; i < HEAD4; i++) {
      sum[i] = sum[i] * shrink + mat4x4f(values[at.x + i], values[at.y + i], values[at.z + i], values[at.w + i]) * weight;
    }
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
