import { describe, expect, it } from 'vitest';
import type { ItemResult } from '../methods/c3po/benchmark';
import { armsOf, flatSummary, summariseArms, summariseSteps } from './c3poSummary';

/** Right and wrong answers of base, ngd and oracle, an item a row. */
const ROWS = ['111', '011', '011', '001', '101', '000', '110', '001'];
const ITEMS: ItemResult[] = ROWS.map((row, i) => ({
  id: `i${i}`,
  family: 'f',
  answer: 'y',
  arms: Object.fromEntries(
    ['base', 'ngd', 'oracle'].map((arm, a) => [arm, { predicted: row[a] === '1' ? 'y' : 'n', cost: a + 1, milliseconds: 10 * i, neighbours: [], ...(arm === 'ngd' && { steps: ['n', row[a] === '1' ? 'y' : 'n'] }) }]),
  ),
}));

describe('a summary of arms', () => {
  const rows = summariseArms(ITEMS, ['base', 'mode', 'ngd', 'oracle']);
  it('counts, leaves out an arm that did not run, and compares with base', () => {
    expect(rows.map(({ arm, count, n, fixed, broken, p }) => [arm, count, n, fixed, broken, p])).toEqual([
      ['base', 3, 8, 0, 0, 1],
      ['ngd', 4, 8, 2, 1, 1],
      ['oracle', 6, 8, 4, 1, expect.closeTo(0.375, 12)],
    ]);
    expect(rows[1]!.low).toBeCloseTo(0.2152, 3);
  });
  it('says which share of the gap is closed, and what it costs', () => {
    expect(rows.map(({ gapClosed }) => gapClosed)).toEqual([0, 1 / 3, 1]);
    expect(rows.map(({ cost, milliseconds }) => [cost, milliseconds])).toEqual([[1, 40], [2, 40], [3, 40]]);
  });
  it('is flat, with null for what there is not', () => {
    expect(flatSummary(rows, 'ngd')).toMatchObject({ n: 8, base: 3 / 8, ngd: 0.5, oracle: 0.75, carriedBy: 'ngd', gapClosed: 1 / 3, mcnemarP: 1, ngdFixed: 2, ngdBroken: 1, oracleCost: 3 });
    expect(flatSummary(summariseArms(ITEMS, ['base', 'ngd']), 'mode')).toMatchObject({ gapClosed: null, mcnemarP: null });
  });
  it('is read back from a file', () => {
    const read = armsOf(flatSummary(rows, 'ngd'));
    expect(read.map((row) => ({ ...row, gapInterval: undefined }))).toEqual(rows.map((row) => ({ ...row, gapInterval: undefined })));
    expect(read[1]!.gapInterval).toEqual(rows[1]!.gapInterval);
  });
  it('has no share of a gap that is none', () => {
    const same = ITEMS.map((item) => ({ ...item, arms: { base: item.arms['base']!, oracle: item.arms['base']! } }));
    expect(summariseArms(same, ['base', 'oracle'])[1]!.gapClosed).toBeNaN();
  });
});

it('follows the answers step by step', () => {
  expect(summariseSteps(ITEMS, 'ngd').map(({ step, accuracy, fixed, broken }) => [step, accuracy.count, fixed, broken])).toEqual([
    [0, 0, 0, 3],
    [1, 4, 2, 1],
  ]);
  expect(summariseSteps(ITEMS, 'oracle')).toEqual([]);
});
