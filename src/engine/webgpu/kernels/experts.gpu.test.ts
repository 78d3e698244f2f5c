import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { TINY_MOE } from '../../testing/tiny-model';
import type { Sizes, WeightStorage } from '../constants';
import { GpuContext } from '../context';
import { runKernel, runWords, tinySizes } from './testing/harness';
import { expectUntouched, expectWithin } from './testing/expect';
import { type Bounded, normals, normScale, product, row, swiglu, untouched, weighted } from './testing/oracle';
import { EMPTY, planWords, type SlotEntry, slotWords, sortedPairs, tokensWithLoads } from './testing/slots';
import { gainFor, halfNormals, readableStorages, storedAs, withGain } from './testing/stored';

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

const gates = halfNormals(1, EXPERTS * D * F, 0.4);
const ups = halfNormals(2, EXPERTS * D * F, 0.3);
const [sharedGate, sharedUp] = [halfNormals(3, D * FS, 0.4), halfNormals(4, D * FS, 0.3)];
const w = interleave(gates, ups);
const wShared = interleave(sharedGate, sharedUp);
const down = halfNormals(5, EXPERTS * F * D, 0.3);
const downShared = halfNormals(6, FS * D, 0.3);

/** One token through gate and up of an expert, or of the shared one. */
function upOf(x: Float32Array, expert: number | 'shared', storage: WeightStorage = 'f32'): Bounded[] {
  const columns = expert === 'shared' ? FS : F;
  const scale = normScale(x, 1e-6);
  const own = (matrix: Float32Array): Float32Array => withGain(storage, matrix, gainFor(storage, D), columns);
  const gate = product(x, own(expert === 'shared' ? sharedGate : row(gates, expert, D * F)), columns, scale);
  const up = product(x, own(expert === 'shared' ? sharedUp : row(ups, expert, D * F)), columns, scale);
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

/** The first batch is run in all storages. */
const storagesOf = (tokens: SlotEntry[][]): WeightStorage[] => (tokens === BATCHES[0]![1] ? readableStorages(gpu) : ['f32']);

describe.each(BATCHES)('%s', (_, tokens) => {
  const rows = tokens.length;
  const pairs = sortedPairs(tokens);
  const x = normals(7, rows * D);

  test.each([
    ['experts_up_register', 'register'],
    ['experts_up_tiled', 'tiled'],
    ['experts_up_naive', 'register'],
  ] as const)('%s', async (name, form) => {
    const isNaive = name === 'experts_up_naive';
    for (const storage of isNaive ? ['f32' as const] : storagesOf(tokens)) {
      const sizes = tinySizes(CONFIG, form, storage);
      const plan = planWords(sizes, tokens);
      const groups = isNaive ? ([Math.ceil(F / 8), Math.max(1, plan[0]!)] as const) : groupsOf(sizes, rows, Math.max(F, FS));
      const [, , , , , h, hShared] = await runKernel(gpu, name, { sizes, groups }, [
        runWords({ rows, slots: 2 }), plan, x, storedAs(storage, w), storedAs(storage, wShared), untouched((pairs.length + 1) * F), untouched((rows + 1) * FS),
        ...(isNaive ? [] : [gainFor(storage, D)]),
      ]);
      expectWithin(h!.subarray(0, pairs.length * F), pairs.flatMap(({ token, expert }) => upOf(row(x, token, D), expert, storage)), `hidden rows, ${storage}`);
      expectUntouched(h!.subarray(pairs.length * F) as Float32Array, 'the sorted rows');
      if (isNaive) return expectUntouched(hShared as Float32Array, 'what is not shared');
      expectWithin(hShared!.subarray(0, rows * FS), tokens.flatMap((__, t) => upOf(row(x, t, D), 'shared', storage)), `hidden rows of the shared expert, ${storage}`);
      expectUntouched(hShared!.subarray(rows * FS) as Float32Array, 'the shared rows');
    }
  });

  test.each([
    ['experts_down_register', 'register'],
    ['experts_down_tiled', 'tiled'],
  ] as const)('%s', async (name, form) => {
    const [h, hShared] = [normals(8, Math.max(1, pairs.length) * F), normals(9, rows * FS)];
    const want = pairs.flatMap(({ expert }, p) => product(row(h, p, F), row(down, expert, F * D), D));
    const shared = tokens.flatMap((__, t) => product(row(hShared, t, FS), downShared, D));
    for (const storage of storagesOf(tokens)) {
      const sizes = tinySizes(CONFIG, form, storage);
      const [, , , , , , y, yShared] = await runKernel(gpu, name, { sizes, groups: groupsOf(sizes, rows, D) }, [
        runWords({ rows, slots: 2 }), planWords(sizes, tokens), h, hShared, storedAs(storage, down), storedAs(storage, downShared),
        untouched((pairs.length + 1) * D), untouched((rows + 1) * D),
      ]);
      expectWithin(y.subarray(0, pairs.length * D), want, `outputs, ${storage}`);
      expectUntouched(y.subarray(pairs.length * D), 'the sorted rows');
      expectWithin(yShared.subarray(0, rows * D), shared, `outputs of the shared expert, ${storage}`);
      expectUntouched(yShared.subarray(rows * D), 'the shared rows');
    }
  });
});

/** Slots of one decoded token: all filled, some empty, none. */
const TOKENS: [string, SlotEntry[]][] = [
  ['three experts', [4, 0, 5].map((expert) => ({ expert, mix: 0.3 + expert / 10 }))],
  ['two experts and an empty slot', [4, 0, EMPTY].map((expert, i) => ({ expert, mix: i === 2 ? 0 : 0.5 + i / 4 }))],
  ['no expert', [EMPTY, EMPTY, EMPTY].map((expert) => ({ expert, mix: 0 }))],
];

describe.each(TOKENS)('one token with %s', (_, slots) => {
  const filled = slots.filter(({ expert }) => expert !== EMPTY);
  const words = slotWords([slots], [0.7]);
  const run = runWords({ slots: 3 });
  // Hidden rows of the slots are as far apart as the widest expert needs.
  const stride = Math.max(F, FS);

  test('decode_up', async () => {
    const x = normals(11, D);
    for (const storage of readableStorages(gpu)) {
      const [, , , , , h] = await runKernel(gpu, 'decode_up', { sizes: tinySizes(CONFIG, 'register', storage), groups: [Math.ceil(stride / 64), 4] }, [
        run, words, x, storedAs(storage, w), storedAs(storage, wShared), untouched(4 * stride), gainFor(storage, D),
      ]);
      slots.forEach(({ expert }, s) => {
        if (expert === EMPTY) expectUntouched(row(h, s, stride), `slot ${s}`);
        else expectWithin(row(h, s, stride).subarray(0, F), upOf(x, expert, storage), `slot ${s}, ${storage}`);
      });
      expectWithin(h.subarray(3 * stride, 3 * stride + FS), upOf(x, 'shared', storage), `the shared expert, ${storage}`);
      expectUntouched(h.subarray(3 * stride + FS), 'the shared expert');
    }
  });

  test('decode_down', async () => {
    const [h, x] = [normals(12, 4 * stride), normals(13, D)];
    const parts = filled.map(({ expert }, s) => product(row(h, s, stride).subarray(0, F), row(down, expert, F * D), D));
    const shared = product(h.subarray(3 * stride, 3 * stride + FS), downShared, D);
    const mix = [...filled.map((slot) => Math.fround(slot.mix)), Math.fround(0.7)];
    const want = [...x].map((start, d) => weighted(mix, [...parts, shared].map((part) => part[d]!), start));
    for (const storage of readableStorages(gpu)) {
      const [, , , , , , out, y] = await runKernel(gpu, 'decode_down', { sizes: tinySizes(CONFIG, 'register', storage), groups: [Math.ceil(D / 32)] }, [
        run, words, h, x, storedAs(storage, down), storedAs(storage, downShared), untouched(D + 4), untouched(4 * D),
      ]);
      expectWithin(y.subarray(0, filled.length * D), parts.flat(), `outputs of the experts, ${storage}`);
      expectUntouched(y.subarray(filled.length * D), 'the filled slots');
      expectWithin(out.subarray(0, D), want, `the sum, ${storage}`);
      expectUntouched(out.subarray(D), 'the columns');
    }
  });
});
