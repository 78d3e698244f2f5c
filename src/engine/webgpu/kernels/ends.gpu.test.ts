import { afterAll, beforeAll, expect, test } from 'vitest';
import { routingStride } from '../buffers';
import { GpuContext } from '../context';
import { asFloats, runKernel, runWords, stateWords, tinySizes } from './testing/harness';
import { expectUntouched, expectWithin } from './testing/expect';
import { type Bounded, length, normals, row, ULP, untouched } from './testing/oracle';
import { halfNormals, readableStorages, storedAs } from './testing/stored';

let gpu: GpuContext;
beforeAll(async () => {
  gpu = await GpuContext.acquire(navigator.gpu);
});
afterAll(() => {
  expect(gpu.uncaptured).toEqual([]);
  gpu.dispose();
});

/** 33 vec4: one more than a workgroup of 32 holds. */
const WIDTH = 132;
const sizes = tinySizes({ width: WIDTH });

test.each([[[0]], [[95]], [[5, 0, 95, 5, 17]]])('embed copies the rows of the ids %j', async (ids) => {
  const embedding = halfNormals(1, 96 * WIDTH);
  const rows = ids.length;
  for (const storage of readableStorages(gpu)) {
    const bindings = [runWords({ rows }), Uint32Array.from(ids), storedAs(storage, embedding), untouched((rows + 1) * WIDTH)] as const;
    const [, , , x] = await runKernel(gpu, 'embed', { sizes: tinySizes({ width: WIDTH }, 'register', storage), groups: [2, rows] }, bindings);
    ids.forEach((id, t) => expect([...row(x, t, WIDTH)]).toEqual([...row(embedding, id, WIDTH)]));
    expectUntouched(x.subarray(rows * WIDTH), 'the rows');
  }
});

test.each([1, 5])('pool adds the rows to what was there: %i rows', async (rows) => {
  const [x, before] = [normals(2, rows * WIDTH, 3), normals(4, WIDTH)];
  const out = Float32Array.of(...before, ...untouched(4));
  const [, , sums] = await runKernel(gpu, 'pool', { sizes, groups: [3] }, [runWords({ rows }), x, out]);
  const want: Bounded[] = [...before].map((start, d) => {
    const terms = Array.from({ length: rows }, (_, t) => x[t * WIDTH + d]!);
    const size = terms.reduce((sum, term) => sum + Math.abs(term), Math.abs(start));
    return { value: terms.reduce((sum, term) => sum + term, start), bound: (rows + 1) * ULP * size };
  });
  expectWithin(sums!.subarray(0, WIDTH), want, 'the sums');
  expectUntouched(sums!.subarray(WIDTH), 'the columns');
});

test('norms writes the length of each chosen output and 0 for empty slots, and nothing else', async () => {
  const { layers } = sizes.config;
  const slots = 3;
  const record = 2;
  const stride = routingStride(sizes.experts, slots);
  const y = normals(5, layers * 4 * sizes.outputStride4);
  const counts = [2, 3];
  const ring = new Uint32Array((record + 2) * layers * stride).fill(77);
  const places = counts.map((_, l) => (record * layers + l) * stride + sizes.experts);
  places.forEach((at, l) => (ring[at + 4 * slots] = counts[l]!));
  const [, , , after] = await runKernel(gpu, 'norms', { sizes, groups: [1] }, [runWords({ slots }), stateWords(9, record), y, ring]);
  const floats = asFloats(after);
  const expected = ring.slice();
  places.forEach((at, l) => {
    const got = floats.subarray(at + 3 * slots, at + 4 * slots);
    const want = Array.from({ length: slots }, (_, s) => {
      const values = y.subarray(4 * sizes.outputStride4 * l + s * WIDTH, 4 * sizes.outputStride4 * l + (s + 1) * WIDTH);
      return s < counts[l]! ? length([...values].map((value) => ({ value, bound: 0 }))) : { value: 0, bound: 1e-30 };
    });
    expectWithin(got, want, `layer ${l}`);
    expected.set(after.subarray(at + 3 * slots, at + 4 * slots), at + 3 * slots);
  });
  expect([...after]).toEqual([...expected]);
});
