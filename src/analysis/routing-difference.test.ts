import { expect, test } from 'vitest';
import type { Trace } from '../trace/trace';
import { choiceOverlap, firstDifferentToken, gateDivergence, probabilityDifference, sameShape, shareDifference } from './routing-difference';
import { routedTrace } from './testing/routed';

const EVEN = [0, 0];
/** Probabilities 3/4 and 1/4. */
const LEFT = [Math.log(3), 0];

/** Two experts, one layer, top-1: A is even twice, B leans left at the second token and chooses another expert there. */
const a = routedTrace({ experts: 2, chosen: [[[0]], [[1]]], logits: [[EVEN], [EVEN]] });
const b = routedTrace({ experts: 2, chosen: [[[0]], [[0]]], logits: [[EVEN], [LEFT]] });
const withIds = (trace: Trace, ids: number[]): Trace => ({ ...trace, tokens: { ...trace.tokens, ids: Uint32Array.from(ids) } });

test('probabilities differ by B minus A, over the text or at one token', () => {
  const whole = probabilityDifference(a, b)!;
  [0.125, -0.125].forEach((value, e) => expect(whole.difference[e]).toBeCloseTo(value, 7));
  expect(whole.n).toEqual([2, 2]);
  const one = { from: 1, to: 2 };
  const second = probabilityDifference(a, b, { a: one, b: one })!;
  [0.25, -0.25].forEach((value, e) => expect(second.difference[e]).toBeCloseTo(value, 7));
  expect(second.n).toEqual([1, 1]);
});

test('shares of choices differ without logits', () => {
  const { a: left, b: right, difference } = shareDifference(a, b)!;
  expect([[...left], [...right], [...difference]]).toEqual([[0.5, 0.5], [1, 0], [0.5, -0.5]]);
});

test('models of another shape are not laid over one another', () => {
  const other = routedTrace({ experts: 3, chosen: [[[0]]] });
  expect([sameShape(a, b), sameShape(a, other)]).toEqual([true, false]);
  expect([probabilityDifference(a, other), shareDifference(a, other), choiceOverlap(a, other), gateDivergence(a, other)]).toEqual([undefined, undefined, undefined, undefined]);
});

test('the first token that differs', () => {
  expect(firstDifferentToken(withIds(a, [4, 5, 6]), withIds(b, [4, 5, 6]))).toBeUndefined();
  expect(firstDifferentToken(withIds(a, [4, 5, 6]), withIds(b, [4, 7, 6]))).toBe(1);
  expect(firstDifferentToken(withIds(a, [4, 5, 6]), withIds(b, [4, 5]))).toBe(2);
  expect(firstDifferentToken(withIds(a, [4]), withIds(b, [5]))).toBe(0);
});

test('drift is the overlap of choices and the divergence of distributions', () => {
  // Token 0 same, token 1 disjoint: 1/2. JS of even and 3/4 1/4 is .0338221 (divergence.test.ts), halved.
  expect(choiceOverlap(a, b)).toEqual({ layers: Float64Array.of(0.5), n: 2 });
  const { layers, n } = gateDivergence(a, b)!;
  expect(n).toBe(2);
  expect(layers[0]).toBeCloseTo(0.016911, 6);
});

test('overlap of sets: one of three in common is 1/3, and two empty sets agree', () => {
  const x = routedTrace({ experts: 4, chosen: [[[0, 1]], [[]]] });
  const y = routedTrace({ experts: 4, chosen: [[[1, 2]], [[]]] });
  expect(choiceOverlap(x, y)!.layers[0]).toBeCloseTo(2 / 3, 12);
  expect(gateDivergence(x, y)).toBeUndefined();
});

test('drift ends where the texts part', () => {
  expect(choiceOverlap(withIds(a, [4, 5]), withIds(b, [4, 6]))).toEqual({ layers: Float64Array.of(1), n: 1 });
  expect(gateDivergence(withIds(a, [4, 5]), withIds(b, [4, 6]))).toEqual({ layers: Float64Array.of(0), n: 1 });
  expect(choiceOverlap(withIds(a, [4, 5]), withIds(b, [3, 6]))).toBeUndefined();
});
