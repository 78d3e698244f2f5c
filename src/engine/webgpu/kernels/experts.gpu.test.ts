import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { TINY_MOE } from '../../testing/tiny-model';
import type { Sizes } from '../constants';
import { GpuContext } from '../context';
import { runKernel, runWords, tinySizes } from './testing/harness';
import { expectUntouched, expectWithin } from './testing/expect';
import { type Bounded, normals, normScale, product, row, swiglu, untouched, weighted } from './testing/oracle';
import { EMPTY, planWords, type SlotEntry, slotWords, sortedPairs, tokensWithLoads } from './testing/slots';

let gpu: GpuContext;
beforeAll(async () => {
  gpu = await GpuContext.acquire(navigator.gpu);
});
afterAll(() => {
  expect(gpu.uncaptured).toEqual([]);
  gpu.dispose();
});

// The shared expert is the wider one, so that it sets the distance of hidden rows in decode.
const [D, F, FS] = [68, 76, 84];
const EXPERTS = 6;
const CONFIG = { width: D, feedForward: { ...TINY_MOE, experts: EXPERTS, hidden: F, sharedHidden: FS, sharedGate: true } };

/** w[k][n] of a gate and an up matrix as the kernels hold them: [D, F / 4, (gate, up)] in vec4. */
function interleave(gate: Float32Array, up: Float32Array): Float32Array<ArrayBuffer> {
  const out = new Float32Array(2 * gate.length);
  for (let i = 0; i < gate.length; i += 4) {
    out.set(gate.subarray(i, i + 4), 2 * i);
    out.set(up.subarray(i, i + 4), 2 * i + 4);
  }
  return out;
}

const gates = normals(1, EXPERTS * D * F, 0.4);
const ups = normals(2, EXPERTS * D * F, 0.3);
const [sharedGate, sharedUp] = [normals(3, D * FS, 0.4), normals(4, D * FS, 0.3)];
const w = interleave(gates, ups);
const wShared = interleave(sharedGate, sharedUp);
const down = normals(5, EXPERTS * F * D, 0.3);
const downShared = normals(6, FS * D, 0.3);

/** One token through gate and up of an expert, or of the shared one. */
function upOf(x: Float32Array, expert: number | 'shared'): Bounded[] {
  const columns = expert === 'shared' ? FS : F;
  const scale = normScale(x, 1e-6);
  const gate = product(x, expert === 'shared' ? sharedGate : row(gates, expert, D * F), columns, scale);
  const up = product(x, expert === 'shared' ? sharedUp : row(ups, expert, D * F), columns, scale);
  return gate.map((g, i) => swiglu(g, up[i]!));
}

/** n tokens at one expert and nowhere else: what is stored past a tile's last row is seen. */
function atOneExpert(n: number): [string, SlotEntry[][]] {
  return [`${n} tokens at one expert`, Array.from({ length: n }, () => [{ expert: 3, mix: 1 }, { expert: EMPTY, mix: 0 }])];
}

/** Experts with 0, 1, 8, 9 and 17 rows: none, one, a full tile, one more, two of the larger tiles. */
const BATCHES: [string, SlotEntry[][]][] = [
  ['experts with 0, 1, 8, 9, 17 and 1 rows', tokensWithLoads([0, 1, 8, 9, 17, 1])],
  ['one token', [[{ expert: 5, mix: 0.5 }, { expert: 0, mix: 0.5 }]]],
  ['one token without an expert', [[{ expert: EMPTY, mix: 0 }, { expert: EMPTY, mix: 0 }]]],
  ...[2, 3, 4, 5, 6, 7, 15].map(atOneExpert),
];

/** Workgroups that the engine would dispatch for these tokens: some find no tile. */
function groupsOf({ form, tileRows }: Sizes, rows: number, columns: number): [number, number, number] {
  const tiles = Math.floor((2 * rows) / tileRows) + Math.min(EXPERTS, 2 * rows);
  return form === 'register' ? [Math.ceil(columns / 32), Math.ceil(tiles / 4), 2] : [Math.ceil(columns / 64), tiles, 2];
}

describe.each(BATCHES)('%s', (_, tokens) => {
  const rows = tokens.length;
  const pairs = sortedPairs(tokens);
  const x = normals(7, rows * D);
  const wantUp = pairs.flatMap(({ token, expert }) => upOf(row(x, token, D), expert));
  const wantShared = tokens.flatMap((__, t) => upOf(row(x, t, D), 'shared'));

  test.each([
    ['experts_up_register', 'register'],
    ['experts_up_tiled', 'tiled'],
    ['experts_up_naive', 'register'],
  ] as const)('%s', async (name, form) => {
    const sizes = tinySizes(CONFIG, form);
    const isNaive = name === 'experts_up_naive';
    const plan = planWords(sizes, tokens);
    const groups = isNaive ? ([Math.ceil(F / 8), Math.max(1, plan[0]!)] as const) : groupsOf(sizes, rows, Math.max(F, FS));
    const [, , , , , h, hShared] = await runKernel(gpu, name, { sizes, groups }, [
      runWords({ rows, slots: 2 }), plan, x, w, wShared, untouched((pairs.length + 1) * F), untouched((rows + 1) * FS),
    ]);
    expectWithin(h.subarray(0, pairs.length * F), wantUp, 'hidden rows');
    expectUntouched(h.subarray(pairs.length * F), 'the sorted rows');
    if (isNaive) return expectUntouched(hShared, 'what is not shared');
    expectWithin(hShared.subarray(0, rows * FS), wantShared, 'hidden rows of the shared expert');
    expectUntouched(hShared.subarray(rows * FS), 'the shared rows');
  });

  test.each([
    ['experts_down_register', 'register'],
    ['experts_down_tiled', 'tiled'],
  ] as const)('%s', async (name, form) => {
    const sizes = tinySizes(CONFIG, form);
    const [h, hShared] = [normals(8, Math.max(1, pairs.length) * F), normals(9, rows * FS)];
    const [, , , , , , y, yShared] = await runKernel(gpu, name, { sizes, groups: groupsOf(sizes, rows, D) }, [
      runWords({ rows, slots: 2 }), planWords(sizes, tokens), h, hShared, down, downShared, untouched((pairs.length + 1) * D), untouched((rows + 1) * D),
    ]);
    const want = pairs.flatMap(({ expert }, p) => product(row(h, p, F), row(down, expert, F * D), D));
    const shared = tokens.flatMap((__, t) => product(row(hShared, t, FS), downShared, D));
    expectWithin(y.subarray(0, pairs.length * D), want, 'outputs');
    expectUntouched(y.subarray(pairs.length * D), 'the sorted rows');
    expectWithin(yShared.subarray(0, rows * D), shared, 'outputs of the shared expert');
    expectUntouched(yShared.subarray(rows * D), 'the shared rows');
  });
});

/** Slots of one decoded token: all filled, some empty, none. */
const TOKENS: [string, SlotEntry[]][] = [
  ['three experts', [4, 0, 5].map((expert) => ({ expert, mix: 0.3 + expert / 10 }))],
  ['two experts and an empty slot', [4, 0, EMPTY].map((expert, i) => ({ expert, mix: i === 2 ? 0 : 0.5 + i / 4 }))],
  ['no expert', [EMPTY, EMPTY, EMPTY].map((expert) => ({ expert, mix: 0 }))],
];

describe.each(TOKENS)('one token with %s', (_, slots) => {
  const sizes = tinySizes(CONFIG);
  const filled = slots.filter(({ expert }) => expert !== EMPTY);
  const words = slotWords([slots], [0.7]);
  const run = runWords({ slots: 3 });
  // Hidden rows of the slots are as far apart as the widest expert needs.
  const stride = Math.max(F, FS);

  test('decode_up', async () => {
    const x = normals(11, D);
    const [, , , , , h] = await runKernel(gpu, 'decode_up', { sizes, groups: [Math.ceil(stride / 64), 4] }, [run, words, x, w, wShared, untouched(4 * stride)]);
    slots.forEach(({ expert }, s) => {
      if (expert === EMPTY) expectUntouched(row(h, s, stride), `slot ${s}`);
      else expectWithin(row(h, s, stride).subarray(0, F), upOf(x, expert), `slot ${s}`);
    });
    expectWithin(h.subarray(3 * stride, 3 * stride + FS), upOf(x, 'shared'), 'the shared expert');
    expectUntouched(h.subarray(3 * stride + FS), 'the shared expert');
  });

  test('decode_down', async () => {
    const [h, x] = [normals(12, 4 * stride), normals(13, D)];
    const [, , , , , , out, y] = await runKernel(gpu, 'decode_down', { sizes, groups: [Math.ceil(D / 32)] }, [
      run, words, h, x, down, downShared, untouched(D + 4), untouched(4 * D),
    ]);
    const parts = filled.map(({ expert }, s) => product(row(h, s, stride).subarray(0, F), row(down, expert, F * D), D));
    expectWithin(y.subarray(0, filled.length * D), parts.flat(), 'outputs of the experts');
    expectUntouched(y.subarray(filled.length * D), 'the filled slots');
    const shared = product(h.subarray(3 * stride, 3 * stride + FS), downShared, D);
    const mix = [...filled.map((slot) => Math.fround(slot.mix)), Math.fround(0.7)];
    const want = [...x].map((start, d) => weighted(mix, [...parts, shared].map((part) => part[d]!), start));
    expectWithin(out.subarray(0, D), want, 'the sum');
    expectUntouched(out.subarray(D), 'the columns');
  });
});
