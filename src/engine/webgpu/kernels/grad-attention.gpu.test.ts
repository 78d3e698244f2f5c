/** Attention of a gradient problem: forward against its formula in float64, backward against differences of that formula. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ropeTable } from '../buffers';
import { GpuContext } from '../context';
import { encodeRows, type RowInfo } from '../gradients/rows';
import { runKernel, runWords, tinySizes } from './testing/harness';
import { normals, untouched } from './testing/oracle';
import { expectAgree, inner, slopes } from './testing/slope';

let gpu: GpuContext;
beforeAll(async () => {
  gpu = await GpuContext.acquire(navigator.gpu);
});
afterAll(() => {
  expect(gpu.uncaptured).toEqual([]);
  gpu.dispose();
});

const sizes = tinySizes();
const { heads, kvHeads, headDim, ropeTheta, normEpsilon } = sizes.config;
const QKV = sizes.qkvWidth;
const KEYS = kvHeads * headDim;

/** A text with four kept tokens before it, two last tokens that attend to kept ones alone, and a text with none. */
const rows: RowInfo[] = [
  ...[0, 1, 2].map((i) => ({ position: 4 + i, keys: 1, values: 9, cached: 4, first: 0, last: 2 })),
  { position: 3, keys: 5, values: 13, cached: 3, first: 3, last: 3 },
  { position: 0, keys: 0, values: 0, cached: 0, first: 4, last: 4 },
  ...[0, 1, 2, 3].map((i) => ({ position: i, keys: 0, values: 0, cached: 0, first: 5, last: 8 })),
].map((row) => ({ ...row, wanted: 0, weight: 1 }));
const N = rows.length;
const rowWords = new Uint32Array(encodeRows(rows));
const run = runWords({ rows: N, slots: 2 });
const table = ropeTable(sizes.config);
const gains = normals(1, 2 * headDim).map((value) => 1 + 0.2 * value);
const qkv = normals(2, N * QKV);
const cache = normals(3, 16 * KEYS);

/** QK-norm and RoPE of all rows, in float64. */
function turn(raw: ArrayLike<number>): Float64Array {
  const out = Float64Array.from(raw);
  rows.forEach(({ position }, t) => {
    for (let head = 0; head < heads + kvHeads; head++) {
      const at = t * QKV + head * headDim;
      const gain = head < heads ? 0 : headDim;
      let squares = 0;
      for (let i = 0; i < headDim; i++) squares += raw[at + i]! ** 2;
      const normed = Array.from({ length: headDim }, (_, i) => (raw[at + i]! / Math.sqrt(squares / headDim + normEpsilon)) * gains[gain + i]!);
      for (let i = 0; i < headDim / 2; i++) {
        const angle = position * ropeTheta ** ((-2 * i) / headDim);
        const [lo, hi] = [normed[i]!, normed[i + headDim / 2]!];
        out[at + i] = lo * Math.cos(angle) - hi * Math.sin(angle);
        out[at + i + headDim / 2] = hi * Math.cos(angle) + lo * Math.sin(angle);
      }
    }
  });
  return out;
}

/** Attention of all rows in float64, and the log-sum-exp of their scores. */
function attend(turned: ArrayLike<number>): { out: Float64Array; lse: Float64Array } {
  const out = new Float64Array(N * heads * headDim);
  const lse = new Float64Array(N * heads);
  rows.forEach((row, t) => {
    for (let head = 0; head < heads; head++) {
      const offset = Math.floor((head * kvHeads) / heads) * headDim;
      const parts: [ArrayLike<number>, number, number][] = [];
      for (let j = 0; j < row.cached; j++) parts.push([cache, (row.keys + j) * KEYS + offset, (row.values + j) * KEYS + offset]);
      for (let j = row.first; j <= t; j++) parts.push([turned, j * QKV + heads * headDim + offset, j * QKV + (heads + kvHeads) * headDim + offset]);
      const scores = parts.map(([from, key]) => {
        let sum = 0;
        for (let i = 0; i < headDim; i++) sum += turned[t * QKV + head * headDim + i]! * from[key + i]!;
        return sum / Math.sqrt(headDim);
      });
      const total = scores.reduce((sum, score) => sum + Math.exp(score), 0);
      lse[t * heads + head] = Math.log(total);
      parts.forEach(([from, , value], j) => {
        for (let i = 0; i < headDim; i++) out[(t * heads + head) * headDim + i]! += (Math.exp(scores[j]!) / total) * from[value + i]!;
      });
    }
  });
  return { out, lse };
}

const turned = Float32Array.from(turn(qkv));
const attended = attend(turned);
const gradOut = normals(4, N * heads * headDim);
/** Gradient of sum(out gradOut) with respect to what attention reads. */
const gradTurned = slopes((x) => inner(attend(x).out, gradOut), turned);

const isQuery = (i: number): boolean => i % QKV < heads * headDim;

test('turns queries and keys, and copies values', async () => {
  const [, , , , , got] = await runKernel(gpu, 'grad_rope', { sizes, groups: [1, Math.ceil(N / 4)] }, [run, rowWords, qkv, gains, table, untouched(N * QKV)]);
  expectAgree(got, turn(qkv), 'turned');
});

test('attends to kept rows and to the batch', async () => {
  const [, , , , out, stat] = await runKernel(gpu, 'grad_attention', { sizes, groups: [1, Math.ceil(N / 8)] }, [run, rowWords, turned, cache, untouched(N * heads * headDim), untouched(2 * N * heads)]);
  expectAgree(out, attended.out, 'attention');
  expectAgree(stat.filter((_, i) => i % 2 === 0), attended.lse, 'log-sum-exp');
});

test('gives the gradients of queries, keys and values', async () => {
  const stat = Float32Array.from({ length: 2 * N * heads }, (_, i) => (i % 2 === 0 ? attended.lse[i / 2]! : 0));
  const groups = [1, Math.ceil(N / 8)] as const;
  const query = await runKernel(gpu, 'grad_attention_query', { sizes, groups }, [run, rowWords, turned, cache, Float32Array.from(attended.out), gradOut, stat, untouched(N * QKV)]);
  expectAgree(query[7].filter((_, i) => isQuery(i)), gradTurned.filter((_, i) => isQuery(i)), 'queries', 1e-4);
  expect(query[7].filter((_, i) => !isQuery(i)).every((value) => value === untouched(1)[0])).toBe(true);
  const key = await runKernel(gpu, 'grad_attention_key', { sizes, groups }, [run, rowWords, turned, query[6], gradOut, untouched(N * QKV)]);
  expectAgree(key[5].filter((_, i) => !isQuery(i)), gradTurned.filter((_, i) => !isQuery(i)), 'keys and values', 1e-4);
});

test('goes back through RoPE and the norms of queries and keys', async () => {
  const above = normals(5, N * QKV);
  const [, , , , , got] = await runKernel(gpu, 'grad_rope_back', { sizes, groups: [1, Math.ceil(N / 4)] }, [run, rowWords, qkv, gains, table, above]);
  expectAgree(got, slopes((x) => inner(turn(x), above), qkv), 'query/key/value product', 1e-4);
});
