import { describe, expect, it } from 'vitest';
import { ROUTER_AS_TRAINED, type PlanEntry, type RoutingPlan } from '../routing/plan';
import { firstAffectedToken } from './first-affected';
import { routedTrace } from './testing/routed';

/** One layer of four experts, top-2; token by token the two largest logits are chosen. */
const LOGITS = [
  [[4, 3, 2, 1]],
  [[1, 4, 3, 2]],
  [[1, 2, 4, 3]],
  [[4, 1, 2, 3]],
  [[4, 3, 1, 2]],
];
const trace = routedTrace({ experts: 4, promptTokens: 2, logits: LOGITS, chosen: [[[0, 1]], [[1, 2]], [[2, 3]], [[0, 3]], [[0, 1]]] });
const plan = (...entries: PlanEntry[]): RoutingPlan => ({ ...ROUTER_AS_TRAINED, entries });
const first = (...entries: PlanEntry[]): number => firstAffectedToken(trace, ROUTER_AS_TRAINED, plan(...entries));

describe('the first affected token', () => {
  it('of an ablation is the first in its scope that chose the expert', () => {
    expect(first({ layers: 'all', tokens: 'all', mask: [0] })).toBe(0);
    expect(first({ layers: [0], tokens: 'all', mask: [3] })).toBe(2);
    expect(first({ layers: [0], tokens: { from: 1 }, mask: [0] })).toBe(3);
    expect(first({ layers: [0], tokens: { from: 4 }, mask: [3] })).toBe(5);
  });
  it('of k is the first in its scope, unless k is the model\u2019s own', () => {
    expect(first({ layers: 'all', tokens: { from: 2 }, k: 1 })).toBe(2);
    expect(first({ layers: 'all', tokens: 'all', k: 2 })).toBe(5);
  });
  it('of top-p is the first whose choice becomes another one', () => {
    // softmax of 4 3 2 1 is .644 .237 .087 .032 in every token, in another order.
    expect(first({ layers: 'all', tokens: 'all', topP: { p: 0.6, mass: 'all' } })).toBe(0);
    expect(first({ layers: 'all', tokens: 'all', topP: { p: 0.85, mass: 'all' } })).toBe(5);
  });
  it('of a bias or an override is the first in its scope, since the recorded distribution changes', () => {
    expect(first({ layers: 'all', tokens: 'all', bias: { 3: 0.5 } })).toBe(0);
    expect(first({ layers: 'all', tokens: { from: 3 }, bias: { 3: 0.5 } })).toBe(3);
    expect(first({ layers: 'all', tokens: 'all', bias: { 3: 0 } })).toBe(5);
    expect(first({ layers: 'all', tokens: { from: 1 }, override: 'uniform' })).toBe(1);
  });
  it('of a factor is the first that chose the expert', () => {
    expect(first({ layers: 'all', tokens: 'all', scale: { 3: 2 } })).toBe(2);
  });
  it('compares two plans, not a plan with the router', () => {
    const before = plan({ layers: 'all', tokens: 'all', mask: [3] });
    const masked = routedTrace({ experts: 4, promptTokens: 2, logits: LOGITS, chosen: [[[0, 1]], [[1, 2]], [[2, 1]], [[0, 2]], [[0, 1]]] });
    expect(firstAffectedToken(masked, before, before)).toBe(5);
    expect(firstAffectedToken(masked, before, ROUTER_AS_TRAINED)).toBe(2);
    expect(firstAffectedToken(masked, before, plan({ layers: 'all', tokens: 'all', mask: [3, 2] }))).toBe(1);
  });
  it('without logits takes every token whose rule differs', () => {
    const { logits: _, ...routing } = trace.routing;
    expect(firstAffectedToken({ ...trace, routing }, ROUTER_AS_TRAINED, plan({ layers: 'all', tokens: { from: 1 }, mask: [3] }))).toBe(1);
  });
});
