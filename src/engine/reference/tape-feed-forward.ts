/** The routed half of a block with its derivative, the set of chosen experts held fixed. */
import type { RoutingRule } from '../../routing/plan';
import { selectExperts, type Selection } from '../../routing/select';
import { dot, matVecBackward, swigluBackward, tapeSwiglu, type SwigluTape } from './backward';
import type { FeedForward, Swiglu } from './feed-forward';
import { addScaled, matVec, sigmoid } from './linear';

type MoeWeights = Extract<FeedForward, { kind: 'moe' }>;

export interface MoeTape {
  /** Normed input. [D] */
  readonly x: Float64Array;
  readonly rule: RoutingRule;
  readonly selection: Selection;
  /** In the order of selection. */
  readonly chosen: readonly SwigluTape[];
  readonly shared: { readonly tape: SwigluTape; readonly factor: number } | undefined;
}

/** Gradients of the loss at one token and layer. */
export interface RoutingGradient {
  /** Of the distribution, before the cut and renormalisation: chosen and wanted experts, 0 for the others. [E] */
  readonly prob: Float64Array;
  /** Of the router's logits after the plan's bias; undefined where a distribution was put in the router's place. [E] */
  readonly logits: Float64Array | undefined;
}

function expertOf(weights: MoeWeights, id: number): Swiglu {
  const found = weights.experts[id];
  if (found === undefined) throw new RangeError(`expert ${id} of ${weights.experts.length}`);
  return found;
}

/**
 * As `moe`, keeping what the derivative needs.
 * @param rule without scale, and with the renormalisation of the model
 * @returns the tape and the layer's sum [D]
 */
export function tapeMoe(x: Float64Array, weights: MoeWeights, rule: RoutingRule): { tape: MoeTape; out: Float64Array } {
  const { experts, scoring } = weights.settings;
  const logits = new Float64Array(experts);
  matVec(weights.router, x, logits, experts, x.length);
  const selection = selectExperts(logits, rule, scoring);
  const out = new Float64Array(x.length);
  const chosen = Array.from(selection.chosen, (id, slot) => {
    const tape = tapeSwiglu(x, expertOf(weights, id));
    addScaled(out, tape.out, selection.mix[slot] as number);
    return tape;
  });
  const shared = tapeShared(x, weights, out);
  return { tape: { x, rule, selection, chosen, shared }, out };
}

function tapeShared(x: Float64Array, { shared }: MoeWeights, out: Float64Array): MoeTape['shared'] {
  if (shared === undefined) return undefined;
  const score = new Float64Array(1);
  if (shared.gate) matVec(shared.gate, x, score, 1, x.length);
  const factor = shared.gate ? sigmoid(score[0] as number) : 1;
  const tape = tapeSwiglu(x, shared.block);
  addScaled(out, tape.out, factor);
  return { tape, factor };
}

/**
 * Gradient of the distribution. With g_e = <dy, Expert_e(x)>: renormalised weights w = P / Z over the chosen give
 * (g_e - sum w g) / Z, plain ones g_e. For an expert outside of the cut this is what it would get if it were let in
 * with an infinitesimal weight.
 */
function distributionGradient({ x, rule, selection, chosen }: MoeTape, weights: MoeWeights, dy: Float64Array, wanted: readonly number[]): Float64Array {
  const out = new Float64Array(weights.settings.experts);
  let mean = 0;
  let mass = 0;
  selection.chosen.forEach((id, slot) => {
    const g = dot(dy, (chosen[slot] as SwigluTape).out);
    out[id] = g;
    mean += (selection.mix[slot] as number) * g;
    mass += selection.prob[id] as number;
  });
  for (const id of wanted) if (!selection.chosen.includes(id)) out[id] = dot(dy, tapeSwiglu(x, expertOf(weights, id)).out);
  if (rule.renormalise === 'off') return out;
  for (const id of new Set([...selection.chosen, ...wanted])) out[id] = mass === 0 ? 0 : ((out[id] as number) - mean) / mass;
  return out;
}

/** Gradient of the router's logits from that of its scores; unchosen experts take part through the normaliser. */
function logitGradient(dProb: Float64Array, { selection }: MoeTape, scoring: 'softmax' | 'sigmoid'): Float64Array {
  const { prob } = selection;
  const only = new Float64Array(dProb.length);
  for (const id of selection.chosen) only[id] = dProb[id] as number;
  if (scoring === 'sigmoid') return only.map((d, e) => d * (prob[e] as number) * (1 - (prob[e] as number)));
  const mean = dot(only, prob);
  return only.map((d, e) => (prob[e] as number) * (d - mean));
}

/**
 * @param dy gradient of the layer's sum [D]
 * @param dx gradient of the normed input [D], added to
 * @param wanted experts whose gradient is asked for even where they were not chosen
 */
export function moeBackward(tape: MoeTape, weights: MoeWeights, dy: Float64Array, dx: Float64Array, wanted: readonly number[]): RoutingGradient {
  const { selection, chosen, shared, x, rule } = tape;
  selection.chosen.forEach((id, slot) => {
    swigluBackward(chosen[slot] as SwigluTape, expertOf(weights, id), selection.mix[slot] as number, dy, dx);
  });
  if (shared && weights.shared) {
    swigluBackward(shared.tape, weights.shared.block, shared.factor, dy, dx);
    const { factor } = shared;
    if (weights.shared.gate) matVecBackward(weights.shared.gate, Float64Array.of(dot(dy, shared.tape.out) * factor * (1 - factor)), dx, 1, x.length);
  }
  const prob = distributionGradient(tape, weights, dy, wanted);
  if (rule.override !== undefined) return { prob, logits: undefined };
  const logits = logitGradient(prob, tape, weights.settings.scoring);
  matVecBackward(weights.router, logits, dx, logits.length, x.length);
  return { prob, logits };
}
