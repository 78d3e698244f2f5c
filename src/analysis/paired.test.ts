import { describe, expect, it } from 'vitest';
import { drawn, flips, mcnemar, wilson } from './paired';

describe('Wilson intervals', () => {
  // Newcombe (1998), Statistics in Medicine 17, table I, method 3.
  it.each([
    [81, 263, 0.2553, 0.3662],
    [15, 148, 0.0624, 0.1605],
    [0, 20, 0, 0.1611],
    [1, 29, 0.0061, 0.1718],
  ])('%i of %i', (count, n, low, high) => {
    const share = wilson(count, n);
    expect(share.low).toBeCloseTo(low, 4);
    expect(share.high).toBeCloseTo(high, 4);
  });
  it('of nothing is nothing', () => {
    expect(wilson(0, 0)).toEqual({ n: 0, count: 0, share: NaN, low: NaN, high: NaN });
  });
});

describe('McNemar', () => {
  // Binomial tails by hand: 2 (1 + 10) / 2^10; 2 / 2^5; all of it.
  it.each([
    [9, 1, 22 / 1024],
    [1, 9, 22 / 1024],
    [5, 0, 2 / 32],
    [3, 3, 1],
    [0, 0, 1],
  ])('%i fixed, %i broken', (fixed, broken, p) => {
    expect(mcnemar(fixed, broken)).toBeCloseTo(p, 12);
  });
  it('holds for hundreds of flips', () => {
    expect(mcnemar(300, 200)).toBeCloseTo(9.0e-6, 6);
    expect(mcnemar(1000, 0)).toBeGreaterThan(0);
  });
  it('counts flips of the same items', () => {
    expect(flips([true, true, false, false, false], [true, false, true, true, false])).toEqual({ fixed: 2, broken: 1, p: 1 });
  });
});

describe('a draw', () => {
  const items = Array.from({ length: 50 }, (_, i) => i);
  it('keeps the order, and a smaller one is part of a larger one', () => {
    const ten = drawn(items, 10, 3);
    expect(ten).toHaveLength(10);
    expect(ten).toEqual(ten.toSorted((a, b) => a - b));
    const twenty = drawn(items, 20, 3);
    expect(ten.every((item) => twenty.includes(item))).toBe(true);
    expect(drawn(items, 10, 4)).not.toEqual(ten);
  });
  it('without a limit is everything', () => {
    expect(drawn(items, 0, 3)).toEqual(items);
    expect(drawn(items, 99, 3)).toEqual(items);
  });
});
