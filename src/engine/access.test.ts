import { describe, expect, it } from 'vitest';
import { failure } from '../base/testing/failure';
import type { Tokenizer } from '../model/checkpoint';
import { ROUTER_AS_TRAINED, type PlanEntry, type RoutingPlan } from '../routing/plan';
import { accessOf, type ModelAccess } from './access';
import { GREEDY, type LoadedModel, type Sequence } from './engine';
import { createReferenceEngine } from './reference/engine';
import { tinyCheckpoint } from './testing/tiny-model';

const IDS = [3, 14, 15, 92, 65, 35];
const LETTERS: Tokenizer = {
  encode: (text) => Array.from(text, (letter) => letter.charCodeAt(0) % 96),
  decode: (ids) => String.fromCharCode(...ids),
  tokenText: String,
  idOf: () => undefined,
};

const planOf = (...entries: PlanEntry[]): RoutingPlan => ({ format: 'moe-plan', version: '1.0', entries });
const override = (tokens: PlanEntry['tokens'], expert: number): RoutingPlan =>
  planOf({ layers: [1], tokens, override: Array.from({ length: 8 }, (_, e) => (e === expert ? 0.6 : 0.4 / 7)) });

/** Access to a tiny model, and the tokens that its sequences ran. */
async function open(overrides = {}): Promise<{ access: ModelAccess; model: LoadedModel; ran: () => number }> {
  const inner = await createReferenceEngine().load(tinyCheckpoint({ endOfText: [], ...overrides }));
  const sequences: Sequence[] = [];
  const model: LoadedModel = {
    ...inner,
    createSequence: async (capacity) => {
      const sequence = await inner.createSequence(capacity);
      sequences.push(sequence);
      return sequence;
    },
  };
  return { access: accessOf(model, LETTERS), model: inner, ran: () => sequences.reduce((sum, { counters }) => sum + counters.tokens, 0) };
}

/** The same without any cache. */
async function plain(model: LoadedModel, ids: readonly number[], plan: RoutingPlan) {
  const sequence = await model.createSequence();
  return await sequence.append(ids, { plan, promptLength: ids.length, sampling: GREEDY, record: { routing: true, logits: 'last' } });
}

describe('watched tokens', () => {
  it('have the probability that scoring gives them, all sets and windows', async () => {
    const { access } = await open({ context: 4 });
    const everything = Array.from({ length: 96 }, (_, id) => id);
    const { logProb, watched } = await access.score(IDS, ROUTER_AS_TRAINED, { watch: [[14, 15], everything, [35]] });
    expect(watched).toHaveLength(18);
    for (let t = 0; t < 6; t++) expect(watched![t * 3 + 1]).toBeCloseTo(1, 5);
    expect(watched![4 * 3 + 2]).toBeCloseTo(Math.exp(logProb[5]!), 6);
    const [{ watched: one }, { watched: other }] = [await access.score(IDS, ROUTER_AS_TRAINED, { watch: [[14]] }), await access.score(IDS, ROUTER_AS_TRAINED, { watch: [[15]] })];
    for (let t = 0; t < 6; t++) expect(watched![t * 3]).toBeCloseTo(one![t]! + other![t]!, 6);
  });
  it('have to be in the vocabulary', async () => {
    const { access } = await open();
    expect(await failure(access.score(IDS, ROUTER_AS_TRAINED, { watch: [[96]] }))).toBe('bad-input: Token 96 cannot be watched: the vocabulary has 96.');
  });
});

describe('logits after the last token', () => {
  it('are those of a fresh run, whatever was run before', async () => {
    const { access, model } = await open();
    const other = [3, 14, 15, 92, 9];
    const wide = planOf({ layers: 'all', tokens: { from: 4 }, k: 4 });
    for (const [ids, plan] of [[IDS, ROUTER_AS_TRAINED], [IDS, override('last', 2)], [IDS, override('last', 5)], [other, override('all', 2)], [IDS, override('last', 2)], [IDS, wide], [IDS.slice(0, 3), ROUTER_AS_TRAINED]] as const) {
      const want = await plain(model, ids, plan);
      const got = await access.lastLogits(ids, plan, { routing: true });
      expect([...got.logits]).toEqual([...want.logits!]);
      expect([...got.routing!.logits]).toEqual([...want.routing!.logits]);
      expect([...got.routing!.count]).toEqual([...want.routing!.count]);
      // Slots may be wider than the plan at hand needs; what is filled is the same.
      const { slots, count, mix } = got.routing!;
      const filled = (n: number, values: Float32Array, width: number) => [...values.subarray(n * width, n * width + count[n]!)];
      count.forEach((_, n) => expect(filled(n, mix, slots)).toEqual(filled(n, want.routing!.mix, want.routing!.slots)));
    }
  });
  it('run only the last token when only its routing changes', async () => {
    const { access, ran } = await open();
    await access.lastLogits(IDS, ROUTER_AS_TRAINED);
    expect(ran()).toBe(6);
    for (const expert of [1, 2, 3]) await access.lastLogits(IDS, override('last', expert));
    expect(ran()).toBe(9);
    await access.lastLogits([...IDS, 35, 8], ROUTER_AS_TRAINED);
    // The token that was last is routed as trained again.
    expect(ran()).toBe(12);
  });
  it('keep several prompts in turn', async () => {
    const { access, ran } = await open();
    const prompts = [IDS, IDS.toReversed(), [1, 2, 3, 4]];
    for (let turn = 0; turn < 3; turn++) for (const ids of prompts) await access.lastLogits(ids, override('last', turn));
    expect(ran()).toBe(6 + 6 + 4 + 3 + 3);
  });
  it('asked for at the same time do not disturb each other', async () => {
    const { access, model } = await open();
    const runs = [0, 1, 2, 3].map((expert) => access.lastLogits(IDS, override('all', expert)));
    for (const [expert, { logits }] of (await Promise.all(runs)).entries()) {
      expect([...logits]).toEqual([...(await plain(model, IDS, override('all', expert))).logits!]);
    }
  });
  it('stop on request and go on afterwards', async () => {
    const { access, model } = await open();
    const stop = new AbortController();
    stop.abort();
    expect(await failure(access.lastLogits(IDS, ROUTER_AS_TRAINED, { signal: stop.signal }))).toBe('cancelled: Stopped on request.');
    expect([...(await access.lastLogits(IDS, ROUTER_AS_TRAINED)).logits]).toEqual([...(await plain(model, IDS, ROUTER_AS_TRAINED)).logits!]);
  });
});

describe('scores', () => {
  it('are the log-probabilities of a run, also past the context', async () => {
    const { access, model } = await open({ context: 8 });
    const short = await access.score(IDS, override('all', 3), { routing: true });
    const want = await plain(model, IDS, override('all', 3));
    expect([...short.logProb]).toEqual([...want.logProb]);
    expect([...short.entropy]).toEqual([...want.entropy]);
    expect([...short.routing!.mix]).toEqual([...want.routing!.mix]);
    const long = await access.score([...IDS, ...IDS, ...IDS], ROUTER_AS_TRAINED);
    expect(long.logProb).toHaveLength(18);
    expect(long.logProb.subarray(1).every((value) => value < 0)).toBe(true);
    expect(long.routing).toBeUndefined();
  });
});

describe('a generated text', () => {
  it('is the greedy continuation, with the entropy before each token', async () => {
    const { access, model } = await open();
    const text = await access.generate(IDS, override('all', 3), 5, GREEDY, { routing: true });
    expect(text).toMatchObject({ reason: 'length', ids: { length: 5 } });
    const whole = await plain(model, [...IDS, ...text.ids], override('all', 3));
    expect([...whole.chosen.subarray(5, 10)]).toEqual(text.ids);
    expect([...text.entropy]).toEqual([...whole.entropy.subarray(5, 10)]);
    expect([...text.logProb]).toEqual([...whole.logProb.subarray(6)]);
    expect(text.routing!.count).toHaveLength(5 * 2);
  });
  it('ends with the context', async () => {
    const { access } = await open({ context: 8 });
    expect(await access.generate(IDS, ROUTER_AS_TRAINED, 5, GREEDY)).toMatchObject({ reason: 'context', ids: { length: 2 } });
  });
  it('is refused for a wrong length', async () => {
    const { access } = await open();
    expect(await failure(access.generate(IDS, ROUTER_AS_TRAINED, -1, GREEDY))).toContain('The number of new tokens is -1');
    expect(await failure(access.generate([], ROUTER_AS_TRAINED, 3, GREEDY))).toContain('The prompt is empty');
  });
  it('stops on request', async () => {
    const { access } = await open();
    const stop = new AbortController();
    const run = access.generate(IDS, ROUTER_AS_TRAINED, 50, GREEDY, { signal: stop.signal });
    stop.abort();
    expect(await failure(run)).toBe('cancelled: Stopped on request.');
  });
});

it('embeds, encodes and decodes by the model and its tokenizer', async () => {
  const { access, model } = await open();
  expect([...(await access.embed(IDS))]).toEqual([...(await model.embed(IDS))]);
  expect(await access.encode('AB')).toEqual([65, 66]);
  expect(await access.decode([65, 66])).toBe('AB');
  expect(await failure(accessOf(model, undefined).encode('AB'))).toBe('bad-file: This model has no tokenizer, so it cannot read text.');
});
