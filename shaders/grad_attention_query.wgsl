// Backward of grad_attention.wgsl with respect to the queries:
//   ds_j = p_j (do . v_j - do . o) / sqrt(HEAD_DIM),  dq = sum_j ds_j k_j
// Bindings as there; out and gradOut [rows, HEADS, HEAD_DIM]; grad [rows, QKV_WIDTH], of which the queries are written.
// Leaves do . o as second part of `stat` for grad_attention_key.wgsl. One thread handles one head of one token.
@group(0) @binding(0) var<uniform> run: Run;
@group(0) @binding(1) var<storage, read> rows: array<Row>;
@group(0) @binding(2) var<storage, read> turned: array<vec4f>;
@group(0) @binding(3) var<storage, read> cache: array<vec4f>;
@group(0) @binding(4) var<storage, read> out: array<vec4f>;
@group(0) @binding(5) var<storage, read> gradOut: array<vec4f>;
@group(0) @binding(6) var<storage, read_write> stat: array<vec2f>;
@group(0) @binding(7) var<storage, read_write> grad: array<vec4f>;

const HEAD4: u32 = HEAD_DIM / 4u;
const QKV4: u32 = QKV_WIDTH / 4u;

@compute @workgroup_size(4, 8)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let head = id.x;
  let t = id.y;
  if (head >= HEADS || t >= run.rows) { return; }
  let row = rows[t];
  let group = head * KV_HEADS / HEADS;
  let scale = inverseSqrt(f32(HEAD_DIM));
  var query: array<vec4f, HEAD4>;
  var above: array<vec4f, HEAD4>;
  var sum: array<vec4f, HEAD4>;
  var along = 0.0;
  for (var i = 0u; i < HEAD4; i++) {
    query[i] = turned[t * QKV4 + head * HEAD4 + i] * scale;
    above[i] = gradOut[(t * HEADS + head) * HEAD4 + i];
    along += dot(above[i], out[(t * HEADS + head) * HEAD4 + i]);
    sum[i] = vec4f();
  }
  let lse = stat[t * HEADS + head].x;
  for (var j = 0u; j < row.cached; j++) {
    let key = ((row.keys + j) * KV_HEADS + group) * HEAD4;
    let value = ((row.values + j) * KV_HEADS + group) * HEAD4;
    var score = 0.0;
    var push = 0.0;
    for (var i = 0u; i < HEAD4; i++) {
      score += dot(query[i], cache[key + i]);
      push += dot(above[i], cache[value + i]);
    }
    let weight = exp(score - lse) * (push - along) * scale;
    for (var i = 0u; i < HEAD4; i++) { sum[i] += weight * cache[key + i]; }
  }
  for (var j = row.first; j <= t; j++) {
    let key = j * QKV4 + (HEADS + group) * HEAD4;
    let value = key + KV_HEADS * HEAD4;
    var score = 0.0;
    var push = 0.0;
    for (var i = 0u; i < HEAD4; i++) {
      score += dot(query[i], turned[key + i]);
      push += dot(above[i], turned[value + i]);
    }
    let weight = exp(score - lse) * (push - along) * scale;
    for (var i = 0u; i < HEAD4; i++) { sum[i] += weight * turned[key + i]; }
  }
  for (var i = 0u; i < HEAD4; i++) { grad[t * QKV4 + head * HEAD4 + i] = sum[i]; }
  stat[t * HEADS + head].y = along;
}
