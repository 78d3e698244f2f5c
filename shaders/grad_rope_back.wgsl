// Backward of grad_rope.wgsl, in place: from the gradient of what attention read to that of the query/key/value product.
//   RoPE is a rotation, so its backward turns the other way;
//   y = n gain, n = q s, s = 1 / sqrt(mean q^2 + eps):  dq = s (dn - n mean(dn n)),  dn = dy gain
// rows [run.rows]; qkv [rows, QKV_WIDTH] as kept by the forward pass; gains [2, HEAD_DIM]; table [capacity, HEAD_DIM / 2];
// grad [rows, QKV_WIDTH]. One thread handles one head of one token; values pass through.
@group(0) @binding(0) var<uniform> run: Run;
@group(0) @binding(1) var<storage, read> rows: array<Row>;
@group(0) @binding(2) var<storage, read> qkv: array<f32>;
@group(0) @binding(3) var<storage, read> gains: array<f32>;
@group(0) @binding(4) var<storage, read> table: array<vec2f>;
@group(0) @binding(5) var<storage, read_write> grad: array<f32>;

const HALF: u32 = HEAD_DIM / 2u;

@compute @workgroup_size(8, 4)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let head = id.x;
  let row = id.y;
  if (head >= HEADS + KV_HEADS || row >= run.rows) { return; }
  let at = row * QKV_WIDTH + head * HEAD_DIM;
  let gain = select(0u, HEAD_DIM, head >= HEADS);
  let position = rows[row].position;
  var squares = 0.0;
  var along = 0.0;
  for (var i = 0u; i < HALF; i++) {
    let turn = table[position * HALF + i];
    let lo = grad[at + i];
    let hi = grad[at + i + HALF];
    let unturned = vec2f(lo * turn.x + hi * turn.y, hi * turn.x - lo * turn.y) * vec2f(gains[gain + i], gains[gain + i + HALF]);
    let raw = vec2f(qkv[at + i], qkv[at + i + HALF]);
    grad[at + i] = unturned.x;
    grad[at + i + HALF] = unturned.y;
    squares += dot(raw, raw);
    along += dot(raw, unturned);
  }
  if (!QK_NORM) { return; }
  let scale = inverseSqrt(squares / f32(HEAD_DIM) + NORM_EPSILON);
  let back = along * scale * scale / f32(HEAD_DIM);
  for (var i = 0u; i < HEAD_DIM; i++) { grad[at + i] = scale * (grad[at + i] - qkv[at + i] * back); }
}
