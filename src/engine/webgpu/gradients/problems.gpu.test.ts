/** What holds for gradient problems whatever the model: identities, finite differences, descent, limits, wrong input. */
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { errorCode, errorMessage } from '../../../base/errors';
import { ROUTER_AS_TRAINED, type RoutingPlan } from '../../../routing/plan';
import { GREEDY, type LoadedModel } from '../../engine';
import type { GradientCapability } from '../../gradients';
import { tinyCheckpoint } from '../../testing/tiny-model';
import { createWebgpuEngine, type WebgpuEngine } from '../engine';

const [L, E, V] = [4, 8, 96];
const walk = (n: number, from = 7): number[] => Array.from({ length: n }, (_, i) => (from + i * 29) % V);
const ALL = [0, 1, 2, 3, 4, 5, 6, 7];

let engine: WebgpuEngine;
let model: LoadedModel;
let gradients: GradientCapability;
beforeAll(async () => {
  engine = await createWebgpuEngine();
  model = await engine.load(tinyCheckpoint({ layers: L }, 5));
  gradients = model.gradients!;
});
afterAll(() => {
  expect(engine.context.uncaptured).toEqual([]);
  engine.dispose();
});

async function lastLogits(ids: readonly number[], plan: RoutingPlan): Promise<Float32Array> {
  const sequence = await model.createSequence(ids.length);
  const batch = await sequence.append(ids, { plan, promptLength: ids.length, sampling: GREEDY, record: { routing: false, logits: 'last' } });
  sequence.dispose();
  return batch.logits!;
}

function expectClose(got: ArrayLike<number>, want: ArrayLike<number>, tolerance: number, what: string): void {
  expect(got.length, what).toBe(want.length);
  let worst = 0;
  for (let i = 0; i < want.length; i++) worst = Math.max(worst, Number.isFinite(got[i]! - want[i]!) ? Math.abs(got[i]! - want[i]!) : Infinity);
  expect(worst, what).toBeLessThan(tolerance);
}

async function failure(run: () => Promise<unknown>): Promise<string> {
  try {
    await run();
  } catch (error) {
    return `${errorCode(error)}: ${errorMessage(error)}`;
  }
  return '';
}

describe('the last token', () => {
  test('gives the logits of a normal pass when its own distribution is put in, and of a plan when another is', async () => {
    const prompts = [walk(1), walk(9), walk(30, 3)];
    const layers = [1, 3];
    const problem = await gradients.preparePathways(prompts, layers);
    const own = await problem.evaluate(problem.router, { targets: [1, 2, 3] });
    const uniform = await problem.evaluate(Float32Array.from({ length: 2 * E }, (_, i) => ((i * 5) % E) / 28), { targets: [1, 2, 3] });
    const row = (c: number): number[] => ALL.map((e) => (((c * E + e) * 5) % E) / 28);
    const plan: RoutingPlan = { ...ROUTER_AS_TRAINED, entries: layers.map((layer, c) => ({ layers: [layer], tokens: 'last', override: row(c) })) };
    for (const [b, ids] of prompts.entries()) {
      const logits = own.logits.subarray(b * V, (b + 1) * V);
      expectClose(logits, await lastLogits(ids, ROUTER_AS_TRAINED), 1e-4, `logits of prompt ${b}`);
      expectClose(uniform.logits.subarray(b * V, (b + 1) * V), await lastLogits(ids, plan), 1e-4, `logits of prompt ${b} under a plan`);
      const total = [...logits].reduce((sum, z) => sum + Math.exp(z), 0);
      expect(own.loss[b]).toBeCloseTo(Math.log(total) - logits[b + 1]!, 4);
    }
    expect(own.gradient).toBeUndefined();
    for (let r = 0; r < 6; r++) expect(problem.router.subarray(r * E, (r + 1) * E).reduce((sum, p) => sum + p, 0)).toBeCloseTo(1, 6);
    problem.dispose();
  });

  test('has the slope that a small change of its mixing weights gives, with the cut held', async () => {
    const prompts = [walk(12), walk(5, 50)];
    const layers = [1, 2];
    const problem = await gradients.preparePathways(prompts, layers);
    const omega = problem.router.slice();
    const targets = [4, 40];
    const { gradient } = await problem.evaluate(omega, { targets, gradient: { membership: 'hard', core: [ALL, ALL] } });
    const step = 0.01;
    let checked = 0;
    for (let i = 0; i < omega.length; i++) {
      // Experts of the cut that stay in it.
      const own = [...omega.subarray(i - (i % E), i - (i % E) + E)].toSorted((a, b) => b - a);
      if (omega[i]! < own[1]! || own[1]! - own[2]! < 2 * step) continue;
      const at = async (change: number): Promise<number> => {
        const changed = omega.slice();
        changed[i] = omega[i]! + change;
        return (await problem.evaluate(changed, { targets })).loss[Math.floor(i / (2 * E))]!;
      };
      const slope = ((await at(step)) - (await at(-step))) / (2 * step);
      expect(Math.abs(slope - gradient![i]!), `value ${i}`).toBeLessThan(5e-3 * Math.max(1, Math.abs(slope)));
      checked += 1;
    }
    expect(checked).toBeGreaterThanOrEqual(4);
    expect(gradient!.filter((value) => value !== 0)).toHaveLength(2 * 2 * 2);
    problem.dispose();
  });

  test('loses no ground to a small step against the gradient', async () => {
    const problem = await gradients.preparePathways([walk(16), walk(7, 30)], [2, 3]);
    let omega = problem.router.slice();
    let before = [Infinity, Infinity];
    for (let step = 0; step < 8; step++) {
      const { loss, gradient } = await problem.evaluate(omega, { targets: [11, 12], gradient: { membership: 'hard', core: [ALL, ALL] } });
      loss.forEach((value, b) => expect(value).toBeLessThanOrEqual(before[b]! + 1e-6));
      if (step > 0) expect(loss[0]! + loss[1]!).toBeLessThan(before[0]! + before[1]!);
      before = [...loss];
      omega = omega.map((value, i) => Math.max(0, value - 1e-3 * gradient![i]!));
    }
    problem.dispose();
  });

  test('gives free experts alone a gradient, those outside of the cut only straight-through, and the same loss either way', async () => {
    const problem = await gradients.preparePathways([walk(16)], [1]);
    const core = [[0, 1, 2, 5]];
    const inside = ALL.toSorted((a, b) => problem.router[b]! - problem.router[a]!).slice(0, 2);
    const results = [];
    for (const membership of ['hard', 'straight-through'] as const) results.push(await problem.evaluate(problem.router, { targets: [3], gradient: { membership, core } }));
    const nonZero = results.map(({ gradient }) => ALL.filter((e) => gradient![e] !== 0));
    expect(nonZero[0]).toEqual(ALL.filter((e) => inside.includes(e) && core[0]!.includes(e)));
    expect(nonZero[1]).toEqual(core[0]);
    expect([...results[0]!.logits]).toEqual([...results[1]!.logits]);
    problem.dispose();
  });

  test('is the same for a prompt alone and for many at once', async () => {
    const prompts = Array.from({ length: 70 }, (_, i) => walk(1 + (i % 20), i));
    const targets = prompts.map((_, i) => i);
    const request = { gradient: { membership: 'straight-through', core: [ALL] } } as const;
    const many = await gradients.preparePathways(prompts, [3]);
    const all = await many.evaluate(many.router, { targets, ...request });
    for (const b of [0, 63, 64, 69]) {
      const one = await gradients.preparePathways([prompts[b]!], [3]);
      const alone = await one.evaluate(one.router, { targets: [b], ...request });
      expectClose(all.gradient!.subarray(b * E, (b + 1) * E), alone.gradient!, 1e-5, `gradient of prompt ${b}`);
      expectClose(all.logits.subarray(b * V, (b + 1) * V), alone.logits, 1e-5, `logits of prompt ${b}`);
      one.dispose();
    }
    many.dispose();
  });
});

describe('router logits', () => {
  const text = (ids: number[], weight = 1): { ids: number[]; weights: number[] } => ({ ids, weights: ids.map((_, t) => (t === ids.length - 1 ? 0 : weight)) });

  test('of zero give the loss of the model, and a constant changes nothing', async () => {
    const texts = [text(walk(20)), text(walk(6, 30), 0.5), text(walk(1))];
    const problem = await gradients.prepareRouterLogits(texts, [1, 2]);
    const zero = await problem.evaluate(new Float32Array(2 * E), { gradient: false });
    const constant = await problem.evaluate(new Float32Array(2 * E).fill(3), { gradient: false });
    for (const [b, { ids }] of texts.entries()) {
      const sequence = await model.createSequence();
      const { logProb } = await sequence.append(ids, { plan: ROUTER_AS_TRAINED, promptLength: ids.length, sampling: GREEDY, record: { routing: false, logits: 'none' } });
      const want = -[...logProb.subarray(1)].reduce((sum, value) => sum + value, 0) * (b === 1 ? 0.5 : 1);
      expect(zero.loss[b]).toBeCloseTo(want, 3);
      expect(constant.loss[b]).toBeCloseTo(want, 3);
      sequence.dispose();
    }
    expect(zero.gradient).toBeUndefined();
    problem.dispose();
  });

  test('have the slope that a small change gives, in a text alone, among others, and long enough to be run in pieces', async () => {
    const texts = [text(walk(12)), text(walk(60, 3), 0.1), text(walk(9, 40))];
    const layers = [0, 2];
    const problem = await gradients.prepareRouterLogits(texts, layers);
    const delta = Float32Array.from({ length: layers.length * E }, (_, i) => 0.1 * Math.sin(i));
    const { gradient } = await problem.evaluate(delta, { gradient: true });
    // The cut of some token may turn at any step, so slopes are those of a direction, over a short way.
    for (const seed of [1, 2]) {
      const way = Float32Array.from({ length: delta.length }, (_, i) => Math.cos(seed * 7 + i * i));
      const at = async (change: number): Promise<Float32Array> => (await problem.evaluate(delta.map((value, i) => value + change * way[i]!), { gradient: false })).loss;
      const [above, below] = [await at(1e-3), await at(-1e-3)];
      texts.forEach((_, b) => {
        const slope = (above[b]! - below[b]!) / 2e-3;
        const want = way.reduce((sum, value, i) => sum + value * gradient![b * delta.length + i]!, 0);
        expect(Math.abs(slope - want), `text ${b}`).toBeLessThan(0.02 * Math.max(1, Math.abs(want)));
      });
    }
    for (let r = 0; r < texts.length * layers.length; r++) expect(Math.abs(gradient!.subarray(r * E, (r + 1) * E).reduce((sum, value) => sum + value, 0))).toBeLessThan(1e-5);
    problem.dispose();
  });
});

describe('a problem', () => {
  test('frees what it took, also when it was stopped while it was prepared', async () => {
    const before = engine.context.bytes;
    const problem = await gradients.preparePathways([walk(9)], [2]);
    expect(engine.context.bytes).toBeGreaterThan(before);
    problem.dispose();
    problem.dispose();
    expect(engine.context.bytes).toBe(before);
    const stop = new AbortController();
    const prepared = gradients.prepareRouterLogits([walk(9), walk(60)].map((ids) => ({ ids, weights: ids.map(() => 0) })), [2], stop.signal);
    stop.abort();
    expect(await failure(() => prepared)).toBe('cancelled: Stopped on request.');
    expect(engine.context.bytes).toBe(before);
    expect(await failure(() => problem.evaluate(problem.router, { targets: [1] }))).toContain('bad-input: This gradient problem was closed');
  });

  test('that is closed while it works finishes its work first, and one of a model that is closed goes with it', async () => {
    const before = engine.context.bytes;
    const problem = await gradients.preparePathways([walk(9)], [2]);
    const run = problem.evaluate(problem.router, { targets: [1] });
    await Promise.resolve();
    problem.dispose();
    expect((await run).loss).toHaveLength(1);
    expect(engine.context.bytes).toBe(before);
    const other = await engine.load(tinyCheckpoint({ layers: L }, 6));
    const left = await other.gradients!.preparePathways([walk(9)], [2]);
    other.dispose();
    expect(engine.context.bytes).toBe(before);
    expect(await failure(() => left.evaluate(left.router, { targets: [1] }))).toContain('was closed');
  });

  test('stops between pieces and works on', async () => {
    // Four batches, between which also a GPU that is not waited for hears a Stop.
    const texts = [1, 2, 3, 4].map((from) => ({ ids: walk(60, from), weights: Array.from({ length: 60 }, (_, t) => Number(t < 59)) }));
    const problem = await gradients.prepareRouterLogits(texts, [0]);
    const stop = new AbortController();
    const run = problem.evaluate(new Float32Array(E), { gradient: true, signal: stop.signal });
    setTimeout(() => stop.abort(), 0);
    expect(await failure(() => run)).toBe('cancelled: Stopped on request.');
    expect((await problem.evaluate(new Float32Array(E), { gradient: true })).gradient).toHaveLength(4 * E);
    problem.dispose();
  });

  test('refuses wrong input in words', async () => {
    expect(await failure(() => gradients.preparePathways([], [0]))).toContain('bad-input: There is no prompt');
    expect(await failure(() => gradients.preparePathways([walk(3)], [L]))).toContain('bad-input: Layer 4 was chosen');
    const problem = await gradients.preparePathways([walk(3)], [0]);
    expect(await failure(() => problem.evaluate(new Float32Array(3), { targets: [0] }))).toContain('3 values');
    expect(await failure(() => problem.evaluate(new Float32Array(E).fill(-1), { targets: [0] }))).toContain('cannot be negative');
    problem.dispose();
  });
});

test('work is bounded: a batch of many rows is submitted layer by layer, forward and back, a small one at once', async () => {
  const { queue } = engine.context.device;
  const submits = vi.spyOn(queue, 'submit');
  for (const [rows, forward, both] of [[47, 1, 1], [48, L + 2, 2 * L + 2]] as const) {
    const problem = await gradients.preparePathways(Array.from({ length: rows }, (_, i) => walk(3, i)), [0, 3]);
    const targets = Array.from({ length: rows }, () => 1);
    submits.mockClear();
    await problem.evaluate(problem.router, { targets });
    expect([rows, submits.mock.calls.length]).toEqual([rows, forward]);
    submits.mockClear();
    await problem.evaluate(problem.router, { targets, gradient: { membership: 'hard', core: [ALL, ALL] } });
    expect([rows, submits.mock.calls.length]).toEqual([rows, both]);
    problem.dispose();
  }
  submits.mockRestore();
});
