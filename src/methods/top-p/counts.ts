/** How many experts each token and layer got, and what goes with it. Pure functions of a recorded routing. */
import { cumulativeMass, gateProbabilities, selectionOrder } from '../../routing/select';
import type { RoutingBatch } from '../../engine/engine';
import type { RoutingRule } from '../../routing/plan';
import type { RouterSize, TopPSettings } from './settings';

/** The part of a recorded routing that says how many experts were chosen. */
export type CountedRouting = Pick<RoutingBatch, 'layers' | 'count'>;

/** Experts chosen, of all tokens and layers together. */
export interface ExpertUse {
  /** Tokens. */
  readonly tokens: number;
  /** Mean over tokens and layers. */
  readonly mean: number;
  /** Mean over tokens. [L] */
  readonly perLayer: readonly number[];
  /** histogram[t]: pairs of token and layer that got t experts; 0 to the most that was seen. */
  readonly histogram: readonly number[];
}

/** Adds up the experts of several recorded texts. Means of nothing are NaN. */
export function expertUse(texts: readonly CountedRouting[]): ExpertUse {
  const layers = texts[0]?.layers ?? 0;
  const sums = Array<number>(layers).fill(0);
  const histogram: number[] = [];
  let cells = 0;
  for (const { count } of texts) {
    count.forEach((t, cell) => {
      sums[cell % layers] = (sums[cell % layers] ?? 0) + t;
      for (let size = histogram.length; size <= t; size++) histogram.push(0);
      histogram[t] = (histogram[t] ?? 0) + 1;
    });
    cells += count.length;
  }
  const tokens = layers === 0 ? 0 : cells / layers;
  return { tokens, mean: sums.reduce((a, b) => a + b, 0) / cells, perLayer: sums.map((sum) => sum / tokens), histogram };
}

/** Mean experts over the layers, for each token. [T] */
export function expertsPerToken({ layers, count }: CountedRouting): number[] {
  return Array.from({ length: count.length / layers }, (_, token) => {
    let sum = 0;
    for (let layer = 0; layer < layers; layer++) sum += count[token * layers + layer] ?? 0;
    return sum / layers;
  });
}

/** Entropy of the router's own distribution in nats, mean over the layers, for each token. [T] */
export function routerEntropyPerToken({ layers, experts, logits }: Pick<RoutingBatch, 'layers' | 'experts' | 'logits'>): number[] {
  const rule = ruleOf({ p: 1, min: 1, max: experts, mass: 'all', renormalise: false }, { experts, topK: 1 });
  return Array.from({ length: logits.length / (layers * experts) }, (_, token) => {
    let sum = 0;
    for (let layer = 0; layer < layers; layer++) {
      const at = (token * layers + layer) * experts;
      for (const p of gateProbabilities(logits.subarray(at, at + experts), rule, 'softmax')) if (p > 0) sum -= p * Math.log(p);
    }
    return sum / layers;
  });
}

function ruleOf({ p, min, max, mass }: TopPSettings, { experts, topK }: RouterSize): RoutingRule {
  const flat = (value: number): number[] => Array<number>(experts).fill(value);
  return {
    selection: { kind: 'top-p', p, min, max, mass, k: topK },
    masked: Array<boolean>(experts).fill(false),
    bias: flat(0),
    selectionBias: flat(0),
    scale: flat(1),
    renormalise: 'off',
  };
}

/**
 * The p at which a token and layer would get its t-th expert, from router logits of any run: expert t + 1 comes in where
 * p exceeds the mass of the first t. [T L, E], ascending in each row; the last of a row is the whole mass.
 */
export function massesOf(routing: Pick<RoutingBatch, 'experts' | 'logits'>, mass: TopPSettings['mass'], topK: number): Float64Array {
  const { experts, logits } = routing;
  const rule = ruleOf({ p: 1, min: 1, max: experts, mass, renormalise: false }, { experts, topK });
  const out = new Float64Array(logits.length);
  for (let at = 0; at < logits.length; at += experts) {
    const prob = gateProbabilities(logits.subarray(at, at + experts), rule, 'softmax');
    out.set(cumulativeMass(selectionOrder(prob, rule).ids, prob, rule.selection), at);
  }
  return out;
}

/**
 * Mean experts that settings would choose for given router logits, without running anything. An estimate for a run under
 * these settings: there, fewer experts in a layer change the logits of the layers above.
 * @param masses of `massesOf`, one array for each text
 */
export function estimatedMean(masses: readonly Float64Array[], { p, min, max }: Pick<TopPSettings, 'p' | 'min' | 'max'>, experts: number): number {
  let sum = 0;
  let cells = 0;
  for (const rows of masses) {
    for (let at = 0; at < rows.length; at += experts) {
      let t = 1;
      while (t < experts && (rows[at + t - 1] ?? 0) < p) t++;
      sum += Math.min(Math.max(t, min), max);
      cells++;
    }
  }
  return sum / cells;
}
