import { describe, expect, it } from 'vitest';
import { ROUTER_AS_TRAINED, type PlanEntry } from '../routing/plan';
import { GREEDY, type RunOptions } from './engine';
import { TraceRecorder, traceModel } from './record';
import { createReferenceEngine } from './reference/engine';
import { sliceBatch } from './slice';
import { tinyCheckpoint } from './testing/tiny-model';

const PROMPT = [3, 14, 15];
const OPTIONS: RunOptions = { plan: ROUTER_AS_TRAINED, promptLength: 3, sampling: GREEDY, record: { routing: true, logits: 'all' } };
const wider = (entry: Partial<PlanEntry>): RunOptions => ({ ...OPTIONS, plan: { ...ROUTER_AS_TRAINED, entries: [{ layers: 'all', tokens: 'all', ...entry }] } });

async function start(overrides = {}) {
  const checkpoint = tinyCheckpoint({ endOfText: [15], ...overrides });
  const sequence = await (await createReferenceEngine().load(checkpoint)).createSequence();
  const recorder = new TraceRecorder({
    title: 'a test',
    created: '2026-01-01T00:00:00Z',
    exporter: 'test@0',
    model: traceModel('tiny', checkpoint.sha256, checkpoint.config),
    run: { promptTokens: 3 },
    special: checkpoint.config.endOfText,
  });
  return { sequence, recorder };
}

const texts = (ids: ArrayLike<number>): string[] => Array.from({ length: ids.length }, (_, i) => `t${ids[i]}`);

describe('a recorded run', () => {
  it('holds each token once with its kind, and every array at its shape', async () => {
    const { sequence, recorder } = await start();
    for (const batch of [await sequence.append(PROMPT, OPTIONS), await sequence.decode(2, OPTIONS)]) recorder.append(batch, texts(batch.ids), [[7, 'seven']]);
    const trace = recorder.snapshot();
    const T = trace.tokens.ids.length;
    expect(T).toBe(recorder.length);
    expect(trace.tokens.kind.slice(0, 4)).toEqual(['prompt', 'prompt', 'special', trace.tokens.ids[3] === 15 ? 'special' : 'generated']);
    expect(trace.tokens.text[0]).toBe('t3');
    expect(trace.tokens.names!.get(7)).toBe('seven');
    expect(trace.model).toMatchObject({ layers: 2, moeLayers: [0, 1], experts: 8, topK: 2, sharedExperts: 0, vocabulary: 96 });
    expect(trace.routing.logits).toHaveLength(T * 2 * 8);
    expect(trace.routing.mix).toHaveLength(T * 2 * 2);
    expect(trace.output.logits).toHaveLength(T * 96);
    expect(trace.output.top!.ids).toHaveLength(T * 20);
  });

  it('can be read at any time, and what was read stays as it is', async () => {
    const { sequence, recorder } = await start({ endOfText: [] });
    expect(recorder.snapshot().tokens.ids).toHaveLength(0);
    const first = await sequence.append(PROMPT, OPTIONS);
    recorder.append(first, texts(first.ids));
    const early = recorder.snapshot();
    const mixes = [...early.routing.mix];
    for (let i = 0; i < 10; i++) {
      const batch = await sequence.decode(3, OPTIONS);
      recorder.append(batch, texts(batch.ids));
    }
    expect(early.tokens.ids).toHaveLength(3);
    expect(early.tokens.text).toHaveLength(3);
    expect([...early.routing.mix]).toEqual(mixes);
    expect([...recorder.snapshot().routing.mix.subarray(0, mixes.length)]).toEqual(mixes);
    expect(recorder.snapshot().tokens.ids).toHaveLength(33);
  });

  it('pads slots where batches differ in how many experts they may choose', async () => {
    const { sequence, recorder } = await start({ endOfText: [] });
    const batches = [await sequence.append(PROMPT, wider({ k: 1 })), await sequence.decode(1, wider({ k: 4 })), await sequence.decode(1, OPTIONS)];
    for (const batch of batches) recorder.append(batch, texts(batch.ids));
    const { routing } = recorder.snapshot();
    expect(routing.slots).toBe(4);
    expect([...routing.count!]).toEqual([1, 1, 1, 1, 1, 1, 4, 4, 2, 2]);
    expect(routing.experts[0]).toBe(batches[0]!.routing!.chosen[0]);
    expect([...routing.mix.subarray(1, 4)]).toEqual([0, 0, 0]);
    expect([...routing.mix.subarray(3 * 8, 4 * 8)]).toEqual([...batches[1]!.routing!.mix]);
    expect([...routing.experts.subarray(4 * 8, 4 * 8 + 2)]).toEqual([...batches[2]!.routing!.chosen.subarray(0, 2)]);
  });

  it('of a dense model has no routing, and no vocabulary logits unless all were recorded', async () => {
    const { sequence, recorder } = await start({ modelType: 'qwen3', feedForward: { kind: 'dense', hidden: 16 } });
    const batch = await sequence.append(PROMPT, { ...OPTIONS, record: { routing: true, logits: 'last' } });
    recorder.append(batch, texts(batch.ids));
    const trace = recorder.snapshot();
    expect(trace.model).toMatchObject({ moeLayers: [], experts: 0 });
    expect(trace.routing.mix).toHaveLength(0);
    expect(trace.output.logits).toBeUndefined();
  });

  it('refuses a batch that does not follow', async () => {
    const { sequence, recorder } = await start();
    const batch = await sequence.append(PROMPT, OPTIONS);
    recorder.append(batch, texts(batch.ids));
    expect(() => recorder.append(batch, texts(batch.ids))).toThrow(RangeError);
  });

  it('keeps marks in order', async () => {
    const { recorder } = await start();
    recorder.mark({ token: 0, type: 'window-start' });
    recorder.mark({ token: 2, type: 'note', text: 'here' });
    expect(recorder.snapshot().marks.map((mark) => mark.token)).toEqual([0, 2]);
  });
});

it('a slice of a batch has the rows of that part', async () => {
  const { sequence } = await start();
  const batch = await sequence.append([1, 2, 3, 4], OPTIONS);
  const part = sliceBatch(batch, 1, 3, 'all');
  expect(part.start).toBe(1);
  expect([...part.ids]).toEqual([2, 3]);
  expect(part.logProb).toEqual(batch.logProb.slice(1, 3));
  expect(part.logits).toEqual(batch.logits!.slice(96, 288));
  expect(part.routing!.mix).toEqual(batch.routing!.mix.slice(4, 12));
  expect(sliceBatch({ ...batch, logits: new Float32Array(96) }, 1, 3, 'last').logits).toBeUndefined();
  expect(sliceBatch({ ...batch, logits: new Float32Array(96) }, 1, 4, 'last').logits).toHaveLength(96);
});
