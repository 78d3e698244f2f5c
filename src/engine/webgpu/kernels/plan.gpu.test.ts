import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { TINY_MOE } from '../../testing/tiny-model';
import { routingStride } from '../buffers';
import type { KernelForm } from '../constants';
import { GpuContext } from '../context';
import { asFloats, runKernel, runWords, stateWords, tinySizes } from './testing/harness';
import { expectUntouched, expectWithin } from './testing/expect';
import { length, normals, row, untouched, weighted } from './testing/oracle';
import { EMPTY, planWords, type SlotEntry, slotWords, sortedPairs, tokensWithLoads } from './testing/slots';

let gpu: GpuContext;
beforeAll(async () => {
  gpu = await GpuContext.acquire(navigator.gpu);
});
afterAll(() => {
  expect(gpu.uncaptured).toEqual([]);
  gpu.dispose();
});

const FILL = 999;
const slot = (expert: number): SlotEntry => ({ expert, mix: 1 });

const BATCHES: [string, number, SlotEntry[][]][] = [
  ['one token', 6, [[slot(4), slot(1)]]],
  ['one token without an expert', 6, [[slot(EMPTY)]]],
  ['every expert chosen by every token', 6, Array.from({ length: 9 }, () => [5, 0, 3, 2, 4, 1].map(slot))],
  ['a batch with experts of 0, 1, 8, 9, 17 and 1 rows', 6, tokensWithLoads([0, 1, 8, 9, 17, 1])],
  ['all tokens at the last expert', 6, Array.from({ length: 33 }, () => [slot(5)])],
  ['empty slots between filled ones', 6, Array.from({ length: 20 }, (_, t) => [slot(t % 6), slot(t % 3 === 0 ? EMPTY : (t + 1) % 6), slot(EMPTY)])],
  ['33 experts, a full batch', 33, Array.from({ length: 64 }, (_, t) => [slot((t * 5) % 33), slot((t * t) % 33)])],
];

describe.each<KernelForm>(['register', 'tiled'])('plan with tiles of the %s form', (form) => {
  test.each(BATCHES)('sorts %s', async (_, experts, tokens) => {
    const sizes = tinySizes({ feedForward: { ...TINY_MOE, experts } }, form);
    const want = planWords(sizes, tokens, FILL);
    const words = slotWords(tokens, []);
    const [, , plan] = await runKernel(gpu, 'plan', { sizes, groups: [1] }, [runWords({ rows: tokens.length, slots: tokens[0]!.length }), words, new Uint32Array(want.length).fill(FILL)]);
    // Words 1 to 3 only align what follows.
    want.set(plan.subarray(1, 4), 1);
    expect([...plan]).toEqual([...want]);
  });
});

describe.each([
  ['without a shared expert', 0],
  ['with a shared expert', 20],
])('combine %s', (_, sharedHidden) => {
  // 33 vec4: one more than the lanes of a workgroup.
  const D = 132;
  const sizes = tinySizes({ width: D, feedForward: { ...TINY_MOE, experts: 6, sharedHidden } });
  const { layers } = sizes.config;
  const tokens = Array.from({ length: 5 }, (__, t) => [0.5, 0.25, 0.125].map((mix, s) => (s < t % 4 ? { expert: (2 * t + s) % 6, mix } : { expert: EMPTY, mix: 0 })));

  test.each([1, 5])('adds the weighted outputs of %i tokens and records their lengths', async (rows) => {
    const [slots, record, layer] = [3, 2, 1];
    const used = tokens.slice(5 - rows);
    const pairs = sortedPairs(used);
    const shared = used.map((__, t) => Math.fround(0.2 + t / 10));
    const [x, y, yShared] = [normals(1, rows * D), normals(2, pairs.length * D), normals(3, rows * D)];
    const stride = routingStride(6, slots);
    const ring = new Uint32Array((record + rows + 1) * layers * stride).fill(FILL);
    const [, , , , , , , out, after] = await runKernel(gpu, 'combine', { sizes, groups: [rows] }, [
      runWords({ rows, slots }), stateWords(9, record), planWords(sizes, used), slotWords(used, shared), x, y, yShared,
      untouched((rows + 1) * D), ring, Uint32Array.of(layer, 0, 0, 0),
    ]);
    const expected = ring.slice();
    used.forEach((own, t) => {
      const rowOf = (s: number): number => pairs.findIndex((pair) => pair.token === t && pair.slot === s);
      const outputs = own.flatMap(({ expert, mix }, s) => (expert === EMPTY ? [] : [{ mix, values: row(y, rowOf(s), D) }]));
      const parts = sharedHidden > 0 ? [...outputs, { mix: shared[t]!, values: row(yShared, t, D) }] : outputs;
      const want = [...row(x, t, D)].map((start, d) => weighted(parts.map(({ mix }) => mix), parts.map(({ values }) => ({ value: values[d]!, bound: 0 })), start));
      expectWithin(row(out, t, D), want, `token ${t}`);
      const at = ((record + t) * layers + layer) * stride + 6 + 3 * slots;
      const lengths = own.map((__, s) => (s < outputs.length ? length([...outputs[s]!.values].map((value) => ({ value, bound: 0 }))) : { value: 0, bound: 1e-30 }));
      expectWithin(asFloats(after).subarray(at, at + slots), lengths, `lengths of token ${t}`);
      expected.set(after.subarray(at, at + slots), at);
    });
    expectUntouched(out.subarray(rows * D), 'the rows');
    expect([...after]).toEqual([...expected]);
  });
});
