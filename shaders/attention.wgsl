// out[t, h] = sum_j softmax_j(q[t, h] . k[j, g] / sqrt(HEAD_DIM)) v[j, g], j <= position of t, g = h KV_HEADS / HEADS
// qkv [rows, QKV_WIDTH] (queries first, after RoPE); keys, values [capacity, KV_HEADS, HEAD_DIM];
// out [rows, HEADS, HEAD_DIM]. One thread handles one head of one token, with a running maximum
// (Milakov and Gimelshein, arXiv 1805.02867), so that no score has to be stored.
@group(0) @binding(0) var<uniform> run: Run;
@group(0) @binding(1) var<storage, read> state: State;
@group(0) @binding(2) var<storage, read> qkv: array<vec4f>;
@group(0) @binding(3) var<storage, read> keys: array<vec4f>;
@group(0) @binding(4) var<storage, read> values: array<vec4f>;
@group(0) @binding(5) var<storage, read_write> out: array<vec4f>;

const HEAD4: u32 = HEAD_DIM / 4u;

@compute @workgroup_size(4, 8)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let head = id.x;
  let row = id.y;
  if (head >= HEADS || row >= run.rows) { return; }
  let group = head * KV_HEADS / HEADS;
  var query: array<vec4f, HEAD4>;
  var sum: array<vec4f, HEAD4>;
  let scale = inverseSqrt(f32(HEAD_DIM));
  for (var i = 0u; i < HEAD4; i++) {
    query[i] = qkv[row * (QKV_WIDTH / 4u) + head * HEAD4 + i] * scale;
    sum[i] = vec4f();
  }
  var largest = -3.0e38;
  var total = 0.0;
  let end = state.position + row;
  for (var j = 0u; j <= end; j++) {
    let at = (j * KV_HEADS + group) * HEAD4;
    var score = 0.0;
    for (var i = 0u; i < HEAD4; i++) { score += dot(query[i], keys[at + i]); }
    if (score > largest) {
      let shrink = exp(largest - score);
      largest = score;
      total *= shrink;
      for (var i = 0u; i < HEAD4; i++) { sum[i] *= shrink; }
    }
    let weight = exp(score - largest);
    total += weight;
    for (var i = 0u; i < HEAD4; i++) { sum[i] += weight * values[at + i]; }
  }
  for (var i = 0u; i < HEAD4; i++) { out[(row * HEADS + head) * HEAD4 + i] = sum[i] / total; }
}
