import { expect, test } from 'vitest';
import { combined, geometricMean, median, pairedRatio, quantile } from './stats';

test('quantiles lie between the two nearest values', () => {
  expect(quantile([4, 1, 3, 2], 0.25)).toBe(1.75);
  expect(median([5, 1, 3])).toBe(3);
  expect(median([])).toBeNaN();
});

test('the paired ratio is the median of the rounds, not the ratio of medians', () => {
  // Rounds 20/10, 30/10, 400/100: each contender had one bad round, and it was the same one.
  const { ratio, low, high, n } = pairedRatio([20, 30, 400], [10, 10, 100]);
  expect([ratio, n]).toEqual([3, 3]);
  expect(low).toBe(2);
  expect(high).toBe(4);
});

test('a ratio that is the same in every round has an interval of no width, however the rounds differ', () => {
  expect(pairedRatio([2, 20, 200, 2000], [1, 10, 100, 1000])).toEqual({ ratio: 2, low: 2, high: 2, n: 4 });
});

test('rounds that only one of the two has do not count, and of none there is no ratio', () => {
  expect(pairedRatio([4, 4, 9], [2, 2])).toMatchObject({ ratio: 2, n: 2 });
  expect(pairedRatio([], [1]).ratio).toBeNaN();
});

test('the interval is that of the bootstrap: same seed, same numbers', () => {
  const theirs = [12, 15, 11, 19, 14, 13, 16, 12];
  const ours = [4, 5, 5, 6, 4, 5, 4, 5];
  const a = pairedRatio(theirs, ours);
  expect(pairedRatio(theirs, ours)).toEqual(a);
  // In order: 2.2, 2.4, 2.6, 3, 3, 3.17, 3.5, 4.
  expect(a.ratio).toBe(3);
  expect(a.low).toBeGreaterThan(2.2);
  expect(a.low).toBeLessThan(a.ratio);
  expect(a.high).toBeGreaterThan(a.ratio);
  expect(a.high).toBeLessThan(4);
});

test('sizes are combined by the geometric mean, and their intervals narrow as independent ones do', () => {
  expect(geometricMean([2, 8])).toBe(4);
  const { ratio, low, high, n } = combined([{ ratio: 2, low: 1, high: 4, n: 9 }, { ratio: 8, low: 4, high: 16, n: 7 }]);
  expect([ratio, n]).toEqual([4, 7]);
  // Each half width is ln 2; together sqrt(2) ln 2 / 2.
  expect(low).toBeCloseTo(4 / 2 ** Math.SQRT1_2, 9);
  expect(high).toBeCloseTo(4 * 2 ** Math.SQRT1_2, 9);
});
