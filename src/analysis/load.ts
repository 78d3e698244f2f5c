/** How evenly experts are used. Formulas: https://arxiv.org/abs/2101.03961 (Switch), https://arxiv.org/abs/2408.15664 (MaxVio). */
import type { Trace } from '../trace/trace';
import { choicesOf, countsOf, spanOf, type Span } from './choices';
import { entropyNats } from './gate';

/** Tokens of a span that chose each expert in one row of the routing arrays. [E] */
export function expertCounts(trace: Trace, row: number, span: Span = spanOf(trace)): Uint32Array {
  return countsOf(choicesOf(trace, row, span));
}

export interface LoadBalance {
  /** Share of all choices that fell on each expert; sums to 1 unless nothing was chosen. [E] */
  readonly shares: Float64Array;
  /** max_i (load_i - mean) / mean: 0 is even, E/K - 1 is the most. */
  readonly maxVio: number;
  /** Entropy of the shares divided by ln E: 1 is even, 0 is one expert only. */
  readonly entropy: number;
  /** Standard deviation of the load over its mean. */
  readonly variation: number;
  /** Experts with less than 1 % of the mean load. */
  readonly dead: readonly number[];
}

/** Read-outs of balance from the load of each expert, any unit. [E] */
export function loadBalance(load: ArrayLike<number>): LoadBalance {
  const values = Float64Array.from(load);
  const experts = values.length;
  const total = values.reduce((sum, x) => sum + x, 0);
  const mean = total / experts;
  if (total === 0) return { shares: new Float64Array(experts), maxVio: 0, entropy: 1, variation: 0, dead: [] };
  const most = values.reduce((max, x) => Math.max(max, x), 0);
  const variance = values.reduce((sum, x) => sum + (x - mean) ** 2, 0) / experts;
  const dead: number[] = [];
  values.forEach((x, expert) => {
    if (x < 0.01 * mean) dead.push(expert);
  });
  return {
    shares: values.map((x) => x / total),
    maxVio: (most - mean) / mean,
    entropy: experts > 1 ? entropyNats(values) / Math.log(experts) : 1,
    variation: Math.sqrt(variance) / mean,
    dead,
  };
}

/**
 * Load-balancing loss before its coefficient, in the top-k form E / (k T) sum_i count_i P_i: 1 when both are
 * even. For k = 1 it is that of Switch. Libraries differ by factors of E and k.
 * @param counts choices of each expert, [E]
 * @param meanGate mean gate probability of each expert over the tokens, [E]
 */
export function balanceLoss(counts: ArrayLike<number>, meanGate: ArrayLike<number>): number {
  let choices = 0;
  let sum = 0;
  for (let e = 0; e < counts.length; e++) {
    choices += counts[e] ?? 0;
    sum += (counts[e] ?? 0) * (meanGate[e] ?? 0);
  }
  return choices === 0 ? 0 : (counts.length * sum) / choices;
}

/** Router z-loss before its coefficient: mean over tokens of (ln sum_e exp z_e)^2. Source: https://arxiv.org/abs/2202.08906, eq. 5. */
export function zLoss(rows: readonly ArrayLike<number>[]): number {
  if (rows.length === 0) return 0;
  let sum = 0;
  for (const row of rows) {
    const logits = Array.from(row);
    const most = Math.max(...logits);
    sum += (most + Math.log(logits.reduce((total, z) => total + Math.exp(z - most), 0))) ** 2;
  }
  return sum / rows.length;
}

/** Mean of rows of equal length, e.g. of gate probabilities over tokens. [E] */
export function meanRow(rows: readonly ArrayLike<number>[]): Float64Array {
  const mean = new Float64Array(rows[0]?.length ?? 0);
  for (const row of rows) for (let e = 0; e < mean.length; e++) mean[e] = (mean[e] ?? 0) + (row[e] ?? 0) / rows.length;
  return mean;
}
