/** Curves of accuracy over the share of the large model's steps, and what lies between two of them. */
import { uniformAt } from '../../base/pcg';

/** One arm on the items: what a point of a curve is made of. All lists are in the order of the items. */
export interface ArmColumns {
  readonly right: readonly number[];
  readonly largeSteps: readonly number[];
  readonly steps: readonly number[];
}

export type Point = readonly [share: number, accuracy: number];

/** The point of arms taken together, such as several tosses of one coin, over items `pick`. */
export function pointOf(arms: readonly ArmColumns[], pick: readonly number[]): Point {
  let [right, large, steps] = [0, 0, 0];
  for (const arm of arms) {
    for (const i of pick) {
      right += arm.right[i] ?? 0;
      large += arm.largeSteps[i] ?? 0;
      steps += arm.steps[i] ?? 0;
    }
  }
  return [steps === 0 ? 0 : large / steps, right / (arms.length * pick.length)];
}

/** Accuracy of a curve at a share, straight lines between its points; its ends beyond them. */
export function accuracyAt(curve: readonly Point[], share: number): number {
  const after = curve.findIndex(([x]) => x >= share);
  if (after === -1) return curve.at(-1)?.[1] ?? NaN;
  const [x1, y1] = curve[after] ?? [NaN, NaN];
  const [x0, y0] = curve[after - 1] ?? [x1, y1];
  return x1 === x0 ? y1 : y0 + ((share - x0) / (x1 - x0)) * (y1 - y0);
}

/** Where hand-over is compared with chance. */
export const BAND = { from: 0.15, to: 0.5 } as const;
const GRID = 70;

/** Area between two curves over the band, divided by its width: the mean difference in accuracy at equal share. */
export function meanDifference(a: readonly Point[], b: readonly Point[]): number {
  let sum = 0;
  for (let i = 0; i <= GRID; i++) {
    const share = BAND.from + ((BAND.to - BAND.from) * i) / GRID;
    // Trapezoids: the ends count half.
    sum += (i === 0 || i === GRID ? 0.5 : 1) * (accuracyAt(a, share) - accuracyAt(b, share));
  }
  return sum / GRID;
}

export interface Groups {
  /** One list of arms for each point. */
  readonly points: readonly (readonly ArmColumns[])[];
}

export function curveOf({ points }: Groups, pick: readonly number[]): Point[] {
  return points.map((arms) => pointOf(arms, pick)).sort(([a], [b]) => a - b);
}

const DRAWS = 1000;

/** A statistic of items with its 95 % percentile bootstrap interval over items (Efron 1979). */
export function resampled(n: number, statistic: (pick: readonly number[]) => number, seed = 1): { readonly mean: number; readonly low: number; readonly high: number; readonly n: number } {
  const everyone = Array.from({ length: n }, (_, i) => i);
  const values = Float64Array.from({ length: DRAWS }, (_, draw) => statistic(everyone.map((i) => Math.floor(uniformAt(seed, draw * n + i) * n))))
    .filter((value) => !Number.isNaN(value))
    .sort();
  const quantile = (q: number): number => {
    const at = q * (values.length - 1);
    const [a, b] = [values[Math.floor(at)] ?? NaN, values[Math.ceil(at)] ?? NaN];
    return a + (b - a) * (at - Math.floor(at));
  };
  return { mean: statistic(everyone), low: quantile(0.025), high: quantile(0.975), n };
}

/** Pearson's correlation; NaN where one of the two does not vary. */
export function correlation(a: readonly number[], b: readonly number[]): number {
  const n = a.length;
  const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / n;
  const [ma, mb] = [mean(a), mean(b)];
  let [ab, aa, bb] = [0, 0, 0];
  for (let i = 0; i < n; i++) {
    const [da, db] = [(a[i] ?? 0) - ma, (b[i] ?? 0) - mb];
    ab += da * db;
    aa += da * da;
    bb += db * db;
  }
  return ab / Math.sqrt(aa * bb);
}

/** Standard deviation (n - 1) over mean. */
export function variation(values: readonly number[]): number {
  const n = values.length;
  const mean = values.reduce((sum, value) => sum + value, 0) / n;
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (n - 1)) / mean;
}
