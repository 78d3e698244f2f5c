// Weighted cross-entropy of the wanted token of each row, and its gradient in the place of the logits:
//   loss[t] = weight (ln sum_v exp z[t, v] - z[t, wanted]),  dz[t, v] = weight (softmax(z[t])[v] - [v = wanted])
// What the wanted token gets is minus the probability of all others: 1 minus its own would cancel where it is near 1.
// rows, loss [rows]; logits [rows, VOCABULARY_STRIDE]; columns past the vocabulary get 0.
// A workgroup owns one row. BACK: whether the logits are replaced.
@group(0) @binding(0) var<uniform> run: Run;
@group(0) @binding(1) var<storage, read> rows: array<Row>;
@group(0) @binding(2) var<storage, read_write> logits: array<f32>;
@group(0) @binding(3) var<storage, read_write> loss: array<f32>;

var<workgroup> scratch: array<f32, 2u * HEAD_THREADS>;

@compute @workgroup_size(HEAD_THREADS)
fn main(@builtin(local_invocation_index) lane: u32, @builtin(workgroup_id) group: vec3u) {
  let row = rows[group.x];
  let base = group.x * VOCABULARY_STRIDE;
  var largest = -3.0e38;
  for (var v = lane; v < VOCABULARY; v += HEAD_THREADS) { largest = max(largest, logits[base + v]); }
  scratch[lane] = largest;
  workgroupBarrier();
  for (var i = 0u; i < min(HEAD_THREADS, run.most); i++) { largest = max(largest, scratch[i]); }
  var others = 0.0;
  for (var v = lane; v < VOCABULARY; v += HEAD_THREADS) {
    if (v != row.wanted) { others += exp(logits[base + v] - largest); }
  }
  scratch[HEAD_THREADS + lane] = others;
  let wanted = logits[base + row.wanted];
  workgroupBarrier();
  others = 0.0;
  for (var i = 0u; i < min(HEAD_THREADS, run.most); i++) { others += scratch[HEAD_THREADS + i]; }
  let sum = others + exp(wanted - largest);
  if (lane == 0u) { loss[group.x] = row.weight * (largest - wanted + log(sum)); }
  if (!BACK) { return; }
  for (var v = lane; v < VOCABULARY_STRIDE; v += HEAD_THREADS) {
    if (v >= VOCABULARY) {
      logits[base + v] = 0.0;
      continue;
    }
    let p = exp(logits[base + v] - largest) / sum;
    logits[base + v] = row.weight * select(p, -others / sum, v == row.wanted);
  }
}
