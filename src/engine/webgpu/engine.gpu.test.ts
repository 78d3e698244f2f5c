import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ModelConfig } from '../../model/config';
import { ROUTER_AS_TRAINED, type RoutingPlan } from '../../routing/plan';
import { GREEDY, type LoadedModel, RECORD_ROUTING, type RoutingBatch, type RunOptions, type StepBatch } from '../engine';
import { createReferenceEngine } from '../reference/engine';
import { TINY_MOE, tinyCheckpoint } from '../testing/tiny-model';
import { createWebgpuEngine, type WebgpuEngine } from './engine';

const MODELS: Record<string, Partial<ModelConfig>> = {
  'grouped-query moe': {},
  'odd sizes': { width: 48, heads: 3, kvHeads: 3, headDim: 12, vocabulary: 77, feedForward: { ...TINY_MOE, experts: 5, topK: 3, hidden: 20 } },
  'shared gated expert, no norm of weights': { qkNorm: false, tiedEmbedding: false, feedForward: { ...TINY_MOE, normTopK: false, sharedHidden: 40, sharedGate: true } },
  'sigmoid scores': { feedForward: { ...TINY_MOE, scoring: 'sigmoid' } },
  'more experts than a workgroup row': { feedForward: { ...TINY_MOE, experts: 33, topK: 1 } },
  'every expert chosen': { feedForward: { ...TINY_MOE, experts: 4, topK: 4 } },
  dense: { modelType: 'qwen3', feedForward: { kind: 'dense', hidden: 40 } },
};

const PLANS: Record<string, RoutingPlan> = Object.fromEntries(
  Object.entries({
    'k = 1': [{ layers: 'all', tokens: 'all', k: 1 }],
    'k = E': [{ layers: 'all', tokens: 'all', k: 8 }],
    'top-p near 0': [{ layers: 'all', tokens: 'all', topP: { p: 1e-6, mass: 'all' } }],
    'top-p 0.6': [{ layers: 'all', tokens: 'all', topP: { p: 0.6, mass: 'all' } }],
    'top-p 1': [{ layers: 'all', tokens: 'all', topP: { p: 1, mass: 'all' } }],
    'top-p over the top-k, floor 1, cap 2': [{ layers: 'all', tokens: 'all', topP: { p: 0.7, mass: 'topk', min: 1, max: 2 } }],
    'mask that leaves one expert': [{ layers: [1], tokens: 'all', mask: [0, 1, 2, 3, 5, 6, 7] }],
    'uniform override at some tokens': [{ layers: [0], tokens: { from: 2, to: 4 }, override: 'uniform', k: 3 }],
    'bias': [{ layers: [0], tokens: 'all', bias: { 3: 5 } }],
    'all hooks': [
      { layers: 'all', tokens: 'all', bias: { 1: 0.5 }, selectionBias: { 2: 0.3 }, scale: { 2: 2, 4: 0.5 }, renormalise: 'after-scale' },
      { layers: [1], tokens: 'last', override: [0.1, 0.4, 0, 0.2, 0.05, 0.05, 0.1, 0.1], renormalise: 'off' },
    ],
  } as const).map(([name, entries]) => [name, { format: 'moe-plan', version: '1.0', entries } as RoutingPlan]),
);

/** Seeded ids without a random number generator: a full-period walk through the vocabulary. */
const walk = (n: number, vocabulary: number): number[] => Array.from({ length: n }, (_, i) => (i * 29 + 7) % vocabulary);

const options = (change: Partial<RunOptions> = {}): RunOptions => ({ plan: ROUTER_AS_TRAINED, promptLength: 0, sampling: GREEDY, record: { ...RECORD_ROUTING, logits: 'all' }, ...change });

function expectClose(got: ArrayLike<number> | undefined, want: ArrayLike<number> | undefined, tolerance: number, what: string): void {
  expect(got?.length, `length of ${what}`).toBe(want?.length);
  let worst = 0;
  for (let i = 0; i < (want?.length ?? 0); i++) {
    const a = got![i]!;
    const b = want![i]!;
    if (Number.isNaN(a) && Number.isNaN(b)) continue;
    worst = Math.max(worst, Number.isFinite(a - b) ? Math.abs(a - b) : Infinity);
  }
  expect(worst, what).toBeLessThanOrEqual(tolerance);
}

/** The filled slots of all records: K may differ between engines, which need not look ahead alike in the plan. */
function slots(routing: RoutingBatch, field: 'chosen' | 'prob' | 'mix' | 'outputNorm'): number[] {
  return [...routing.count].flatMap((count, r) => [...routing[field].subarray(r * routing.slots, r * routing.slots + count)]);
}

function expectSameBatch(got: StepBatch, want: StepBatch): void {
  expect([...got.ids]).toEqual([...want.ids]);
  expect(got.start).toBe(want.start);
  expectClose(got.logits, want.logits, 1e-3, 'vocabulary logits');
  expectClose(got.entropy, want.entropy, 1e-4, 'entropy');
  expectClose(got.logProb, want.logProb, 1e-3, 'log-probability');
  expectClose(got.topProb, want.topProb, 1e-4, 'candidates');
  expect([...got.chosen]).toEqual([...want.chosen]);
  expect(got.routing === undefined).toBe(want.routing === undefined);
  if (got.routing === undefined || want.routing === undefined) return;
  expect([...got.routing.count]).toEqual([...want.routing.count]);
  expect(slots(got.routing, 'chosen')).toEqual(slots(want.routing, 'chosen'));
  expectClose(got.routing.logits, want.routing.logits, 1e-3, 'router logits');
  expectClose(slots(got.routing, 'prob'), slots(want.routing, 'prob'), 1e-4, 'gate probabilities');
  expectClose(slots(got.routing, 'mix'), slots(want.routing, 'mix'), 1e-4, 'mixing weights');
  expectClose(slots(got.routing, 'outputNorm'), slots(want.routing, 'outputNorm'), 2e-3, 'output norms');
}

/** In a browser each kernel is run alone in all ways, and whole models in the two forms: compiling is what takes the time. */
const CHOICES = ['register', 'tiled', ...(typeof window === 'undefined' ? ['register packed', 'tiled f16 subgroups'] : [])];

describe.each(CHOICES)('the WebGPU engine with %s kernels', (form) => {
  let engine: WebgpuEngine;
  beforeAll(async () => {
    engine = await createWebgpuEngine({ form });
  });
  afterAll(() => {
    expect(engine.context.uncaptured).toEqual([]);
    engine.dispose();
  });

  async function both(config: Partial<ModelConfig>): Promise<[LoadedModel, LoadedModel]> {
    const checkpoint = tinyCheckpoint(config, 3);
    return [await engine.load(checkpoint), await createReferenceEngine().load(checkpoint)];
  }

  // Every model compiles its own kernels, which software adapters do slowly. The others are also tested alone, at all
  // edges, so few whole models are enough for them.
  const few = form === 'register packed' ? ['shared gated expert, no norm of weights', 'dense'] : ['grouped-query moe'];
  const models = Object.entries(MODELS).filter(([name]) => form === 'register' || few.includes(name));
  const plans = Object.entries(PLANS).filter(([name]) => ['register', 'tiled'].includes(form) || name === 'all hooks');
  const lengths = [1, 7, 8, 9, 15, 16, 17, 33, 64].filter((length) => ['register', 'tiled'].includes(form) || length === 17);

  test('reports what it runs on', () => {
    // Where a device has no such type, words are unpacked.
    expect([form, form.replace('f16', 'packed')]).toContain(engine.info.form);
  });

  test.each(models)('agrees with the reference: %s', async (_, config) => {
    const [gpu, reference] = await both(config);
    const ids = walk(19, gpu.config.vocabulary);
    const [a, b] = [await gpu.createSequence(), await reference.createSequence()];
    const run = options({ promptLength: ids.length });
    expectSameBatch(await a.append(ids, run), await b.append(ids, run));
    expectSameBatch(await a.decode(6, run), await b.decode(6, run));
    expectSameBatch(await a.append(ids.slice(0, 3), run), await b.append(ids.slice(0, 3), run));
    gpu.dispose();
  });

  test.each(plans)('honours the plan: %s', async (_, plan) => {
    const [gpu, reference] = await both({});
    const ids = walk(11, 96);
    const [a, b] = [await gpu.createSequence(), await reference.createSequence()];
    const run = options({ plan, promptLength: ids.length });
    expectSameBatch(await a.append(ids, run), await b.append(ids, run));
    expectSameBatch(await a.decode(4, run), await b.decode(4, run));
    gpu.dispose();
  });

  test.each(lengths)('prefill of %i tokens agrees with the reference', async (length) => {
    const [gpu, reference] = await both({});
    const ids = walk(length, 96);
    const run = options({ promptLength: length });
    expectSameBatch(await (await gpu.createSequence()).append(ids, run), await (await reference.createSequence()).append(ids, run));
    gpu.dispose();
  });

  test.each([
    { temperature: 1, topK: 0, topP: 1, seed: 1 },
    { temperature: 0.8, topK: 5, topP: 1, seed: 2 },
    { temperature: 1.3, topK: 0, topP: 0.7, seed: 3 },
    { temperature: 0.7, topK: 20, topP: 0.9, seed: 4 },
    { temperature: 1, topK: 1, topP: 0.5, seed: 5 },
    { temperature: 1, topK: 0, topP: 1e-9, seed: 6 },
  ])('draws the same tokens as the reference: %o', async (sampling) => {
    const [gpu, reference] = await both({});
    const run = options({ promptLength: 5, sampling });
    const [a, b] = [await gpu.createSequence(), await reference.createSequence()];
    expectSameBatch(await a.append(walk(5, 96), run), await b.append(walk(5, 96), run));
    expectSameBatch(await a.decode(24, run), await b.decode(24, run));
    gpu.dispose();
  });

  test('embeds a text like the reference', async () => {
    const [gpu, reference] = await both({});
    expectClose(await gpu.embed(walk(13, 96)), await reference.embed(walk(13, 96)), 1e-4, 'embedding');
    gpu.dispose();
  });
});

test('a load finds compiled what was prepared from the config alone', async () => {
  const fresh = await createWebgpuEngine({ form: 'register' });
  const checkpoint = tinyCheckpoint({ vocabulary: 92 });
  const { device } = fresh.context;
  const compile = device.createComputePipelineAsync.bind(device);
  let compiled = 0;
  Object.assign(device, { createComputePipelineAsync: (descriptor: GPUComputePipelineDescriptor) => (compiled++, compile(descriptor)) });
  await fresh.prepare(checkpoint.config);
  const before = compiled;
  expect(before).toBeGreaterThan(10);
  const model = await fresh.load(checkpoint);
  expect(compiled).toBe(before);
  model.dispose();
  fresh.dispose();
});
