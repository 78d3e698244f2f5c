// Backward of grad_attention.wgsl with respect to the keys and values of the batch; cached ones are constants.
//   dv_j = sum_t p_tj do_t,  dk_j = sum_t p_tj (do_t . v_j - do_t . o_t) q_t / sqrt(HEAD_DIM)
// over the tokens t that attend to j and over the query heads of j's group. Gathering, so no atomics and a fixed order.
// rows [run.rows]; turned [rows, QKV_WIDTH]; stat [rows, HEADS]: (lse, do . o); gradOut [rows, HEADS, HEAD_DIM];
// grad [rows, QKV_WIDTH], of which keys and values are written. One thread handles one key head of one token.
@group(0) @binding(0) var<uniform> run: Run;
@group(0) @binding(1) var<storage, read> rows: array<Row>;
@group(0) @binding(2) var<storage, read> turned: array<vec4f>;
@group(0) @binding(3) var<storage, read> stat: array<vec2f>;
@group(0) @binding(4) var<storage, read> gradOut: array<vec4f>;
@group(0) @binding(5) var<storage, read_write> grad: array<vec4f>;

const HEAD4: u32 = HEAD_DIM / 4u;
const QKV4: u32 = QKV_WIDTH / 4u;
const GROUP: u32 = HEADS / KV_HEADS;

@compute @workgroup_size(4, 8)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let group = id.x;
  let j = id.y;
  if (group >= KV_HEADS || j >= run.rows) { return; }
  let scale = inverseSqrt(f32(HEAD_DIM));
  let at = j * QKV4 + (HEADS + group) * HEAD4;
  var key: array<vec4f, HEAD4>;
  var value: array<vec4f, HEAD4>;
  var keySum: array<vec4f, HEAD4>;
  var valueSum: array<vec4f, HEAD4>;
  for (var i = 0u; i < HEAD4; i++) {
    key[i] = turned[at + i] * scale;
    value[i] = turned[at + KV_HEADS * HEAD4 + i];
    keySum[i] = vec4f();
    valueSum[i] = vec4f();
  }
  for (var t = j; t <= rows[j].last; t++) {
    for (var head = group * GROUP; head < (group + 1u) * GROUP; head++) {
      let query = t * QKV4 + head * HEAD4;
      let above = (t * HEADS + head) * HEAD4;
      var score = 0.0;
      var push = 0.0;
      for (var i = 0u; i < HEAD4; i++) {
        score += dot(key[i], turned[query + i]);
        push += dot(value[i], gradOut[above + i]);
      }
      let kept = stat[t * HEADS + head];
      let p = exp(score - kept.x);
      let weight = p * (push - kept.y) * scale;
      for (var i = 0u; i < HEAD4; i++) {
        keySum[i] += weight * turned[query + i];
        valueSum[i] += p * gradOut[above + i];
      }
    }
  }
  for (var i = 0u; i < HEAD4; i++) {
    grad[at + i] = keySum[i];
    grad[at + KV_HEADS * HEAD4 + i] = valueSum[i];
  }
}
