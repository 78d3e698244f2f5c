// Backward of the mixing weights. With g_s = <dy, Expert_s(h)> for each filled slot s, S the chosen ones, w their weights,
// P the distribution and Z = sum over S of P:
//   dP_s = (g_s - sum over S of w_j g_j) / Z where weights are renormalised, else g_s
//   router:   dz_e = P_e (dP_e - sum P_j dP_j) for softmax, P_e (1 - P_e) dP_e for sigmoid
//   override: the gradient with respect to the override is dP itself, and nothing flows to the router
// Slots that grad_core.wgsl filled have weight 0 and get the same dP: that of an expert let in with an infinitesimal weight.
// gradY [rows, D]; y [pairs, D] in sorted order; slots, ring, rules, ruleIndex as in route.wgsl; grad [rows, E].
// A workgroup owns one token: a lane per slot, then the first lane alone.
@group(0) @binding(0) var<uniform> run: Run;
@group(0) @binding(1) var<uniform> layer: vec4u;
@group(0) @binding(2) var<storage, read> plan: array<u32>;
@group(0) @binding(3) var<storage, read> slots: array<Slot>;
@group(0) @binding(4) var<storage, read> ring: array<u32>;
@group(0) @binding(5) var<storage, read> rules: array<f32>;
@group(0) @binding(6) var<storage, read> ruleIndex: array<u32>;
@group(0) @binding(7) var<storage, read> y: array<vec4f>;
@group(0) @binding(8) var<storage, read> gradY: array<vec4f>;
@group(0) @binding(9) var<storage, read_write> grad: array<f32>;

const D4: u32 = WIDTH / 4u;
// As in route.wgsl.
const RULE_RENORMALISE: u32 = 5u;
const RULE_OVERRIDE: u32 = 6u;
const RULE_BIAS: u32 = 8u;
const RULE_REPLACEMENT: u32 = RULE_BIAS + 3u * EXPERTS;
const RULE_STRIDE: u32 = RULE_BIAS + 5u * EXPERTS;

var<workgroup> pull: array<f32, EXPERTS>;
var<workgroup> probability: array<f32, EXPERTS>;

fn distribute(record: u32, rule: u32) {
  if (rules[rule + RULE_OVERRIDE] != 0.0) {
    for (var e = 0u; e < EXPERTS; e++) { probability[e] = rules[rule + RULE_REPLACEMENT + e]; }
    return;
  }
  var largest = -3.0e38;
  for (var e = 0u; e < EXPERTS; e++) {
    let z = bitcast<f32>(ring[record + e]) + rules[rule + RULE_BIAS + e];
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

@compute @workgroup_size(ROUTE_THREADS)
fn main(@builtin(local_invocation_index) lane: u32, @builtin(workgroup_id) group: vec3u) {
  let row = group.x;
  let first = row * (run.slots + 1u);
  let inverse = 4u + MAX_TILES * 3u + MAX_PAIRS + row * run.slots;
  for (var s = lane; s < run.slots; s += ROUTE_THREADS) {
    var sum = 0.0;
    if (slots[first + s].expert != NO_EXPERT) {
      for (var i = 0u; i < D4; i++) { sum += dot(gradY[row * D4 + i], y[plan[inverse + s] * D4 + i]); }
    }
    pull[s] = sum;
  }
  workgroupBarrier();
  if (lane != 0u) { return; }

  let record = (row * LAYERS + layer.x) * routingStride(run.slots);
  let rule = ruleIndex[row * LAYERS + layer.x] * RULE_STRIDE;
  let count = ring[record + EXPERTS + 4u * run.slots];
  distribute(record, rule);
  var mass = 0.0;
  var mean = 0.0;
  for (var s = 0u; s < count; s++) {
    mass += probability[slots[first + s].expert];
    mean += slots[first + s].mix * pull[s];
  }
  let renormalised = rules[rule + RULE_RENORMALISE] != 0.0;
  for (var e = 0u; e < EXPERTS; e++) { grad[row * EXPERTS + e] = 0.0; }
  var flow = 0.0;
  for (var s = 0u; s < run.slots; s++) {
    let expert = slots[first + s].expert;
    if (expert == NO_EXPERT) { break; }
    var change = pull[s];
    if (renormalised) { change = select(0.0, (pull[s] - mean) / mass, mass > 0.0); }
    grad[row * EXPERTS + expert] = change;
    flow += probability[expert] * change;
  }
  if (rules[rule + RULE_OVERRIDE] != 0.0) { return; }
  for (var e = 0u; e < EXPERTS; e++) {
    let p = probability[e];
    let change = grad[row * EXPERTS + e];
    grad[row * EXPERTS + e] = select(p * (change - flow), p * (1.0 - p) * change, SIGMOID);
  }
}
