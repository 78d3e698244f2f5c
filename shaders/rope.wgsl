// Per token and head: RMSNorm over the head where QK_NORM, then rotate-half RoPE; keys and values go to the cache.
//   q'[i] = q[i] cos - q[i + h/2] sin,  q'[i + h/2] = q[i + h/2] cos + q[i] sin,  angle = position * theta^(-2i/h)
// qkv [rows, QKV_WIDTH]: heads in the order queries, keys, values; queries are changed in place.
// gains [2, HEAD_DIM]: of the query norm and the key norm. table [capacity, HEAD_DIM / 2]: (cos, sin), made by the
// host in float64 because WGSL bounds sin and cos only on [-pi, pi]. keys, values [capacity, KV_HEADS * HEAD_DIM].
// One thread handles one head of one token. Su et al., RoFormer, arXiv 2104.09864.
@group(0) @binding(0) var<uniform> run: Run;
@group(0) @binding(1) var<storage, read> state: State;
@group(0) @binding(2) var<storage, read_write> qkv: array<f32>;
@group(0) @binding(3) var<storage, read> gains: array<f32>;
@group(0) @binding(4) var<storage, read> table: array<vec2f>;
@group(0) @binding(5) var<storage, read_write> keys: array<f32>;
@group(0) @binding(6) var<storage, read_write> values: array<f32>;

const HALF: u32 = HEAD_DIM / 2u;

@compute @workgroup_size(8, 4)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let head = id.x;
  let row = id.y;
  if (head >= HEADS + 2u * KV_HEADS || row >= run.rows) { return; }
  let source = row * QKV_WIDTH + head * HEAD_DIM;
  let position = state.position + row;
  if (head >= HEADS + KV_HEADS) {
    let target_ = (position * KV_HEADS + head - HEADS - KV_HEADS) * HEAD_DIM;
    for (var i = 0u; i < HEAD_DIM; i++) { values[target_ + i] = qkv[source + i]; }
    return;
  }
  let isKey = head >= HEADS;
  var scale = 1.0;
  if (QK_NORM) {
    var squares = 0.0;
    for (var i = 0u; i < HEAD_DIM; i++) { squares += qkv[source + i] * qkv[source + i]; }
    scale = inverseSqrt(squares / f32(HEAD_DIM) + NORM_EPSILON);
  }
  let gain = select(0u, HEAD_DIM, isKey);
  for (var i = 0u; i < HALF; i++) {
    let turn = table[position * HALF + i];
    let lo = qkv[source + i] * scale * gains[gain + i];
    let hi = qkv[source + i + HALF] * scale * gains[gain + i + HALF];
    let rotatedLo = lo * turn.x - hi * turn.y;
    let rotatedHi = hi * turn.x + lo * turn.y;
    if (isKey) {
      let target_ = (position * KV_HEADS + head - HEADS) * HEAD_DIM + i;
      keys[target_] = rotatedLo;
      keys[target_ + HALF] = rotatedHi;
    } else {
      qkv[source + i] = rotatedLo;
      qkv[source + i + HALF] = rotatedHi;
    }
  }
}
