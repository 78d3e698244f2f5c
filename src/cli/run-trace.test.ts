import { describe, expect, test } from 'vitest';
import { createReferenceEngine } from '../engine/reference/engine';
import { tinyCheckpoint } from '../engine/testing/tiny-model';
import type { Checkpoint } from '../model/checkpoint';
import { ROUTER_AS_TRAINED } from '../routing/plan';
import { importTrace, traceText } from '../trace/file';
import { runTrace, type RunRequest, type RunResult } from './run-trace';

/** A tiny model that reads letters: a is 1, b is 2. */
const checkpoint: Checkpoint = {
  ...tinyCheckpoint(),
  tokenizer: {
    encode: (text) => Array.from(text, (letter) => letter.charCodeAt(0) - 96),
    decode: (ids) => ids.map((id) => `<${id}>`).join(''),
    tokenText: (id) => (id > 0 && id <= 26 ? String.fromCharCode(96 + id) : `<${id}>`),
    idOf: () => undefined,
  },
};
const REQUEST: RunRequest = { title: 'abc', prompt: 'abc', maxNewTokens: 4, sampling: { temperature: 0, topK: 0, topP: 1, seed: 7 }, plan: ROUTER_AS_TRAINED, withLogits: false };

async function runTiny(change: Partial<RunRequest> = {}): Promise<RunResult> {
  const engine = createReferenceEngine();
  return runTrace(await engine.load(checkpoint), checkpoint, engine.info, { ...REQUEST, ...change });
}

describe('a recorded run', () => {
  test('lists the prompt and every written token with what is known of the run', async () => {
    const { trace, ending } = await runTiny();
    expect(ending).toBe('wrote as many tokens as asked for');
    expect(trace.run).toEqual({ prompt: 'abc', promptTokens: 3, seed: 7, sampling: { temperature: 0, topK: 0, topP: 1 }, engine: 'reference', backend: 'reference' });
    expect(trace.tokens.ids.slice(0, 3)).toEqual(Uint32Array.of(1, 2, 3));
    expect(trace.tokens.text.slice(0, 3)).toEqual(['a', 'b', 'c']);
    expect(trace.tokens.kind).toEqual(['prompt', 'prompt', 'prompt', 'generated', 'generated', 'generated', 'generated']);
    expect(trace.exporter).toMatch(/^moe-playground@\d/);
    expect(trace.model).toMatchObject({ id: 'tiny', layers: 2, moeLayers: [0, 1], experts: 8, topK: 2 });
    expect([...trace.output.chosen!.slice(2, 6)]).toEqual([...trace.tokens.ids.slice(3)]);
    expect(trace.output.logits).toBeUndefined();
  });

  test('is written and read back without loss', async () => {
    const { trace } = await runTiny({ withLogits: true });
    const result = importTrace(traceText(trace));
    expect(result).toEqual({ ok: true, notes: [], trace });
    expect(trace.output.logits).toHaveLength(7 * 96);
  });

  test('names the plan it followed', async () => {
    const plan = { format: 'moe-plan', version: '1.0', entries: [{ layers: 'all', tokens: 'all', k: 1 }] } as const;
    const { trace } = await runTiny({ plan });
    expect(trace.run.plan).toEqual(plan);
    expect(new Set(trace.routing.count)).toEqual(new Set([1]));
  });

  test('of an empty prompt is refused', async () => {
    await expect(runTiny({ prompt: '' })).rejects.toThrow('The prompt is empty: type at least one character.');
    await expect(runTiny({ prompt: '', maxNewTokens: 0 })).rejects.toThrow('The text is empty: there is nothing to score.');
  });

  test('of a prompt beyond the context is refused when it is to be continued', async () => {
    await expect(runTiny({ prompt: 'a'.repeat(65) })).rejects.toThrow('The prompt is 65 tokens long, but this model reads at most 64 tokens: shorten it.');
  });

  test('stops when the context is full', async () => {
    const { trace, ending } = await runTiny({ prompt: 'a'.repeat(62), maxNewTokens: 10 });
    expect(trace.tokens.ids).toHaveLength(64);
    expect(ending).toBe('filled the context');
  });
});

describe('a scored text', () => {
  test('has no written tokens', async () => {
    const { trace, ending } = await runTiny({ maxNewTokens: 0 });
    expect(trace.tokens.ids).toHaveLength(3);
    expect(trace.marks).toEqual([]);
    expect(ending).toBe('scored the text');
  });

  test('is marked where windows begin when it is longer than the context, and every token but the first has its probability', async () => {
    const { trace, ending } = await runTiny({ prompt: 'abcdefghij'.repeat(10), maxNewTokens: 0 });
    expect(trace.tokens.ids).toHaveLength(100);
    expect(trace.marks).toEqual([
      { token: 64, type: 'window-start', text: 'The model read this part of the text from token 32 on.' },
      { token: 96, type: 'window-start', text: 'The model read this part of the text from token 64 on.' },
    ]);
    expect(ending).toBe('scored the text in 3 windows');
    expect([...trace.output.logProb!].map(Number.isNaN)).toEqual(Array.from({ length: 100 }, (_, t) => t === 0));
  });
});
