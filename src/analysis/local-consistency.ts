/**
 * Local routing consistency: does a segment of neighbouring tokens keep to the same experts? SRP, segment routing
 * best performance, of https://arxiv.org/abs/2505.16056.
 */
import { activationRate, type Choices } from './choices';

export interface Consistency {
  /** Best F1 of a router that turns an expert on or off for a whole segment: floor 2r/(1+r) of always-on, 1 at best. */
  readonly srp: number;
  /** Fewest activations in a segment for which the best router turns the expert on; 0 to m. */
  readonly alpha: number;
  /** Experts that this router keeps on over those that were active, rho-hat; 1 means as many. */
  readonly rho: number;
  /** Segments times experts. */
  readonly n: number;
}

/**
 * How many segments of `m` tokens activate expert e exactly f times, for every start position. [E, m + 1]
 * O(T (E + K)). All 0 when the text is shorter than m.
 */
export function segmentHistogram({ experts, tokens, ids, start }: Choices, m: number): Uint32Array {
  if (!Number.isInteger(m) || m < 1) throw new RangeError(`Segments have a whole number of tokens from 1 up, not ${m}.`);
  const bins = new Uint32Array(experts * (m + 1));
  const active = new Uint32Array(experts);
  const step = (token: number, by: 1 | -1): void => {
    for (let i = start[token] ?? 0; i < (start[token + 1] ?? 0); i++) {
      const expert = ids[i] ?? 0;
      active[expert] = (active[expert] ?? 0) + by;
    }
  };
  for (let t = 0; t < tokens; t++) {
    step(t, 1);
    if (t >= m) step(t - m, -1);
    if (t < m - 1) continue;
    for (let e = 0; e < experts; e++) {
      const at = e * (m + 1) + (active[e] ?? 0);
      bins[at] = (bins[at] ?? 0) + 1;
    }
  }
  return bins;
}

/**
 * SRP from the weight of segments with f = 0..m activations: max over alpha of
 * F1(alpha) = 2 sum_{f >= alpha} f w_f / (m sum_{f >= alpha} w_f + sum_f f w_f). The smallest alpha of equal ones.
 * @returns srp NaN where nothing was ever activated
 */
export function bestSegmentRouter(weights: ArrayLike<number>): Consistency {
  const m = weights.length - 1;
  let active = 0;
  for (let f = 1; f <= m; f++) active += f * (weights[f] ?? 0);
  let best: Consistency = { srp: NaN, alpha: 0, rho: NaN, n: 0 };
  let [kept, hits] = [0, 0];
  for (let alpha = m; alpha >= 0; alpha--) {
    kept += weights[alpha] ?? 0;
    hits += alpha * (weights[alpha] ?? 0);
    const srp = (2 * hits) / (m * kept + active);
    if (active > 0 && (Number.isNaN(best.srp) || srp >= best.srp)) best = { srp, alpha, rho: (m * kept) / active, n: 0 };
  }
  return { ...best, n: kept };
}

/** SRP of a group: all experts of the given layers under one alpha. */
export function consistency(layers: readonly Choices[], m: number): Consistency {
  const group = new Float64Array(m + 1);
  for (const layer of layers) segmentHistogram(layer, m).forEach((count, at) => (group[at % (m + 1)] = (group[at % (m + 1)] ?? 0) + count));
  return bestSegmentRouter(group);
}

/** SRP of each expert of a layer under its own alpha. [E] */
export function expertConsistency(choices: Choices, m: number): Consistency[] {
  const bins = segmentHistogram(choices, m);
  return Array.from({ length: choices.experts }, (_, e) => bestSegmentRouter(bins.subarray(e * (m + 1), (e + 1) * (m + 1))));
}

/** SRP that choosing at random gives, each token activating an expert with chance `rate` (k/E): f is binomial (m, rate). */
export function randomSrp(m: number, rate: number): number {
  if (rate <= 0) return NaN;
  if (rate >= 1) return 1;
  const weights = new Float64Array(m + 1);
  let logChoose = 0;
  for (let f = 0; f <= m; f++) {
    weights[f] = Math.exp(logChoose + f * Math.log(rate) + (m - f) * Math.log1p(-rate));
    logChoose += Math.log((m - f) / (f + 1));
  }
  return bestSegmentRouter(weights).srp;
}

/**
 * (SRP - SRP of chance) / (1 - SRP of chance): 0 for random, 1 for constant choices, below 0 for choices that avoid
 * repetition. It makes models of different k/E comparable; the paper reports SRP itself. NaN where chance gives 1 too.
 * @param rate k/E, see `activationRate`
 */
export function normalisedSrp(srp: number, m: number, rate: number): number {
  const chance = randomSrp(m, rate);
  return (srp - chance) / (1 - chance);
}

export interface LayerConsistency extends Consistency {
  readonly normalised: number;
}

/** SRP of every layer, and normalised by the layer's own activation rate. */
export function consistencyByLayer(layers: readonly Choices[], m: number): LayerConsistency[] {
  return layers.map((layer) => {
    const found = consistency([layer], m);
    return { ...found, normalised: normalisedSrp(found.srp, m, activationRate([layer])) };
  });
}
