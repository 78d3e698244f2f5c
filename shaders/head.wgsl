// What follows each token: statistics of the vocabulary distribution, the most likely candidates, and the drawn token.
//   p = softmax(logits);  entropy = -sum p ln p (nats);  logProb of token t = ln p_{t-1}[id_t]
// Drawing: softmax(logits / temperature), top-k, then top-p on what is left (smallest set in descending order whose
// cumulative probability reaches p, ties to the lower id), then the first id in id order whose cumulative
// probability exceeds u(seed, position). src/engine/sampling.ts is the same rule on the CPU.
// logits [1 + rows, VOCABULARY_STRIDE]: row 0 is the distribution after the token before this batch, row r that after
// token r - 1. ids [rows]: the given tokens (prefill only). ring: STEP_STRIDE words per token.
// A workgroup owns one row of logits; each lane owns a contiguous chunk of the vocabulary, because drawing runs in
// id order. Reductions go through workgroup memory, every lane adding the lanes in order: same bits every time.
@group(0) @binding(0) var<uniform> run: Run;
@group(0) @binding(1) var<storage, read_write> state: State;
@group(0) @binding(2) var<storage, read> ids: array<u32>;
@group(0) @binding(3) var<storage, read> logits: array<f32>;
@group(0) @binding(4) var<storage, read_write> ring: array<u32>;

const CHUNK: u32 = (VOCABULARY + HEAD_THREADS - 1u) / HEAD_THREADS;
const NONE: u32 = 0xffffffffu;
const NOT_A_NUMBER: u32 = 0x7fc00000u;

var<workgroup> scratch: array<f32, HEAD_THREADS * 2u>;
var<workgroup> scratchId: array<u32, HEAD_THREADS>;
var<workgroup> winnerValue: f32;
var<workgroup> winnerId: u32;

// Sum over lanes of `value`. Two halves of `scratch` in turn (`half_` 0 or 1) make one barrier enough.
fn sumLanes(lane: u32, half_: u32, value: f32) -> f32 {
  scratch[half_ * HEAD_THREADS + lane] = value;
  workgroupBarrier();
  var sum = 0.0;
  for (var i = 0u; i < HEAD_THREADS; i++) { sum += scratch[half_ * HEAD_THREADS + i]; }
  return sum;
}

fn sumLowerLanes(lane: u32, half_: u32) -> f32 {
  var sum = 0.0;
  for (var i = 0u; i < lane; i++) { sum += scratch[half_ * HEAD_THREADS + i]; }
  return sum;
}

// Order-preserving map of floats to unsigned integers, and back.
fn keyOf(value: f32) -> u32 {
  let bits = bitcast<u32>(value);
  return select(bits | 0x80000000u, ~bits, (bits & 0x80000000u) != 0u);
}
fn valueOf(key: u32) -> f32 {
  return bitcast<f32>(select(~key, key & 0x7fffffffu, (key & 0x80000000u) != 0u));
}

fn pcg(input: u32) -> u32 {
  let s = input * 747796405u + 2891336453u;
  let word = ((s >> ((s >> 28u) + 4u)) ^ s) * 277803737u;
  return (word >> 22u) ^ word;
}

fn countFrom(base: u32, begin: u32, end: u32, key: u32) -> f32 {
  var count = 0.0;
  for (var i = begin; i < end; i++) { count += select(0.0, 1.0, keyOf(logits[base + i]) >= key); }
  return count;
}

fn massFrom(base: u32, begin: u32, end: u32, key: u32, largest: f32) -> f32 {
  var mass = 0.0;
  for (var i = begin; i < end; i++) {
    let value = logits[base + i];
    if (keyOf(value) >= key) { mass += exp((value - largest) / run.temperature); }
  }
  return mass;
}

// Draws an id; all lanes must call it. Returns it in lane 0.
fn draw(lane: u32, base: u32, begin: u32, end: u32, largest: f32, position: u32) -> u32 {
  // Threshold of top-k: the largest key that at least k logits reach, found bit by bit.
  var cut = 0u;
  var allowed = f32(VOCABULARY);
  if (run.topK > 0u && run.topK < VOCABULARY) {
    let k = f32(run.topK);
    for (var bit = 0u; bit < 32u; bit++) {
      let candidate = cut | (0x80000000u >> bit);
      if (sumLanes(lane, bit % 2u, countFrom(base, begin, end, candidate)) >= k) { cut = candidate; }
    }
    allowed = k - sumLanes(lane, 0u, countFrom(base, begin, end, cut + 1u));
  }
  var greater = sumLanes(lane, 1u, massFrom(base, begin, end, cut + 1u, largest));
  var each = exp((valueOf(cut) - largest) / run.temperature);
  if (cut == 0u) { each = 0.0; allowed = 0.0; }
  if (run.topP < 1.0) {
    // Threshold of top-p, never below that of top-k.
    let goal = run.topP * (greater + allowed * each);
    var higher = 0u;
    for (var bit = 0u; bit < 32u; bit++) {
      let candidate = higher | (0x80000000u >> bit);
      let mass = sumLanes(lane, bit % 2u, massFrom(base, begin, end, candidate, largest));
      if (candidate <= cut || mass >= goal) { higher = candidate; }
    }
    let ties = sumLanes(lane, 0u, countFrom(base, begin, end, higher) - countFrom(base, begin, end, higher + 1u));
    greater = sumLanes(lane, 1u, massFrom(base, begin, end, higher + 1u, largest));
    if (higher > cut) { allowed = ties; }
    cut = higher;
    each = exp((valueOf(cut) - largest) / run.temperature);
    if (cut == 0u) { each = 0.0; }
    allowed = min(allowed, max(1.0, ceil((goal - greater) / max(each, 1.0e-30))));
  }
  let equal = countFrom(base, begin, end, cut) - countFrom(base, begin, end, cut + 1u);
  _ = sumLanes(lane, 0u, equal);
  let rank = sumLowerLanes(lane, 0u);
  var seen = rank;
  var own = 0.0;
  var last = NONE;
  for (var i = begin; i < end; i++) {
    let key = keyOf(logits[base + i]);
    let kept = key > cut || (key == cut && seen < allowed);
    if (key == cut) { seen += 1.0; }
    if (kept) {
      own += exp((logits[base + i] - largest) / run.temperature);
      last = i;
    }
  }
  scratchId[lane] = last;
  if (lane == 0u) { winnerId = NONE; }
  let total = sumLanes(lane, 1u, own);
  let below = sumLowerLanes(lane, 1u);
  let goal = f32(pcg(pcg(run.seed) ^ position) >> 8u) / 16777216.0 * total;
  if (goal >= below && goal < below + own) {
    seen = rank;
    var running = below;
    var found = last;
    for (var i = begin; i < end; i++) {
      let key = keyOf(logits[base + i]);
      let kept = key > cut || (key == cut && seen < allowed);
      if (key == cut) { seen += 1.0; }
      if (!kept) { continue; }
      running += exp((logits[base + i] - largest) / run.temperature);
      if (running > goal) { found = i; break; }
    }
    winnerId = found;
  }
  workgroupBarrier();
  var picked = winnerId;
  // Rounding may leave the goal at or past the last sum: then the last kept id is meant.
  for (var i = 0u; i < HEAD_THREADS && picked == NONE; i++) { picked = scratchId[HEAD_THREADS - 1u - i]; }
  return picked;
}

@compute @workgroup_size(HEAD_THREADS)
fn main(@builtin(local_invocation_index) lane: u32, @builtin(workgroup_id) group: vec3u) {
  let row = group.x + FIRST_ROW;
  let base = row * VOCABULARY_STRIDE;
  let begin = min(lane * CHUNK, VOCABULARY);
  let end = min(begin + CHUNK, VOCABULARY);

  var value = -3.0e38;
  var id = NONE;
  for (var i = begin; i < end; i++) {
    if (logits[base + i] > value) { value = logits[base + i]; id = i; }
  }
  scratch[lane] = value;
  workgroupBarrier();
  var largest = scratch[0];
  for (var i = 1u; i < HEAD_THREADS; i++) { largest = max(largest, scratch[i]); }
  var mass = 0.0;
  var moment = 0.0;
  for (var i = begin; i < end; i++) {
    let shifted = logits[base + i] - largest;
    mass += exp(shifted);
    moment += exp(shifted) * shifted;
  }
  let z = sumLanes(lane, 1u, mass);
  let mean = sumLanes(lane, 0u, moment) / z;
  let logZ = largest + log(z);

  if (FIRST_ROW == 0u) {
    if (lane == 0u && row < run.rows) {
      let record = (state.record + row) * STEP_STRIDE;
      let known = row > 0u || run.carried != 0u;
      ring[record + 1u] = select(NOT_A_NUMBER, bitcast<u32>(logits[base + ids[row]] - logZ), known);
      ring[record + 3u] = ids[row];
    }
    if (row == 0u) { return; }
  }
  let record = (state.record + row - 1u) * STEP_STRIDE;
  workgroupBarrier();

  // The N most likely ids, one a round: each lane offers its best, lane 0 takes the highest.
  var favourite = NONE;
  for (var n = 0u; n < CANDIDATES; n++) {
    scratch[lane] = value;
    scratchId[lane] = id;
    workgroupBarrier();
    if (lane == 0u) {
      var best = scratch[0];
      var bestId = scratchId[0];
      for (var i = 1u; i < HEAD_THREADS; i++) {
        if (scratchId[i] != NONE && (bestId == NONE || scratch[i] > best)) { best = scratch[i]; bestId = scratchId[i]; }
      }
      winnerValue = best;
      winnerId = bestId;
      ring[record + 4u + n] = bestId;
      ring[record + 4u + CANDIDATES + n] = bitcast<u32>(exp(best - logZ));
      if (n == 0u) { favourite = bestId; }
    }
    workgroupBarrier();
    if (id == winnerId) {
      let taken = id;
      let bound = value;
      value = -3.0e38;
      id = NONE;
      for (var i = begin; i < end; i++) {
        let next = logits[base + i];
        let left = next < bound || (next == bound && i > taken);
        if (left && (id == NONE || next > value)) { value = next; id = i; }
      }
    }
    workgroupBarrier();
  }

  let isLast = row == run.rows;
  var drawn = favourite;
  if (isLast && run.sample != 0u && run.temperature > 0.0) {
    drawn = draw(lane, base, begin, end, largest, state.position + run.rows);
  }
  if (lane != 0u) { return; }
  ring[record] = bitcast<u32>(log(z) - mean);
  if (FIRST_ROW == 1u) {
    ring[record + 1u] = bitcast<u32>(state.logProb);
    ring[record + 3u] = state.token;
  }
  if (!isLast) {
    ring[record + 2u] = ids[row];
    return;
  }
  ring[record + 2u] = drawn;
  state.token = drawn;
  state.logProb = logits[base + drawn] - logZ;
  if (FIRST_ROW == 1u) {
    state.position += 1u;
    state.record += 1u;
  }
}
