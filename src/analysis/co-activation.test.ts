import { expect, test } from 'vitest';
import { choicesFrom } from './choices';
import { coActivation, effectivePartners, partnerLift, partnerProbabilities, topPairs } from './co-activation';
import { digits } from './testing/routed';

/** Eight tokens: 0 four times, 1 four, 2 six, 3 two, 4 never; pairs 01 twice, 02 twice, 12 twice, 23 twice. */
const matrix = coActivation(digits('01 02 12 23 10 20 21 32', 5));

test('pairs are counted both ways, with the load on the diagonal', () => {
  expect([...matrix.together]).toEqual([4, 2, 2, 0, 0, 2, 4, 2, 0, 0, 2, 2, 6, 2, 0, 0, 0, 2, 2, 0, 0, 0, 0, 0, 0]);
  expect(matrix).toMatchObject({ n: 8, enough: false });
});

test('P(j | i) divides by the load of i', () => {
  const given = partnerProbabilities(matrix);
  expect([given[1], given[2 * 5 + 3], given[3 * 5 + 2], given[2 * 5 + 2]]).toEqual([0.5, 1 / 3, 1, 1]);
  expect(given[4 * 5]).toBeNaN();
});

test('lift compares with independence', () => {
  // 01: 2*8/(4*4) = 1; 23: 2*8/(6*2) = 4/3; 02: 2*8/(4*6) = 2/3
  const lift = partnerLift(matrix);
  expect(lift[1]).toBe(1);
  expect(lift[2]).toBeCloseTo(2 / 3, 12);
  expect(lift[2 * 5 + 3]).toBeCloseTo(4 / 3, 12);
  expect(lift[4]).toBeNaN();
});

test('effective partners: one, two or three even ones, and uneven ones in between', () => {
  const partners = effectivePartners(matrix);
  [2, 2, 3, 1].forEach((count, i) => expect(partners[i]).toBeCloseTo(count, 12));
  expect(partners[4]).toBeNaN();
  // Partners of 0: 1 three times, 2 once. Entropy of 3/4, 1/4 is .5623351 nats, exp 1.7547654.
  expect(effectivePartners(coActivation(digits('01 01 01 02', 3)))[0]).toBeCloseTo(1.7547654, 7);
});

test('top pairs by count, and by lift with a minimum', () => {
  expect(topPairs(matrix, { limit: 2 }).map(({ i, j, together }) => [i, j, together])).toEqual([[0, 1, 2], [0, 2, 2]]);
  expect(topPairs(matrix, { by: 'lift', limit: 1 })[0]).toEqual({ i: 2, j: 3, together: 2, tokens: [6, 2], given: [1 / 3, 1], lift: 16 / 12 });
  expect(topPairs(matrix, { minimum: 3 })).toEqual([]);
});

test('top-1 routing has no pairs', () => {
  const single = coActivation(digits('0 1 0', 2));
  expect(topPairs(single)).toEqual([]);
  expect([...effectivePartners(single)]).toEqual([NaN, NaN]);
});

test('one hundred tokens are enough', () => {
  const even = (tokens: number): boolean => coActivation(choicesFrom(Array.from({ length: tokens }, () => [0, 1]), 2)).enough;
  expect([even(99), even(100)]).toEqual([false, true]);
});
