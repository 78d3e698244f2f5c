import { describe, expect, it } from 'vitest';
import { failure } from '../../base/testing/failure';
import { GREEDY } from '../../engine/engine';
import type { StepEvent } from './events';
import { COLLABORATION_METHODS, type CollaborationSettings } from './settings';
import { DRAWN, finish, LINES, PROMPT, tinyPair } from './testing/tiny-pair';
import { oneModelPair } from './writer';

const stepsOf = (events: readonly { type: string }[]): StepEvent[] => events.filter((event): event is StepEvent => event.type === 'step');

describe('turns of two models', () => {
  it.each([['drawn', DRAWN], ['greedy', GREEDY]] as const)('each step is the text that its writer alone gives after the same tokens: %s', async (_, sampling) => {
    const { small, large } = await tinyPair();
    const { events, result } = await finish(small, large, { method: 'random', largeShare: 0.5, sampling });
    expect(new Set(result.writer)).toEqual(new Set([0, 1]));
    const fresh = await tinyPair();
    const all = [...PROMPT, ...result.ids];
    for (const { position, writer, ids } of stepsOf(events)) {
      const alone = await fresh[writer === 0 ? 'small' : 'large'].access.write(all.slice(0, position), fresh.small.plan, { maxNewTokens: ids.length, sampling });
      expect(alone.ids).toEqual(ids);
    }
    // Ids are handed over, never text: a token that holds the end of one step and the beginning of the next stays whole.
    expect(stepsOf(events).flatMap(({ ids }) => ids)).toEqual(result.ids);
    expect(result.text).toBe(LINES.decode([...result.ids]));
    if (sampling === DRAWN) expect(stepsOf(events).some(({ text }) => text.at(-1)?.endsWith('\nx'))).toBe(true);
  });

  it('a switch costs the tokens of the other, once: each model runs the prompt, its own and the other\'s', async () => {
    const { small, large } = await tinyPair();
    const { events, result } = await finish(small, large, { threshold: 3.5 });
    const steps = stepsOf(events);
    expect(new Set(steps.map(({ writer }) => writer))).toEqual(new Set([0, 1]));
    // The small model is asked at every step, so it has read all but the last step, if that is not its own.
    const last = steps.at(-1)!;
    const lastLarge = steps.findLast(({ writer }) => writer === 1)!;
    expect(small.ran()).toBe(PROMPT.length + result.ids.length - (last.writer === 1 ? last.ids.length : 0));
    expect(large.ran()).toBe(lastLarge.position + lastLarge.ids.length);
    expect([result.costs.probe.tokens + result.costs.smallDecode.tokens, result.costs.largePrefill.tokens + result.costs.largeDecode.tokens]).toEqual([small.ran(), large.ran()]);
    expect(result.total.tokens).toBe(small.ran() + large.ran());
  });

  it.each(COLLABORATION_METHODS)('counts by the ledger what the models ran: %s', async (method) => {
    const { small, large } = await tinyPair();
    const { result } = await finish(small, large, { method, threshold: method === 'selfCheck' ? 0.999 : 3.5, largeShare: 0.5, relaySteps: 2 });
    const { probe, smallDecode, largePrefill, largeDecode } = result.costs;
    expect([probe.tokens + smallDecode.tokens, largePrefill.tokens + largeDecode.tokens]).toEqual([small.ran(), large.ran()]);
    expect(result.ids).toHaveLength(result.writer.length);
  });
});

describe('methods', () => {
  it('small and large alone are the models alone, without probes', async () => {
    const { small, large } = await tinyPair();
    for (const method of ['small', 'large'] as const) {
      const { events, result } = await finish(small, large, { method });
      const { access, plan } = method === 'small' ? small : large;
      expect(result.ids).toEqual((await access.write(PROMPT, plan, { maxNewTokens: result.ids.length, sampling: DRAWN })).ids);
      expect(events.filter(({ type }) => type === 'probe')).toHaveLength(0);
      expect([result.largeShare, result.largeTokenShare]).toEqual(method === 'small' ? [0, 0] : [1, 1]);
    }
    const [none, all] = [await finish(small, large, { threshold: Infinity }), await finish(small, large, { threshold: 0 })];
    expect(none.result.ids).toEqual((await finish(small, large, { method: 'small' })).result.ids);
    expect(all.result.ids).toEqual((await finish(small, large, { method: 'large' })).result.ids);
  });

  it('the threshold decides: at it is large', async () => {
    const { small, large } = await tinyPair();
    const { events } = await finish(small, large, { threshold: Infinity });
    const scores = events.flatMap((event) => (event.type === 'probe' ? [event.score] : []));
    const most = Math.max(...scores);
    const step = scores.indexOf(most);
    const writers = async (threshold: number) => (await finish(small, large, { threshold })).result.steps.slice(0, step + 1).map(({ writer }) => writer);
    expect(await writers(most)).toEqual([...Array<number>(step).fill(0), 1]);
    expect(await writers(most + 1e-6)).toEqual(Array<number>(step + 1).fill(0));
    expect(events[0]).toMatchObject({ type: 'probe', step: 0, position: PROMPT.length, decision: 0, read: PROMPT.length });
  });

  it('a step that is judged badly is thrown away, paid for, and written by the large model from its start', async () => {
    const { small, large } = await tinyPair();
    for (const method of ['stepMean', 'selfCheck'] as const) {
      const { events, result } = await finish(small, large, { method, threshold: 0 });
      const steps = stepsOf(events);
      expect(steps.map(({ discarded }) => discarded)).toEqual(result.steps.flatMap(() => [true, false]));
      expect(result.ids).toEqual((await finish(small, large, { method: 'large' })).result.ids);
      expect(result.costs.smallDecode.tokens).toBe(steps.filter(({ discarded }) => discarded).reduce((sum, { ids }) => sum + ids.length, 0));
      const [first] = steps;
      const expected = method === 'stepMean' ? first!.entropy.reduce((a, b) => a + b, 0) / first!.ids.length : 1 - Math.exp(first!.logProb.reduce((a, b) => a + b, 0));
      expect(first!.judgement).toBeCloseTo(expected, 6);
    }
  });

  it('a relay hands over after its steps; chance is the same for the same seed and grows with the share', async () => {
    const { small, large } = await tinyPair();
    expect((await finish(small, large, { method: 'relay', relaySteps: 2 })).result.steps.map(({ writer }) => writer)).toEqual([1, 1, 0, 0, 0, 0]);
    const coin = async (largeShare: number, seed = 7) => (await finish(small, large, { method: 'random', largeShare, seed })).result.steps.map(({ writer }) => writer);
    const [some, more] = [await coin(0.4), await coin(0.8)];
    expect(await coin(0.4)).toEqual(some);
    some.forEach((writer, step) => expect(more[step]).toBeGreaterThanOrEqual(writer));
    expect(more.reduce<number>((a, b) => a + b, 0)).toBeGreaterThan(some.reduce<number>((a, b) => a + b, 0));
  });

  it('a probe that is kept is the first token of the large model\'s step', async () => {
    const { small, large } = await tinyPair();
    const kept = await finish(small, large, { threshold: 0, probe: 'keep', maxSteps: 2 });
    const [token, rest] = stepsOf(kept.events);
    expect(token).toMatchObject({ probeToken: true, writer: 0, position: PROMPT.length });
    expect(token!.ids).toEqual((await small.access.write(PROMPT, small.plan, { maxNewTokens: 1, sampling: DRAWN })).ids);
    expect(rest).toMatchObject({ writer: 1, position: PROMPT.length + 1 });
    expect(kept.result.steps[0]).toMatchObject({ position: PROMPT.length, length: 1 + rest!.ids.length, writer: 1, text: LINES.decode([...token!.ids, ...rest!.ids]) });
    expect([...kept.result.writer.slice(0, 2)]).toEqual([0, 1]);
  });

  it('the answer is written by the large model where that is wanted, and ends the text', async () => {
    const { small, large } = await tinyPair();
    // Whatever the small model begins with is declared the answer.
    const first = LINES.tokenText((await small.access.write(PROMPT, small.plan, { maxNewTokens: 1, sampling: DRAWN })).ids[0]!).trim();
    const asked = { method: 'small', answerMarker: first } as const;
    const own = await finish(small, large, asked);
    expect(own.result).toMatchObject({ end: 'answered', largeTokenShare: 0 });
    expect(own.result.steps).toHaveLength(1);
    const handed = await finish(small, large, { ...asked, finalByLarge: true });
    expect(stepsOf(handed.events).map(({ writer, final, ids }) => [writer, final, ids.length])).toEqual([[0, false, 1], [1, true, expect.any(Number)]]);
    expect(handed.result).toMatchObject({ end: 'answered', largeShare: 0 });
    expect(handed.result.largeTokenShare).toBeGreaterThan(0);
  });

  it('ends at an end of the text, and when steps repeat', async () => {
    const plain = await tinyPair();
    const free = (await finish(plain.small, plain.large, { method: 'large' })).result.ids;
    const { small, large } = await tinyPair([free[4]!]);
    const { result } = await finish(small, large, { method: 'large' });
    expect([result.end, result.ids]).toEqual(['end-of-text', free.slice(0, free.indexOf(free[4]!) + 1)]);
    expect(result.text).toBe(LINES.decode([...result.ids.slice(0, -1)]));
    // Steps of one token that repeats itself.
    const circle = { method: 'small', sampling: GREEDY, maxStepTokens: 1, maxSteps: 40 } as const;
    const { steps, end } = (await finish(plain.small, plain.large, { ...circle, repeats: 2 })).result;
    expect(end).toBe('repeated');
    expect(steps.at(-1)!.text).toBe(steps.at(-2)!.text);
    expect((await finish(plain.small, plain.large, circle)).result.steps).toHaveLength(40);
  });

  it('one model under two rules takes turns with itself', async () => {
    const { large } = await tinyPair();
    const pair = oneModelPair('large', large.access);
    const { result } = await finish(pair.small, pair.large, { method: 'random', largeShare: 0.5 });
    expect(new Set(result.writer)).toEqual(new Set([0, 1]));
    expect(large.ran()).toBe(result.total.tokens);
    expect(pair.small.name).toBe('large with one expert');
  });
});

describe('what is refused', () => {
  it.each([
    [{ maxSteps: 0 }, 'bad-input: The number of steps is 0, but a whole number from 1 to 128 is wanted.'],
    [{ largeShare: 2 }, 'bad-input: The share of the large model is 2'],
    [{ threshold: Number.NaN }, 'bad-input: The threshold is NaN'],
    [{ delimiter: { kind: 'pattern', source: '(a+)+$' } }, 'bad-input: A repeated group may hold neither'],
  ] satisfies [Partial<CollaborationSettings>, string][])('%j', async (settings, sentence) => {
    const { small, large } = await tinyPair();
    expect(await failure(finish(small, large, settings))).toContain(sentence);
    expect(small.ran() + large.ran()).toBe(0);
  });

  it('models of different vocabularies, and a stop', async () => {
    const { small, large } = await tinyPair();
    const other = { ...small, access: { ...small.access, config: { ...small.access.config, vocabulary: 7 } } };
    expect(await failure(finish(other, large, {}))).toContain('small and large have different vocabularies');
    expect(await failure(finish(small, large, {}, { signal: AbortSignal.abort() }))).toContain('cancelled');
  });
});
