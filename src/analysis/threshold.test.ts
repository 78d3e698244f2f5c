import { describe, expect, test } from 'vitest';
import { histogram, shareAbove, thresholdForShare } from './threshold';

const VALUES = [0.5, 2, 1, 3];

test('the share above counts the threshold itself', () => {
  expect(shareAbove(VALUES, 2)).toEqual({ above: 2, share: 0.5, n: 4 });
  expect(shareAbove(VALUES, 2.01)).toEqual({ above: 1, share: 0.25, n: 4 });
  expect(shareAbove([], 1)).toEqual({ above: 0, share: NaN, n: 0 });
});

describe('the threshold of a share', () => {
  test.each([
    [0, Infinity, 0],
    [0.1, Infinity, 0],
    [0.25, 2.5, 0.25],
    [0.5, 1.5, 0.5],
    [1, 0.5, 1],
    [2, 0.5, 1],
  ])('%f of 3 2 1 0.5 is %f', (share, threshold, got) => {
    expect(thresholdForShare(VALUES, share)).toMatchObject({ threshold, share: got, n: 4 });
  });
  test('cannot part equal values', () => {
    expect(thresholdForShare([1, 1, 1, 0], 0.25)).toEqual({ threshold: 1, above: 3, share: 0.75, n: 4 });
  });
  test('of nothing is Infinity', () => {
    expect(thresholdForShare([], 0.5)).toMatchObject({ threshold: Infinity, n: 0 });
  });
});

test('a histogram holds its edges and counts what is outside', () => {
  const { counts, edges, below, above, n } = histogram([-1, 0, 0.5, 0.99, 1, 2, 2.5], { from: 0, to: 2, bins: 2 });
  expect([[...counts], [...edges], below, above, n]).toEqual([[3, 2], [0, 1, 2], 1, 1, 7]);
  expect(() => histogram([], { from: 1, to: 1, bins: 3 })).toThrow('at least one bin');
});
