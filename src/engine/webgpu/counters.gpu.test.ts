import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { errorCode, errorMessage } from '../../base/errors';
import { ROUTER_AS_TRAINED } from '../../routing/plan';
import { type Counters, GREEDY, type LoadedModel, RECORD_ROUTING, type RunOptions, type Sequence } from '../engine';
import { TINY_MOE, tinyCheckpoint } from '../testing/tiny-model';
import { createWebgpuEngine, type WebgpuEngine } from './engine';

/** As many layers and experts as the shipped model, on which the counts depend; everything else is small. */
const LAYERS = 8;
const V = 96;
/** More than one submit takes, so that a long text goes in pieces. */
const CONTEXT = 640;
/** Read by the engine after each decode: a test that needs an end puts it here. */
const ends: number[] = [];

let engine: WebgpuEngine;
let model: LoadedModel;
beforeAll(async () => {
  engine = await createWebgpuEngine({ form: 'register' });
  model = await engine.load(tinyCheckpoint({ layers: LAYERS, context: CONTEXT, endOfText: ends, feedForward: { ...TINY_MOE, experts: 16 } }, 5));
});
afterAll(() => {
  expect(engine.context.uncaptured).toEqual([]);
  engine.dispose();
});

const walk = (n: number): number[] => Array.from({ length: n }, (_, i) => (i * 29 + 7) % V);
const PROMPT = walk(9);
const SAMPLED = { temperature: 1, topK: 0, topP: 1, seed: 5 };

const options = (change: Partial<RunOptions> = {}): RunOptions => ({ plan: ROUTER_AS_TRAINED, promptLength: PROMPT.length, sampling: GREEDY, record: { ...RECORD_ROUTING, logits: 'all' }, ...change });

async function started(change: Partial<RunOptions> = {}): Promise<Sequence> {
  const sequence = await model.createSequence();
  await sequence.append(PROMPT, options(change));
  return sequence;
}

function expectClose(got: ArrayLike<number>, want: ArrayLike<number>, tolerance: number): void {
  expect(got.length).toBe(want.length);
  let worst = 0;
  for (let i = 0; i < want.length; i++) worst = Math.max(worst, Number.isFinite(got[i]!) ? Math.abs(got[i]! - want[i]!) : Infinity);
  expect(worst).toBeLessThanOrEqual(tolerance);
}

describe('what a call costs', () => {
  async function costOf(sequence: Sequence, work: () => Promise<unknown>): Promise<Counters> {
    const before = sequence.counters;
    await work();
    const after = sequence.counters;
    return Object.fromEntries(Object.entries(after).map(([name, value]) => [name, value - before[name as keyof Counters]])) as unknown as Counters;
  }

  test.each([1, 9, 64])('prefill of %i tokens is one submit, one readback, at most 10 dispatches a layer and 6 more', async (tokens) => {
    const sequence = await model.createSequence();
    const cost = await costOf(sequence, () => sequence.append(walk(tokens), options()));
    expect(cost).toMatchObject({ tokens, submits: 1, readbacks: 1 });
    expect(cost.dispatches).toBeLessThanOrEqual(10 * LAYERS + 6);
  });

  test.each([1, 2, 16])('decoding %i tokens is one submit, one readback, at most 6 dispatches a layer and 4 more for each', async (tokens) => {
    const sequence = await started();
    const cost = await costOf(sequence, () => sequence.decode(tokens, options({ record: RECORD_ROUTING })));
    expect(cost).toMatchObject({ tokens, submits: 1, readbacks: 1 });
    expect(cost.dispatches).toBeLessThanOrEqual(tokens * (6 * LAYERS + 4));
  });

  test('a decode that returns all logits is still one submit and one readback', async () => {
    const sequence = await started();
    const cost = await costOf(sequence, () => sequence.decode(8, options()));
    expect(cost).toMatchObject({ tokens: 8, submits: 1, readbacks: 1 });
  });

  test('a longer decode is one submit and one readback for every 16 tokens', async () => {
    const sequence = await started();
    const cost = await costOf(sequence, () => sequence.decode(40, options({ record: RECORD_ROUTING })));
    expect(cost).toMatchObject({ tokens: 40, submits: 3, readbacks: 3 });
  });
});

describe('what lives on the device', () => {
  test('is the model, three buffers a text and one to read through; a text that ends gives its own back', async () => {
    const before = engine.memory();
    const texts = [await started(), await started()];
    const during = engine.memory();
    const cache = 2 * LAYERS * 4 * 16 * CONTEXT;
    expect([during.buffers - before.buffers, during.bytes - before.bytes]).toEqual([6, 2 * (cache + 4 * V + 16)]);
    for (let i = 0; i < 3; i += 1) await texts[0]!.decode(16, options({ record: RECORD_ROUTING }));
    expect(engine.memory()).toEqual(during);
    texts.push(await texts[0]!.fork());
    expect(engine.memory().buffers).toBe(during.buffers + 3);
    for (const text of texts) text.dispose();
    expect(engine.memory()).toEqual(before);
  });
});

describe('the KV cache', () => {
  test('greedy decoding equals computing the whole text again for each token', async () => {
    const { ids, chosen, logits } = await (await started()).decode(6, options());
    const again = await model.createSequence();
    for (let i = 0; i < ids.length; i++) {
      again.rewind(0);
      const whole = await again.append([...PROMPT, ...ids.subarray(0, i + 1)], options());
      expect(whole.chosen.at(-1)).toBe(chosen[i]);
      expectClose(whole.logits!.subarray(-V), logits!.subarray(i * V, (i + 1) * V), 1e-3);
    }
  });

  test('prefill equals appending token by token', async () => {
    const whole = await (await model.createSequence()).append(PROMPT, options());
    const single = await model.createSequence();
    for (const [i, id] of PROMPT.entries()) {
      const step = await single.append([id], options());
      expectClose(step.logits!, whole.logits!.subarray(i * V, (i + 1) * V), 1e-3);
      expectClose(step.entropy, whole.entropy.subarray(i, i + 1), 1e-4);
      if (i > 0) expectClose(step.logProb, whole.logProb.subarray(i, i + 1), 1e-3);
      expect(step.routing!.chosen).toEqual(whole.routing!.chosen.subarray(i * LAYERS * 2, (i + 1) * LAYERS * 2));
    }
  });

  test('a text longer than one submit holds goes in pieces and comes out the same', async () => {
    const ids = walk(520);
    const record = { routing: false, logits: 'last' } as const;
    const pieces = await model.createSequence();
    const whole = await pieces.append(ids, options({ record }));
    expect(pieces.counters).toMatchObject({ tokens: 520, submits: 2, readbacks: 2 });
    const parts = await model.createSequence();
    const first = await parts.append(ids.slice(0, 260), options({ record }));
    const second = await parts.append(ids.slice(260), options({ record }));
    expectClose(whole.logits!, second.logits!, 1e-3);
    expectClose(whole.logProb.subarray(1), [...first.logProb.subarray(1), ...second.logProb], 1e-3);
    expect([...whole.ids]).toEqual(ids);
  });
});

describe('a sequence', () => {
  test('gives bitwise the same batches for the same seed, and other text for another', async () => {
    const run = async (seed: number): Promise<unknown[]> => {
      const sequence = await model.createSequence();
      const sampled = options({ sampling: { ...SAMPLED, seed } });
      return [await sequence.append(PROMPT, sampled), await sequence.decode(20, sampled)];
    };
    const first = await run(5);
    expect(await run(5)).toEqual(first);
    expect(await run(6)).not.toEqual(first);
  });

  test('gives the same text whether it is decoded at once or in parts', async () => {
    const sampled = options({ sampling: SAMPLED });
    const whole = await (await started(sampled)).decode(12, sampled);
    const parts = await started(sampled);
    const ids = [];
    for (const count of [1, 4, 7]) ids.push(...(await parts.decode(count, sampled)).ids);
    expect(ids).toEqual([...whole.ids]);
  });

  test('is copied by fork: both go on alike and apart', async () => {
    const sequence = await started();
    const copy = await sequence.fork();
    expect(copy.length).toBe(PROMPT.length);
    await copy.append(walk(3), options());
    const twin = await sequence.fork();
    expect(await twin.decode(5, options())).toEqual(await sequence.decode(5, options()));
    expect([copy.length, twin.length, sequence.length]).toEqual([12, 14, 14]);
  });

  test('forgets by rewind what came after', async () => {
    const sequence = await started();
    const first = await sequence.decode(5, options());
    sequence.rewind(PROMPT.length - 1);
    const end = await sequence.append(PROMPT.slice(-1), options());
    expect(end.start).toBe(PROMPT.length - 1);
    expect(end.logProb[0]).toBeNaN();
    expect((await sequence.decode(5, options())).ids).toEqual(first.ids);
  });

  test('stops after an end-of-text token', async () => {
    const free = await (await started()).decode(6, options());
    const end = free.ids[2]!;
    ends.push(end);
    const sequence = await started();
    const batch = await sequence.decode(6, options()).finally(() => ends.pop());
    const kept = free.ids.indexOf(end) + 1;
    expect([...batch.ids]).toEqual([...free.ids.subarray(0, kept)]);
    expect(sequence.length).toBe(PROMPT.length + kept);
  });

  test('is as it was after a call that was cancelled', async () => {
    const sequence = await started();
    const signal = AbortSignal.abort();
    for (const work of [sequence.append([1], options({ signal })), sequence.decode(3, options({ signal }))]) {
      expect(errorCode(await work.catch((error: unknown) => error))).toBe('cancelled');
    }
    expect(sequence.length).toBe(PROMPT.length);
    expect(await sequence.decode(4, options())).toEqual(await (await started()).decode(4, options()));
  });

  test('keeps the tokens that were done when a long decode is cancelled', async () => {
    const sequence = await started();
    let looks = 0;
    const signal = { get aborted() { return looks++ > 0; } } as AbortSignal;
    const done = await sequence.decode(40, options({ signal }));
    expect([done.ids.length, sequence.length]).toEqual([16, PROMPT.length + 16]);
    const rest = await sequence.decode(4, options());
    expect([...done.ids, ...rest.ids]).toEqual([...(await (await started()).decode(20, options())).ids]);
  });
});

describe('what cannot be done is said in words', () => {
  test.each<[string, (sequence: Sequence) => unknown, string]>([
    ['no tokens', (s) => s.append([], options()), 'no tokens'],
    ['an id past the vocabulary', (s) => s.append([1, V], options()), 'Token id 96 is not in the vocabulary of 96'],
    ['a negative id', (s) => s.append([-1], options()), 'Token id -1'],
    ['half an id', (s) => s.append([1.5], options()), 'Token id 1.5'],
    ['more than fits', (s) => s.append(walk(4), options()), 'has 13 tokens, but this model reads at most 12'],
    ['a number of tokens of 0', (s) => s.decode(0, options()), 'number of tokens to decode is 0'],
    ['half a token', (s) => s.decode(1.5, options()), 'number of tokens to decode is 1.5'],
    ['a temperature below 0', (s) => s.decode(1, options({ sampling: { ...SAMPLED, temperature: -1 } })), 'Temperature is -1'],
    ['a top-p of 0', (s) => s.append([1], options({ sampling: { ...SAMPLED, topP: 0 } })), 'top-p is 0'],
    ['going back to the future', (s) => s.rewind(10), 'cannot be rewound to 10'],
  ])('%s', async (_, work, words) => {
    const sequence = await model.createSequence(12);
    await sequence.append(PROMPT, options());
    const error = await (async () => work(sequence))().catch((thrown: unknown) => thrown);
    expect(errorCode(error)).toBe('bad-input');
    expect(errorMessage(error)).toContain(words);
    expect(sequence.length).toBe(PROMPT.length);
  });

  test.each([
    ['more experts than threads', { feedForward: { ...TINY_MOE, experts: 257, hidden: 4 } }, '257 experts'],
    ['wider heads than threads', { heads: 1, kvHeads: 1, headDim: 132 }, '132 numbers in a head'],
  ])('a model with %s', async (_, config, words) => {
    const error = await engine.load(tinyCheckpoint(config)).catch((thrown: unknown) => thrown);
    expect(errorCode(error)).toBe('bad-file');
    expect(errorMessage(error)).toContain(words);
  });

  test('decoding before a prompt, and after a rewind', async () => {
    const sequence = await model.createSequence();
    expect(errorCode(await sequence.decode(1, options()).catch((error: unknown) => error))).toBe('bad-input');
    await sequence.append(PROMPT, options());
    sequence.rewind(4);
    expect(errorCode(await sequence.decode(1, options()).catch((error: unknown) => error))).toBe('bad-input');
  });

  test('decoding stops at the capacity and gives nothing past it', async () => {
    const sequence = await model.createSequence(12);
    await sequence.append(PROMPT, options());
    expect((await sequence.decode(20, options())).ids.length).toBe(3);
    expect((await sequence.decode(5, options())).ids.length).toBe(0);
    expect(sequence.length).toBe(12);
  });
});
