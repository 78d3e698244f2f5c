import { expect, test } from 'vitest';
import type { TraceOutput } from '../trace/trace';
import { entropyChangeNats, nextTokenDifference, topChange, type Position } from './next-token-difference';
import { routedTrace } from './testing/routed';

/** A trace of two tokens with this output; the second is looked at. */
function at(output: TraceOutput, token = 1): Position {
  return { trace: { ...routedTrace({ experts: 2, chosen: [[[0]], [[1]]] }), output }, token };
}
function listed(ids: number[], prob: number[]): Position {
  const blank = ids.map(() => 0);
  return at({ top: { count: ids.length, ids: Uint32Array.from([...blank, ...ids]), prob: Float32Array.from([...blank, ...prob]) } });
}

test('candidates that both list, and one outcome for all others', () => {
  // 7 and 3 in common: (.5, .25, other .25) against (.25, .5, other .25): KL .25 ln 2 = .1732868, JS .0424748 (Python)
  const found = nextTokenDifference(listed([7, 3, 4], [0.5, 0.25, 0.125]), listed([3, 7, 9], [0.5, 0.25, 0.2]))!;
  expect(found.klNats).toBeCloseTo(0.1732868, 6);
  expect(found.jsNats).toBeCloseTo(0.0424748, 6);
  expect(found).toMatchObject({ n: 2, other: [0.25, 0.25], exact: false });
});

test('no candidate in common says nothing', () => {
  expect(nextTokenDifference(listed([7], [0.5]), listed([3], [0.5]))).toMatchObject({ klNats: 0, jsNats: 0, n: 0, other: [1, 1] });
});

test('equal lists are at distance 0, whatever rounding left over', () => {
  const [a, b] = [listed([1, 2], [0.3, 0.7]), listed([2, 1], [0.7, 0.3])];
  const found = nextTokenDifference(a, b)!;
  expect(found.klNats).toBeLessThan(1e-12);
  expect(found.jsNats).toBeLessThan(1e-12);
});

test('what one lists in full and the other does not stays finite', () => {
  // A has .5 elsewhere, B nothing: .5 ln(.5/1) + .5 ln(.5/1e-6) = 6.2146080
  const found = nextTokenDifference(listed([1], [0.5]), listed([1], [1]))!;
  expect(found.klNats).toBeCloseTo(6.214608, 5);
});

test('recorded logits make it exact', () => {
  // Softmax of (0, 0) against (ln 3, 0): KL .1438410
  const found = nextTokenDifference(at({ logits: Float32Array.of(0, 0, 0, 0) }), at({ logits: Float32Array.of(0, 0, Math.log(3), 0) }))!;
  expect(found.klNats).toBeCloseTo(0.143841, 6);
  expect(found).toMatchObject({ n: 2, exact: true, other: [0, 0] });
});

test('entropy and the likeliest token change', () => {
  const a = at({ entropy: Float32Array.of(9, 1.5) });
  const b = at({ entropy: Float32Array.of(9, 0.25) });
  expect(entropyChangeNats(a, b)).toBe(-1.25);
  expect(entropyChangeNats(a, at({}))).toBeUndefined();
  expect(topChange(listed([7, 3], [0.5, 0.25]), listed([3, 7], [0.5, 0.25]))).toEqual({ ids: [7, 3], prob: [0.5, 0.5], changed: true });
  expect(topChange(listed([7, 3], [0.5, 0.25]), listed([3, 7], [0.25, 0.5]))?.changed).toBe(false);
});

test('nothing is known past the end, or without an output', () => {
  expect(nextTokenDifference(at({}), listed([1], [1]))).toBeUndefined();
  expect(nextTokenDifference({ ...listed([1], [1]), token: 2 }, listed([1], [1]))).toBeUndefined();
  expect(topChange(at({}), listed([1], [1]))).toBeUndefined();
});
