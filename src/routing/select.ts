/**
 * One RoutingRule applied to one row of router logits, in float64: the oracle of shaders/route.wgsl.
 * Order of the hooks: plan.ts. Scores and top-p: METHODS "Harder Tasks Need More Experts"
 * (https://arxiv.org/abs/2403.07652); bias for choosing only: https://arxiv.org/abs/2408.15664.
 */
import type { RoutingRule } from './plan';

export type Scoring = 'softmax' | 'sigmoid';

export interface Selection {
  /** Gate probabilities of all experts, after bias and override. [E] */
  readonly prob: Float64Array;
  /** Ids in the order of selection: highest score first, ties to the lower id. [count] */
  readonly chosen: Uint16Array;
  /** Weight of each chosen expert in the sum that the layer adds. [count] */
  readonly mix: Float64Array;
  readonly count: number;
}

/** Gate probabilities [E] of router logits [E]: bias, then softmax or sigmoid, or the override as it is given. */
export function gateProbabilities(logits: ArrayLike<number>, rule: RoutingRule, scoring: Scoring): Float64Array {
  if (rule.override !== undefined) return Float64Array.from(rule.override);
  const biased = Float64Array.from(logits, (z, e) => z + (rule.bias[e] ?? 0));
  if (scoring === 'sigmoid') return biased.map((z) => 1 / (1 + Math.exp(-z)));
  let most = -Infinity;
  for (const z of biased) most = Math.max(most, z);
  let total = 0;
  for (let e = 0; e < biased.length; e++) total += biased[e] = Math.exp((biased[e] ?? 0) - most);
  return biased.map((weight) => weight / total);
}

/** Unmasked experts by descending selection score P + selectionBias, ties to the lower id. */
export function selectionOrder(prob: Float64Array, rule: RoutingRule): { readonly ids: number[]; readonly score: Float64Array } {
  const score = prob.map((p, e) => p + (rule.selectionBias[e] ?? 0));
  const ids: number[] = [];
  for (let e = 0; e < prob.length; e++) if (!rule.masked[e]) ids.push(e);
  ids.sort((a, b) => (score[b] ?? 0) - (score[a] ?? 0) || a - b);
  return { ids, score };
}

/**
 * Mass that the first j + 1 experts of the selection order hold, for each j: of P itself, or of the
 * first k renormalised to sum 1 (then constant from there on).
 */
export function cumulativeMass(ids: readonly number[], prob: Float64Array, selection: RoutingRule['selection']): Float64Array {
  const renormalised = selection.kind === 'top-p' && selection.mass === 'topk';
  const counted = renormalised ? Math.min(selection.k, ids.length) : ids.length;
  const cumulative = new Float64Array(ids.length);
  let sum = 0;
  for (let j = 0; j < ids.length; j++) {
    if (j < counted) sum += prob[ids[j] ?? 0] ?? 0;
    cumulative[j] = sum;
  }
  return renormalised && sum > 0 ? cumulative.map((mass) => mass / sum) : cumulative;
}

/** How many of the ordered experts a selection takes. */
function cut(ids: readonly number[], prob: Float64Array, selection: RoutingRule['selection']): number {
  if (selection.kind === 'top-k') return Math.min(selection.k, ids.length);
  const cumulative = cumulativeMass(ids, prob, selection);
  const reached = cumulative.findIndex((mass) => mass >= selection.p);
  const smallest = reached === -1 ? ids.length : reached + 1;
  return Math.min(Math.max(smallest, selection.min), selection.max, ids.length);
}

function sumOf(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0);
}

/** Divides by the sum; all-zero weights stay zero rather than become NaN. */
function normalise(weights: Float64Array<ArrayBuffer>): Float64Array<ArrayBuffer> {
  const sum = sumOf(weights);
  return sum === 0 ? weights : weights.map((weight) => weight / sum);
}

/**
 * Routes one token in one layer.
 * @param logits router logits W h before any hook, [E]
 */
export function selectExperts(logits: ArrayLike<number>, rule: RoutingRule, scoring: Scoring): Selection {
  const prob = gateProbabilities(logits, rule, scoring);
  const { ids } = selectionOrder(prob, rule);
  const count = cut(ids, prob, rule.selection);
  const chosen = Uint16Array.from(ids.slice(0, count));
  let mix = Float64Array.from(chosen, (e) => prob[e] ?? 0);
  if (rule.renormalise === 'before-scale') mix = normalise(mix);
  mix = mix.map((weight, i) => weight * (rule.scale[chosen[i] ?? 0] ?? 1));
  if (rule.renormalise === 'after-scale') mix = normalise(mix);
  return { prob, chosen, mix, count };
}
