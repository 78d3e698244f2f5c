import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Constants, WeightStorage } from '../constants';
import { GpuContext } from '../context';
import { runKernel, runWords, tinySizes } from './testing/harness';
import { expectUntouched, expectWithin } from './testing/expect';
import { add, type Bounded, normals, normScale, product, row, untouched } from './testing/oracle';
import { gainFor, halfNormals, readableStorages, storedAs, withGain } from './testing/stored';

let gpu: GpuContext;
beforeAll(async () => {
  gpu = await GpuContext.acquire(navigator.gpu);
});
afterAll(() => {
  expect(gpu.uncaptured).toEqual([]);
  gpu.dispose();
});

/** No width is a multiple of a tile (64 columns, 16 of K), one has an odd number of vec4, one is a single vec4. */
const SHAPES = [
  { name: 'normalised', K: 36, N: 76, NORM: true, ADD: false, offset: 3 },
  { name: 'added to a residual', K: 20, N: 12, NORM: false, ADD: true, offset: 0 },
  // More than the 16 lanes along K that gemv_tiled has.
  { name: 'normalised and added', K: 76, N: 132, NORM: true, ADD: true, offset: 0 },
  { name: 'plain, one vec4', K: 4, N: 4, NORM: false, ADD: false, offset: 0 },
];
type Shape = (typeof SHAPES)[number];
const ROWS = [1, 7, 8, 9, 15, 16, 17, 31, 32, 33];
const sizes = tinySizes();
/** The first shape is run in all storages. */
const storagesOf = (shape: Shape): WeightStorage[] => (shape === SHAPES[0] ? readableStorages(gpu) : ['f32']);

function constants({ K, N, NORM, ADD, offset }: Shape): Constants {
  return { K4: K / 4, N4: N / 4, NORM, ADD, C_OFFSET: offset };
}

function want(a: Float32Array, w: Float32Array, residual: Float32Array, rows: number, { K, N, NORM, ADD }: Shape): Bounded[] {
  return Array.from({ length: rows }, (_, t) => {
    const x = row(a, t, K);
    const c = product(x, w, N, NORM ? normScale(x, sizes.config.normEpsilon) : 1);
    return ADD ? c.map((value, n) => add(value, residual[t * N + n]!)) : c;
  }).flat();
}

describe.each(['gemm_register', 'gemm_tiled'] as const)('%s', (name) => {
  test.each(SHAPES)('multiplies rows at all tile edges: $name', async (shape) => {
    const { K, N, offset } = shape;
    const w = halfNormals(1, K * N, 0.3);
    for (const [storage, rows] of storagesOf(shape).flatMap((one) => ROWS.map((n) => [one, n] as const))) {
      const gain = gainFor(storage, K);
      const a = normals(rows, rows * K);
      const residual = normals(99, rows * N);
      const groups = [Math.ceil(N / 64), Math.ceil(rows / (name === 'gemm_register' ? 32 : 16))] as const;
      const out = untouched(4 * offset + (rows + 2) * N);
      const [, , , , c] = await runKernel(gpu, name, { sizes: tinySizes({}, 'register', storage), own: constants(shape), groups }, [runWords({ rows }), a, storedAs(storage, w), residual, out, gain]);
      expectUntouched(c.subarray(0, 4 * offset), 'the offset');
      expectWithin(c.subarray(4 * offset, 4 * offset + rows * N), want(a, withGain(storage, w, gain, N), residual, rows, shape), `${rows} rows, ${storage}`);
      expectUntouched(c.subarray(4 * offset + rows * N), `row ${rows}`);
    }
  });
});

describe.each(['gemv_register', 'gemv_tiled'] as const)('%s', (name) => {
  test.each(SHAPES)('multiplies one row: $name', async (shape) => {
    const { K, N, offset } = shape;
    const [a, w, residual] = [normals(5, K), halfNormals(6, K * N, 0.3), normals(7, N)];
    const groups = [Math.ceil(N / (name === 'gemv_register' ? 64 : 16))] as const;
    for (const storage of storagesOf(shape)) {
      const gain = gainFor(storage, K);
      const bindings = [a, storedAs(storage, w), residual, untouched(4 * offset + 2 * N), gain] as const;
      const [, , , c] = await runKernel(gpu, name, { sizes: tinySizes({}, 'register', storage), own: constants(shape), groups }, bindings);
      expectUntouched(c.subarray(0, 4 * offset), 'the offset');
      expectWithin(c.subarray(4 * offset, 4 * offset + N), want(a, withGain(storage, w, gain, N), residual, 1, shape), `the row, ${storage}`);
      expectUntouched(c.subarray(4 * offset + N), 'the row');
    }
  });

  test('keeps a row of zeros zero', async () => {
    const shape = SHAPES[0]!;
    const [, , , c] = await runKernel(gpu, name, { sizes, own: constants(shape), groups: [5] }, [new Float32Array(36), normals(1, 36 * 76), new Float32Array(76), untouched(88), gainFor('f32', 36)]);
    expect([...c.subarray(12)]).toEqual(Array(76).fill(0));
  });
});
