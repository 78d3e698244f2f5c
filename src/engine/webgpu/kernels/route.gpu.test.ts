import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { MoeFeedForward } from '../../../model/config';
import type { RoutingRule } from '../../../routing/plan';
import { cumulativeMass, selectExperts, selectionOrder, type Selection } from '../../../routing/select';
import { TINY_MOE } from '../../testing/tiny-model';
import { routingStride } from '../buffers';
import { encodeRules } from '../rules';
import { GpuContext } from '../context';
import { asFloats, runKernel, runWords, stateWords, tinySizes } from './testing/harness';
import { expectWithin } from './testing/expect';
import { type Bounded, normals, normScale, padded, product, row, ULP } from './testing/oracle';
import { EMPTY } from './testing/slots';

let gpu: GpuContext;
beforeAll(async () => {
  gpu = await GpuContext.acquire(navigator.gpu);
});
afterAll(() => {
  expect(gpu.uncaptured).toEqual([]);
  gpu.dispose();
});

const MODELS: [string, Partial<MoeFeedForward>][] = [
  ['softmax over 8 experts', {}],
  ['sigmoid over 5 experts', { experts: 5, scoring: 'sigmoid' }],
  // One more than the lanes of two warps; the gate is one more row of weights.
  ['softmax over 33 experts with a gated shared one', { experts: 33, sharedHidden: 20, sharedGate: true }],
  ['softmax over 1 expert', { experts: 1, topK: 1 }],
];

type Change = Partial<Omit<RoutingRule, 'selection'>> & { readonly selection?: Partial<RoutingRule['selection']> };

/** Every rule that this many experts allow, by what it does. */
function rulesFor(E: number): Record<string, Change> {
  const all = (value: number): number[] => Array<number>(E).fill(value);
  const by = (of: (e: number) => number): number[] => Array.from({ length: E }, (_, e) => of(e));
  const topP = (p: number, mass: 'all' | 'topk' = 'all', min = 1, max = E, k = Math.min(3, E)): Change => ({ selection: { kind: 'top-p', p, min, max, mass, k } });
  const topK = (k: number): Change => ({ selection: { kind: 'top-k', k: Math.min(k, E) } });
  return {
    'k = 1': topK(1),
    'k = 2': topK(2),
    'k = E': topK(E),
    'p near 0': topP(1e-9),
    'p = 0.6': topP(0.6),
    'p = 1': topP(1),
    'p = 0.6, at least 3': topP(0.6, 'all', Math.min(3, E)),
    'p = 0.9, at most 2': topP(0.9, 'all', 1, Math.min(2, E)),
    'p = 0.7 of the top-k': topP(0.7, 'topk'),
    'p = 1 of the top-k': topP(1, 'topk'),
    'p near 0 of the top-k': topP(1e-9, 'topk'),
    'a mask that leaves one, k = 2': { ...topK(2), masked: by((e) => Number(e !== E - 1)).map(Boolean) },
    'a mask that leaves one, p = 0.9': { ...topP(0.9), masked: by((e) => Number(e !== E - 1)).map(Boolean) },
    'a mask that leaves two, p of the top-k': { ...topP(0.8, 'topk'), masked: by((e) => Number(e > 1)).map(Boolean) },
    'all masked': { ...topK(2), masked: all(1).map(Boolean) },
    'all masked, top-p': { ...topP(0.5), masked: all(1).map(Boolean) },
    'bias': { ...topK(2), bias: by((e) => (e % 3) - 0.5 * e) },
    'selection bias': { ...topK(2), selectionBias: by((e) => ((e * 7) % 5) / 4) },
    'selection bias with top-p': { ...topP(0.6), selectionBias: by((e) => ((e * 3) % 4) / 4) },
    'scale, renormalised before': { ...topK(3), scale: by((e) => 0.5 + (e % 3)) },
    'scale, renormalised after': { ...topK(3), scale: by((e) => 0.5 + (e % 3)), renormalise: 'after-scale' },
    'scale, not renormalised': { ...topK(3), scale: by((e) => (e % 4) - 1), renormalise: 'off' },
    'scale 0, renormalised after': { ...topK(2), scale: all(0), renormalise: 'after-scale' },
    'a uniform override, ties to the lower id': { ...topK(3), override: all(1 / E) },
    'an override with zeros': { ...topK(E), override: by((e) => (e % 2 === 0 ? 0 : 1 / Math.max(1, Math.floor(E / 2)))), renormalise: 'off' },
    'an override of zeros': { ...topK(2), override: all(0) },
    'override, bias, mask and top-p': { ...topP(0.55), override: by((e) => (E - e) / ((E * (E + 1)) / 2)), bias: all(3), masked: by((e) => Number(e === 1)).map(Boolean), renormalise: 'off' },
  };
}

function ruleOf(change: Change, E: number): RoutingRule {
  const all = (value: number): number[] => Array<number>(E).fill(value);
  const plain = { masked: all(0).map(Boolean), bias: all(0), selectionBias: all(0), scale: all(1), renormalise: 'before-scale' };
  const rule = { ...plain, ...change } as RoutingRule;
  // The kernel holds a rule in float32; so shall the oracle.
  const { selection, override } = rule;
  const floats = (values: readonly number[]): number[] => values.map(Math.fround);
  return {
    ...rule,
    selection: selection.kind === 'top-p' ? { ...selection, p: Math.fround(selection.p) } : selection,
    bias: floats(rule.bias),
    selectionBias: floats(rule.selectionBias),
    scale: floats(rule.scale),
    ...(override === undefined ? {} : { override: floats(override) }),
  };
}

/** A cumulative probability this near to p is decided by rounding; the seeds are chosen so that none is. */
function isNearBoundary(selection: Selection, rule: RoutingRule): boolean {
  const chosen = rule.selection;
  if (chosen.kind !== 'top-p' || chosen.p === 1) return false;
  return cumulativeMass(selectionOrder(selection.prob, rule).ids, selection.prob, chosen).some((mass) => Math.abs(mass - chosen.p) < 1e-6);
}

describe.each(MODELS)('%s', (_, change) => {
  const moe = { ...TINY_MOE, ...change };
  const sizes = tinySizes({ feedForward: moe });
  const { width: D, layers, normEpsilon } = sizes.config;
  const E = moe.experts;
  const rules = Object.entries(rulesFor(E));
  const perRule = 3;
  const rows = rules.length * perRule;
  const [slots, position, record, layer] = [E, 4, 2, 1];
  const x = normals(21, rows * D, 2);
  const w = normals(22, (E + 1) * D, 1.2 / Math.sqrt(D));
  // Two experts with the same weights have the same logit in every token.
  if (E > 4) w.copyWithin(4 * D, 2 * D, 3 * D);

  test('routes every rule like the float64 rule', async () => {
    const resolved = rules.map(([, rule]) => ruleOf(rule, E));
    // Token t takes rule t / 3; the other layer's entries point at a rule that would be seen.
    const index = Uint32Array.from({ length: (position + rows) * layers }, (__, i) => (i % layers === layer ? Math.max(0, Math.floor((Math.floor(i / layers) - position) / perRule)) : rules.length - 1));
    const stride = routingStride(E, slots);
    const ring = new Uint32Array((record + rows + 1) * layers * stride).fill(77);
    const [, , , , , , slotTable, after] = await runKernel(gpu, 'route', { sizes, groups: [rows] }, [
      runWords({ rows, slots }), stateWords(position, record), x, padded(w, moe.sharedGate ? E + 1 : E, D), encodeRules(resolved, E), index,
      new Uint32Array((rows + 1) * (slots + 1) * 2).fill(77), ring, Uint32Array.of(layer, 0, 0, 0),
    ]);
    const expected = ring.slice();
    const floats = asFloats(after);
    const slotFloats = asFloats(slotTable);
    for (let t = 0; t < rows; t++) {
      const what = `"${rules[Math.floor(t / perRule)]![0]}", token ${t}`;
      const rule = resolved[Math.floor(t / perRule)]!;
      const at = ((record + t) * layers + layer) * stride;
      const part = (field: number): Float32Array => floats.subarray(at + E + field * slots, at + E + (field + 1) * slots);
      const scale = normScale(row(x, t, D), normEpsilon);
      const transposed = Float32Array.from({ length: D * (E + 1) }, (__, i) => w[(i % (E + 1)) * D + Math.floor(i / (E + 1))]!);
      const all = product(row(x, t, D), transposed, E + 1, scale);
      const logits = floats.subarray(at, at + E);
      expectWithin(logits, all.slice(0, E), `router logits of ${what}`);

      // From the kernel's own logits on, so that choices can be compared exactly.
      const selection = selectExperts(logits, rule, moe.scoring);
      expect(isNearBoundary(selection, rule), `${what} is decided by more than rounding`).toBe(false);
      const { chosen, count } = selection;
      expect(after[at + E + 4 * slots], `count of ${what}`).toBe(count);
      expect([...after.subarray(at + E, at + E + slots)], `experts of ${what}`).toEqual([...chosen, ...Array<number>(slots - count).fill(0)]);
      const own = slotTable.subarray(t * (slots + 1) * 2, (t + 1) * (slots + 1) * 2);
      const ids = Array.from({ length: slots + 1 }, (__, s) => own[2 * s]);
      expect(ids, `slots of ${what}`).toEqual([...chosen, ...Array<number>(slots - count).fill(EMPTY), E]);

      // Softmax 3N + 3 units and exp by its range; renormalising adds the chosen ones, twice.
      const range = Math.max(...logits) - Math.min(...logits) + 10;
      const relative = (3 * E + 3 + 34 + 4 * range + 2 * count + 8) * ULP;
      const bounded = (value: number): Bounded => ({ value, bound: relative * Math.abs(value) + 1e-30 });
      const filled = (values: ArrayLike<number>): Bounded[] => Array.from({ length: slots }, (__, s) => bounded(values[s] ?? 0));
      expectWithin(part(1), filled(Array.from(chosen, (e) => selection.prob[e]!)), `probabilities of ${what}`);
      expectWithin(part(2), filled(selection.mix), `mixing weights of ${what}`);
      const mixes = Float32Array.from({ length: slots + 1 }, (__, s) => slotFloats[(t * (slots + 1) + s) * 2 + 1]!);
      expect([...mixes.subarray(0, slots)], `slot weights of ${what}`).toEqual([...part(2)]);
      const gate = all[E]!;
      const open = 1 / (1 + Math.exp(-gate.value));
      expectWithin(mixes.subarray(slots), [moe.sharedGate ? { value: open, bound: 0.25 * gate.bound + 40 * ULP } : { value: 1, bound: 0 }], `shared weight of ${what}`);
      // The lengths of the outputs are another kernel's to write.
      expected.set(after.subarray(at, at + E + 3 * slots), at);
      expected[at + E + 4 * slots] = count;
    }
    expect([...after]).toEqual([...expected]);
    expect([...slotTable.subarray(rows * (slots + 1) * 2)].every((word) => word === 77)).toBe(true);
  });
});
