import { describe, expect, it } from 'vitest';
import { errorCode, errorMessage, PlaygroundError } from '../../base/errors';
import { ROUTER_AS_TRAINED, type RoutingPlan } from '../../routing/plan';
import { GREEDY, RECORD_ROUTING, type Engine, type StepBatch } from '../engine';
import { createReferenceEngine } from '../reference/engine';
import { createEngineClient, type LoadProgress } from './client';
import type { HostServices } from './host';
import type { RunRequest } from './protocol';
import { FakeWorker, LETTERS, loadTiny } from './testing/fake-worker';

const REQUEST: RunRequest = { prompt: 'hello', maxNewTokens: 6, sampling: GREEDY, plan: ROUTER_AS_TRAINED, record: RECORD_ROUTING };
const AT = { modelsUrl: 'https://example.org/models/' };

function clientOf(services: Partial<HostServices> = {}) {
  const workers: FakeWorker[] = [];
  const client = createEngineClient(() => {
    const worker = new FakeWorker(services);
    workers.push(worker);
    return worker;
  });
  return { client, workers };
}

async function failure(promise: Promise<unknown>): Promise<{ code: string; message: string }> {
  try {
    await promise;
  } catch (error) {
    return { code: errorCode(error), message: errorMessage(error) };
  }
  return { code: 'none', message: '' };
}

describe('a load', () => {
  it('reports its stages and tells what was loaded', async () => {
    const { client } = clientOf();
    const progress: LoadProgress[] = [];
    const info = await client.load('tiny', { ...AT, onProgress: (step) => progress.push(step) });
    expect(info).toMatchObject({ name: 'tiny', downloadedBytes: 10, cacheNote: 'not kept', engine: { backend: 'reference' } });
    expect(progress).toContainEqual({ stage: 'download', done: 5, total: 10 });
    expect(progress.map((step) => step.stage)).toEqual(['adapter', 'adapter', 'download', 'upload']);
  });
  it('fails with the code, the sentence and the details of the worker', async () => {
    const { client } = clientOf();
    await expect(client.load('other', AT)).rejects.toMatchObject({ code: 'bad-input', message: 'There is no model "other"; there is tiny.', details: ['a detail'] });
  });
  it('asks for no file when there is no adapter', async () => {
    let asked = false;
    const { client } = clientOf({
      createEngine: () => Promise.reject(new PlaygroundError('no-webgpu', 'This browser has no WebGPU.')),
      loadCheckpoint: (...all) => {
        asked = true;
        return loadTiny()(...all);
      },
    });
    expect((await failure(client.load('tiny', AT))).code).toBe('no-webgpu');
    expect(asked).toBe(false);
  });
  it('tells why its engine runs: there is no other, or it was asked for', async () => {
    const asked: string[] = [];
    const { client } = clientOf({
      createEngine: (backend) => {
        asked.push(backend);
        return backend === 'webgpu' ? Promise.reject(new PlaygroundError('no-webgpu', 'This browser has no WebGPU.')) : Promise.resolve(createReferenceEngine());
      },
    });
    const stages: string[] = [];
    expect((await client.load('tiny', { ...AT, onProgress: ({ stage }) => stages.push(stage) })).reason).toEqual({ kind: 'no-webgpu' });
    expect(stages.slice(0, 3)).toEqual(['adapter', 'runtime', 'adapter']);
    client.restart();
    expect((await client.load('tiny', { ...AT, engine: { choice: 'onnx', measured: {} } })).reason).toEqual({ kind: 'asked' });
    expect(asked).toEqual(['webgpu', 'onnx', 'onnx']);
  });
  it('stops on request', async () => {
    const stop = new AbortController();
    const { client } = clientOf({
      loadCheckpoint: (_url, _model, { signal }) =>
        new Promise((_, reject) => {
          signal?.addEventListener('abort', () => reject(new PlaygroundError('cancelled', 'Stopped.')));
          stop.abort();
        }),
    });
    expect((await failure(client.load('tiny', { ...AT, signal: stop.signal }))).code).toBe('cancelled');
    expect((await failure(client.load('tiny', { ...AT, signal: stop.signal }))).code).toBe('cancelled');
  });
});

describe('a run', () => {
  it('streams batches with texts, names each candidate once, and tells how it ended', async () => {
    const { client } = clientOf();
    await client.load('tiny', AT);
    const batches: StepBatch[] = [];
    const text: string[] = [];
    const named: number[] = [];
    let promptIds: readonly number[] = [];
    const result = await client.run(REQUEST, {
      onStarted: (ids) => (promptIds = ids),
      onSteps: (batch, texts, names) => {
        batches.push(batch);
        text.push(...texts);
        named.push(...names.map(([id]) => id));
      },
    });
    expect(result).toMatchObject({ reason: 'length', counters: { tokens: 11 } });
    expect(result.latencyMs).toBeGreaterThan(0);
    expect(promptIds).toEqual(LETTERS.encode('hello'));
    expect(text).toHaveLength(11);
    expect(text[0]).toBe('<8>');
    expect(new Set(named).size).toBe(named.length);
    expect(batches.flatMap((batch) => [...batch.topIds]).every((id) => named.includes(id))).toBe(true);
  });
  it('stops on request with what it has', async () => {
    const { client } = clientOf();
    await client.load('tiny', AT);
    const stop = new AbortController();
    let tokens = 0;
    const result = await client.run(
      { ...REQUEST, maxNewTokens: 50 },
      {
        signal: stop.signal,
        onSteps: (batch) => {
          tokens += batch.ids.length;
          stop.abort();
        },
      },
    );
    expect(result.reason).toBe('cancelled');
    expect(tokens).toBeGreaterThanOrEqual(5);
    expect(tokens).toBeLessThan(55);
    expect((await client.run(REQUEST)).reason).toBe('length');
  });
  it('refuses wrong input in words and works on', async () => {
    const { client } = clientOf();
    expect((await failure(client.run(REQUEST))).message).toContain('No model is loaded');
    await client.load('tiny', AT);
    const badPlan = { ...ROUTER_AS_TRAINED, entries: [{ layers: 'all', tokens: 'all', k: 99 }] } satisfies RoutingPlan;
    for (const [request, words] of [
      [{ ...REQUEST, prompt: '' }, 'The prompt is empty'],
      [{ ...REQUEST, prompt: 'x'.repeat(65) }, '65 tokens long, but this model reads at most 64'],
      [{ ...REQUEST, plan: badPlan }, 'wanted an integer from 1 to 8, got 99'],
    ] as const) {
      const { code, message } = await failure(client.run(request));
      expect(code).toBe('bad-input');
      expect(message).toContain(words);
    }
    expect((await client.run(REQUEST)).reason).toBe('length');
  });
  it('is one at a time', async () => {
    const { client } = clientOf();
    await client.load('tiny', AT);
    const [first, second] = await Promise.all([client.run(REQUEST), failure(client.run(REQUEST))]);
    expect(first.reason).toBe('length');
    expect(second.message).toContain('already running');
  });
});

describe('a run again', () => {
  const MASKED: RoutingPlan = { ...ROUTER_AS_TRAINED, entries: [{ layers: [1], tokens: { from: 2 }, mask: [0, 1, 2, 3] }] };

  async function collect(call: (on: (batch: StepBatch) => void) => Promise<{ counters: { tokens: number } }>) {
    const batches: StepBatch[] = [];
    const { counters } = await call((batch) => batches.push(batch));
    return { ids: batches.flatMap((b) => [...b.ids]), entropy: batches.flatMap((b) => [...b.entropy]), start: batches[0]?.start, tokens: counters.tokens };
  }

  it('runs what comes from its first token on, with the numbers of a whole run under the plan', async () => {
    const { client } = clientOf();
    await client.load('tiny', AT);
    const whole = await collect((onSteps) => client.run({ ...REQUEST, plan: MASKED }, { onSteps }));
    const before = await collect((onSteps) => client.run(REQUEST, { onSteps }));
    const again = await collect((onSteps) => client.rerun({ source: 'run', from: 2, plan: MASKED, forced: [], record: RECORD_ROUTING }, { onSteps }));
    expect(again).toMatchObject({ start: 2, tokens: 9 });
    expect(again.ids).toEqual(whole.ids.slice(2));
    expect(again.entropy).toEqual(whole.entropy.slice(2));
    expect(again.entropy).not.toEqual(before.entropy.slice(2));
    // The run itself is still there, and goes on as before.
    const back = await collect((onSteps) => client.rerun({ source: 'run', from: 4, plan: ROUTER_AS_TRAINED, forced: [], record: RECORD_ROUTING }, { onSteps }));
    expect(back.entropy).toEqual(before.entropy.slice(4));
  });
  it('goes on from the last one that was run again, and lets a token stand by force', async () => {
    const { client } = clientOf();
    await client.load('tiny', AT);
    const before = await collect((onSteps) => client.run(REQUEST, { onSteps }));
    await client.rerun({ source: 'run', from: 2, plan: MASKED, forced: [], record: RECORD_ROUTING });
    const forced = await collect((onSteps) => client.rerun({ source: 'rerun', from: 7, plan: MASKED, forced: [[7, 42]], record: RECORD_ROUTING }, { onSteps }));
    expect(forced).toMatchObject({ start: 7, tokens: 4 });
    expect(forced.ids[0]).toBe(42);
    const later = await collect((onSteps) => client.rerun({ source: 'run', from: 0, plan: ROUTER_AS_TRAINED, forced: [[7, 42]], record: RECORD_ROUTING }, { onSteps }));
    expect(later.tokens).toBe(11);
    expect(later.ids.slice(0, 8)).toEqual([...before.ids.slice(0, 7), 42]);
    const beyond = await collect((onSteps) => client.rerun({ source: 'run', from: 11, plan: ROUTER_AS_TRAINED, forced: [[11, 5]], record: RECORD_ROUTING }, { onSteps }));
    expect(beyond.ids).toEqual([5]);
  });
  it('runs nothing when nothing differs, and leaves a kept run alone when another is not to be kept', async () => {
    const { client } = clientOf();
    await client.load('tiny', AT);
    const before = await collect((onSteps) => client.run(REQUEST, { onSteps }));
    await client.run({ ...REQUEST, prompt: 'other', keep: false });
    const none = await collect((onSteps) => client.rerun({ source: 'run', from: 11, plan: ROUTER_AS_TRAINED, forced: [], record: RECORD_ROUTING }, { onSteps }));
    expect(none).toMatchObject({ ids: [], tokens: 0 });
    const again = await collect((onSteps) => client.rerun({ source: 'run', from: 1, plan: ROUTER_AS_TRAINED, forced: [], record: RECORD_ROUTING }, { onSteps }));
    expect(again.ids).toEqual(before.ids.slice(1));
  });
  it('says in words what it cannot do', async () => {
    const { client } = clientOf();
    await client.load('tiny', AT);
    const request = { source: 'run', from: 2, plan: MASKED, forced: [], record: RECORD_ROUTING } as const;
    expect((await failure(client.rerun(request))).message).toContain('no longer there');
    await client.run(REQUEST);
    expect((await failure(client.rerun({ ...request, source: 'rerun' }))).message).toContain('no longer there');
    expect((await failure(client.rerun({ ...request, from: 12 }))).message).toContain('cannot be run again from token 12');
    expect((await failure(client.rerun({ ...request, forced: [[3, 96]] }))).message).toContain('Token id 96 cannot stand at position 3');
    expect((await client.rerun(request)).reason).toBe('length');
  });
});

describe('a broken engine', () => {
  it('that lost its device is made anew by the next load', async () => {
    let made = 0;
    const { client, workers } = clientOf({
      createEngine: async () => {
        const engine = createReferenceEngine();
        if (made++ > 0) return engine;
        const lost = () => Promise.reject(new PlaygroundError('device-lost', 'The graphics device went away.'));
        return { ...engine, load: async (checkpoint) => ({ ...(await engine.load(checkpoint)), createSequence: lost }) } satisfies Engine;
      },
    });
    await client.load('tiny', AT);
    expect((await failure(client.run(REQUEST))).code).toBe('device-lost');
    expect((await failure(client.run(REQUEST))).code).toBe('bad-input');
    await client.load('tiny', AT);
    expect((await client.run(REQUEST)).reason).toBe('length');
    expect(made).toBe(2);
    expect(workers).toHaveLength(1);
  });
  it('whose worker died rejects what was pending, and can be restarted', async () => {
    const { client, workers } = clientOf();
    await client.load('tiny', AT);
    const call = failure(client.run(REQUEST));
    workers[0]!.onerror?.({ message: 'out of stack' } as ErrorEvent);
    expect(await call).toEqual({ code: 'engine-died', message: 'The engine stopped unexpectedly (out of stack).' });
    expect(workers[0]!.terminated).toBe(true);
    client.restart();
    await client.load('tiny', AT);
    expect((await client.run(REQUEST)).reason).toBe('length');
    expect(workers).toHaveLength(2);
  });
  it('ends pending calls when it is restarted or closed', async () => {
    const { client } = clientOf();
    const call = failure(client.load('tiny', AT));
    client.restart();
    expect((await call).code).toBe('cancelled');
    const next = failure(client.load('tiny', AT));
    client.dispose();
    expect((await next).code).toBe('cancelled');
  });
});
