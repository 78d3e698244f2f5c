/** The ONNX engine against the float64 reference, on small random checkpoints of several shapes. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { errorCode } from '../../base/errors';
import { nodeOnnxEngine } from '../../cli/node-onnx';
import type { ModelConfig } from '../../model/config';
import { ROUTER_AS_TRAINED, type PlanEntry, type RoutingPlan } from '../../routing/plan';
import { type Engine, GREEDY, type LoadedModel, type RunOptions, type StepBatch } from '../engine';
import { joinBatches } from '../join';
import { createReferenceEngine } from '../reference/engine';
import { TINY_MOE, tinyCheckpoint } from '../testing/tiny-model';

const PROMPT = [3, 14, 15, 92, 6, 53];
const OPTIONS: RunOptions = { plan: ROUTER_AS_TRAINED, promptLength: PROMPT.length, sampling: GREEDY, record: { routing: true, logits: 'all' } };
/** Tiny random models like to repeat the end of text: without it a run has its full length. */
const ENDLESS = { endOfText: [] };

const planOf = (...entries: Partial<PlanEntry>[]): RoutingPlan => ({ format: 'moe-plan', version: '1.0', entries: entries.map((entry) => ({ layers: 'all', tokens: 'all', ...entry })) });

interface Pair {
  readonly onnx: LoadedModel;
  readonly reference: LoadedModel;
}

const engine: Engine = nodeOnnxEngine();
afterAll(() => engine.dispose());

async function load(overrides: Partial<ModelConfig> = {}): Promise<Pair> {
  const checkpoint = tinyCheckpoint({ ...ENDLESS, ...overrides });
  return { onnx: await engine.load(checkpoint), reference: await createReferenceEngine().load(checkpoint) };
}

/** Largest absolute difference; NaN on both sides is none. */
function difference(a: ArrayLike<number> | undefined, b: ArrayLike<number> | undefined): number {
  expect(a?.length).toBe(b?.length);
  return Array.from(a ?? []).reduce((most, value, i) => Math.max(most, Number.isNaN(value) && Number.isNaN(b?.[i]) ? 0 : Math.abs(value - (b?.[i] ?? NaN))), 0);
}

function expectAlike(got: StepBatch, want: StepBatch): void {
  expect(got.start).toBe(want.start);
  expect([...got.ids]).toEqual([...want.ids]);
  expect([...got.chosen]).toEqual([...want.chosen]);
  for (const field of ['logits', 'logProb', 'entropy', 'topProb'] as const) expect(difference(got[field], want[field]), field).toBeLessThan(1e-4);
  if (want.routing === undefined) return expect(got.routing).toBeUndefined();
  const slots = want.routing.slots;
  expect(got.routing).toMatchObject({ layers: want.routing.layers, experts: want.routing.experts, slots });
  expect([...(got.routing?.count ?? [])]).toEqual([...want.routing.count]);
  expect([...(got.routing?.chosen ?? [])]).toEqual([...want.routing.chosen]);
  for (const field of ['logits', 'prob', 'mix', 'outputNorm'] as const) expect(difference(got.routing?.[field], want.routing[field]), field).toBeLessThan(1e-4);
}

/** Prompt at once, then tokens one by one. */
async function run(model: LoadedModel, options: RunOptions, tokens = 4): Promise<StepBatch[]> {
  const sequence = await model.createSequence();
  return [await sequence.append(PROMPT, options), await sequence.decode(tokens, options)];
}

async function expectAgreement({ onnx, reference }: Pair, options: RunOptions): Promise<void> {
  const [got, want] = [await run(onnx, options), await run(reference, options)];
  // Joined, because the slots of a batch are the most that the plan allows there, or anywhere.
  expectAlike(joinBatches(got, 'all'), joinBatches(want, 'all'));
}

async function codeOf(action: () => unknown): Promise<string> {
  try {
    await action();
  } catch (error) {
    return errorCode(error);
  }
  return 'no error';
}

describe('shapes', () => {
  it.each<[string, Partial<ModelConfig>]>([
    ['the usual one', {}],
    ['a dense model', { modelType: 'qwen3', feedForward: { kind: 'dense', hidden: 40 } }],
    ['a gated shared expert', { modelType: 'qwen2_moe', qkNorm: false, feedForward: { ...TINY_MOE, sharedHidden: 16, sharedGate: true } }],
    ['a shared expert without a gate', { modelType: 'qwen2_moe', feedForward: { ...TINY_MOE, sharedHidden: 16 } }],
    ['norms across all heads, a head of its own', { modelType: 'olmoe', qkNormSpan: 'all-heads', tiedEmbedding: false }],
    ['the names of mixtral, every head with its own keys', { modelType: 'mixtral', qkNorm: false, kvHeads: 4 }],
    ['sigmoid scores and k = E', { feedForward: { ...TINY_MOE, scoring: 'sigmoid', topK: 8, normTopK: false } }],
    ['one head, one layer, one expert', { heads: 1, kvHeads: 1, layers: 1, feedForward: { ...TINY_MOE, experts: 1, topK: 1 } }],
  ])('%s', async (_, overrides) => {
    await expectAgreement(await load(overrides), OPTIONS);
  });
});

describe('the usual shape', () => {
  let pair: Pair;
  beforeAll(async () => {
    pair = await load();
  });

  it.each<[string, RoutingPlan]>([
    ['one expert', planOf({ k: 1 })],
    ['all experts', planOf({ k: 8 })],
    ['top-p', planOf({ topP: { p: 0.6, mass: 'all' } })],
    ['top-p over the top-k, within bounds', planOf({ topP: { p: 0.9, mass: 'topk', min: 1, max: 3 } })],
    ['a masked expert', planOf({ mask: [3] })],
    ['all but one masked', planOf({ mask: [0, 1, 2, 4, 5, 6, 7] })],
    ['all experts masked', planOf({ mask: [0, 1, 2, 3, 4, 5, 6, 7] })],
    ['a layer made uniform, ties to the lower id', planOf({ layers: [1], override: 'uniform' })],
    ['given mixing weights that sum to nothing', planOf({ layers: [0], override: [0, 0, 0, 0, 0, 0, 0, 0] })],
    ['a bias', planOf({ bias: { 5: 5 } })],
    ['a bias for choosing only', planOf({ selectionBias: { 2: 1 } })],
    ['scaled, normalised after', planOf({ scale: { 1: 3, 4: 0 }, renormalise: 'after-scale' })],
    ['not normalised', planOf({ renormalise: 'off' })],
    ['other rules for single tokens and layers', planOf({ tokens: 'last', k: 4 }, { tokens: { from: 7 }, layers: [1], mask: [1, 2] }, { tokens: [1, 3], bias: { 0: 9 } })],
  ])('follows a plan: %s', async (_, plan) => {
    await expectAgreement(pair, { ...OPTIONS, plan });
  });

  it('draws the same tokens', async () => {
    await expectAgreement(pair, { ...OPTIONS, sampling: { temperature: 1, topK: 20, topP: 0.9, seed: 5 } });
  });

  it('computes the same from a KV cache, in pieces of any size, as at once', async () => {
    const whole = await (await pair.onnx.createSequence()).append(PROMPT, OPTIONS);
    const sequence = await pair.onnx.createSequence();
    const pieces = [await sequence.append(PROMPT.slice(0, 1), OPTIONS), await sequence.append(PROMPT.slice(1, 4), OPTIONS), await sequence.append(PROMPT.slice(4), OPTIONS)];
    expect(difference(pieces.flatMap(({ logits }) => [...logits!]), whole.logits)).toBeLessThan(1e-5);
    expect(pieces.flatMap(({ routing }) => [...routing!.chosen])).toEqual([...whole.routing!.chosen]);
  });

  it('reuses a prefix: goes back to a token and forks there without side effects', async () => {
    const sequence = await pair.onnx.createSequence();
    const first = await sequence.append(PROMPT, OPTIONS);
    const fork = await sequence.fork();
    const straight = await sequence.decode(8, OPTIONS);
    expect([...(await fork.decode(8, OPTIONS)).ids]).toEqual([...straight.ids]);
    sequence.rewind(4);
    expect([sequence.length, fork.length]).toEqual([4, 14]);
    expect(await codeOf(() => sequence.decode(1, OPTIONS))).toBe('bad-input');
    const again = await sequence.append(PROMPT.slice(4), OPTIONS);
    expect(again.logProb[0]).toBeNaN();
    expect(again.logProb[1]).toBeCloseTo(first.logProb[5]!, 5);
    expect([...(await sequence.decode(8, OPTIONS)).ids]).toEqual([...straight.ids]);
  });

  it('stops at its capacity, records only what was asked for, and counts tokens', async () => {
    const sequence = await pair.onnx.createSequence(8);
    const quiet = await sequence.append(PROMPT, { ...OPTIONS, record: { routing: false, logits: 'last' } });
    expect(quiet.routing).toBeUndefined();
    expect(quiet.logits?.length).toBe(96);
    expect((await sequence.decode(5, OPTIONS)).ids.length).toBe(2);
    expect((await sequence.decode(5, OPTIONS)).ids.length).toBe(0);
    expect(await codeOf(() => sequence.append([1], OPTIONS))).toBe('bad-input');
    expect(sequence.counters.tokens).toBe(8);
  });

  it('runs an end of text and then ends the call', async () => {
    const [, endless] = await run(pair.onnx, OPTIONS, 10);
    const end = endless!.ids[4]!;
    const { onnx } = await load({ endOfText: [end] });
    const [, stopped] = await run(onnx, OPTIONS, 10);
    expect([...stopped!.ids]).toEqual([...endless!.ids].slice(0, endless!.ids.indexOf(end) + 1));
  });

  it('refuses wrong input, stops on request, and is as long as before', async () => {
    const sequence = await pair.onnx.createSequence();
    await sequence.append(PROMPT, OPTIONS);
    for (const action of [() => sequence.append([], OPTIONS), () => sequence.append([96], OPTIONS), () => sequence.append(Array<number>(59).fill(1), OPTIONS), () => sequence.decode(0, OPTIONS), () => sequence.rewind(7), () => pair.onnx.createSequence(0), () => pair.onnx.embed([])]) {
      expect(await codeOf(action)).toBe('bad-input');
    }
    const stop = new AbortController();
    stop.abort();
    expect(await codeOf(() => sequence.decode(3, { ...OPTIONS, signal: stop.signal }))).toBe('cancelled');
    expect(sequence.length).toBe(6);
  });

  it('embeds a text as the reference does, and has its gradients', async () => {
    expect(difference(await pair.onnx.embed(PROMPT), await pair.reference.embed(PROMPT))).toBeLessThan(1e-6);
    const [got, want] = await Promise.all([pair.onnx, pair.reference].map(async ({ gradients }) => {
      const problem = await gradients!.preparePathways([PROMPT], [1]);
      return problem.evaluate(problem.router, { targets: [7], gradient: { membership: 'hard', core: [[0, 1, 2, 3, 4, 5, 6, 7]] } });
    }));
    expect(got).toEqual(want);
    expect(Math.max(...got!.gradient!.map(Math.abs))).toBeGreaterThan(1e-4);
    expect(engine.info).toMatchObject({ backend: 'onnx', software: true });
    expect(engine.info.adapter).toBe('ONNX Runtime Web 1.30.0, WebAssembly SIMD, threads: 1');
  });
});
