// rope.wgsl for a gradient problem: what attention reads beside what it was made of, since the backward pass needs both.
//   turned = queries and keys after QK-norm and RoPE, values as they are
// rows [run.rows]; qkv, turned [rows, QKV_WIDTH]; gains [2, HEAD_DIM]; table [capacity, HEAD_DIM / 2]: (cos, sin).
// One thread handles one head of one token. For weight gradients of the norms: qkv and the gradient of `turned` are enough.
@group(0) @binding(0) var<uniform> run: Run;
@group(0) @binding(1) var<storage, read> rows: array<Row>;
@group(0) @binding(2) var<storage, read> qkv: array<f32>;
@group(0) @binding(3) var<storage, read> gains: array<f32>;
@group(0) @binding(4) var<storage, read> table: array<vec2f>;
@group(0) @binding(5) var<storage, read_write> turned: array<f32>;

const HALF: u32 = HEAD_DIM / 2u;

@compute @workgroup_size(8, 4)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let head = id.x;
  let row = id.y;
  if (head >= HEADS + 2u * KV_HEADS || row >= run.rows) { return; }
  let at = row * QKV_WIDTH + head * HEAD_DIM;
  if (head >= HEADS + KV_HEADS) {
    for (var i = 0u; i < HEAD_DIM; i++) { turned[at + i] = qkv[at + i]; }
    return;
  }
  var scale = 1.0;
  if (QK_NORM) {
    var squares = 0.0;
    for (var i = 0u; i < HEAD_DIM; i++) { squares += qkv[at + i] * qkv[at + i]; }
    scale = inverseSqrt(squares / f32(HEAD_DIM) + NORM_EPSILON);
  }
  let gain = select(0u, HEAD_DIM, head >= HEADS);
  let position = rows[row].position;
  for (var i = 0u; i < HALF; i++) {
    let turn = table[position * HALF + i];
    let lo = qkv[at + i] * scale * gains[gain + i];
    let hi = qkv[at + i + HALF] * scale * gains[gain + i + HALF];
    turned[at + i] = lo * turn.x - hi * turn.y;
    turned[at + i + HALF] = hi * turn.x + lo * turn.y;
  }
}
