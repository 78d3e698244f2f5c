/** Shares with intervals, and tests of two methods on the same items. */
import { permutation } from '../base/pcg';

export interface Share {
  readonly n: number;
  readonly count: number;
  /** count / n; NaN for nothing. */
  readonly share: number;
  /** 95 % Wilson interval. */
  readonly low: number;
  readonly high: number;
}

/** Two-sided 95 % of the normal distribution. */
const Z = 1.959963984540054;

/** A share with its 95 % Wilson interval (Wilson 1927), which stays in [0, 1] and holds for small counts. */
export function wilson(count: number, n: number): Share {
  if (n === 0) return { n, count, share: NaN, low: NaN, high: NaN };
  const p = count / n;
  const denominator = 1 + (Z * Z) / n;
  const centre = (p + (Z * Z) / (2 * n)) / denominator;
  const spread = (Z * Math.sqrt((p * (1 - p)) / n + (Z * Z) / (4 * n * n))) / denominator;
  return { n, count, share: p, low: Math.max(0, centre - spread), high: Math.min(1, centre + spread) };
}

/** ln n! as a sum of logarithms. */
function logFactorial(n: number): number {
  let sum = 0;
  for (let i = 2; i <= n; i++) sum += Math.log(i);
  return sum;
}

/**
 * Exact two-sided McNemar test (McNemar 1947): how likely a split at least as uneven is where both directions are equally likely.
 * @param fixed items that only the second method gets right
 * @param broken items that only the first gets right
 * @returns p in (0, 1]; 1 where there is no such item
 */
export function mcnemar(fixed: number, broken: number): number {
  const n = fixed + broken;
  let tail = 0;
  for (let i = 0; i <= Math.min(fixed, broken); i++) tail += Math.exp(logFactorial(n) - logFactorial(i) - logFactorial(n - i) - n * Math.LN2);
  return Math.min(1, 2 * tail);
}

export interface Flips {
  /** Wrong with the first method, right with the second. */
  readonly fixed: number;
  /** Right with the first, wrong with the second. */
  readonly broken: number;
  readonly p: number;
}

/** Compares two methods item by item. Both lists are in the same order. */
export function flips(first: readonly boolean[], second: readonly boolean[]): Flips {
  let fixed = 0;
  let broken = 0;
  first.forEach((right, i) => {
    if (!right && second[i] === true) fixed++;
    if (right && second[i] === false) broken++;
  });
  return { fixed, broken, p: mcnemar(fixed, broken) };
}

/**
 * Items at most, in the order of the list. A smaller draw with the same seed is part of a larger one.
 * @param limit 0 is no limit
 */
export function drawn<T>(items: readonly T[], limit: number, seed: number): T[] {
  if (limit === 0 || limit >= items.length) return [...items];
  const chosen = new Set(permutation(items.length, seed).slice(0, limit));
  return items.filter((_, i) => chosen.has(i));
}
