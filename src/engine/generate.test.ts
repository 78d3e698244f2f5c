import { describe, expect, it } from 'vitest';
import { errorCode, errorMessage } from '../base/errors';
import { ROUTER_AS_TRAINED } from '../routing/plan';
import { GREEDY, type LoadedModel, type StepBatch } from './engine';
import { generate, type GenerateRequest } from './generate';
import { createReferenceEngine } from './reference/engine';
import { scoreText, scoreWindows } from './score';
import { tinyCheckpoint } from './testing/tiny-model';

const PROMPT = [3, 14, 15, 92];
const REQUEST: GenerateRequest = { promptIds: PROMPT, maxNewTokens: 12, sampling: GREEDY, plan: ROUTER_AS_TRAINED, record: { routing: true, logits: 'none' } };

const load = (overrides = {}): Promise<LoadedModel> => createReferenceEngine().load(tinyCheckpoint({ endOfText: [], ...overrides }));

async function collect(model: LoadedModel, request: Partial<GenerateRequest> = {}, capacity?: number, onBatch?: () => void) {
  const run = generate(model, await model.createSequence(capacity), { ...REQUEST, ...request });
  const batches: StepBatch[] = [];
  for (;;) {
    const step = await run.next();
    if (step.done) return { reason: step.value, batches, ids: batches.flatMap((batch) => [...batch.ids]) };
    batches.push(step.value);
    onBatch?.();
  }
}

describe('a generation', () => {
  it('runs the prompt in one batch and then as many tokens as asked for, in chunks of at most 8', async () => {
    const { reason, batches, ids } = await collect(await load());
    expect(reason).toBe('length');
    expect([...batches[0]!.ids]).toEqual(PROMPT);
    expect(ids).toHaveLength(16);
    expect(batches[1]!.ids).toHaveLength(1);
    expect(Math.max(...batches.slice(1).map((batch) => batch.ids.length))).toBeLessThanOrEqual(8);
    expect(batches.map((batch) => batch.start)).toEqual(batches.map((_, i) => batches.slice(0, i).reduce((sum, batch) => sum + batch.ids.length, 0)));
  });
  it('runs the prompt only when no new token is wanted', async () => {
    expect(await collect(await load(), { maxNewTokens: 0 })).toMatchObject({ reason: 'length', ids: PROMPT });
  });
  it('ends after an end-of-text token, which is run like the others', async () => {
    const { ids } = await collect(await load());
    const end = ids[7]!;
    const stopped = await collect(await load({ endOfText: [end] }));
    expect(stopped.reason).toBe('end-of-text');
    expect(stopped.ids).toEqual(ids.slice(0, ids.indexOf(end, PROMPT.length) + 1));
  });
  it('ends when the context is full', async () => {
    const { reason, ids } = await collect(await load(), {}, 9);
    expect(reason).toBe('context');
    expect(ids).toHaveLength(9);
  });
  it('ends on request, keeping what it has made', async () => {
    const stop = new AbortController();
    let seen = 0;
    const { reason, ids } = await collect(await load(), { maxNewTokens: 50, signal: stop.signal }, undefined, () => {
      if (++seen === 3) stop.abort();
    });
    expect(reason).toBe('cancelled');
    expect(ids.length).toBeGreaterThan(PROMPT.length);
    expect(ids.length).toBeLessThan(54);
  });
  it('refuses an empty prompt, one longer than the context, and wrong settings, in words', async () => {
    const model = await load();
    const fault = async (request: Partial<GenerateRequest>): Promise<string> => {
      try {
        await collect(model, request);
      } catch (error) {
        expect(errorCode(error)).toBe('bad-input');
        return errorMessage(error);
      }
      return '';
    };
    expect(await fault({ promptIds: [] })).toBe('The prompt is empty: type at least one character.');
    expect(await fault({ promptIds: Array<number>(65).fill(1) })).toBe('The prompt is 65 tokens long, but this model reads at most 64 tokens: shorten it.');
    expect(await fault({ maxNewTokens: -1 })).toContain('number of new tokens is -1');
    expect(await fault({ sampling: { ...GREEDY, topP: 0 } })).toContain('top-p');
  });
});

describe('windows of a long text', () => {
  it('overlap by half and score each token once', () => {
    expect(scoreWindows(5, 8)).toEqual([{ start: 0, fresh: 0, end: 5 }]);
    expect(scoreWindows(8, 8)).toEqual([{ start: 0, fresh: 0, end: 8 }]);
    expect(scoreWindows(9, 8)).toEqual([{ start: 0, fresh: 0, end: 8 }, { start: 4, fresh: 8, end: 9 }]);
    expect(scoreWindows(17, 8)).toEqual([
      { start: 0, fresh: 0, end: 8 },
      { start: 4, fresh: 8, end: 12 },
      { start: 8, fresh: 12, end: 16 },
      { start: 12, fresh: 16, end: 17 },
    ]);
    expect(scoreWindows(9, 5)[1]).toEqual({ start: 2, fresh: 5, end: 7 });
  });
});

describe('a scored text', () => {
  const text = Array.from({ length: 41 }, (_, i) => (i * 37 + 5) % 96);
  const score = async (model: LoadedModel, entry = {}) => {
    const plan = Object.keys(entry).length === 0 ? ROUTER_AS_TRAINED : { ...ROUTER_AS_TRAINED, entries: [{ layers: 'all' as const, tokens: 'all' as const, ...entry }] };
    const out = [];
    for await (const scored of scoreText(model, text, { plan, record: { routing: true, logits: 'all' } })) out.push(scored);
    return out;
  };

  it('lists every token once, with a log-probability for all but the first', async () => {
    const windows = await score(await load({ context: 16 }));
    expect(windows.map((w) => [w.windowStart, w.batch.start])).toEqual([[0, 0], [8, 16], [16, 24], [24, 32], [32, 40]]);
    expect(windows.flatMap((w) => [...w.batch.ids])).toEqual(text);
    const logProb = windows.flatMap((w) => [...w.batch.logProb]);
    expect(logProb.map(Number.isNaN).indexOf(true, 1)).toBe(-1);
    expect(windows.flatMap((w) => [...w.batch.chosen]).slice(0, -1)).toEqual(text.slice(1));
    for (const { batch } of windows) {
      expect(batch.logits).toHaveLength(batch.ids.length * 96);
      expect(batch.routing!.count).toHaveLength(batch.ids.length * 2);
    }
  });
  it('agrees with one pass where the text fits', async () => {
    const [short] = await score(await load({ context: 64 }));
    const whole = await (await (await load()).createSequence()).append(text, { ...REQUEST, promptLength: text.length, record: { routing: true, logits: 'all' } });
    expect(short!.batch.logProb).toEqual(whole.logProb);
  });
  it('applies a plan at positions of the whole text', async () => {
    const windows = await score(await load({ context: 16 }), { tokens: { from: 30, to: 33 }, k: 1 });
    const counts = windows.flatMap((w) => [...w.batch.routing!.count].filter((_, i) => i % 2 === 0));
    expect(counts.flatMap((count, t) => (count === 1 ? [t] : []))).toEqual([30, 31, 32, 33]);
    const last = await score(await load({ context: 16 }), { tokens: 'last', k: 4 });
    expect(last.flatMap((w) => [...w.batch.routing!.count]).lastIndexOf(2)).toBe(79);
    expect([...last.at(-1)!.batch.routing!.count]).toEqual([4, 4]);
  });
});
