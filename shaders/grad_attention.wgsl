// attention.wgsl for a gradient problem: each token attends to its cached rows, then to rows of its batch up to itself.
//   out[t, h] = sum_j p_j v_j,  p_j = exp(s_j - lse),  s_j = q . k_j / sqrt(HEAD_DIM),  lse = ln sum_j exp(s_j)
// rows [run.rows]; turned [rows, QKV_WIDTH]; cache [.., KV_HEADS * HEAD_DIM], keys and values where the rows say;
// out [rows, HEADS, HEAD_DIM]; stat [rows, HEADS]: (lse, what grad_attention_query.wgsl adds), kept for the backward pass.
// One thread handles one head of one token with a running maximum (arXiv 1805.02867).
@group(0) @binding(0) var<uniform> run: Run;
@group(0) @binding(1) var<storage, read> rows: array<Row>;
@group(0) @binding(2) var<storage, read> turned: array<vec4f>;
@group(0) @binding(3) var<storage, read> cache: array<vec4f>;
@group(0) @binding(4) var<storage, read_write> out: array<vec4f>;
@group(0) @binding(5) var<storage, read_write> stat: array<vec2f>;

const HEAD4: u32 = HEAD_DIM / 4u;
const QKV4: u32 = QKV_WIDTH / 4u;

var<private> query: array<vec4f, HEAD4>;
var<private> sum: array<vec4f, HEAD4>;
var<private> largest: f32;
var<private> total: f32;

// Takes one score in; gives the weight that its value has at the running maximum.
fn take(score: f32) -> f32 {
  if (score > largest) {
    let shrink = exp(largest - score);
    largest = score;
    total *= shrink;
    for (var i = 0u; i < HEAD4; i++) { sum[i] *= shrink; }
  }
  let weight = exp(score - largest);
  total += weight;
  return weight;
}

@compute @workgroup_size(4, 8)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let head = id.x;
  let t = id.y;
  if (head >= HEADS || t >= run.rows) { return; }
  let row = rows[t];
  let group = head * KV_HEADS / HEADS;
  let scale = inverseSqrt(f32(HEAD_DIM));
  for (var i = 0u; i < HEAD4; i++) {
    query[i] = turned[t * QKV4 + head * HEAD4 + i] * scale;
    sum[i] = vec4f();
  }
  largest = -3.0e38;
  total = 0.0;
  for (var j = 0u; j < row.cached; j++) {
    let key = ((row.keys + j) * KV_HEADS + group) * HEAD4;
    let value = ((row.values + j) * KV_HEADS + group) * HEAD4;
    var score = 0.0;
    for (var i = 0u; i < HEAD4; i++) { score += dot(query[i], cache[key + i]); }
    let weight = take(score);
    for (var i = 0u; i < HEAD4; i++) { sum[i] += weight * cache[value + i]; }
  }
  for (var j = row.first; j <= t; j++) {
    let key = j * QKV4 + (HEADS + group) * HEAD4;
    let value = key + KV_HEADS * HEAD4;
    var score = 0.0;
    for (var i = 0u; i < HEAD4; i++) { score += dot(query[i], turned[key + i]); }
    let weight = take(score);
    for (var i = 0u; i < HEAD4; i++) { sum[i] += weight * turned[value + i]; }
  }
  for (var i = 0u; i < HEAD4; i++) { out[(t * HEADS + head) * HEAD4 + i] = sum[i] / total; }
  stat[t * HEADS + head] = vec2f(largest + log(total), 0.0);
}
