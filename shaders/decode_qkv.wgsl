// One decoded token: RMSNorm, query/key/value product, QK-norm, RoPE and the append to the cache in one dispatch.
// Formulas and shapes as in gemm_register.wgsl and rope.wgsl with rows = 1; x [D]; q [HEADS * HEAD_DIM] is written;
// gains: of query norm and key norm, HEAD_DIM each, then of the norm of x, D.
// A workgroup owns one head: HEAD_DIM / 4 columns of vec4 by K_LANES lanes along D.
@group(0) @binding(0) var<storage, read> state: State;
@group(0) @binding(1) var<storage, read> x: array<vec4f>;
@group(0) @binding(2) var<storage, read> w: array<Weight>;
@group(0) @binding(3) var<storage, read> gains: array<f32>;
@group(0) @binding(4) var<storage, read> table: array<vec2f>;
@group(0) @binding(5) var<storage, read_write> q: array<f32>;
@group(0) @binding(6) var<storage, read_write> keys: array<f32>;
@group(0) @binding(7) var<storage, read_write> values: array<f32>;

const HEAD4: u32 = HEAD_DIM / 4u;
const HALF: u32 = HEAD_DIM / 2u;
const K_LANES: u32 = 8u;
const D4: u32 = WIDTH / 4u;
const N4: u32 = QKV_WIDTH / 4u;

var<workgroup> partial: array<vec4f, HEAD4 * K_LANES>;
var<workgroup> squares: array<f32, K_LANES>;
var<workgroup> vector: array<vec4f, HEAD4>;

fn normGain(k: u32) -> vec4f {
  let at = 2u * HEAD_DIM + 4u * k;
  return vec4f(gains[at], gains[at + 1u], gains[at + 2u], gains[at + 3u]);
}

@compute @workgroup_size(HEAD4, K_LANES)
fn main(@builtin(local_invocation_id) local: vec3u, @builtin(local_invocation_index) lane: u32, @builtin(workgroup_id) group: vec3u) {
  let head = group.x;
  let column = head * HEAD4 + local.x;
  var sum = vec4f();
  var square = 0.0;
  for (var k = local.y; k < D4; k += K_LANES) {
    let at = k * 4u * N4 + column;
    var value = x[k];
    square += dot(value, value);
    if (!FOLDED) { value *= normGain(k); }
    sum += mat4x4f(weight(w[at]), weight(w[at + N4]), weight(w[at + 2u * N4]), weight(w[at + 3u * N4])) * value;
  }
  partial[lane] = sum;
  if (local.x == 0u) { squares[local.y] = square; }
  workgroupBarrier();
  if (local.y == 0u) {
    var all = vec4f();
    square = 0.0;
    for (var i = 0u; i < K_LANES; i++) {
      all += partial[i * HEAD4 + local.x];
      square += squares[i];
    }
    vector[local.x] = all * inverseSqrt(square / f32(WIDTH) + NORM_EPSILON);
  }
  workgroupBarrier();
  let position = state.position;
  if (head >= HEADS + KV_HEADS) {
    let to = (position * KV_HEADS + head - HEADS - KV_HEADS) * HEAD_DIM;
    for (var i = lane; i < HEAD_DIM; i += HEAD4 * K_LANES) { values[to + i] = vector[i / 4u][i % 4u]; }
    return;
  }
  let isKey = head >= HEADS;
  var scale = 1.0;
  if (QK_NORM) {
    var total = 0.0;
    for (var i = 0u; i < HEAD4; i++) { total += dot(vector[i], vector[i]); }
    scale = inverseSqrt(total / f32(HEAD_DIM) + NORM_EPSILON);
  }
  let gain = select(0u, HEAD_DIM, isKey);
  for (var i = lane; i < HALF; i += HEAD4 * K_LANES) {
    let turn = table[position * HALF + i];
    let j = i + HALF;
    let lo = vector[i / 4u][i % 4u] * scale * gains[gain + i];
    let hi = vector[j / 4u][j % 4u] * scale * gains[gain + j];
    let rotatedLo = lo * turn.x - hi * turn.y;
    let rotatedHi = hi * turn.x + lo * turn.y;
    if (isKey) {
      let to = (position * KV_HEADS + head - HEADS) * HEAD_DIM + i;
      keys[to] = rotatedLo;
      keys[to + HALF] = rotatedHi;
    } else {
      q[head * HEAD_DIM + i] = rotatedLo;
      q[head * HEAD_DIM + i + HALF] = rotatedHi;
    }
  }
}
