/** Statistics of interleaved timings. */
import { uniformAt } from '../base/pcg';

/** A ratio with its 95 % interval. */
export interface Ratio {
  readonly ratio: number;
  readonly low: number;
  readonly high: number;
  /** Pairs behind it. */
  readonly n: number;
}

const DRAWS = 2000;

/** Linear between the two nearest values; NaN of nothing. */
export function quantile(values: readonly number[], q: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  const at = q * (sorted.length - 1);
  const [a, b] = [sorted[Math.floor(at)] ?? NaN, sorted[Math.ceil(at)] ?? NaN];
  return a + (b - a) * (at - Math.floor(at));
}

export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

/**
 * Median over rounds of theirs / ours, and the percentile interval of that median when rounds are drawn again with
 * replacement (paired bootstrap, seeded). What slows a whole round down, such as another process, cancels in its pair.
 * Above 1 ours is faster.
 */
export function pairedRatio(theirs: readonly number[], ours: readonly number[], seed = 1): Ratio {
  const n = Math.min(theirs.length, ours.length);
  const ratios = Array.from({ length: n }, (_, i) => (theirs[i] ?? NaN) / (ours[i] ?? NaN));
  if (n === 0) return { ratio: NaN, low: NaN, high: NaN, n };
  const medians = Array.from({ length: DRAWS }, (_, draw) =>
    median(Array.from({ length: n }, (_, i) => ratios[Math.floor(uniformAt(seed, draw * n + i) * n)] ?? NaN)));
  return { ratio: median(ratios), low: quantile(medians, 0.025), high: quantile(medians, 0.975), n };
}

/** exp(mean(ln value)); NaN of nothing. */
export function geometricMean(values: readonly number[]): number {
  return Math.exp(values.reduce((sum, value) => sum + Math.log(value), 0) / values.length);
}

/**
 * The geometric mean of ratios that were measured apart, such as one a size. The interval is that of their logarithms,
 * taken as independent: half widths add in squares.
 */
export function combined(ratios: readonly Ratio[]): Ratio {
  const center = Math.log(geometricMean(ratios.map(({ ratio }) => ratio)));
  const spread = (end: 'low' | 'high'): number => Math.hypot(...ratios.map((r) => Math.log(r[end] / r.ratio))) / ratios.length;
  return { ratio: Math.exp(center), low: Math.exp(center - spread('low')), high: Math.exp(center + spread('high')), n: Math.min(...ratios.map(({ n }) => n)) };
}

/** Four significant digits: more is noise. */
export function round(value: number): number {
  return Number(value.toPrecision(4));
}
