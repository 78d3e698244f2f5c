/** Percentile bootstrap (Efron 1979): intervals of a mean over units that are drawn as a whole, seeded. */
import { uniformAt } from './pcg';

export interface Estimate {
  readonly mean: number;
  /** Ends of the 95 % interval. */
  readonly low: number;
  readonly high: number;
  /** Units. */
  readonly n: number;
}

const DRAWS = 2000;

function quantile(sorted: Float64Array, q: number): number {
  const at = q * (sorted.length - 1);
  const [a, b] = [sorted[Math.floor(at)] ?? NaN, sorted[Math.ceil(at)] ?? NaN];
  return a + (b - a) * (at - Math.floor(at));
}

/**
 * Mean of one number for each unit with its 95 % interval; of a ratio of sums where a unit brings a numerator and a
 * denominator (nats and tokens, right answers and questions). Of nothing it is NaN.
 */
export function bootstrap(numerators: readonly number[], denominators: readonly number[] = numerators.map(() => 1), seed = 1): Estimate {
  const n = numerators.length;
  const ratio = (pick: (i: number) => number): number => {
    let [top, bottom] = [0, 0];
    for (let i = 0; i < n; i++) {
      const unit = pick(i);
      top += numerators[unit] ?? 0;
      bottom += denominators[unit] ?? 0;
    }
    return top / bottom;
  };
  const means = Float64Array.from({ length: DRAWS }, (_, draw) => ratio((i) => Math.floor(uniformAt(seed, draw * n + i) * n))).sort();
  return { mean: ratio((i) => i), low: quantile(means, 0.025), high: quantile(means, 0.975), n };
}
