import { describe, expect, test } from 'vitest';
import type { PlanEntry } from '../routing/plan';
import { smallTrace } from '../trace/testing/small';
import type { Trace } from '../trace/trace';
import { entropyNats, gateReader, logitMargin } from './gate';

function planned(entry: Partial<PlanEntry>): Trace {
  return { ...smallTrace, run: { ...smallTrace.run, plan: { format: 'moe-plan', version: '1.0', entries: [{ layers: 'all', tokens: 'all', ...entry }] } } };
}

describe('the gate of a token in a layer', () => {
  test('is the softmax of its logits when nothing was changed', () => {
    // Logits 1 2 3: softmax .0900306 .2447285 .6652410, entropy .8323956 nats (Python, math.exp and math.log).
    const gate = gateReader(smallTrace)!(0, 0);
    expect([...gate.prob].map((p) => p.toFixed(7))).toEqual(['0.0900306', '0.2447285', '0.6652410']);
    expect(gate.order).toEqual([2, 1, 0]);
    expect(gate.entropyNats).toBeCloseTo(0.8323956, 6);
    expect(gate.margin).toBeCloseTo(0.1546979, 6);
    expect(logitMargin(gate, 2)).toBe(1);
  });

  test('follows the plan of the run', () => {
    expect([...gateReader(planned({ override: 'uniform' }))!(1, 0).prob]).toEqual([1 / 3, 1 / 3, 1 / 3]);
    expect(gateReader(planned({ mask: [2] }))!(0, 0).order).toEqual([1, 0]);
    const biased = gateReader(planned({ bias: { 0: 5 } }))!(0, 0);
    expect(biased.order).toEqual([0, 2, 1]);
    expect(biased.logits).toEqual(Float32Array.of(1, 2, 3));
    expect(logitMargin(biased, 1)).toBe(3);
  });

  test('has no margin when every expert is taken', () => {
    const gate = gateReader(planned({ k: 3 }))!(0, 0);
    expect([gate.margin, logitMargin(gate, 3)]).toEqual([Infinity, Infinity]);
  });

  test('has the margin of its scores where an override decides', () => {
    const gate = gateReader(planned({ override: [0.5, 0.3, 0.2], k: 1 }))!(0, 0);
    expect(logitMargin(gate, 1)).toBeCloseTo(0.2, 12);
  });

  test('cannot be rebuilt without logits, or from a plan for another model', () => {
    const { logits: _, ...routing } = smallTrace.routing;
    expect(gateReader({ ...smallTrace, routing })).toBeUndefined();
    expect(gateReader(planned({ mask: [7] }))).toBeUndefined();
  });
});

test('entropy is ln n for n equal weights and 0 for a sure thing', () => {
  expect(entropyNats([2, 2, 2, 2])).toBeCloseTo(Math.log(4), 12);
  expect(entropyNats([0, 3])).toBe(0);
  expect(entropyNats([0, 0])).toBe(0);
});
