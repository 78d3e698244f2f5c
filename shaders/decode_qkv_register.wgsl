// decode_qkv.wgsl in the form for software adapters: a thread owns one head, its whole product in registers, and no
// barrier is needed between product, norm and rotation. Same bindings, formulas and shapes.
@group(0) @binding(0) var<storage, read> state: State;
@group(0) @binding(1) var<storage, read> x: array<vec4f>;
@group(0) @binding(2) var<storage, read> w: array<Weight>;
@group(0) @binding(3) var<storage, read> gains: array<f32>;
@group(0) @binding(4) var<storage, read> table: array<vec2f>;
@group(0) @binding(5) var<storage, read_write> q: array<vec4f>;
@group(0) @binding(6) var<storage, read_write> keys: array<vec4f>;
@group(0) @binding(7) var<storage, read_write> values: array<vec4f>;

const HEAD4: u32 = HEAD_DIM / 4u;
const HALF: u32 = HEAD_DIM / 2u;
const D4: u32 = WIDTH / 4u;
const N4: u32 = QKV_WIDTH / 4u;

fn normGain(k: u32) -> vec4f {
  let at = 2u * HEAD_DIM + 4u * k;
  return vec4f(gains[at], gains[at + 1u], gains[at + 2u], gains[at + 3u]);
}

@compute @workgroup_size(4)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let head = id.x;
  if (head >= HEADS + 2u * KV_HEADS) { return; }
  let column = head * HEAD4;
  var vector: array<vec4f, HEAD4>;
  var square = 0.0;
  for (var k = 0u; k < D4; k++) {
    let at = k * 4u * N4 + column;
    var value = x[k];
    square += dot(value, value);
    if (!FOLDED) { value *= normGain(k); }
    for (var i = 0u; i < HEAD4; i++) {
      vector[i] += mat4x4f(weight(w[at + i]), weight(w[at + N4 + i]), weight(w[at + 2u * N4 + i]), weight(w[at + 3u * N4 + i])) * value;
    }
  }
  let norm = inverseSqrt(square / f32(WIDTH) + NORM_EPSILON);
  let position = state.position;
  if (head >= HEADS + KV_HEADS) {
    let to = (position * KV_HEADS + head - HEADS - KV_HEADS) * HEAD4;
    for (var i = 0u; i < HEAD4; i++) { values[to + i] = vector[i] * norm; }
    return;
  }
  var total = 0.0;
  for (var i = 0u; i < HEAD4; i++) {
    vector[i] *= norm;
    total += dot(vector[i], vector[i]);
  }
  let isKey = head >= HEADS;
  let gain = select(0u, HEAD_DIM, isKey);
  let scale = select(1.0, inverseSqrt(total / f32(HEAD_DIM) + NORM_EPSILON), QK_NORM);
  for (var i = 0u; i < HALF; i++) {
    let turn = table[position * HALF + i];
    let j = i + HALF;
    let lo = vector[i / 4u][i % 4u] * scale * gains[gain + i];
    let hi = vector[j / 4u][j % 4u] * scale * gains[gain + j];
    vector[i / 4u][i % 4u] = lo * turn.x - hi * turn.y;
    vector[j / 4u][j % 4u] = hi * turn.x + lo * turn.y;
  }
  if (isKey) {
    let to = (position * KV_HEADS + head - HEADS) * HEAD4;
    for (var i = 0u; i < HEAD4; i++) { keys[to + i] = vector[i]; }
  } else {
    for (var i = 0u; i < HEAD4; i++) { q[column + i] = vector[i]; }
  }
}
