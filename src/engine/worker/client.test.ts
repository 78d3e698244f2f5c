import { describe, expect, it } from 'vitest';
import { errorCode, errorMessage, PlaygroundError } from '../../base/errors';
import type { Tokenizer } from '../../model/checkpoint';
import type { LoadedCheckpoint } from '../../model/load';
import { ROUTER_AS_TRAINED, type RoutingPlan } from '../../routing/plan';
import { GREEDY, RECORD_ROUTING, type Engine, type StepBatch } from '../engine';
import { createReferenceEngine } from '../reference/engine';
import { tinyCheckpoint } from '../testing/tiny-model';
import { createEngineClient, type LoadProgress, type WorkerPort } from './client';
import { createEngineHost, type HostServices } from './host';
import type { RunRequest, WorkerCommand, WorkerEvent } from './protocol';

/** One token for each letter. */
const LETTERS: Tokenizer = {
  encode: (text) => Array.from(text, (letter) => letter.charCodeAt(0) % 96),
  decode: (ids) => String.fromCharCode(...ids),
  tokenText: (id) => `<${id}>`,
  idOf: () => undefined,
};

const REQUEST: RunRequest = { prompt: 'hello', maxNewTokens: 6, sampling: GREEDY, plan: ROUTER_AS_TRAINED, record: RECORD_ROUTING };
const AT = { modelsUrl: 'https://example.org/models/' };

const loadTiny: HostServices['loadCheckpoint'] = async (_, model, { onProgress }): Promise<LoadedCheckpoint> => {
  if (model !== 'tiny') throw new PlaygroundError('bad-input', `There is no model "${model}"; there is tiny.`, ['a detail']);
  onProgress?.('download', 5, 10);
  return { checkpoint: { ...tinyCheckpoint({ endOfText: [] }), tokenizer: LETTERS }, downloadedBytes: 10, cacheNote: 'not kept' };
};

/** A worker in this thread: messages are cloned and arrive later, as between real threads. */
class FakeWorker implements WorkerPort {
  onmessage: WorkerPort['onmessage'] = null;
  onerror: WorkerPort['onerror'] = null;
  onmessageerror: WorkerPort['onmessageerror'] = null;
  terminated = false;
  private readonly host;

  constructor(services: Partial<HostServices> = {}) {
    this.host = createEngineHost({
      createEngine: () => Promise.resolve(createReferenceEngine()),
      loadCheckpoint: loadTiny,
      post: (event) => this.later(() => this.onmessage?.({ data: structuredClone(event) } as MessageEvent<WorkerEvent>)),
      ...services,
    });
  }

  postMessage(command: WorkerCommand): void {
    const copy = structuredClone(command);
    this.later(() => this.host.handle(copy));
  }

  terminate(): void {
    this.terminated = true;
  }

  private later(action: () => void): void {
    queueMicrotask(() => {
      if (!this.terminated) action();
    });
  }
}

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
        return loadTiny(...all);
      },
    });
    expect((await failure(client.load('tiny', AT))).code).toBe('no-webgpu');
    expect(asked).toBe(false);
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
    expect(await call).toEqual({ code: 'internal', message: 'The engine stopped unexpectedly (out of stack): start it again.' });
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
