import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Sampling } from '../../engine';
import { sampleToken } from '../../sampling';
import type { KernelForm, Sizes } from '../constants';
import { GpuContext } from '../context';
import { asFloats, runKernel, type RunFields, runWords, stateWords, tinySizes } from './testing/harness';
import { expectWithin } from './testing/expect';
import { type Bounded, normals, ULP, untouched } from './testing/oracle';

let gpu: GpuContext;
beforeAll(async () => {
  gpu = await GpuContext.acquire(navigator.gpu);
});
afterAll(() => {
  expect(gpu.uncaptured).toEqual([]);
  gpu.dispose();
});

/** No multiple of 4, of 32 or of 256: the last lanes of either form have no ids. */
const V = 77;
const FILL = 77777;

/** Logits of one position; the rest of the stride would win if it were read. */
function rowOf(values: ArrayLike<number>, { vocabularyStride }: Sizes): Float32Array<ArrayBuffer> {
  const out = new Float32Array(vocabularyStride).fill(1e30);
  out.set(values);
  return out;
}

const LOGITS: [string, Float32Array][] = [
  ['random', normals(31, V, 2)],
  ['wide', normals(32, V, 9)],
  ['negative, with ties everywhere', normals(33, V, 2).map((z) => Math.round(z) - 40)],
  ['all equal', new Float32Array(V).fill(3)],
  ['one certain', Float32Array.from({ length: V }, (_, i) => (i === V - 1 ? 80 : -80))],
];

interface Statistics {
  readonly entropy: Bounded;
  readonly logProb: readonly Bounded[];
  readonly ids: readonly number[];
  readonly prob: readonly Bounded[];
}

function statistics(logits: Float32Array, candidates: number): Statistics {
  const most = Math.max(...logits);
  const least = Math.min(...logits);
  const total = logits.reduce((sum, z) => sum + Math.exp(z - most), 0);
  const logZ = most + Math.log(total);
  const logP = [...logits].map((z) => z - logZ);
  const ids = [...logits.keys()].sort((a, b) => logits[b]! - logits[a]! || a - b).slice(0, candidates);
  // WebNN: logSumExp 2N + 18 units of the larger of its value and its terms; exp carries 3 + 2 |x| more.
  const error = (2 * V + 18) * ULP * (Math.abs(logZ) + most - least + 1);
  return {
    entropy: { value: -logP.reduce((sum, l) => sum + Math.exp(l) * l, 0), bound: error },
    logProb: logP.map((value) => ({ value, bound: error })),
    ids,
    prob: ids.map((id) => ({ value: Math.exp(logP[id]!), bound: Math.exp(logP[id]!) * (error + 40 * ULP) + 1e-30 })),
  };
}

const SAMPLINGS: Sampling[] = [
  { temperature: 1, topK: 0, topP: 1, seed: 1 },
  { temperature: 0.6, topK: 0, topP: 1, seed: 2 },
  { temperature: 1, topK: 1, topP: 1, seed: 3 },
  { temperature: 1.5, topK: 7, topP: 1, seed: 4 },
  { temperature: 1, topK: V, topP: 1, seed: 5 },
  { temperature: 1, topK: 0, topP: 1e-9, seed: 6 },
  { temperature: 1, topK: 0, topP: 0.63, seed: 7 },
  { temperature: 1.2, topK: 9, topP: 0.77, seed: 8 },
  { temperature: 2, topK: V - 1, topP: 0.97, seed: 0xffffffff },
];

const WAYS: [KernelForm, boolean][] = [['register', false], ['register', true], ['tiled', false], ['tiled', true]];

describe.each(WAYS)('head with the lanes of the %s form, through subgroups: %s', (form, subgroups) => {
  const sizes = tinySizes({ vocabulary: V }, form, 'f32', subgroups);
  const { candidates: N, stepStride } = sizes;
  const rows = LOGITS.length;
  // The software adapters in use have them.
  beforeEach(({ skip }) => skip(subgroups && !gpu.device.features.has('subgroups'), 'this adapter has no subgroups'));

  // A software adapter pays for each of 256 lanes at each of a draw's hundreds of barriers.
  const isWide = form === 'tiled' || subgroups;
  const samplings = SAMPLINGS.filter((_, i) => !isWide || [0, 3, 6, 7].includes(i));
  const table = Float32Array.of(...normals(30, V), ...untouched(sizes.vocabularyStride - V), ...LOGITS.flatMap(([, z]) => [...rowOf(z, sizes)]));
  const ids = Uint32Array.from(LOGITS, (_, t) => (t * 31 + 5) % V);

  async function prefill(fields: RunFields): Promise<{ state: Uint32Array<ArrayBuffer>; ring: Uint32Array<ArrayBuffer>; record: number }> {
    const record = 2;
    const [, state, , , ring] = await runKernel(gpu, 'head', { sizes, own: { FIRST_ROW: 0 }, groups: [rows + 1] }, [
      runWords({ rows, ...fields }), stateWords(11, record, 3, -7), ids, table, new Uint32Array((record + rows + 1) * stepStride).fill(FILL),
    ]);
    return { state, ring, record };
  }

  test('prefill records statistics, candidates and the log-probability of each given token', async () => {
    const { state, ring, record } = await prefill({ carried: true, sample: true });
    const floats = asFloats(ring);
    const before = statistics(table.subarray(0, V), N);
    LOGITS.forEach(([name, logits], t) => {
      const at = (record + t) * stepStride;
      const want = statistics(logits, N);
      const last = t === 0 ? before : statistics(LOGITS[t - 1]![1], N);
      expectWithin(floats.subarray(at, at + 2), [want.entropy, last.logProb[ids[t]!]!], `entropy and log-probability: ${name}`);
      expect([...ring.subarray(at + 2, at + 4)], name).toEqual([ids[t + 1] ?? want.ids[0], ids[t]]);
      expect([...ring.subarray(at + 4, at + 4 + N)], `candidates: ${name}`).toEqual(want.ids);
      expectWithin(floats.subarray(at + 4 + N, at + 4 + 2 * N), want.prob, `probabilities: ${name}`);
    });
    expect([...ring.subarray(0, record * stepStride), ...ring.subarray((record + rows) * stepStride)].every((word) => word === FILL)).toBe(true);
    const end = statistics(LOGITS.at(-1)![1], N);
    // Prefill leaves position and record to the host.
    expect([state[0], state[2], state[3]]).toEqual([end.ids[0], 11, record]);
    expectWithin(asFloats(state).subarray(1, 2), [end.logProb[end.ids[0]!]!], 'log-probability of the drawn token');
  });

  test('prefill knows no log-probability of the first token unless a distribution is carried', async () => {
    const { ring, record } = await prefill({ carried: false });
    expect(asFloats(ring)[record * stepStride + 1]).toBeNaN();
  });

  test.each(samplings)('prefill draws after the last token like the float64 rule: %o', async (sampling) => {
    const { state, ring, record } = await prefill({ ...sampling, sample: true });
    const want = sampleToken(LOGITS.at(-1)![1], sampling, 11 + rows);
    expect([state[0], ring[(record + rows - 1) * stepStride + 2]]).toEqual([want, want]);
  });

  /** The same logits over and over: each draw is a function of the seed and the position, which moves on by itself. */
  async function decode(logits: Float32Array, fields: RunFields, times: number): Promise<{ state: Uint32Array<ArrayBuffer>; ring: Uint32Array<ArrayBuffer> }> {
    const both = Float32Array.of(...rowOf(normals(30, V), sizes), ...rowOf(logits, sizes));
    const [, state, , , ring] = await runKernel(gpu, 'head', { sizes, own: { FIRST_ROW: 1 }, groups: [1], times }, [
      runWords({ carried: true, sample: true, ...fields }), stateWords(20, 1, 9, -0.5), new Uint32Array(4), both, new Uint32Array((times + 2) * stepStride).fill(FILL),
    ]);
    return { state, ring };
  }

  test.each(LOGITS)('decode takes the most likely token, ties to the lower id: %s', async (name, logits) => {
    const { state, ring } = await decode(logits, { temperature: 0 }, 2);
    const want = statistics(logits, N);
    const [best] = want.ids;
    const floats = asFloats(ring);
    for (const [i, token] of [9, best].entries()) {
      const at = (1 + i) * stepStride;
      expectWithin(floats.subarray(at, at + 2), [want.entropy, i === 0 ? { value: -0.5, bound: 0 } : want.logProb[best!]!], name);
      expect([...ring.subarray(at + 2, at + 4)]).toEqual([best, token]);
      expect([...ring.subarray(at + 4, at + 4 + N)]).toEqual(want.ids);
      expectWithin(floats.subarray(at + 4 + N, at + 4 + 2 * N), want.prob, `probabilities: ${name}`);
    }
    expect([state[0], state[2], state[3]]).toEqual([best, 22, 3]);
    expect([...ring.subarray(0, stepStride), ...ring.subarray(3 * stepStride)].every((word) => word === FILL)).toBe(true);
  });

  test.each(samplings)('decode draws from each distribution like the float64 rule: %o', async (sampling) => {
    const times = isWide ? 2 : 32;
    for (const [name, logits] of isWide ? [LOGITS[0]!, LOGITS[2]!] : LOGITS) {
      const { ring } = await decode(logits, sampling, times);
      const drawn = Array.from({ length: times }, (_, i) => ring[(1 + i) * stepStride + 2]);
      expect(drawn, name).toEqual(Array.from({ length: times }, (_, i) => sampleToken(logits, sampling, 21 + i)));
    }
  });

  test('ties at the cut go to the lower ids', async () => {
    const times = isWide ? 6 : 64;
    const logits = new Float32Array(V).fill(-1);
    logits[70] = 1;
    const { ring } = await decode(logits, { temperature: 1, topK: 3, topP: 1, seed: 9 }, times);
    const drawn = Array.from({ length: times }, (_, i) => ring[(1 + i) * stepStride + 2]!);
    expect(drawn.filter((id) => ![0, 1, 70].includes(id))).toEqual([]);
    expect(new Set(drawn).size, 'ids that were drawn').toBeGreaterThan(isWide ? 1 : 2);
  });
});
