import { expect, it } from 'vitest';
import { alignTexts } from './alignment';
import { comparedShares, layerDistances, movedByColumn } from './routing-distance';
import { routedTrace } from './testing/routed';

const ln = Math.log;
/** Logits of these probabilities. */
const z = (...p: number[]): number[] => p.map(ln);

const a = routedTrace({ experts: 4, chosen: [[[0, 1], [2, 3]], [[0, 1], [2, 3]]], logits: [[z(0.5, 0.25, 0.125, 0.125), z(0.25, 0.25, 0.25, 0.25)], [z(0.5, 0.25, 0.125, 0.125), z(0.25, 0.25, 0.25, 0.25)]] });
const b = routedTrace({ experts: 4, chosen: [[[0, 1], [2, 3]], [[2, 1], [2, 3]]], logits: [[z(0.5, 0.25, 0.125, 0.125), z(0.25, 0.25, 0.25, 0.25)], [z(0.125, 0.25, 0.5, 0.125), z(0.5, 0.25, 0.125, 0.125)]] });

it('is 0 for the same gate and the sum of absolute differences otherwise', () => {
  const shares = comparedShares(a, b);
  expect(shares?.basis).toBe('softmax');
  if (shares === undefined) return;
  expect([...layerDistances(shares, 4, 2, 0, 0)]).toEqual([0, 0]);
  const moved = layerDistances(shares, 4, 2, 1, 1);
  expect(moved[0]).toBeCloseTo(0.75);
  expect(moved[1]).toBeCloseTo(0.5);
  expect(movedByColumn(a, b, alignTexts(a, b))?.[1]).toBeCloseTo(0.625);
});

it('shares what an expert that is switched off would have had among the others', () => {
  const off = { ...a, run: { ...a.run, plan: { format: 'moe-plan', version: '1.0', entries: [{ layers: [0], tokens: 'all', mask: [0] }] } as const } };
  const shares = comparedShares(a, off);
  if (shares === undefined) throw new Error('same shape');
  const into = new Float64Array(4);
  shares.b(0, 0, into);
  expect([...into].map((value) => Number(value.toFixed(6)))).toEqual([0, 0.5, 0.25, 0.25]);
  expect(layerDistances(shares, 4, 2, 0, 0)[0]).toBeCloseTo(1);
});

it('falls back to mixing weights where one trace has no logits', () => {
  const { logits: _, ...routing } = b.routing;
  const bare = { ...b, routing };
  const shares = comparedShares(a, bare);
  expect(shares?.basis).toBe('mix');
  if (shares === undefined) return;
  expect([...layerDistances(shares, 4, 2, 1, 1)]).toEqual([1, 0]);
});

it('does not lay traces of another shape over one another', () => {
  const other = routedTrace({ experts: 5, chosen: [[[0, 1], [2, 3]]] });
  expect(comparedShares(a, other)).toBeUndefined();
  expect(movedByColumn(a, other, alignTexts(a, other))).toBeUndefined();
});

it('has no number where one text has no token', () => {
  const short = routedTrace({ experts: 4, chosen: [[[0, 1], [2, 3]]] });
  expect(movedByColumn(a, short, alignTexts(a, short))?.[1]).toBeNaN();
});
