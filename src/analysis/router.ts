/**
 * Read-outs of the router's own logits: entropy, balance losses, z-loss.
 * Losses: https://arxiv.org/abs/2101.03961 (Switch, eq. 4-6), https://arxiv.org/abs/2401.06066 (top-k form, section 3.3),
 * https://arxiv.org/abs/2412.19437 (sigmoid scores divided by their sum), https://arxiv.org/abs/2202.08906 (z-loss, eq. 5).
 */
import { gateProbabilities } from '../routing/select';
import type { RoutingRule } from '../routing/plan';
import type { Trace } from '../trace/trace';
import { spanOf, type Span } from './choices';
import { entropyNats, ruleReader, scoringOf } from './gate';
import { balanceLoss, expertCounts } from './load';

export interface RouterReadout {
  /** Tokens. */
  readonly n: number;
  /** Mean gate probability over the tokens; sums to 1. [E] */
  readonly meanProb: Float64Array;
  /** Tokens whose largest logit is that expert's; ties go to the lower id. [E] */
  readonly firsts: Uint32Array;
  /** E sum_e f_e P_e with f_e the share of `firsts`: 1 is even, E the most. */
  readonly switchLoss: number;
  /** E / (K T) sum_e count_e P_e with the recorded choices: 1 is even, E/K the most. */
  readonly topKLoss: number;
  /** `topKLoss` without the division by K, as some libraries have it. */
  readonly topKLossTimesK: number;
  /** Mean of (ln sum_e exp z_e)^2; NaN where the logits are only known up to a constant. */
  readonly zLoss: number;
  /** Mean of ln sum_e exp z_e, which the z-loss holds down. */
  readonly meanLogSumExp: number;
  readonly meanMaxProb: number;
  /** Mean over the tokens, 0 to ln E. */
  readonly entropyNats: number;
}

/** What comes out of one row of logits beside its probabilities. */
interface RowSums {
  /** ln sum_e exp z_e */
  logSumExp: number;
  /** Of the probabilities, nats. */
  entropyNats: number;
}

/**
 * Probabilities of E logits from `at` on, divided by their sum, into `prob`. The entropy of a softmax needs no
 * logarithm per expert: with x = z - max z it is ln sum_e exp x_e - sum_e p_e x_e.
 */
function probabilitiesInto(prob: Float64Array, logits: Float32Array, at: number, sigmoid: boolean, sums: RowSums): void {
  const experts = prob.length;
  let most = -Infinity;
  for (let e = 0; e < experts; e++) {
    const z = logits[at + e] ?? 0;
    if (z > most) most = z;
  }
  let total = 0;
  let weighted = 0;
  for (let e = 0; e < experts; e++) {
    const x = (logits[at + e] ?? 0) - most;
    const weight = Math.exp(x);
    total += weight;
    weighted += weight * x;
    prob[e] = weight;
  }
  sums.logSumExp = most + Math.log(total);
  sums.entropyNats = Math.max(0, Math.log(total) - weighted / total);
  if (sigmoid) {
    total = 0;
    for (let e = 0; e < experts; e++) total += prob[e] = 1 / (1 + Math.exp(-(logits[at + e] ?? 0)));
    sums.entropyNats = entropyNats(prob);
  }
  const scale = 1 / total;
  for (let e = 0; e < experts; e++) prob[e] = (prob[e] ?? 0) * scale;
}

function indexOfMost(values: Float64Array): number {
  let best = 0;
  for (let e = 1; e < values.length; e++) if ((values[e] ?? 0) > (values[best] ?? 0)) best = e;
  return best;
}

/**
 * Read-outs of row `row` of the routing arrays over a span, before the run's plan; losses are before their
 * coefficients. Sigmoid scores are divided by their sum. O(T E)
 * @returns undefined where the trace has no router logits, or the span no tokens
 */
export function routerReadout(trace: Trace, row: number, span: Span = spanOf(trace)): RouterReadout | undefined {
  const { model, routing } = trace;
  const n = span.to - span.from;
  if (routing.logits === undefined || model.experts === 0 || n <= 0) return undefined;
  const sigmoid = scoringOf(model) === 'sigmoid';
  const share = 1 / n;
  const prob = new Float64Array(model.experts);
  const meanProb = new Float64Array(model.experts);
  const firsts = new Uint32Array(model.experts);
  const sums: RowSums = { logSumExp: 0, entropyNats: 0 };
  let [zLoss, logSumExp, maxProb, entropy] = [0, 0, 0, 0];
  for (let t = span.from; t < span.to; t++) {
    probabilitiesInto(prob, routing.logits, (t * model.moeLayers.length + row) * model.experts, sigmoid, sums);
    const first = indexOfMost(prob);
    firsts[first] = (firsts[first] ?? 0) + 1;
    for (let e = 0; e < prob.length; e++) meanProb[e] = (meanProb[e] ?? 0) + (prob[e] ?? 0) * share;
    zLoss += sums.logSumExp ** 2;
    logSumExp += sums.logSumExp;
    maxProb += prob[first] ?? 0;
    entropy += sums.entropyNats;
  }
  const upToConstant = trace.meta['logitsUpToConstant'] === true;
  const counts = expertCounts(trace, row, span);
  const topKLoss = balanceLoss(counts, meanProb);
  return {
    n,
    meanProb,
    firsts,
    switchLoss: balanceLoss(firsts, meanProb),
    topKLoss,
    topKLossTimesK: (topKLoss * counts.reduce((sum, count) => sum + count, 0)) / n,
    // Logarithms of recorded probabilities stand for logits up to a constant, and this is the one number that shows it.
    zLoss: upToConstant ? Number.NaN : zLoss / n,
    meanLogSumExp: upToConstant ? Number.NaN : logSumExp / n,
    meanMaxProb: maxProb / n,
    entropyNats: entropy / n,
  };
}

/** Before the run's plan, or after its bias and override. */
export type Stage = 'router' | 'plan';

/** Writes the E gate probabilities of a token in a row, divided by their sum, into `prob`; returns their entropy in nats. */
export type ProbabilityReader = (token: number, row: number, prob: Float64Array) => number;

/**
 * Reader of whole gate distributions, without the ranking and margin that `gateReader` works out for a single gate.
 * @returns undefined where the trace has no router logits, or (for `plan`) a plan that does not fit its model
 */
export function probabilityReader(trace: Trace, stage: Stage): ProbabilityReader | undefined {
  const { model, routing } = trace;
  const { logits } = routing;
  const planned = stage === 'plan' && (trace.run.plan?.entries.length ?? 0) > 0;
  const ruleAt = planned ? ruleReader(trace) : undefined;
  if (logits === undefined || model.experts === 0 || (planned && ruleAt === undefined)) return undefined;
  const scoring = scoringOf(model);
  const sums: RowSums = { logSumExp: 0, entropyNats: 0 };
  return (token, row, prob) => {
    const at = (token * model.moeLayers.length + row) * model.experts;
    const rule = ruleAt?.(token, row);
    if (rule === undefined || !changesDistribution(rule)) {
      probabilitiesInto(prob, logits, at, scoring === 'sigmoid', sums);
      return sums.entropyNats;
    }
    prob.set(gateProbabilities(logits.subarray(at, at + model.experts), rule, scoring));
    const total = prob.reduce((sum, p) => sum + p, 0);
    if (total > 0) for (let e = 0; e < prob.length; e++) prob[e] = (prob[e] ?? 0) / total;
    return entropyNats(prob);
  };
}

function changesDistribution(rule: RoutingRule): boolean {
  return rule.override !== undefined || rule.bias.some((bias) => bias !== 0);
}

/** Entropy in nats of every gate, 0 to ln E, [T, L]; undefined as for `probabilityReader`. O(T L E) */
export function routerEntropies(trace: Trace, stage: Stage = 'router'): Float32Array | undefined {
  const read = probabilityReader(trace, stage);
  if (read === undefined) return undefined;
  const layers = trace.model.moeLayers.length;
  const prob = new Float64Array(trace.model.experts);
  const nats = new Float32Array(trace.tokens.ids.length * layers);
  for (let cell = 0; cell < nats.length; cell++) nats[cell] = read(Math.floor(cell / layers), cell % layers, prob);
  return nats;
}

/** Mean gate distribution of each layer over a span, rows sum to 1, [L, E]; undefined as above, or for an empty span. O(T L E) */
export function meanProbabilities(trace: Trace, span: Span = spanOf(trace), stage: Stage = 'plan'): Float64Array | undefined {
  const read = probabilityReader(trace, stage);
  const n = span.to - span.from;
  if (read === undefined || n <= 0) return undefined;
  const { experts, moeLayers } = trace.model;
  const share = 1 / n;
  const mean = new Float64Array(moeLayers.length * experts);
  const prob = new Float64Array(experts);
  for (let t = span.from; t < span.to; t++) {
    for (let row = 0; row < moeLayers.length; row++) {
      read(t, row, prob);
      for (let e = 0; e < experts; e++) mean[row * experts + e] = (mean[row * experts + e] ?? 0) + (prob[e] ?? 0) * share;
    }
  }
  return mean;
}
