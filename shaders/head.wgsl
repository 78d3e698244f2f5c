// What follows each token: statistics of the vocabulary distribution, the most likely candidates, and the drawn token.
//   p = softmax(logits);  entropy = -sum p ln p (nats);  logProb of token t = ln p_{t-1}[id_t]
// Drawing: softmax(logits / temperature), top-k, then top-p on what is left (smallest set in descending order whose
// cumulative probability reaches p, ties to the lower id), then the first id in id order whose cumulative
// probability exceeds u(seed, position). src/engine/sampling.ts is the same rule on the CPU.
// logits [1 + rows, VOCABULARY_STRIDE]: row 0 is the distribution after the token before this batch, row r that after
// token r - 1. ids [rows]: the given tokens (prefill only). ring: STEP_STRIDE words per token.
// A workgroup owns one row of logits; each lane owns a contiguous chunk of the vocabulary, because drawing runs in
// id order. Reductions over lanes are those of a lanes_*.wgsl, which is prepended to this file.
@group(0) @binding(0) var<uniform> run: Run;
@group(0) @binding(1) var<storage, read_write> state: State;
@group(0) @binding(2) var<storage, read> ids: array<u32>;
@group(0) @binding(3) var<storage, read> logits: array<f32>;
@group(0) @binding(4) var<storage, read_write> ring: array<u32>;

const CHUNK: u32 = (VOCABULARY + HEAD_THREADS - 1u) / HEAD_THREADS;
const NONE: u32 = 0xffffffffu;
const NOT_A_NUMBER: u32 = 0x7fc00000u;

var<workgroup> winnerValue: f32;
var<workgroup> winnerId: u32;

// (sum of `value` over the lanes below this one, sum over all lanes), added in the order of lanes, which is that of ids.
fn runningSum(lane: u32, half_: u32, value: f32) -> vec2f {
  scratch[half_ * HEAD_THREADS + lane].x = value;
  workgroupBarrier();
  var sums = vec2f();
  for (var i = 0u; i < min(HEAD_THREADS, run.most); i++) {
    if (i == lane) { sums.x = sums.y; }
    sums.y += scratch[half_ * HEAD_THREADS + i].x;
  }
  return sums;
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

// Among this lane's ids with at least this key: (how many, their unnormalised probability at the run's temperature).
fn reaching(base: u32, begin: u32, end: u32, key: u32, largest: f32) -> vec2f {
  var sum = vec2f();
  for (var i = begin; i < end; i++) {
    let value = logits[base + i];
    if (keyOf(value) >= key) { sum += vec2f(1.0, exp((value - largest) / run.temperature)); }
  }
  return sum;
}

// Draws an id; all lanes must call it, all get the result.
// Kept are the ids above a threshold key and, in id order, `allowed` of those that equal it. Both thresholds are found
// bit by bit, the largest key that enough ids (top-k) or enough mass (top-p) reach:
//   round 0..31 top-k | 32 what lies above it | 33..64 top-p | 65 what reaches it | 66 what lies above it
fn draw(own: Lane, base: u32, begin: u32, end: u32, largest: f32, position: u32) -> u32 {
  let lane = own.index;
  let k = select(f32(VOCABULARY), f32(run.topK), run.topK > 0u && run.topK < VOCABULARY);
  let first = select(0u, 32u, k == f32(VOCABULARY));
  let last = select(66u, 32u, run.topP >= 1.0);
  var cut = 0u;
  var higher = 0u;
  var allowed = 0.0;
  var goal = 0.0;
  var reached = 0.0;
  for (var round = first; round <= min(last, run.most); round++) {
    let bit = 0x80000000u >> ((round - select(0u, 33u, round > 32u)) % 32u);
    var key = cut | bit;
    if (round == 32u) { key = cut + 1u; }
    if (round > 32u) { key = higher | bit; }
    if (round > 64u) { key = higher + (round - 65u); }
    let sum = totalOfLanes(own, round % 2u, reaching(base, begin, end, key, largest));
    if (round < 32u) {
      if (sum.x >= k) { cut = key; }
    } else if (round == 32u) {
      allowed = k - sum.x;
      goal = run.topP * (sum.y + allowed * exp((valueOf(max(cut, 1u)) - largest) / run.temperature));
      if (allowed == 0.0) { goal = run.topP * sum.y; }
    } else if (round <= 64u) {
      // The top-p set lies inside the top-k set, whose ties at the cut are only partly in.
      if (key <= cut || sum.y >= goal) { higher = key; }
    } else if (round == 65u) {
      reached = sum.x;
    } else {
      if (higher > cut) { allowed = reached - sum.x; }
      cut = higher;
      let each = exp((valueOf(max(cut, 1u)) - largest) / run.temperature);
      allowed = min(allowed, max(1.0, ceil((goal - sum.y) / max(each, 1.0e-30))));
    }
  }
  var equal = 0.0;
  for (var i = begin; i < end; i++) { equal += select(0.0, 1.0, keyOf(logits[base + i]) == cut); }
  workgroupBarrier();
  let rank = runningSum(lane, 0u, equal).x;
  // Twice over this lane's kept ids: their mass, then the id at which the running mass passes the drawn number.
  var mass = 0.0;
  var below = 0.0;
  var drawn = -1.0;
  var found = NONE;
  for (var turn = 0u; turn < min(2u, run.most); turn++) {
    var seen = rank;
    var running = below;
    for (var i = begin; i < end; i++) {
      let key = keyOf(logits[base + i]);
      let kept = key > cut || (key == cut && seen < allowed);
      if (key == cut) { seen += 1.0; }
      if (!kept) { continue; }
      running += exp((logits[base + i] - largest) / run.temperature);
      if (turn == 0u) { found = i; }
      if (turn == 1u && running > drawn) { found = i; break; }
    }
    if (turn == 0u) {
      mass = running;
      scratchId[lane] = found;
      if (lane == 0u) { winnerId = NONE; }
      let sums = runningSum(lane, 1u, mass);
      below = sums.x;
      drawn = f32(pcg(pcg(run.seed) ^ position) >> 8u) / 16777216.0 * sums.y;
    } else {
      if (drawn >= below && drawn < below + mass) { winnerId = found; }
      workgroupBarrier();
    }
  }
  var picked = winnerId;
  // Rounding may leave the number at or past the last sum: then the last kept id is meant.
  for (var i = 0u; i < HEAD_THREADS && picked == NONE; i++) { picked = scratchId[HEAD_THREADS - 1u - i]; }
  return picked;
}

@compute @workgroup_size(HEAD_THREADS)
fn main(own: Lane, @builtin(workgroup_id) group: vec3u) {
  let lane = own.index;
  let row = group.x + FIRST_ROW;
  let base = row * VOCABULARY_STRIDE;
  let begin = min(lane * CHUNK, VOCABULARY);
  let end = min(begin + CHUNK, VOCABULARY);

  var value = -3.0e38;
  var id = NONE;
  for (var i = begin; i < end; i++) {
    if (logits[base + i] > value) { value = logits[base + i]; id = i; }
  }
  let largest = largestOfLanes(own, value);
  var moments = vec2f();
  for (var i = begin; i < end; i++) {
    let shifted = logits[base + i] - largest;
    moments += exp(shifted) * vec2f(1.0, shifted);
  }
  let sums = totalOfLanes(own, 1u, moments);
  let z = sums.x;
  let mean = sums.y / z;
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
  for (var n = 0u; n < min(CANDIDATES, run.most); n++) {
    offer(own, value, id);
    workgroupBarrier();
    if (lane == 0u) {
      var best = scratch[0].x;
      var bestId = scratchId[0];
      for (var i = 1u; i < min(offers(own), run.most); i++) {
        if (scratchId[i] != NONE && (bestId == NONE || scratch[i].x > best || (scratch[i].x == best && scratchId[i] < bestId))) { best = scratch[i].x; bestId = scratchId[i]; }
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
    drawn = draw(own, base, begin, end, largest, state.position + run.rows);
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
