import { describe, expect, it } from 'vitest';
import { ROUTER_AS_TRAINED, type PlanEntry, type RoutingPlan } from './plan';
import { compilePlan, coversToken, mostChosen, resolveRule } from './resolve';

const ROUTER = { experts: 4, topK: 2, normTopK: true };
const HERE = { layer: 0, token: 0, promptLength: 3 };

const planOf = (...entries: Partial<PlanEntry>[]): RoutingPlan => ({
  format: 'moe-plan',
  version: '1.0',
  entries: entries.map((entry) => ({ layers: 'all', tokens: 'all', ...entry })),
});

describe('token selectors', () => {
  it('cover absolute positions, ranges with both ends included', () => {
    const covered = (selector: Parameters<typeof coversToken>[0]) => [0, 1, 2, 3, 4].filter((t) => coversToken(selector, t, 3));
    expect(covered('all')).toEqual([0, 1, 2, 3, 4]);
    expect(covered('last')).toEqual([2]);
    expect(covered({ from: 1, to: 3 })).toEqual([1, 2, 3]);
    expect(covered({ from: 3 })).toEqual([3, 4]);
    expect(covered([4, 0])).toEqual([0, 4]);
  });
});

describe('a resolved rule', () => {
  it('of the empty plan is the router as trained', () => {
    expect(resolveRule(ROUTER_AS_TRAINED, ROUTER, HERE)).toEqual({
      selection: { kind: 'top-k', k: 2 },
      masked: [false, false, false, false],
      bias: [0, 0, 0, 0],
      selectionBias: [0, 0, 0, 0],
      scale: [1, 1, 1, 1],
      renormalise: 'before-scale',
    });
    expect(resolveRule(ROUTER_AS_TRAINED, { ...ROUTER, normTopK: false }, HERE).renormalise).toBe('off');
  });
  it('takes each field from the last entry that sets it', () => {
    const rule = resolveRule(planOf({ k: 1, mask: [0] }, { mask: [3], bias: { '1': 5 } }), ROUTER, HERE);
    expect(rule.selection).toEqual({ kind: 'top-k', k: 1 });
    expect(rule.masked).toEqual([false, false, false, true]);
    expect(rule.bias).toEqual([0, 5, 0, 0]);
  });
  it('lets k and top-p replace each other', () => {
    const topP = { p: 0.6, mass: 'all' as const };
    expect(resolveRule(planOf({ k: 1 }, { topP }), ROUTER, HERE).selection).toEqual({ kind: 'top-p', p: 0.6, min: 1, max: 4, mass: 'all', k: 2 });
    expect(resolveRule(planOf({ topP }, { k: 1 }), ROUTER, HERE).selection).toEqual({ kind: 'top-k', k: 1 });
  });
  it('turns p = 1 into a floor, so that no rounding can cut an expert off', () => {
    expect(resolveRule(planOf({ topP: { p: 1, mass: 'all' } }), ROUTER, HERE).selection).toMatchObject({ min: 4, max: 4 });
    expect(resolveRule(planOf({ topP: { p: 1, mass: 'topk' } }), ROUTER, HERE).selection).toMatchObject({ min: 2, max: 2 });
  });
  it('caps the mass of the top k at k, or at a floor above it', () => {
    expect(resolveRule(planOf({ topP: { p: 0.5, mass: 'topk' } }), ROUTER, HERE).selection).toMatchObject({ min: 1, max: 2 });
    expect(resolveRule(planOf({ topP: { p: 0.5, min: 3, mass: 'topk' } }), ROUTER, HERE).selection).toMatchObject({ min: 3, max: 3 });
  });
  it('spells out a uniform override', () => {
    expect(resolveRule(planOf({ override: 'uniform' }), ROUTER, HERE).override).toEqual([0.25, 0.25, 0.25, 0.25]);
  });
  it('leaves other layers and tokens alone', () => {
    const plan = planOf({ layers: [1], tokens: 'last', k: 4 });
    expect(resolveRule(plan, ROUTER, { layer: 1, token: 2, promptLength: 3 }).selection).toEqual({ kind: 'top-k', k: 4 });
    expect(resolveRule(plan, ROUTER, { layer: 0, token: 2, promptLength: 3 }).selection).toEqual({ kind: 'top-k', k: 2 });
    expect(resolveRule(plan, ROUTER, { layer: 1, token: 1, promptLength: 3 }).selection).toEqual({ kind: 'top-k', k: 2 });
  });
});

describe('a compiled plan', () => {
  it('stores equal rules once and points each token and layer at its rule', () => {
    const compiled = compilePlan(planOf({ layers: [1], tokens: [2], k: 3 }), ROUTER, 2, { promptLength: 9, from: 1, to: 4 });
    expect(compiled.rules).toHaveLength(2);
    expect([...compiled.index]).toEqual([0, 0, 0, 1, 0, 0]);
    expect(compiled.slots).toBe(3);
  });
  it('has one rule when the plan changes nothing', () => {
    const compiled = compilePlan(ROUTER_AS_TRAINED, ROUTER, 3, { promptLength: 1, from: 0, to: 2 });
    expect(compiled.rules).toHaveLength(1);
    expect([...compiled.index]).toEqual([0, 0, 0, 0, 0, 0]);
    expect(compiled.slots).toBe(2);
  });
  it('counts slots by what masks leave, and never fewer than one', () => {
    const slots = (entry: Partial<PlanEntry>) => compilePlan(planOf(entry), ROUTER, 1, { promptLength: 1, from: 0, to: 1 }).slots;
    expect(slots({ k: 4, mask: [1] })).toBe(3);
    expect(slots({ topP: { p: 0.9, max: 3, mass: 'all' } })).toBe(3);
    expect(slots({ topP: { p: 0.9, mass: 'all' }, mask: [0, 1] })).toBe(2);
    expect(slots({ mask: [0, 1, 2, 3] })).toBe(1);
  });
  it('knows that a fully masked rule chooses nothing', () => {
    expect(mostChosen(resolveRule(planOf({ mask: [0, 1, 2, 3] }), ROUTER, HERE))).toBe(0);
  });
});
