import { describe, expect, test } from 'vitest';
import type { RoutingRule } from '../routing/plan';
import { selectExperts } from '../routing/select';
import { smallTrace } from '../trace/testing/small';
import { balanceLoss, expertCounts, loadBalance, meanRow, zLoss } from './load';

/** Six rows of router logits of four experts, with published results for each formula. */
const ROWS = [[2, 1, 0, -1], [0, 0, 0, 0], [1, 3, 1, 0], [-1, 0, 2, 1], [0.5, 0.5, 0, 0], [3, 0, 0, 0]];

function routed(k: number): { counts: number[]; meanGate: Float64Array } {
  const rule: RoutingRule = { selection: { kind: 'top-k', k }, masked: [], bias: [], selectionBias: [], scale: [], renormalise: 'off' };
  const counts = [0, 0, 0, 0];
  const gates = ROWS.map((row) => {
    const { prob, chosen } = selectExperts(row, rule, 'softmax');
    for (const expert of chosen) counts[expert]!++;
    return prob;
  });
  return { counts, meanGate: meanRow(gates) };
}

describe('the six-row example', () => {
  test('has its mean gate', () => {
    expect([...routed(1).meanGate].map((p) => p.toFixed(6))).toEqual(['0.368290', '0.280981', '0.219273', '0.131456']);
  });
  test('with k = 1 has its counts, Switch loss and MaxVio', () => {
    const { counts, meanGate } = routed(1);
    expect(counts).toEqual([4, 1, 1, 0]);
    expect(balanceLoss(counts, meanGate).toFixed(6)).toBe('1.315610');
    expect(loadBalance(counts).maxVio.toFixed(6)).toBe('1.666667');
    expect(loadBalance(counts).dead).toEqual([3]);
  });
  test('with k = 2 has its counts, top-k loss and MaxVio', () => {
    const { counts, meanGate } = routed(2);
    expect(counts).toEqual([5, 5, 1, 1]);
    expect(balanceLoss(counts, meanGate).toFixed(6)).toBe('1.199029');
    expect(loadBalance(counts).maxVio.toFixed(6)).toBe('0.666667');
  });
  test('has its z-loss', () => {
    expect(zLoss(ROWS).toFixed(6)).toBe('6.201710');
  });
});

describe('load balance', () => {
  test('is perfect when all experts are used alike', () => {
    expect(loadBalance([3, 3, 3, 3])).toEqual({ shares: Float64Array.of(0.25, 0.25, 0.25, 0.25), maxVio: 0, entropy: 1, variation: 0, dead: [] });
  });
  test('is worst when one expert is used alone', () => {
    const { maxVio, entropy, variation } = loadBalance([0, 8, 0, 0]);
    expect([maxVio, entropy]).toEqual([3, 0]);
    expect(variation).toBeCloseTo(Math.sqrt(3), 12);
  });
  test('has the entropy of its shares over ln E', () => {
    // Shares 1/2 1/4 1/8 1/8 have 1.75 bits of 2.
    expect(loadBalance([4, 2, 1, 1]).entropy).toBeCloseTo(0.875, 12);
  });
  test('of nothing is even', () => {
    expect(loadBalance([0, 0])).toMatchObject({ maxVio: 0, entropy: 1 });
  });
  test('counts only slots below count', () => {
    expect([...expertCounts(smallTrace, 0)]).toEqual([1, 2, 1]);
    expect([...expertCounts(smallTrace, 1)]).toEqual([0, 0, 1]);
  });
});
