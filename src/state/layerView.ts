/**
 * What one layer did with one token, gathered from the trace for the views: the gate distribution,
 * the chosen experts in order, the cut, and how close the next expert came.
 */
import { ROUTER_AS_TRAINED } from '../routing/plan';
import { resolveRule, type RouterSettings } from '../routing/resolve';
import { gateProbabilities } from '../routing/select';
import type { Trace } from '../trace/trace';

export interface LayerView {
  readonly token: number;
  /** Row of the routing arrays. */
  readonly row: number;
  /** Number of the layer in the model. */
  readonly layer: number;
  readonly experts: number;
  /** Gate probability by expert; NaN where the trace does not hold it. [E] */
  readonly gate: Float64Array;
  /** Every probability is known. */
  readonly full: boolean;
  /** Router logits before the plan. [E] */
  readonly logits: Float32Array | undefined;
  /** In the order of selection. */
  readonly chosen: readonly number[];
  /** Weight of each chosen expert. */
  readonly mix: readonly number[];
  readonly outputNorm: readonly number[] | undefined;
  /** The plan forbids the expert. [E] */
  readonly masked: readonly boolean[];
  readonly selection: { readonly kind: 'top-k'; readonly k: number } | { readonly kind: 'top-p'; readonly p: number };
  /** Of the gate distribution, nats; undefined where it is not fully known. */
  readonly entropy: number | undefined;
  /** The best expert that was left out and how much probability it lacked; undefined where something else than probability chose. */
  readonly missed: { readonly expert: number; readonly by: number } | undefined;
}

/** Experts that ran at (token, row), without the empty slots. */
export function chosenAt({ routing, model }: Trace, token: number, row: number): Uint16Array {
  const at = token * model.moeLayers.length + row;
  const first = at * routing.slots;
  return routing.experts.subarray(first, first + (routing.count?.[at] ?? routing.slots));
}

/** Gathers one (token, row); undefined where the trace has no such place. */
export function layerView(trace: Trace, token: number, row: number): LayerView | undefined {
  const { model, routing } = trace;
  const layers = model.moeLayers.length;
  const layer = model.moeLayers[row];
  if (layer === undefined || token < 0 || token >= trace.tokens.ids.length || model.experts === 0) return undefined;
  const E = model.experts;
  const at = token * layers + row;
  const chosen = [...chosenAt(trace, token, row)];
  const slots = at * routing.slots;
  const inSlots = (values: Float32Array): number[] => [...values.subarray(slots, slots + chosen.length)];
  const router: RouterSettings = { experts: E, topK: model.topK, normTopK: model.normTopk };
  const rule = resolveRule(trace.run.plan ?? ROUTER_AS_TRAINED, router, { layer, token, promptLength: trace.run.promptTokens });
  const logits = routing.logits?.subarray(at * E, at * E + E);
  const gate = logits === undefined ? new Float64Array(E).fill(Number.NaN) : gateProbabilities(logits, rule, model.scoring === 'sigmoid' ? 'sigmoid' : 'softmax');
  const prob = routing.prob === undefined ? undefined : inSlots(routing.prob);
  if (logits === undefined) chosen.forEach((expert, rank) => (gate[expert] = prob?.[rank] ?? Number.NaN));
  const full = logits !== undefined;
  return {
    token,
    row,
    layer,
    experts: E,
    gate,
    full,
    logits,
    chosen,
    mix: inSlots(routing.mix),
    outputNorm: routing.outputNorm === undefined ? undefined : inSlots(routing.outputNorm),
    masked: rule.masked,
    selection: rule.selection.kind === 'top-k' ? { kind: 'top-k', k: rule.selection.k } : { kind: 'top-p', p: rule.selection.p },
    entropy: full ? normalisedEntropy(gate) : undefined,
    missed: full ? missedBy(gate, chosen, rule.masked) : undefined,
  };
}

/** Entropy in nats of weights brought to sum 1 (sigmoid scores do not sum to 1 by themselves). */
function normalisedEntropy(weights: Float64Array): number {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return weights.reduce((sum, weight) => (weight > 0 ? sum - (weight / total) * Math.log(weight / total) : sum), 0);
}

function missedBy(gate: Float64Array, chosen: readonly number[], masked: readonly boolean[]): LayerView['missed'] {
  const last = chosen.at(-1);
  if (last === undefined) return undefined;
  let best: number | undefined;
  gate.forEach((p, expert) => {
    if (!masked[expert] && !chosen.includes(expert) && (best === undefined || p > (gate[best] ?? 0))) best = expert;
  });
  if (best === undefined) return undefined;
  // Routers that choose within groups, or with a bias for choosing only, pass over experts of higher probability.
  const by = (gate[last] ?? 0) - (gate[best] ?? 0);
  return by < 0 ? undefined : { expert: best, by };
}

/** Experts by falling probability, chosen ones first in their own order, forbidden ones last, unknown ones by id. */
export function expertOrder({ gate, chosen, masked, experts }: LayerView): number[] {
  const rest = Array.from({ length: experts }, (_, expert) => expert).filter((expert) => !chosen.includes(expert));
  const score = (expert: number): number => (masked[expert] ? -1 : Number.isFinite(gate[expert]) ? (gate[expert] ?? 0) : 0);
  return [...chosen, ...rest.sort((a, b) => score(b) - score(a) || a - b)];
}
