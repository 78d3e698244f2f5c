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
  // Four keys at a time share one look at the maximum. Keys past the end repeat the last one and get no weight.
  for (var j = 0u; j <= end; j += 4u) {
    let index = min(vec4u(j, j + 1u, j + 2u, j + 3u), vec4u(end));
    let at = (index * KV_HEADS + group) * HEAD4;
    var score = vec4f();
    for (var i = 0u; i < HEAD4; i++) {
      let part = query[i];
      score += vec4f(dot(part, keys[at.x + i]), dot(part, keys[at.y + i]), dot(part, keys[at.z + i]), dot(part, keys[at.w + i]));
    }
    score = select(score, vec4f(-3.0e38), vec4u(j, j + 1u, j + 2u, j + 3u) > vec4u(end));
    let peak = max(max(max(score.x, score.y), max(score.z, score.w)), largest);
    let shrink = exp(largest - peak);
    let weight = exp(score - peak);
    largest = peak;
    total = total * shrink + dot(weight, vec4f(1.0));
    for (var i = 0u; i < HEAD4; i++) {
      sum[i] = sum[i] * shrink + mat4x4f(values[at.x + i], values[at.y + i], values[at.z + i], values[at.w + i]) * weight;
    }
  }
  for (var i = 0u; i < HEAD4; i++) { out[(row * HEADS + head) * HEAD4 + i] = sum[i] / total; }
}
