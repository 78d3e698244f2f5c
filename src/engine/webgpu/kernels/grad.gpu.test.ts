/** Loss, norms, products, experts and routing of a gradient problem: backward kernels against differences in float64. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { MoeFeedForward } from '../../../model/config';
import type { RoutingRule } from '../../../routing/plan';
import { selectExperts } from '../../../routing/select';
import { TINY_MOE } from '../../testing/tiny-model';
import { routingStride } from '../buffers';
import { sizesOf } from '../constants';
import { GpuContext } from '../context';
import { encodeRows } from '../gradients/rows';
import { encodeRules } from '../rules';
import { bitsOf, runKernel, runWords, tinySizes } from './testing/harness';
import { normals, normScale, padded, row, untouched } from './testing/oracle';
import { expectAgree, inner, slopes } from './testing/slope';
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

test.each([true, false])('cross-entropy and its gradient (%s)', async (BACK) => {
  const V = 77;
  const sizes = tinySizes({ vocabulary: V });
  const stride = sizes.vocabularyStride;
  const wanted = [3, 76, 0];
  const weights = [1, 0.25, 0];
  const logits = normals(1, 3 * stride, 3);
  // The first row is all but sure: there 1 - p would have no digits left.
  logits[3] = 20;
  const rows = encodeRows(wanted.map((id, i) => ({ position: 0, keys: 0, values: 0, cached: 0, first: 0, last: 0, wanted: id, weight: weights[i]! })));
  const loss = (z: ArrayLike<number>, r: number): number => {
    let sum = 0;
    for (let v = 0; v < V; v++) sum += Math.exp(z[v]! - z[wanted[r]!]!);
    return weights[r]! * Math.log(sum);
  };
  const got = await runKernel(gpu, 'grad_loss', { sizes, own: { BACK }, groups: [3] }, [runWords({ rows: 3 }), new Uint32Array(rows), logits, untouched(3)]);
  for (let r = 0; r < 3; r++) {
    const z = row(logits, r, stride).slice(0, V);
    expect(Math.abs(got[3][r]! - loss(z, r))).toBeLessThan(2e-6);
    const back = row(got[2], r, stride);
    if (!BACK) expect(back).toEqual(row(logits, r, stride));
    else expectAgree(back, [...slopes((x) => loss(x, r), z), ...Array<number>(stride - V).fill(0)], `row ${r}`, r === 0 ? 1e-3 : 2e-5);
  }
  // exp(-20) of the others' mass, to float32's precision.
  if (BACK) expect(got[2][3]! / -Array.from({ length: V }, (_, v) => (v === 3 ? 0 : Math.exp(logits[v]! - 20))).reduce((a, b) => a + b)).toBeCloseTo(1, 4);
});

test.each([true, false])('RMSNorm, with the gradient beside it: %s', async (ADD) => {
  const D = 36;
  const sizes = tinySizes({ width: D });
  const [x, dxn, beside] = [normals(1, 3 * D, 2), normals(2, 3 * D), normals(3, 3 * D)];
  const [, , , got] = await runKernel(gpu, 'grad_norm', { sizes, own: { ADD }, groups: [3] }, [x, dxn, beside, untouched(3 * D)]);
  for (let r = 0; r < 3; r++) {
    const want = slopes((v) => inner(v.map((value) => value * normScale(v, 1e-6)), row(dxn, r, D)), row(x, r, D));
    expectAgree(row(got, r, D), want.map((value, i) => value + (ADD ? beside[r * D + i]! : 0)), `row ${r}`);
  }
});

test.each([1, 4, 5, 19])('dense product of %i rows', async (rows) => {
  const [K, N] = [20, 28];
  const [dc, w] = [normals(1, rows * N), halfNormals(2, K * N)];
  const groups = [1, Math.ceil(rows / 16)] as const;
  for (const [storage, NORM] of readableStorages(gpu).flatMap((one) => [[one, true], [one, false]] as const)) {
    const own = { K4: K / 4, N4: N / 4, NORM };
    const gain = gainFor(storage, K);
    const [, , , got] = await runKernel(gpu, 'grad_product', { sizes: tinySizes({}, 'register', storage), own, groups }, [runWords({ rows }), dc, storedAs(storage, w), untouched((rows + 1) * K), gain]);
    const m = NORM ? withGain(storage, w, gain, N) : w;
    const want = Array.from({ length: rows * K }, (_, i) => inner(row(dc, Math.floor(i / K), N), row(m, i % K, N)));
    expectAgree(got.subarray(0, rows * K), want, `gradient, ${storage}`);
    expect(got.subarray(rows * K).every((value) => value === untouched(1)[0])).toBe(true);
  }
});

describe.each(['register', 'tiled'] as const)('experts with %s plans', (form) => {
  const [D, F, E] = [36, 20, 6];
  const sizes = tinySizes({ width: D, feedForward: { ...TINY_MOE, experts: E, hidden: F } }, form);
  // Weight 0 is what an expert outside of the cut has: in one token, and in the only row of the last expert.
  const tokens: SlotEntry[][] = tokensWithLoads([0, 1, 8, 9, 17, 1]).map((slots, t) => slots.map((slot) => (t === 3 || slot.expert === 5 ? { ...slot, mix: 0 } : slot)));
  const pairs = sortedPairs(tokens);
  const plan = planWords(sizes, tokens);
  const slots = slotWords(tokens, []);
  const run = runWords({ rows: tokens.length, slots: 2 });
  const gate = halfNormals(1, E * D * F, 0.4);
  const up = halfNormals(2, E * D * F, 0.4);
  const down = halfNormals(3, E * F * D, 0.4);
  const w = new Float32Array(2 * E * D * F);
  for (let i = 0; i < gate.length; i += 4) {
    w.set(gate.subarray(i, i + 4), 2 * i);
    w.set(up.subarray(i, i + 4), 2 * i + 4);
  }
  const x = normals(4, tokens.length * D, 2);
  const tiles = Math.floor(pairs.length / sizes.tileRows) + E;
  const quads = Math.ceil((tiles * (sizes.tileRows / 4)) / 4);
  /** [pairs, F/4, (g, u)] in vec4 to g and u of one pair. */
  const parts = (kept: ArrayLike<number>, p: number): { g: number[]; u: number[] } => {
    const at = (f: number): number => p * 2 * F + (f >> 2) * 8 + (f & 3);
    const all = Array.from({ length: F }, (_, f) => f);
    return { g: all.map((f) => kept[at(f)]!), u: all.map((f) => kept[at(f) + 4]!) };
  };
  const silu = (g: number): number => g / (1 + Math.exp(-g));

  test('keep what SwiGLU is given', async () => {
    for (const storage of readableStorages(gpu)) {
      const gain = gainFor(storage, D);
      const [, , , h, kept] = await runKernel(gpu, 'grad_experts_keep', { sizes: sizesOf(sizes.config, { ...sizes, storage }), groups: [1, quads] }, [
        plan, x, storedAs(storage, w), untouched((pairs.length + 1) * F), untouched((pairs.length + 1) * 2 * F), gain,
      ]);
      pairs.forEach(({ token, expert }, p) => {
        const xn = row(x, token, D).map((value) => value * normScale(row(x, token, D), 1e-6));
        const product = (m: Float32Array): number[] => Array.from({ length: F }, (_, f) => inner(xn, Array.from({ length: D }, (_, k) => m[(expert * D + k) * F + f]!)));
        const { g, u } = parts(kept, p);
        expectAgree(g, product(withGain(storage, gate, gain, F)), `gate, ${storage}`);
        expectAgree(u, product(withGain(storage, up, gain, F)), `up, ${storage}`);
        expectAgree(row(h, p, F), g.map((value, f) => silu(value) * u[f]!), 'hidden');
      });
      expect(h.subarray(pairs.length * F).every((value) => value === untouched(1)[0])).toBe(true);
    }
  });

  test('go back through the down product, SwiGLU, and the gate and up products', async () => {
    const kept = normals(5, pairs.length * 2 * F);
    const gradY = normals(6, tokens.length * D);
    for (const storage of readableStorages(gpu)) {
      const own = sizesOf(sizes.config, { ...sizes, storage });
      const gain = gainFor(storage, D);
      const hidden = await runKernel(gpu, 'grad_experts_hidden', { sizes: own, groups: [1, quads] }, [run, plan, slots, gradY, storedAs(storage, down), kept]);
      pairs.forEach(({ token, slot, expert }, p) => {
        const { mix } = tokens[token]![slot]!;
        if (expert === 5) {
          expect(row(hidden[5], p, 2 * F), 'what nobody reads').toEqual(row(kept, p, 2 * F));
          return;
        }
        const weight = Array.from({ length: F }, (_, f) => mix * inner(row(down, expert * F + f, D), row(gradY, token, D)));
        const { g, u } = parts(kept, p);
        const got = parts(hidden[5], p);
        expectAgree(got.g, slopes((v) => inner(v.map(silu).map((value, f) => value * u[f]!), weight), g), 'gate');
        expectAgree(got.u, g.map((value, f) => silu(value) * weight[f]!), 'up');
      });
      const input = await runKernel(gpu, 'grad_experts_input', { sizes: own, groups: [2, quads] }, [run, plan, slots, hidden[5], storedAs(storage, w), untouched((pairs.length + 1) * D), gain]);
      pairs.forEach(({ expert }, p) => {
        const { g, u } = parts(hidden[5], p);
        const want = Array.from({ length: D }, (_, k) => (storage === 'f32' ? 1 : gain[k]!) * (inner(g, row(gate, expert * D + k, F)) + inner(u, row(up, expert * D + k, F))));
        if (expert === 5) expect(row(input[5], p, D).every((value) => value === untouched(1)[0])).toBe(true);
        else expectAgree(row(input[5], p, D), want, 'input');
      });
      expect(input[5].subarray(pairs.length * D).every((value) => value === untouched(1)[0])).toBe(true);
    }
  });

  test('add up at their token, with what comes through the router unless that is overridden', async () => {
    const [gradPair, gradRoute, router] = [normals(7, pairs.length * D), normals(8, tokens.length * E), normals(9, E * D)];
    for (const overridden of [0, 1]) {
      const layer = Uint32Array.of(0, overridden, 0, 0);
      const got = await runKernel(gpu, 'grad_gather', { sizes, groups: [1, tokens.length] }, [run, layer, plan, slots, gradPair, gradRoute, padded(router, E, D), untouched(tokens.length * D)]);
      tokens.forEach((own, t) => {
        const want = Array.from({ length: D }, (_, k) => {
          let sum = 0;
          pairs.forEach(({ token, slot }, p) => (sum += token === t && own[slot]!.mix !== 0 ? gradPair[p * D + k]! : 0));
          for (let e = 0; e < E; e++) sum += overridden === 1 ? 0 : gradRoute[t * E + e]! * router[e * D + k]!;
          return sum;
        });
        expectAgree(row(got[7], t, D), want, `token ${t}`);
      });
    }
  });
});

test('core experts outside of the cut are let in with weight 0, in order of their id', async () => {
  const sizes = tinySizes({ feedForward: { ...TINY_MOE, experts: 5 } });
  const K = 4;
  const empty = { expert: EMPTY, mix: 0 };
  const tokens = [[{ expert: 3, mix: 0.75 }, { expert: 1, mix: 0.25 }, empty, empty], [{ expert: 0, mix: 1 }, empty, empty, empty], [empty, empty, empty, empty]];
  const core = Uint32Array.of(1, 1, 1, 1, 1, /* this layer */ 1, 1, 0, 1, 0);
  const got = await runKernel(gpu, 'grad_core', { sizes, groups: [1] }, [runWords({ rows: 3, slots: K }), Uint32Array.of(7, 1, 1, 0), core, slotWords(tokens, [])]);
  const want = [[{ expert: 3, mix: 0.75 }, { expert: 1, mix: 0.25 }, { expert: 0, mix: 0 }, empty], [{ expert: 0, mix: 1 }, { expert: 1, mix: 0 }, { expert: 3, mix: 0 }, empty], [{ expert: 0, mix: 0 }, { expert: 1, mix: 0 }, { expert: 3, mix: 0 }, empty]];
  expect(got[3]).toEqual(slotWords(want, []));
});

describe.each<[string, Partial<MoeFeedForward>, boolean]>([
  ['softmax, renormalised', {}, false],
  ['softmax, not renormalised', { normTopK: false }, false],
  ['sigmoid, renormalised', { scoring: 'sigmoid' }, false],
  ['sigmoid, not renormalised', { scoring: 'sigmoid', normTopK: false }, false],
  ['an override, renormalised', {}, true],
  ['an override, not renormalised', { normTopK: false }, true],
])('the gradient of the routing: %s', (_, change, overridden) => {
  const [D, E, K] = [36, 6, 3];
  const feedForward: MoeFeedForward = { ...TINY_MOE, experts: E, topK: 2, ...change };
  const sizes = tinySizes({ width: D, feedForward });
  const L = sizes.config.layers;
  const distribution = [0.3, 0.02, 0.25, 0.2, 0.13, 0.1];
  const bias = normals(1, E, 0.5);
  const base: RoutingRule = {
    selection: { kind: 'top-k', k: 2 }, masked: Array<boolean>(E).fill(false), bias: [...bias], selectionBias: Array<number>(E).fill(0), scale: Array<number>(E).fill(1),
    renormalise: feedForward.normTopK ? 'before-scale' : 'off', ...(overridden ? { override: distribution } : {}),
  };
  const logits = normals(2, 2 * E);
  const selected = [0, 1].map((t) => selectExperts(row(logits, t, E), base, feedForward.scoring));
  // A third slot with weight 0 in the second token: an expert of the core outside of the cut.
  const outside = [0, 1, 2, 3, 4, 5].find((e) => !selected[1]!.chosen.includes(e))!;
  const tokens: SlotEntry[][] = selected.map(({ chosen, mix }, t) => [...[...chosen].map((expert, i) => ({ expert, mix: mix[i]! })), t === 1 && overridden ? { expert: outside, mix: 0 } : { expert: EMPTY, mix: 0 }]);
  const pairs = sortedPairs(tokens);
  const gradY = normals(3, 2 * D);
  const y = normals(4, pairs.length * D);
  const pull = (t: number, expert: number): number => inner(row(gradY, t, D), row(y, pairs.findIndex((pair) => pair.token === t && pair.expert === expert), D));

  test('is that of its formula with the cut held', async () => {
    const stride = routingStride(E, K);
    const ring = new Uint32Array(2 * L * stride);
    selected.forEach(({ count }, t) => {
      const record = (t * L + 1) * stride;
      for (let e = 0; e < E; e++) ring[record + e] = bitsOf(logits[t * E + e]!);
      ring[record + E + 4 * K] = count;
    });
    const ruleIndex = new Uint32Array(2 * L).fill(1);
    const got = await runKernel(gpu, 'grad_route', { sizes, groups: [2] }, [
      runWords({ rows: 2, slots: K }), Uint32Array.of(1, Number(overridden), 0, 0), planWords(sizes, tokens), slotWords(tokens, []), ring,
      encodeRules([base, base], E), ruleIndex, y, gradY, untouched(2 * E),
    ]);
    selected.forEach(({ chosen }, t) => {
      const mixed = (p: ArrayLike<number>, members: readonly number[]): number => {
        const mass = feedForward.normTopK ? members.reduce((sum, e) => sum + p[e]!, 0) : 1;
        return members.reduce((sum, e) => sum + (p[e]! / mass) * pull(t, e), 0);
      };
      const score = (z: Float64Array): Float64Array => {
        const shifted = z.map((value, e) => value + bias[e]!);
        if (feedForward.scoring === 'sigmoid') return shifted.map((value) => 1 / (1 + Math.exp(-value)));
        const total = shifted.reduce((sum, value) => sum + Math.exp(value), 0);
        return shifted.map((value) => Math.exp(value) / total);
      };
      const members = [...chosen];
      const want = overridden ? slopes((p) => mixed(p, members), distribution) : slopes((z) => mixed(score(z), members), row(logits, t, E));
      // The expert let in has numerator 0, whatever its place in the distribution says.
      if (overridden && t === 1) want[outside] = slopes((p) => mixed(p, [...members, outside]), distribution.map((p, e) => (e === outside ? 0 : p)), [outside])[0]!;
      expectAgree(row(got[9], t, E), want, `token ${t}`);
    });
  });
});
