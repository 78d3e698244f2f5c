// One MoE layer's routing for each token: RMSNorm, router logits, then the resolved rule of the RoutingPlan
// (src/routing/select.ts is the same rule on the CPU):
//   z = W h;  z' = z + bias;  P = softmax(z') | sigmoid(z') | override;
//   S = top-k | top-p of P + selectionBias without masked experts, ties to the lower id;
//   w = P[S] (renormalised or not) * scale
// x [rows, D]; w [D, E or E + 1] padded to vec4 (the last column is the shared expert's gate where SHARED_GATE);
// ruleIndex [capacity, LAYERS];
// rules [R, RULE_STRIDE]; slots [rows, K + 1] (the last slot carries the shared expert's weight); ring: routingStride(K) words.
// A workgroup owns one token: a thread computes the logits of 4 experts, the first one then selects.
@group(0) @binding(0) var<uniform> run: Run;
@group(0) @binding(1) var<storage, read> state: State;
@group(0) @binding(2) var<storage, read> x: array<vec4f>;
@group(0) @binding(3) var<storage, read> w: array<vec4f>;
@group(0) @binding(4) var<storage, read> rules: array<f32>;
@group(0) @binding(5) var<storage, read> ruleIndex: array<u32>;
@group(0) @binding(6) var<storage, read_write> slots: array<Slot>;
@group(0) @binding(7) var<storage, read_write> ring: array<u32>;
@group(0) @binding(8) var<uniform> layer: vec4u;

const D4: u32 = WIDTH / 4u;
const COLUMNS: u32 = EXPERTS + select(0u, 1u, SHARED_GATE);
const N4: u32 = (COLUMNS + 3u) / 4u;
// Rule layout, in f32 words; written by src/engine/webgpu/rules.ts.
const RULE_KIND: u32 = 0u;         // 0 top-k, 1 top-p over all experts, 2 top-p over the top-k
const RULE_K: u32 = 1u;
const RULE_P: u32 = 2u;
const RULE_MIN: u32 = 3u;
const RULE_MAX: u32 = 4u;
const RULE_RENORMALISE: u32 = 5u;  // 0 off, 1 before scale, 2 after scale
const RULE_OVERRIDE: u32 = 6u;     // 1: the override row replaces P
const RULE_BIAS: u32 = 8u;
const RULE_SELECTION: u32 = RULE_BIAS + EXPERTS;
const RULE_SCALE: u32 = RULE_SELECTION + EXPERTS;
const RULE_REPLACEMENT: u32 = RULE_SCALE + EXPERTS;
const RULE_MASK: u32 = RULE_REPLACEMENT + EXPERTS;
const RULE_STRIDE: u32 = RULE_MASK + EXPERTS;

var<workgroup> logit: array<vec4f, N4>;
var<workgroup> probability: array<f32, EXPERTS>;
var<workgroup> taken: array<u32, EXPERTS>;

// Highest P + selection bias among experts not taken; NO_EXPERT when none is left.
fn best(rule: u32) -> u32 {
  var found = NO_EXPERT;
  var highest = 0.0;
  for (var e = 0u; e < EXPERTS; e++) {
    if (taken[e] != 0u) { continue; }
    let score = probability[e] + rules[rule + RULE_SELECTION + e];
    if (found == NO_EXPERT || score > highest) {
      found = e;
      highest = score;
    }
  }
  return found;
}

fn distribute(rule: u32) {
  if (rules[rule + RULE_OVERRIDE] != 0.0) {
    for (var e = 0u; e < EXPERTS; e++) { probability[e] = rules[rule + RULE_REPLACEMENT + e]; }
    return;
  }
  var largest = -3.0e38;
  for (var e = 0u; e < EXPERTS; e++) {
    let z = logit[e / 4u][e % 4u] + rules[rule + RULE_BIAS + e];
    probability[e] = z;
    largest = max(largest, z);
  }
  if (SIGMOID) {
    for (var e = 0u; e < EXPERTS; e++) { probability[e] = 1.0 / (1.0 + exp(-probability[e])); }
    return;
  }
  var sum = 0.0;
  for (var e = 0u; e < EXPERTS; e++) {
    probability[e] = exp(probability[e] - largest);
    sum += probability[e];
  }
  for (var e = 0u; e < EXPERTS; e++) { probability[e] /= sum; }
}

// Mass of the rule's k best experts, over which top-p of kind 2 cumulates. Leaves `taken` as it was.
fn massOfTopK(rule: u32) -> f32 {
  var mass = 0.0;
  for (var i = 0u; i < u32(rules[rule + RULE_K]); i++) {
    let e = best(rule);
    if (e == NO_EXPERT) { break; }
    taken[e] = 2u;
    mass += probability[e];
  }
  for (var e = 0u; e < EXPERTS; e++) { if (taken[e] == 2u) { taken[e] = 0u; } }
  return mass;
}

@compute @workgroup_size(ROUTE_THREADS)
fn main(@builtin(local_invocation_index) lane: u32, @builtin(workgroup_id) group: vec3u) {
  let row = group.x;
  let stride = routingStride(run.slots);
  let record = ((state.record + row) * LAYERS + layer.x) * stride;
  for (var column = lane; column < N4; column += ROUTE_THREADS) {
    var sum = vec4f();
    var squares = 0.0;
    var at = column;
    for (var i = 0u; i < D4; i++) {
      let value = x[row * D4 + i];
      sum += mat4x4f(w[at], w[at + N4], w[at + 2u * N4], w[at + 3u * N4]) * value;
      squares += dot(value, value);
      at += 4u * N4;
    }
    sum *= inverseSqrt(squares / f32(WIDTH) + NORM_EPSILON);
    logit[column] = sum;
    for (var i = 0u; i < min(4u, EXPERTS - min(EXPERTS, 4u * column)); i++) { ring[record + 4u * column + i] = bitcast<u32>(sum[i]); }
  }
  workgroupBarrier();
  if (lane != 0u) { return; }

  let rule = ruleIndex[(state.position + row) * LAYERS + layer.x] * RULE_STRIDE;
  distribute(rule);
  for (var e = 0u; e < EXPERTS; e++) { taken[e] = select(0u, 1u, rules[rule + RULE_MASK + e] != 0.0); }
  let kind = u32(rules[rule + RULE_KIND]);
  var most = u32(rules[rule + RULE_K]);
  var goal = 0.0;
  if (kind != 0u) {
    most = u32(rules[rule + RULE_MAX]);
    goal = rules[rule + RULE_P];
    if (kind == 2u) { goal *= massOfTopK(rule); }
  }
  let first = row * (run.slots + 1u);
  var count = 0u;
  var mass = 0.0;
  while (count < most) {
    if (kind != 0u && count >= u32(rules[rule + RULE_MIN]) && count > 0u && mass >= goal) { break; }
    let e = best(rule);
    if (e == NO_EXPERT) { break; }
    taken[e] = 3u;
    mass += probability[e];
    slots[first + count].expert = e;
    slots[first + count].mix = probability[e];
    count++;
  }
  let renormalise = u32(rules[rule + RULE_RENORMALISE]);
  var scaled = 0.0;
  for (var i = 0u; i < count; i++) {
    let slot = slots[first + i];
    var mix = slot.mix;
    if (renormalise == 1u && mass > 0.0) { mix /= mass; }
    mix *= rules[rule + RULE_SCALE + slot.expert];
    scaled += mix;
    slots[first + i].mix = mix;
    ring[record + EXPERTS + run.slots + i] = bitcast<u32>(slot.mix);
  }
  for (var i = 0u; i < run.slots; i++) {
    let used = i < count;
    if (!used) {
      slots[first + i].expert = NO_EXPERT;
      slots[first + i].mix = 0.0;
      ring[record + EXPERTS + run.slots + i] = 0u;
    }
    if (used && renormalise == 2u && scaled != 0.0) { slots[first + i].mix /= scaled; }
    ring[record + EXPERTS + i] = select(0u, slots[first + i].expert, used);
    ring[record + EXPERTS + 2u * run.slots + i] = bitcast<u32>(slots[first + i].mix);
  }
  ring[record + EXPERTS + 4u * run.slots] = count;
  slots[first + run.slots].expert = EXPERTS;
  slots[first + run.slots].mix = 1.0;
  if (SHARED_GATE) { slots[first + run.slots].mix = 1.0 / (1.0 + exp(-logit[N4 - 1u][(COLUMNS - 1u) % 4u])); }
}
