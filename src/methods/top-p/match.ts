/** "Match mean k": the p at which tokens get a wanted number of experts on the average. */
import { PlaygroundError } from '../../base/errors';

export interface Match {
  readonly p: number;
  /** What this p gave. */
  readonly mean: number;
  /** All that were tried, in order. */
  readonly tried: readonly { readonly p: number; readonly mean: number }[];
}

export interface MatchOptions {
  /** Mean experts wanted. */
  readonly target: number;
  /** Stop when the mean is this near. */
  readonly tolerance: number;
  /** Trials at most. */
  readonly trials: number;
  /** Where to look first; the middle when absent. */
  readonly guess?: number;
}

/**
 * Bisection on p in [0, 1]. The nearest trial wins, ties to the earlier one.
 * @param meanAt mean experts at a p; it does not fall as p rises
 * @throws PlaygroundError `bad-input` for a target that no p can reach, with what can be reached
 */
export async function matchMean(meanAt: (p: number) => number | Promise<number>, bounds: { readonly min: number; readonly max: number }, options: MatchOptions): Promise<Match> {
  const { target, tolerance, trials, guess } = options;
  if (!(target >= bounds.min && target <= bounds.max)) {
    throw new PlaygroundError('bad-input', `A mean of ${target} experts cannot be matched: these bounds allow ${bounds.min} to ${bounds.max}.`);
  }
  let [low, high] = [0, 1];
  const tried: { p: number; mean: number }[] = [];
  for (let trial = 0; trial < trials; trial++) {
    const p = trial === 0 && guess !== undefined ? guess : (low + high) / 2;
    const mean = await meanAt(p);
    tried.push({ p, mean });
    if (Math.abs(mean - target) <= tolerance) break;
    if (mean < target) low = p;
    else high = p;
  }
  const best = tried.reduce((a, b) => (Math.abs(b.mean - target) < Math.abs(a.mean - target) ? b : a));
  return { ...best, tried };
}
