import { expect, test } from 'vitest';
import { choicesGiven, setDisagreement, topOfLogits } from './replay';
import { routedTrace } from './testing/routed';

test('sets are compared without their order, layer by layer', () => {
  const a = routedTrace({ experts: 4, chosen: [[[0, 1], [2, 3]], [[1, 2], [0, 3]], [[0, 3], [1, 2]]] });
  const b = routedTrace({ experts: 4, chosen: [[[1, 0], [2, 3]], [[1, 3], [3, 0]], [[0, 3], [1]]] });
  expect(setDisagreement(choicesGiven(a), choicesGiven(b))).toEqual({ layers: Float64Array.of(1 / 3, 1 / 3), share: 1 / 3, n: 3 });
  expect(setDisagreement(choicesGiven(a), choicesGiven(a)).share).toBe(0);
  expect(setDisagreement(choicesGiven(a, 1), choicesGiven(b)).n).toBe(1);
});

test('a router without a plan takes the largest logits, ties to the lower id', () => {
  expect(topOfLogits(Float32Array.of(1, 3, 3, 0, -1, -1, 2, -1), [5], 4, 2)).toEqual({ tokens: 2, layers: [5], experts: 4, slots: 2, chosen: [1, 2, 2, 0] });
});
