/** Both gradient problems against PyTorch's autograd in float64: small models with unusual shapes, and the shipped one. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { shippedCheckpoint } from '../../../cli/testing/shipped-checkpoint';
import { type ContextGroup, goldenCheckpoint, goldenGradients, type PathwayGroup, relativeError } from '../../testing/golden-gradients';
import { ROUTER_AS_TRAINED } from '../../../routing/plan';
import { GREEDY, type LoadedModel } from '../../engine';
import { createWebgpuEngine, type WebgpuEngine } from '../engine';

const LIMIT = 1e-3;
/** Of the shipped model's texts a browser takes fewer of each kind: the numbers are those of Node, the time is not. */
const MOST = typeof window === 'undefined' ? 50 : 8;

let engine: WebgpuEngine;
let tiled: WebgpuEngine;
beforeAll(async () => {
  [engine, tiled] = [await createWebgpuEngine({ form: 'register' }), await createWebgpuEngine({ form: 'tiled' })];
});
afterAll(() => {
  for (const { context } of [engine, tiled]) expect(context.uncaptured).toEqual([]);
  engine.dispose();
  tiled.dispose();
});

/** The groups of a kind, cut to the same share of each, so that about `MOST` texts are left. */
async function groupsOf<K extends 'pathway' | 'context'>(name: string, kind: K): Promise<Extract<PathwayGroup | ContextGroup, { kind: K }>[]> {
  const groups = (await goldenGradients(name)).filter((group): group is Extract<typeof group, { kind: K }> => group.kind === kind);
  const all = groups.reduce((sum, { texts }) => sum + texts.length, 0);
  expect(all).toBe(name === 'moe' ? 50 : kind === 'pathway' ? 10 : 8);
  const share = Math.min(1, MOST / all);
  return groups.map((group) => ({ ...group, texts: group.texts.slice(0, Math.ceil(share * group.texts.length)) }));
}

/** Values of text b, of C layers and E experts, or of any other size. */
function part(values: Float32Array, b: number, size: number): Float32Array {
  return values.subarray(b * size, (b + 1) * size);
}

async function checkPathway(model: LoadedModel, group: PathwayGroup): Promise<void> {
  const { layers, texts, targets, omega } = group;
  const problem = await model.gradients!.preparePathways(texts, layers);
  expect(problem.router).toHaveLength(texts.length * layers.length * problem.experts);
  const core = layers.map(() => Array.from({ length: problem.experts }, (_, e) => e));
  const size = layers.length * problem.experts;
  for (const [membership, want] of [['hard', group.hard], ['straight-through', group.straight]] as const) {
    const got = await problem.evaluate(omega.subarray(0, texts.length * size), { targets: targets.slice(0, texts.length), gradient: { membership, core } });
    texts.forEach((_, b) => {
      expect(got.loss[b], `loss of text ${b}`).toBeCloseTo(group.loss[b]!, 3);
      expect(relativeError(part(got.gradient!, b, size), part(want, b, size)), `${membership} gradient of text ${b}`).toBeLessThan(LIMIT);
    });
  }
  problem.dispose();
}

async function checkContext(model: LoadedModel, group: ContextGroup): Promise<void> {
  const { layers, texts, weights, delta } = group;
  const problem = await model.gradients!.prepareRouterLogits(texts.map((ids, b) => ({ ids, weights: weights[b]! })), layers);
  const size = layers.length * problem.experts;
  const got = await problem.evaluate(delta.subarray(0, texts.length * size), { gradient: true });
  texts.forEach((_, b) => {
    expect(got.loss[b], `loss of text ${b}`).toBeCloseTo(group.loss[b]!, 3);
    const slopes = part(got.gradient!, b, size);
    expect(relativeError(slopes, part(group.gradient, b, size)), `gradient of text ${b}`).toBeLessThan(LIMIT);
    for (let c = 0; c < layers.length; c++) {
      const sum = slopes.subarray(c * problem.experts, (c + 1) * problem.experts).reduce((total, value) => total + value, 0);
      expect(Math.abs(sum), `sum over the experts of layer ${layers[c]}`).toBeLessThan(1e-5);
    }
  });
  problem.dispose();
}

describe.each([
  ['tiny-qwen3', 'register'],
  ['tiny-odd', 'register'],
  // What GPUs run: larger tiles, other products.
  ['tiny-odd', 'tiled'],
  ['moe', 'register'],
] as const)('%s with %s kernels agrees with autograd', (name, form) => {
  let model: LoadedModel;
  beforeAll(async () => {
    model = await (form === 'tiled' ? tiled : engine).load(name === 'moe' ? await shippedCheckpoint() : await goldenCheckpoint(name));
  });
  afterAll(() => model?.dispose());

  test('in the mixing weights of the last token', async () => {
    for (const group of await groupsOf(name, 'pathway')) await checkPathway(model, group);
  });

  test('in router logits that are added at all tokens', async () => {
    for (const group of await groupsOf(name, 'context')) await checkContext(model, group);
  });
});

describe('on the shipped model', () => {
  let model: LoadedModel;
  let group: PathwayGroup;
  beforeAll(async () => {
    model = await engine.load(await shippedCheckpoint());
    [group] = (await groupsOf('moe', 'pathway')) as [PathwayGroup];
  });
  afterAll(() => model?.dispose());

  test('weights as halves give the gradients of autograd too', async () => {
    const halves = await createWebgpuEngine({ form: 'register packed' });
    const own = await halves.load(await shippedCheckpoint());
    await checkPathway(own, { ...group, texts: group.texts.slice(0, 3) });
    const [context] = await groupsOf('moe', 'context');
    await checkContext(own, { ...context!, texts: context!.texts.slice(0, 2) });
    expect(halves.context.uncaptured).toEqual([]);
    halves.dispose();
  });

  test('the distribution of the router itself gives the logits of a normal pass', async () => {
    const texts = group.texts.slice(0, 3);
    const problem = await model.gradients!.preparePathways(texts, group.layers);
    const { logits } = await problem.evaluate(problem.router, { targets: group.targets.slice(0, 3) });
    for (const [b, ids] of texts.entries()) {
      const sequence = await model.createSequence(ids.length);
      const batch = await sequence.append(ids, { plan: ROUTER_AS_TRAINED, promptLength: ids.length, sampling: GREEDY, record: { routing: false, logits: 'last' } });
      const worst = part(logits, b, model.config.vocabulary).reduce((most, value, i) => Math.max(most, Math.abs(value - batch.logits![i]!)), 0);
      expect(worst, `text ${b}`).toBeLessThan(1e-4);
      sequence.dispose();
    }
    problem.dispose();
  });

  test('the loss of the right answer falls with each small step, its cut held', async () => {
    const size = Math.min(10, group.texts.length);
    const problem = await model.gradients!.preparePathways(group.texts.slice(0, size), group.layers);
    const targets = group.targets.slice(0, size);
    const core = group.layers.map(() => Array.from({ length: problem.experts }, (_, e) => e));
    const rows = problem.router.length / problem.experts;
    const cut = (omega: Float32Array, r: number): number[] =>
      core[0]!.toSorted((a, b) => omega[r * problem.experts + b]! - omega[r * problem.experts + a]!).slice(0, 2).toSorted((a, b) => a - b);
    let omega = problem.router.slice();
    const start = Array.from({ length: rows }, (_, r) => cut(omega, r));
    const losses: Float32Array[] = [];
    for (let step = 0; step < 6; step++) {
      const { loss, gradient } = await problem.evaluate(omega, { targets, gradient: { membership: 'hard', core } });
      losses.push(loss);
      // Of a row whose cut would change, the step is left out: the loss may jump there.
      const next = omega.map((value, i) => Math.max(0, value - 5e-4 * gradient![i]!));
      for (let r = 0; r < rows; r++) {
        if (cut(next, r).join() !== start[r]!.join()) next.set(omega.subarray(r * problem.experts, (r + 1) * problem.experts), r * problem.experts);
      }
      omega = next;
    }
    for (let step = 1; step < losses.length; step++) losses[step]!.forEach((loss, b) => expect(loss, `step ${step} of text ${b}`).toBeLessThanOrEqual(losses[step - 1]![b]! + 1e-6));
    expect(losses.at(-1)!.filter((loss, b) => loss < losses[0]![b]! - 1e-5).length).toBeGreaterThanOrEqual(0.8 * size - 1);
    problem.dispose();
  });
});
