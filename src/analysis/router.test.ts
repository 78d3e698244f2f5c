import { describe, expect, test } from 'vitest';
import { smallTrace } from '../trace/testing/small';
import { meanProbabilities, routerEntropies, routerReadout } from './router';
import { routedTrace } from './testing/routed';

/** Six tokens with the published router logits of four experts, in one layer. */
const LOGITS = [[2, 1, 0, -1], [0, 0, 0, 0], [1, 3, 1, 0], [-1, 0, 2, 1], [0.5, 0.5, 0, 0], [3, 0, 0, 0]].map((row) => [row]);
const top1 = routedTrace({ experts: 4, logits: LOGITS, chosen: [[[0]], [[0]], [[1]], [[2]], [[0]], [[0]]] });
const top2 = routedTrace({ experts: 4, logits: LOGITS, chosen: [[[0, 1]], [[0, 1]], [[1, 0]], [[2, 3]], [[0, 1]], [[0, 1]]] });

describe('the published six rows', () => {
  test('have their mean gate, counts and Switch loss', () => {
    const readout = routerReadout(top1, 0)!;
    expect([...readout.meanProb].map((p) => p.toFixed(6))).toEqual(['0.368290', '0.280981', '0.219273', '0.131456']);
    expect([...readout.firsts]).toEqual([4, 1, 1, 0]);
    expect(readout.n).toBe(6);
    expect(readout.switchLoss.toFixed(6)).toBe('1.315610');
    expect(readout.topKLoss.toFixed(6)).toBe('1.315610');
  });
  test('have their top-k loss in both conventions', () => {
    const readout = routerReadout(top2, 0)!;
    expect(readout.topKLoss.toFixed(6)).toBe('1.199029');
    expect(readout.topKLossTimesK.toFixed(6)).toBe('2.398058');
  });
  test('have their z-loss', () => {
    expect(routerReadout(top2, 0)!.zLoss.toFixed(6)).toBe('6.201710');
  });
  test('have the sequence-wise loss of sigmoid scores', () => {
    expect(routerReadout({ ...top2, model: { ...top2.model, scoring: 'sigmoid' } }, 0)!.topKLoss.toFixed(6)).toBe('1.049878');
  });
});

test('an even router has loss 1, entropy ln E, and z-loss (ln E)^2', () => {
  // ln 4 = 1.3862944, squared 1.9218121
  const readout = routerReadout(routedTrace({ experts: 4, logits: [[[0, 0, 0, 0]]], chosen: [[[0]]] }), 0)!;
  expect([readout.switchLoss, readout.meanMaxProb]).toEqual([1, 0.25]);
  expect(readout.entropyNats).toBeCloseTo(1.3862944, 7);
  expect(readout.meanLogSumExp).toBeCloseTo(1.3862944, 7);
  expect(readout.zLoss).toBeCloseTo(1.9218121, 7);
});

test('a span without tokens, or a trace without logits, has no read-out', () => {
  expect(routerReadout(top1, 0, { from: 6, to: 6 })).toBeUndefined();
  const { logits: _, ...routing } = smallTrace.routing;
  expect(routerReadout({ ...smallTrace, routing }, 0)).toBeUndefined();
  expect(routerEntropies({ ...smallTrace, routing })).toBeUndefined();
});

describe('entropy of every gate', () => {
  // Logits 1 2 3: .8323956 nats; 0 0 0: ln 3 = 1.0986123 (Python).
  test('is that of the router', () => {
    const nats = routerEntropies(smallTrace)!;
    expect(nats).toHaveLength(4);
    expect(nats[0]).toBeCloseTo(0.8323956, 6);
    expect(nats[1]).toBeCloseTo(1.0986123, 6);
    // Logits 1 2 0.5.
    expect(nats[2]).toBeCloseTo(0.9059592, 6);
  });
  test('or of what a plan made of it', () => {
    const planned = { ...smallTrace, run: { ...smallTrace.run, plan: { format: 'moe-plan' as const, version: '1.0' as const, entries: [{ layers: [0], tokens: [0], override: [1, 0, 0] }, { layers: [1], tokens: [1], bias: { 0: -0.5, 2: 1, 1: 0 } }] } } };
    const nats = routerEntropies(planned, 'plan')!;
    expect(nats[0]).toBe(0);
    expect(nats[1]).toBeCloseTo(1.0986123, 6);
    // -1 -2 -3 with that bias is -1.5 -2 -2: weights 1, e^-.5, e^-.5 entropy 1.0684454.
    expect(nats[3]).toBeCloseTo(1.0684454, 6);
    expect(routerEntropies({ ...planned, run: { ...planned.run, plan: { ...planned.run.plan, entries: [{ layers: 'all', tokens: 'all', mask: [9] }] } } }, 'plan')).toBeUndefined();
  });
});

test('the mean distribution of a layer is that of the published six rows', () => {
  expect([...meanProbabilities(top1)!].map((p) => p.toFixed(6))).toEqual(['0.368290', '0.280981', '0.219273', '0.131456']);
  expect([...meanProbabilities(top1, { from: 1, to: 2 })!]).toEqual([0.25, 0.25, 0.25, 0.25]);
  expect(meanProbabilities(top1, { from: 1, to: 1 })).toBeUndefined();
});
