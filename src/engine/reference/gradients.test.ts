import { describe, expect, it } from 'vitest';
import { uniformAt } from '../../base/pcg';
import type { ModelConfig } from '../../model/config';
import { ROUTER_AS_TRAINED, type RoutingRule } from '../../routing/plan';
import { GREEDY } from '../engine';
import type { GradientCapability, Membership } from '../gradients';
import { TINY_MOE, tinyCheckpoint } from '../testing/tiny-model';
import { Breath } from '../breath';
import { createReferenceEngine } from './engine';
import { readModel, type ReferenceModel } from './forward';
import { logitGradient, pathwayGradient, Preparation } from './routing-gradient';
import { runHead, runTail } from './tape';

const PROMPT = [5, 17, 3, 80, 41, 7];
const TARGET = 23;
const LAYERS = 4;

interface Shape {
  readonly name: string;
  readonly overrides: Partial<ModelConfig>;
}

const moe = (changes: Partial<typeof TINY_MOE>): Partial<ModelConfig> => ({ layers: LAYERS, feedForward: { ...TINY_MOE, ...changes } });

const SHAPES: readonly Shape[] = [
  { name: 'renormalised top-2', overrides: moe({}) },
  { name: 'plain top-2', overrides: moe({ normTopK: false }) },
  { name: 'plain top-1', overrides: moe({ normTopK: false, topK: 1 }) },
  { name: 'renormalised top-3 of sigmoids, shared expert with a gate', overrides: moe({ topK: 3, scoring: 'sigmoid', sharedHidden: 16, sharedGate: true }) },
  { name: 'no QK-norm, own head', overrides: { ...moe({}), qkNorm: false, tiedEmbedding: false } },
  { name: 'QK-norm over all heads', overrides: { ...moe({}), modelType: 'olmoe', qkNormSpan: 'all-heads', kvHeads: 4 } },
];

async function prepared(overrides: Partial<ModelConfig>, layers: readonly number[], ids: readonly number[], active: number) {
  const model: ReferenceModel = readModel(tinyCheckpoint(overrides, 3));
  const { feedForward } = model.config;
  if (feedForward.kind === 'dense') throw new TypeError('dense');
  const preparation = new Preparation(model, feedForward, layers);
  return { preparation, ...(await preparation.prepare(ids, active, new Breath(undefined))) };
}

/** Largest deviation of two gradients relative to the largest value of the second. */
function deviation(a: Float64Array, b: Float64Array): number {
  const scale = Math.max(...b.map(Math.abs));
  expect(scale).toBeGreaterThan(1e-4);
  return Math.max(...a.map((value, i) => Math.abs(value - b[i]!))) / scale;
}

/** Central differences. */
function differences(at: Float64Array, loss: (x: Float64Array) => number, h: number): Float64Array {
  return at.map((_, i) => {
    const moved = (by: number): number => loss(at.map((value, j) => (j === i ? value + by : value)));
    return (moved(h) - moved(-h)) / (2 * h);
  });
}

/** The k largest of each row. */
function activeOf(omega: Float64Array, experts: number, k: number): number[][] {
  return Array.from({ length: omega.length / experts }, (_, c) => {
    const row = omega.subarray(c * experts, (c + 1) * experts);
    return [...row.keys()].sort((a, b) => row[b]! - row[a]!).slice(0, k);
  });
}

describe.each(SHAPES)('$name', ({ overrides }) => {
  const chosen = [1, 3];

  it('the loss by mixing weights of active experts, as finite differences give it', async () => {
    const { preparation, tail, router } = await prepared(overrides, chosen, PROMPT, 1);
    const { experts, topK } = preparation.settings;
    const core = activeOf(router, experts, topK);
    const { gradient } = pathwayGradient(preparation, tail, router, TARGET, { membership: 'hard', core: chosen.map(() => [...Array(experts).keys()]) });
    const slope = differences(router, (omega) => pathwayGradient(preparation, tail, omega, TARGET, undefined).loss, 1e-6);
    expect(deviation(gradient, slope)).toBeLessThan(1e-5);
    gradient.forEach((value, i) => {
      if (!core[Math.floor(i / experts)]!.includes(i % experts)) expect(value).toBe(0);
    });
  });

  it('the loss by router logits added on every token, as finite differences give it, with sum 0 for a softmax', async () => {
    const ids = [...PROMPT, TARGET];
    const weights = [0.3, 0, 0.2, 0, 0.4, 1, 0];
    const { preparation, tail } = await prepared(overrides, chosen, ids, ids.length);
    const { experts, scoring } = preparation.settings;
    const at = new Float64Array(preparation.each).map((_, i) => 0.2 * (uniformAt(9, i) - 0.5));
    const { gradient, loss } = logitGradient(preparation, tail, at, { ids, weights }, true);
    const slope = differences(at, (delta) => logitGradient(preparation, tail, delta, { ids, weights }, false).loss, 1e-6);
    expect(loss).toBeGreaterThan(0);
    expect(deviation(gradient, slope)).toBeLessThan(1e-5);
    const sums = chosen.map((_, c) => gradient.subarray(c * experts, (c + 1) * experts).reduce((a, b) => a + b));
    if (scoring === 'softmax') for (const sum of sums) expect(Math.abs(sum)).toBeLessThan(1e-14);
    else expect(Math.abs(sums[0]!)).toBeGreaterThan(1e-5);
  });
});

describe('straight-through', () => {
  it.each([
    ['renormalised top-1', { topK: 1 }],
    ['renormalised top-2', {}],
    ['plain top-2', { normTopK: false }],
  ] as const)('%s: an outside expert gets the slope of being let in with an infinitesimal weight', async (_, changes) => {
    const { preparation, tail, router } = await prepared(moe(changes), [2], PROMPT, 1);
    const { model, rule, settings } = preparation;
    const { experts, topK } = settings;
    const active = activeOf(router, experts, topK)[0]!;
    const { gradient } = pathwayGradient(preparation, tail, router, TARGET, { membership: 'straight-through', core: [[...Array(experts).keys()]] });
    // A cut that takes one expert more, at weight h: the slope at h = 0 is the definition.
    const lossAt = (h: number, expert: number): number => {
      const override = [...router].map((value, e) => (e === expert ? h : active.includes(e) ? value : 0));
      const wider: RoutingRule = { ...rule, selection: { kind: 'top-k', k: topK + 1 }, override };
      return runHead(model, runTail(model, tail, (layer) => (layer === 2 ? wider : rule)).outputs[0]!, TARGET).loss;
    };
    const outside = [...Array(experts).keys()].filter((e) => !active.includes(e));
    for (const expert of outside) {
      expect(gradient[expert]).toBeCloseTo((lossAt(1e-6, expert) - lossAt(0, expert)) / 1e-6, 3);
    }
    expect(Math.max(...outside.map((e) => Math.abs(gradient[e]!)))).toBeGreaterThan(0.05);
  });

  it('gives active experts what `hard` gives, and experts outside of the core nothing', async () => {
    const { preparation, tail, router } = await prepared(moe({}), [2], PROMPT, 1);
    const of = (membership: Membership, core: number[]) => pathwayGradient(preparation, tail, router, TARGET, { membership, core: [core] }).gradient;
    const all = [...Array(8).keys()];
    const active = activeOf(router, 8, 2)[0]!;
    for (const e of active) expect(of('straight-through', all)[e]).toBe(of('hard', all)[e]);
    expect([...of('straight-through', [0, 1])].slice(2)).toEqual([0, 0, 0, 0, 0, 0]);
  });
});

describe('the contract', () => {
  const open = async (overrides: Partial<ModelConfig> = moe({})) => {
    const model = await createReferenceEngine().load(tinyCheckpoint(overrides, 3));
    return { model, gradients: model.gradients! };
  };

  it('the router\'s own row gives the logits of an unchanged run, and any other row those of a plan with that override', async () => {
    const { model, gradients } = await open();
    const problem = await gradients.preparePathways([PROMPT, PROMPT.slice(0, 3)], [0, 2]);
    const logitsOf = async (ids: readonly number[], plan = ROUTER_AS_TRAINED): Promise<number[]> => {
      const sequence = await model.createSequence();
      const { logits } = await sequence.append(ids, { plan, promptLength: ids.length, sampling: GREEDY, record: { routing: false, logits: 'last' } });
      return [...logits!];
    };
    const same = await problem.evaluate(problem.router, { targets: [TARGET, 1] });
    const wanted = [...(await logitsOf(PROMPT)), ...(await logitsOf(PROMPT.slice(0, 3)))];
    expect(Math.max(...wanted.map((z, i) => Math.abs(z - same.logits[i]!)))).toBeLessThan(1e-5);

    const row = [0.1, 0.2, 0.3, 0, 0.05, 0.05, 0.1, 0.2];
    const shared = Float32Array.from([...row, ...row.toReversed()]);
    const changed = await problem.evaluate(shared, { targets: [TARGET, 1] });
    const plan = { ...ROUTER_AS_TRAINED, entries: [{ layers: [0], tokens: 'last' as const, override: row }, { layers: [2], tokens: 'last' as const, override: row.toReversed() }] };
    const planned = await logitsOf(PROMPT, plan);
    expect(Math.max(...planned.map((z, i) => Math.abs(z - changed.logits[i]!)))).toBeLessThan(1e-5);
    expect(Math.max(...planned.map((z, i) => Math.abs(z - wanted[i]!)))).toBeGreaterThan(0.01);
    expect(changed.gradient).toBeUndefined();
  });

  it('added logits of 0 give the loss of an unchanged run; adding a constant changes nothing', async () => {
    const { model, gradients } = await open();
    const ids = [...PROMPT, TARGET];
    const problem = await gradients.prepareRouterLogits([{ ids, weights: [0, 0, 0, 0, 0, 1, 0] }], [0, 1, 2, 3]);
    const sequence = await model.createSequence();
    const { logProb } = await sequence.append(ids, { plan: ROUTER_AS_TRAINED, promptLength: 1, sampling: GREEDY, record: { routing: false, logits: 'none' } });
    const zero = await problem.evaluate(new Float32Array(32), { gradient: false });
    expect(zero.loss[0]).toBeCloseTo(-logProb.at(-1)!, 5);
    expect(zero.gradient).toBeUndefined();
    expect((await problem.evaluate(new Float32Array(32).fill(0.5), { gradient: false })).loss[0]).toBeCloseTo(zero.loss[0]!, 5);
  });

  it('a step of the oracle never makes it worse where the step is small and the cut is held', async () => {
    const { gradients } = await open();
    const problem = await gradients.preparePathways([PROMPT], [1, 3]);
    const all = [...Array(8).keys()];
    let omega: Float32Array = problem.router.slice();
    const losses: number[] = [];
    for (let step = 0; step < 8; step++) {
      const { loss, gradient } = await problem.evaluate(omega, { targets: [TARGET], gradient: { membership: 'hard', core: [all, all] } });
      losses.push(loss[0]!);
      omega = omega.map((value, i) => Math.max(0, value - 2e-3 * gradient![i]!));
    }
    for (let i = 1; i < losses.length; i++) expect(losses[i]).toBeLessThan(losses[i - 1]!);
  });

  it('is absent for a dense model', async () => {
    const { model } = await open({ feedForward: { kind: 'dense', hidden: 24 } });
    expect(model.gradients).toBeUndefined();
  });

  it('stops when it is asked to', async () => {
    const { gradients } = await open();
    const problem = await gradients.preparePathways([PROMPT], [1]);
    await expect(problem.evaluate(problem.router, { targets: [TARGET], signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'cancelled' });
    await expect(gradients.preparePathways([PROMPT], [1], AbortSignal.abort())).rejects.toMatchObject({ code: 'cancelled' });
  });

  it.each<[string, (g: GradientCapability) => Promise<unknown>]>([
    ['Layer 4 was chosen, but this model has the layers 0 to 3.', (g) => g.preparePathways([PROMPT], [4])],
    ['There is no prompt to take gradients of.', (g) => g.preparePathways([], [1])],
    ['Layers have to be given in ascending order', (g) => g.prepareRouterLogits([{ ids: [1, 2], weights: [1, 0] }], [2, 1])],
    ['The last weight of text 1 has to be 0: no token follows the last one.', (g) => g.prepareRouterLogits([{ ids: [1, 2], weights: [0, 1] }], [1])],
    ['omega has the value NaN; all have to be finite numbers.', async (g) => (await g.preparePathways([PROMPT], [1])).evaluate(new Float32Array(8).fill(NaN), { targets: [1] })],
    ['delta has the value Infinity; all have to be finite numbers.', async (g) => (await g.prepareRouterLogits([{ ids: [1, 2], weights: [1, 0] }], [1])).evaluate(new Float32Array(8).fill(Infinity), { gradient: true })],
    ['There are 1 prompts but 2 tokens to score: each prompt needs one.', async (g) => (await g.preparePathways([PROMPT], [1])).evaluate(new Float32Array(8), { targets: [1, 2] })],
  ])('refuses in words: %s', async (sentence, call) => {
    const { gradients } = await open();
    await expect(call(gradients)).rejects.toThrow(sentence);
  });
});
