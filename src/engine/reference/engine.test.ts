import { beforeAll, describe, expect, it } from 'vitest';
import { errorCode } from '../../base/errors';
import { ROUTER_AS_TRAINED, type PlanEntry, type RoutingPlan } from '../../routing/plan';
import { GREEDY, type LoadedModel, type RunOptions, type Sampling, type Sequence, type StepBatch } from '../engine';
import { TINY_CONFIG, TINY_MOE, tinyCheckpoint } from '../testing/tiny-model';
import { createReferenceEngine } from './engine';

const PROMPT = [3, 14, 15, 92, 6, 53];
const ALL: RunOptions = { plan: ROUTER_AS_TRAINED, promptLength: PROMPT.length, sampling: GREEDY, record: { routing: true, logits: 'all' } };
/** Tiny random models like to repeat the end of text: without it a run has its full length. */
const ENDLESS = { endOfText: [] };

const load = (overrides = {}): Promise<LoadedModel> => createReferenceEngine().load(tinyCheckpoint({ ...ENDLESS, ...overrides }));

const planOf = (entry: Partial<PlanEntry>): RoutingPlan => ({ format: 'moe-plan', version: '1.0', entries: [{ layers: 'all', tokens: 'all', ...entry }] });

async function codeOf(action: () => unknown): Promise<string> {
  try {
    await action();
  } catch (error) {
    return errorCode(error);
  }
  return 'no error';
}

async function continuation(sequence: Sequence, count: number, options: RunOptions = ALL): Promise<number[]> {
  await sequence.append(PROMPT, options);
  return [...(await sequence.decode(count, options)).ids];
}

function expectClose(got: Float32Array, want: Float32Array): void {
  expect(got.length).toBe(want.length);
  got.forEach((value, i) => expect(Math.abs(value - want[i]!)).toBeLessThan(1e-6));
}

describe('the reference engine', () => {
  let model: LoadedModel;
  let whole: StepBatch;
  beforeAll(async () => {
    model = await load();
    whole = await (await model.createSequence()).append(PROMPT, ALL);
  });

  it('computes the same token by token as in one prefill', async () => {
    const sequence = await model.createSequence();
    for (const [i, id] of PROMPT.entries()) {
      const step = await sequence.append([id], ALL);
      expect(step.start).toBe(i);
      expectClose(step.logits!, whole.logits!.subarray(i * 96, (i + 1) * 96));
      if (i > 0) expect(step.logProb[0]).toBe(whole.logProb[i]);
    }
  });

  it('decodes greedily with a KV cache what full recomputation gives', async () => {
    const cached = await continuation(await model.createSequence(), 12);
    const text = [...PROMPT];
    for (let i = 0; i < 12; i++) {
      const batch = await (await model.createSequence()).append(text, ALL);
      text.push(batch.chosen.at(-1)!);
    }
    expect(cached).toEqual(text.slice(PROMPT.length));
  });

  it('never lets a later token change what came before', async () => {
    const other = await (await model.createSequence()).append([...PROMPT.slice(0, 5), 7], ALL);
    expectClose(other.logits!.subarray(0, 5 * 96), whole.logits!.subarray(0, 5 * 96));
  });

  it('gives the same text for the same seed, in chunks of any size, and another for another seed', async () => {
    const sampled = (seed: number): RunOptions => ({ ...ALL, sampling: { temperature: 1, topK: 0, topP: 1, seed } });
    const first = await continuation(await model.createSequence(), 16, sampled(5));
    const chunked = await model.createSequence();
    await chunked.append(PROMPT, sampled(5));
    const pieces = [...(await chunked.decode(1, sampled(5))).ids, ...(await chunked.decode(15, sampled(5))).ids];
    expect(pieces).toEqual(first);
    expect(await continuation(await model.createSequence(), 16, sampled(6))).not.toEqual(first);
  });

  it('names forced tokens, the drawn one, and log-probabilities that fit the logits', () => {
    expect([...whole.chosen.subarray(0, 5)]).toEqual(PROMPT.slice(1));
    expect(whole.logProb[0]).toBeNaN();
    const row = whole.logits!.subarray(0, 96);
    const total = row.reduce((sum, z) => sum + Math.exp(z), 0);
    expect(whole.logProb[1]).toBeCloseTo(row[PROMPT[1]!]! - Math.log(total), 5);
    expect(whole.topProb[0]).toBeCloseTo(Math.exp(row[whole.topIds[0]!]!) / total, 5);
    expect(whole.topIds.length).toBe(PROMPT.length * 20);
  });

  it('goes back to a token and forks there without side effects', async () => {
    const sequence = await model.createSequence();
    await sequence.append(PROMPT, ALL);
    const fork = await sequence.fork();
    const straight = await sequence.decode(8, ALL);
    expect([...(await fork.decode(8, ALL)).ids]).toEqual([...straight.ids]);
    sequence.rewind(4);
    expect(sequence.length).toBe(4);
    expect(fork.length).toBe(14);
    expect(await codeOf(() => sequence.decode(1, ALL))).toBe('bad-input');
    const again = await sequence.append(PROMPT.slice(4), ALL);
    expect(again.start).toBe(4);
    expect(again.logProb[0]).toBeNaN();
    expect(again.logProb[1]).toBe(whole.logProb[5]);
    expect([...(await sequence.decode(8, ALL)).ids]).toEqual([...straight.ids]);
  });

  it('stops at its capacity, and fits exactly that many tokens', async () => {
    const sequence = await model.createSequence(8);
    await sequence.append(PROMPT, ALL);
    expect((await sequence.decode(5, ALL)).ids.length).toBe(2);
    expect((await sequence.decode(5, ALL)).ids.length).toBe(0);
    expect(await codeOf(() => sequence.append([1], ALL))).toBe('bad-input');
  });

  it('refuses wrong input and is as long as before', async () => {
    const sequence = await model.createSequence();
    await sequence.append(PROMPT, ALL);
    const tooHot: Sampling = { ...GREEDY, temperature: -1 };
    for (const action of [
      () => sequence.append([], ALL),
      () => sequence.append([96], ALL),
      () => sequence.append([-1], ALL),
      () => sequence.append([0.5], ALL),
      () => sequence.append([1], { ...ALL, sampling: tooHot }),
      () => sequence.append(Array<number>(59).fill(1), ALL),
      () => sequence.decode(0, ALL),
      () => sequence.rewind(7),
      () => model.createSequence(65),
      () => model.createSequence(0),
      () => model.embed([]),
    ]) {
      expect(await codeOf(action)).toBe('bad-input');
    }
    expect(sequence.length).toBe(6);
  });

  it('stops on request and is as long as before', async () => {
    const sequence = await model.createSequence();
    await sequence.append(PROMPT, ALL);
    const stop = new AbortController();
    stop.abort();
    expect(await codeOf(() => sequence.decode(3, { ...ALL, signal: stop.signal }))).toBe('cancelled');
    expect(sequence.length).toBe(6);
    expect((await sequence.decode(1, ALL)).ids[0]).toBe(whole.chosen.at(-1));
  });

  it('records only what was asked for', async () => {
    const sequence = await model.createSequence();
    const quiet = await sequence.append(PROMPT, { ...ALL, record: { routing: false, logits: 'none' } });
    expect(quiet.routing).toBeUndefined();
    expect(quiet.logits).toBeUndefined();
    const last = await sequence.decode(2, { ...ALL, record: { routing: false, logits: 'last' } });
    expect(last.logits!.length).toBe(96);
    expect(sequence.counters.tokens).toBe(8);
  });

  it('embeds a text as the mean of its tokens, in whatever order they stand', async () => {
    const embedding = await model.embed(PROMPT);
    expect(embedding.length).toBe(32);
    const single = await Promise.all(PROMPT.map(async (id) => model.embed([id])));
    embedding.forEach((value, d) => expect(value).toBeCloseTo(single.reduce((sum, row) => sum + row[d]!, 0) / PROMPT.length, 6));
    const reversed = await model.embed(PROMPT.toReversed());
    embedding.forEach((value, d) => expect(reversed[d]).toBeCloseTo(value, 6));
  });
});

describe('end of text', () => {
  it('is run and then ends the call', async () => {
    const endless = await continuation(await (await load()).createSequence(), 10);
    const end = endless[4]!;
    const stopped = await continuation(await (await load({ endOfText: [end] })).createSequence(), 10);
    expect(stopped).toEqual(endless.slice(0, endless.indexOf(end) + 1));
  });
});

describe('a plan', () => {
  const routingOf = async (entry: Partial<PlanEntry>, overrides = {}) => {
    const sequence = await (await load(overrides)).createSequence();
    return (await sequence.append(PROMPT, { ...ALL, plan: planOf(entry) })).routing!;
  };

  it('sets the number of slots, and slots past the count hold 0', async () => {
    const routing = await routingOf({ tokens: 'last', k: 4 });
    expect(routing.slots).toBe(4);
    expect([...routing.count]).toEqual([2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 4, 4]);
    expect([...routing.mix.subarray(2, 4)]).toEqual([0, 0]);
    expect([...routing.outputNorm.subarray(2, 4)]).toEqual([0, 0]);
  });
  it('never shows a masked expert', async () => {
    const routing = await routingOf({ mask: [0, 1, 2, 3] });
    expect(Math.min(...routing.chosen)).toBeGreaterThanOrEqual(4);
  });
  it('that masks all experts leaves the layer without them', async () => {
    const routing = await routingOf({ mask: [0, 1, 2, 3, 4, 5, 6, 7] });
    expect(Math.max(...routing.count)).toBe(0);
    expect(routing.slots).toBe(1);
  });
  it('records the logits of the router before its own bias', async () => {
    const plain = await routingOf({});
    const biased = await routingOf({ layers: [0], bias: { '5': 50 } });
    expectClose(biased.logits.subarray(0, 8), plain.logits.subarray(0, 8));
    expect(biased.chosen[0]).toBe(5);
    expect(biased.prob[0]).toBeCloseTo(1, 6);
  });
  it('with every expert at equal weight gives the mean of all experts', async () => {
    const routing = await routingOf({ override: 'uniform', k: 8 });
    expect([...routing.mix.subarray(0, 8)]).toEqual(Array(8).fill(0.125));
  });
});

describe('other shapes', () => {
  it.each([
    ['a dense model', { modelType: 'qwen3', feedForward: { kind: 'dense' as const, hidden: 40 } }],
    ['a gated shared expert', { modelType: 'qwen2_moe', qkNorm: false, feedForward: { ...TINY_MOE, sharedHidden: 16, sharedGate: true } }],
    ['norms across all heads', { modelType: 'olmoe', qkNormSpan: 'all-heads' as const, tiedEmbedding: false }],
    ['the names of mixtral', { modelType: 'mixtral', qkNorm: false, kvHeads: 4 }],
    ['sigmoid scores and k = E', { feedForward: { ...TINY_MOE, scoring: 'sigmoid' as const, topK: 8, normTopK: false } }],
    ['one head, one layer, one expert', { heads: 1, kvHeads: 1, layers: 1, feedForward: { ...TINY_MOE, experts: 1, topK: 1 } }],
  ])('such as %s run', async (_, overrides) => {
    const model = await load(overrides);
    const batch = await (await model.createSequence()).append([5], ALL);
    expect(batch.logits!.every(Number.isFinite)).toBe(true);
    expect(batch.routing === undefined).toBe({ ...TINY_CONFIG, ...overrides }.feedForward.kind === 'dense');
  });
});
