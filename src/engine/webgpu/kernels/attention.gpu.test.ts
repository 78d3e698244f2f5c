import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ModelConfig } from '../../../model/config';
import { ropeTable } from '../buffers';
import { type Sizes, sizesOf } from '../constants';
import { GpuContext } from '../context';
import { runKernel, runWords, stateWords, tinySizes } from './testing/harness';
import { expectUntouched, expectWithin } from './testing/expect';
import { attend, type Bounded, headNorm, normals, normScale, product, rotate, row, untouched } from './testing/oracle';
import { gainFor, halfNormals, readableStorages, storedAs, withGain } from './testing/stored';

let gpu: GpuContext;
beforeAll(async () => {
  gpu = await GpuContext.acquire(navigator.gpu);
});
afterAll(() => {
  expect(gpu.uncaptured).toEqual([]);
  gpu.dispose();
});

const CONFIGS: [string, Partial<ModelConfig>][] = [
  ['two query heads to a key head, heads normalised', {}],
  ['three to one, heads of 12', { heads: 3, kvHeads: 1, headDim: 12, width: 36, qkNorm: false, ropeTheta: 500 }],
];

/** One head's query, key or value as the formula has it: norm where asked for, then rotation; values stay as they are. */
function turned(plain: readonly Bounded[], head: number, position: number, gains: Float32Array, { config }: Sizes): Bounded[] {
  if (head >= config.heads + config.kvHeads) return [...plain];
  const own = row(gains, head < config.heads ? 0 : 1, config.headDim);
  return rotate(config.qkNorm ? headNorm(plain, own, config.normEpsilon) : plain, position, config.ropeTheta);
}

/** The host gives ones where the model has no norm of heads. */
function gainsOf({ config }: Sizes): Float32Array<ArrayBuffer> {
  return config.qkNorm ? normals(41, 2 * config.headDim, 0.1).map((g) => 1 + g) : new Float32Array(2 * config.headDim).fill(1);
}

const exact = (values: Float32Array): Bounded[] => [...values].map((value) => ({ value, bound: 0 }));

describe.each(CONFIGS)('%s', (_, change) => {
  const sizes = tinySizes(change);
  const { heads, kvHeads, headDim, width, normEpsilon } = sizes.config;
  const { qkvWidth, keyWidth } = sizes;
  const allHeads = heads + 2 * kvHeads;
  const gains = gainsOf(sizes);
  const table = ropeTable(sizes.config);

  test.each([
    [0, 1],
    [5, 9],
  ])('rope turns queries and appends keys and values at position %i for %i rows', async (position, rows) => {
    const qkv = normals(8, rows * qkvWidth);
    const input = Float32Array.of(...qkv, ...untouched(qkvWidth));
    const cache = untouched((position + rows + 1) * keyWidth);
    const groups = [Math.ceil(allHeads / 8), Math.ceil(rows / 4)] as const;
    const [, , out, , , keys, values] = await runKernel(gpu, 'rope', { sizes, groups }, [runWords({ rows }), stateWords(position), input, gains, table, cache, cache.slice()]);
    for (let t = 0; t < rows; t++) {
      for (let head = 0; head < allHeads; head++) {
        const want = turned(exact(row(qkv, t * allHeads + head, headDim)), head, position + t, gains, sizes);
        const key = (position + t) * kvHeads + ((head - heads) % kvHeads);
        const got = head < heads ? row(out, t * allHeads + head, headDim) : row(head < heads + kvHeads ? keys : values, key, headDim);
        if (head < heads + kvHeads) expectWithin(got, want, `row ${t}, head ${head}`);
        else expect([...got]).toEqual(want.map((v) => v.value));
      }
    }
    expectUntouched(out.subarray(rows * qkvWidth), 'the rows');
    for (const part of [keys, values]) {
      expectUntouched(part.subarray(0, position * keyWidth), 'earlier positions');
      expectUntouched(part.subarray((position + rows) * keyWidth), 'the last position');
    }
  });

  test.each([
    ['decode_qkv', allHeads],
    ['decode_qkv_register', Math.ceil(allHeads / 4)],
  ] as const)('%s multiplies, turns and appends one token', async (name, groups) => {
    const position = 7;
    const [x, w] = [normals(3, width, 2), halfNormals(4, width * qkvWidth, 0.3)];
    for (const storage of readableStorages(gpu)) {
      const cache = untouched((position + 2) * keyWidth);
      const gain = gainFor(storage, width);
      const [, , , , , q, keys, values] = await runKernel(gpu, name, { sizes: sizesOf(sizes.config, { ...sizes, storage }), groups: [groups] }, [
        stateWords(position), x, storedAs(storage, w), Float32Array.of(...gains, ...gain), table, untouched(heads * headDim + 4), cache, cache.slice(),
      ]);
      const plain = product(x, withGain(storage, w, gain, qkvWidth), qkvWidth, normScale(x, normEpsilon));
      const parts = [q.subarray(0, heads * headDim), row(keys, position, keyWidth), row(values, position, keyWidth)];
      const want = Array.from({ length: allHeads }, (__, head) => turned(plain.slice(head * headDim, (head + 1) * headDim), head, position, gains, sizes)).flat();
      expectWithin(parts.flatMap((part) => [...part]), want, 'queries, keys, values');
      expectUntouched(q.subarray(heads * headDim), 'the queries');
      for (const part of [keys, values]) {
        expectUntouched(part.subarray(0, position * keyWidth), 'earlier positions');
        expectUntouched(part.subarray((position + 1) * keyWidth), 'the position');
      }
    }
  });

  /** Keys and values of `n` positions; what follows must never be read, so it is huge. */
  function cacheOf(n: number, spread: number): [Float32Array<ArrayBuffer>, Float32Array<ArrayBuffer>] {
    return [1, 2].map((seed) => Float32Array.of(...normals(seed, n * keyWidth, spread), ...new Float32Array(3 * keyWidth).fill(1e30))) as [Float32Array<ArrayBuffer>, Float32Array<ArrayBuffer>];
  }

  function want(query: Float32Array, head: number, keys: Float32Array, values: Float32Array, count: number): Bounded[] {
    const group = Math.floor(head / (heads / kvHeads));
    const rows = (cache: Float32Array): Float32Array[] => Array.from({ length: count }, (__, j) => row(cache, j * kvHeads + group, headDim));
    return attend(query, rows(keys), rows(values));
  }

  test.each([
    [0, 1, 1],
    [0, 8, 1],
    [24, 9, 1],
    [24, 9, 12],
  ])('attention from position %i for %i rows sees no later key, spread %i', async (position, rows, spread) => {
    const qkv = normals(6, rows * qkvWidth, spread);
    const [keys, values] = cacheOf(position + rows, spread);
    const groups = [Math.ceil(heads / 4), Math.ceil(rows / 8)] as const;
    const [, , , , , out] = await runKernel(gpu, 'attention', { sizes, groups }, [runWords({ rows }), stateWords(position), qkv, keys, values, untouched((rows + 1) * heads * headDim)]);
    for (let t = 0; t < rows; t++) {
      for (let head = 0; head < heads; head++) {
        expectWithin(row(out, t * heads + head, headDim), want(row(qkv, t * allHeads + head, headDim), head, keys, values, position + t + 1), `row ${t}, head ${head}`);
      }
    }
    expectUntouched(out.subarray(rows * heads * headDim), 'the rows');
  });

  test.each([
    [1, 1],
    [2, 1],
    [31, 1],
    [32, 12],
    [33, 1],
    [61, 12],
  ])('decode_attention over %i keys sees no later key, spread %i, in both forms', async (count, spread) => {
    const q = normals(6, heads * headDim, spread);
    const [keys, values] = cacheOf(count, spread);
    for (const form of ['register', 'tiled'] as const) {
      const [, , , , out] = await runKernel(gpu, 'decode_attention', { sizes: sizesOf(sizes.config, form), groups: [heads] }, [stateWords(count - 1), q, keys, values, untouched((heads + 1) * headDim)]);
      for (let head = 0; head < heads; head++) {
        expectWithin(row(out, head, headDim), want(row(q, head, headDim), head, keys, values, count), `head ${head}, ${form}`);
      }
      expectUntouched(out.subarray(heads * headDim), 'the heads');
    }
  });
});

test.each([15, 16, 17])('decode_attention with wide heads has 16 lanes for %i keys', async (count) => {
  const sizes = tinySizes({ heads: 2, kvHeads: 2, headDim: 68 }, 'tiled');
  const [q, keys, values] = [normals(6, 136), normals(1, count * 136), normals(2, count * 136)];
  const [, , , , out] = await runKernel(gpu, 'decode_attention', { sizes, groups: [2] }, [stateWords(count - 1), q, keys, values, untouched(136)]);
  for (let head = 0; head < 2; head++) {
    const rows = (cache: Float32Array): Float32Array[] => Array.from({ length: count }, (_, j) => row(cache, j * 2 + head, 68));
    expectWithin(row(out, head, 68), attend(row(q, head, 68), rows(keys), rows(values)), `head ${head}`);
  }
});
