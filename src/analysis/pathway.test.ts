import { expect, test } from 'vitest';
import { smallTrace } from '../trace/testing/small';
import { cosineSimilarity, gaussianKernel, pathwayOf, squaredDistance, weightedPathway } from './pathway';

test('a pathway is the softmax of every layer', () => {
  // Layer 0: logits 1 2 3; layer 1: 0 0 0.
  expect([...pathwayOf(smallTrace, 0)!].map((p) => p.toFixed(7))).toEqual(['0.0900306', '0.2447285', '0.6652410', '0.3333333', '0.3333333', '0.3333333']);
  expect(pathwayOf(smallTrace, 2)).toBeUndefined();
  const { logits: _, ...routing } = smallTrace.routing;
  expect(pathwayOf({ ...smallTrace, routing }, 0)).toBeUndefined();
});

test('pathways are near by angle, by distance and by kernel', () => {
  // (1 0 .5 .5) and (0 1 .5 .5): dot .5, norms 1.5: cosine 1/3, distance^2 2, kernel at sigma 1: 1/e
  const [a, b] = [[1, 0, 0.5, 0.5], [0, 1, 0.5, 0.5]];
  expect(cosineSimilarity(a, b)).toBeCloseTo(1 / 3, 12);
  expect(squaredDistance(a, b)).toBe(2);
  expect(gaussianKernel(a, b, 1)).toBeCloseTo(0.3678794, 7);
  expect([cosineSimilarity(a, a), squaredDistance(a, a), gaussianKernel(a, a, 1)]).toEqual([1, 0, 1]);
  expect(cosineSimilarity([0, 0], [1, 0])).toBeNaN();
});

test('a weighted mean leans to the heavier', () => {
  expect([...weightedPathway([[1, 0], [0, 1]], [3, 1])!]).toEqual([0.75, 0.25]);
  expect(weightedPathway([[1, 0]], [0])).toBeUndefined();
  expect(weightedPathway([], [])).toBeUndefined();
});
