import { expect, test } from 'vitest';
import { jsNats, klNats } from './divergence';

test('equal distributions are at distance 0', () => {
  expect([klNats([0.5, 0.5, 0], [0.5, 0.5, 0]), jsNats([0.5, 0.5, 0], [0.5, 0.5, 0])]).toEqual([0, 0]);
});

test('KL is not symmetric, JS is', () => {
  // KL(1/2 1/2 || 3/4 1/4) = ln(4/3)/2 = .1438410; reversed .75 ln 1.5 + .25 ln .5 = .1308120; JS .0338221 (Python)
  const [p, q] = [[0.5, 0.5], [0.75, 0.25]];
  expect(klNats(p, q)).toBeCloseTo(0.143841, 6);
  expect(klNats(q, p)).toBeCloseTo(0.130812, 6);
  expect(jsNats(p, q)).toBeCloseTo(0.0338221, 6);
  expect(jsNats(q, p)).toBeCloseTo(0.0338221, 6);
});

test('disjoint distributions are as far apart as can be', () => {
  expect([klNats([1, 0], [0, 1]), jsNats([1, 0], [0, 1])]).toEqual([Infinity, Math.LN2]);
});
