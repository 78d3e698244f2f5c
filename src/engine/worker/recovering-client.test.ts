import { describe, expect, it } from 'vitest';
import { failure } from '../../base/testing/failure';
import { PlaygroundError } from '../../base/errors';
import { ROUTER_AS_TRAINED, type RoutingPlan } from '../../routing/plan';
import { RECORD_ROUTING, type StepBatch } from '../engine';
import { tinyCheckpoint } from '../testing/tiny-model';
import { createEngineClient } from './client';
import type { RunRequest } from './protocol';
import { createRecoveringClient, type RecoveringClient, type RecoveryEvent } from './recovering-client';
import { FakeWorker, LETTERS } from './testing/fake-worker';
import { losingEngine, lossPlan, type LossPlan } from './testing/losing-engine';

const AT = { modelsUrl: 'https://example.org/models/', engine: { choice: 'webgpu', measured: {} } } as const;
const SAMPLING = { temperature: 0.9, topK: 20, topP: 0.95, seed: 7 };
const REQUEST: RunRequest = { prompt: 'hello', maxNewTokens: 14, sampling: SAMPLING, plan: ROUTER_AS_TRAINED, record: { routing: true, logits: 'all' } };
const WITHOUT: RoutingPlan = { ...ROUTER_AS_TRAINED, entries: [{ layers: 'all', tokens: 'all', mask: [0, 1] }] };
const OTHER: RoutingPlan = { ...ROUTER_AS_TRAINED, entries: [{ layers: 'all', tokens: 'all', mask: [2, 3] }] };

interface Opened {
  readonly client: RecoveringClient;
  readonly workers: FakeWorker[];
  readonly events: RecoveryEvent[];
  readonly plan: LossPlan;
  readonly clock: { at: number; readonly waited: number[] };
}

/** On the processor the model has other weights, so that it writes another text unless it is told what stands. */
function open(plan: LossPlan = lossPlan(), refuse?: Parameters<typeof losingEngine>[1]): Opened {
  const workers: FakeWorker[] = [];
  const events: RecoveryEvent[] = [];
  const clock = { at: 0, waited: [] as number[] };
  const inner = createEngineClient(() => {
    let processor = false;
    const create = losingEngine(plan, refuse);
    const worker = new FakeWorker({
      createEngine: async (backend, form) => {
        processor = backend === 'onnx';
        return await create(backend, form);
      },
      loadCheckpoint: async (_, model) => ({ checkpoint: { ...tinyCheckpoint({ endOfText: [] }, processor || model === 'small' ? 2 : 1), tokenizer: LETTERS }, downloadedBytes: 0, cacheNote: '' }),
    });
    workers.push(worker);
    return worker;
  });
  const client = createRecoveringClient(inner, { now: () => clock.at, wait: async (ms) => void clock.waited.push(ms) });
  client.follow((event) => events.push(event));
  return { client, workers, events, plan, clock };
}

/** Everything that a run hands on, as one flat list a field. */
class Heard {
  started = 0;
  readonly batches: StepBatch[] = [];
  readonly text: string[] = [];
  readonly call = {
    onStarted: () => void (this.started += 1),
    onSteps: (batch: StepBatch, text: readonly string[]) => {
      this.batches.push(batch);
      this.text.push(...text);
    },
  };

  get ids(): number[] {
    return this.batches.flatMap((batch) => [...batch.ids]);
  }

  /** All that a step says, beside its place. */
  get all(): unknown {
    const flat = (of: (batch: StepBatch) => ArrayLike<number> | undefined) => this.batches.flatMap((batch) => Array.from(of(batch) ?? []));
    return [this.ids, this.text, flat((b) => b.logProb), flat((b) => b.chosen), flat((b) => b.topIds), flat((b) => b.logits), flat((b) => b.routing?.chosen), flat((b) => b.routing?.mix)];
  }
}

async function undisturbed() {
  const { client } = open();
  await client.load('tiny', AT);
  const run = new Heard();
  await client.run(REQUEST, run.call);
  const edited = new Heard();
  await client.rerun({ source: 'run', from: 2, plan: WITHOUT, forced: [[9, 40]], record: REQUEST.record }, edited.call);
  const further = new Heard();
  await client.rerun({ source: 'rerun', from: 11, plan: WITHOUT, forced: [[9, 40], [11, 41]], record: REQUEST.record }, further.call);
  return { run, edited, further };
}

const kinds = (events: readonly RecoveryEvent[]): string[] => events.map((event) => (event.kind === 'recovered' && event.switched ? 'switched' : event.kind));

describe('a run whose device is lost', () => {
  it('goes on with the same steps, each handed on once, wherever it was', async () => {
    const whole = (await undisturbed()).run;
    expect(whole.ids).toHaveLength(19);
    // 1 is the prompt, then pieces of 1, 2, 4 and so on.
    for (const at of [1, 2, 3, 4]) {
      const { client, workers, events, plan } = open(lossPlan(at));
      const info = await client.load('tiny', AT);
      const heard = new Heard();
      const result = await client.run(REQUEST, heard.call);
      expect(result.reason).toBe('length');
      expect(heard.all).toEqual(whole.all);
      expect(heard.started).toBe(1);
      expect(kinds(events)).toEqual(['lost', 'recovered']);
      expect(events[1]).toEqual({ kind: 'recovered', model: info, switched: false });
      expect(workers.map((worker) => worker.terminated)).toEqual([true, false]);
      // The same kernels, so that the same numbers come out.
      expect(plan.opened).toEqual(['webgpu', 'webgpu tiled']);
    }
  });

  it('runs on the processor after the second loss, and the text that stands stays', async () => {
    const { client, events, plan } = open(lossPlan(3, 6));
    const first = await client.load('tiny', AT);
    const access = client.access();
    const heard = new Heard();
    let before: number[] = [];
    client.follow((event) => {
      events.push(event);
      if (event.kind === 'lost') before = heard.ids;
    });
    expect((await client.run(REQUEST, heard.call)).reason).toBe('length');
    expect(kinds(events)).toEqual(['lost', 'recovered', 'lost', 'switched']);
    expect(plan.opened).toEqual(['webgpu', 'webgpu tiled', 'onnx']);
    expect(before.length).toBeGreaterThan(5);
    expect(heard.ids.slice(0, before.length)).toEqual(before);
    expect(heard.ids).toHaveLength(19);
    expect(heard.started).toBe(1);
    const last = events.at(-1);
    // What methods hold by it stays.
    expect(client.access()).toBe(access);
    expect(last?.kind === 'recovered' && [last.model.engine.backend, last.model.reason, last.model === first]).toEqual(['onnx', { kind: 'lost' }, false]);
    // A text that it writes on its own is made again there, and changed there.
    expect((await client.rerun({ source: 'run', from: 2, plan: WITHOUT, forced: [], record: RECORD_ROUTING })).reason).toBe('length');
  });

  it('is not held against the next loss for ever', async () => {
    const { client, events, clock } = open(lossPlan(3, 12));
    await client.load('tiny', AT);
    await client.run(REQUEST);
    clock.at = 11 * 60_000;
    await client.run(REQUEST);
    await client.run(REQUEST);
    expect(kinds(events)).toEqual(['lost', 'recovered', 'lost', 'recovered']);
  });

  it('ends at a stop, also while the engine is started again', async () => {
    const { client, plan } = open(lossPlan(3));
    await client.load('tiny', AT);
    const stop = new AbortController();
    const heard = new Heard();
    client.follow((event) => event.kind === 'lost' && stop.abort());
    const result = await client.run(REQUEST, { ...heard.call, signal: stop.signal });
    expect([result.reason, result.counters.tokens]).toEqual(['cancelled', heard.ids.length]);
    expect(heard.ids.length).toBeGreaterThan(4);
    expect((await client.run(REQUEST)).reason).toBe('length');
    expect(plan.opened).toHaveLength(2);
    const aborted = AbortSignal.abort();
    expect(await failure(client.run(REQUEST, { signal: aborted }))).toMatch(/^cancelled:/);
  });
});

describe('the run that the engine holds', () => {
  it('is there again after a loss, and so is the one that was run again from it', async () => {
    const whole = await undisturbed();
    for (const at of [0, 5, 6, 7, 8, 10]) {
      const { client } = open(lossPlan(at));
      await client.load('tiny', AT);
      await client.run(REQUEST);
      const edited = new Heard();
      await client.rerun({ source: 'run', from: 2, plan: WITHOUT, forced: [[9, 40]], record: REQUEST.record }, edited.call);
      const further = new Heard();
      await client.rerun({ source: 'rerun', from: 11, plan: WITHOUT, forced: [[9, 40], [11, 41]], record: REQUEST.record }, further.call);
      expect([at, edited.all, further.all]).toEqual([at, whole.edited.all, whole.further.all]);
    }
  });

  it('is made again where the worker was killed between two runs', async () => {
    const whole = await undisturbed();
    const { client, workers, events } = open();
    await client.load('tiny', AT);
    await client.run(REQUEST);
    const edited = new Heard();
    await client.rerun({ source: 'run', from: 2, plan: WITHOUT, forced: [[9, 40]], record: REQUEST.record }, edited.call);
    const further = client.rerun({ source: 'rerun', from: 11, plan: WITHOUT, forced: [[9, 40], [11, 41]], record: REQUEST.record }, { onStarted: () => workers[0]!.terminated || workers[0]!.onerror?.({ message: 'killed' } as ErrorEvent) });
    expect((await further).reason).toBe('length');
    expect(kinds(events)).toEqual(['lost', 'recovered']);
    expect(whole.further.ids.length).toBeGreaterThan(0);
  });

  it('that was stopped is as long as it was', async () => {
    const { client, plan } = open();
    await client.load('tiny', AT);
    const stop = new AbortController();
    const heard = new Heard();
    await client.run(REQUEST, { ...heard.call, onSteps: (batch, text) => (heard.call.onSteps(batch, text), heard.ids.length > 6 && stop.abort()), signal: stop.signal });
    const length = heard.ids.length;
    expect(length).toBeLessThan(19);
    plan.at.add(plan.calls + 1);
    const again = new Heard();
    expect((await client.rerun({ source: 'run', from: length - 1, plan: OTHER, forced: [], record: REQUEST.record }, again.call)).reason).toBe('length');
    expect(again.batches[0]?.start).toBe(length - 1);
    expect(again.ids).toHaveLength(19 - length + 1);
  });
});

describe('access to the model', () => {
  it('answers the same across a loss, gradients included', async () => {
    const ids = [3, 14, 15, 92];
    const omega = Float32Array.from({ length: 16 }, (_, i) => (i % 8 === 1 ? 0.7 : 0.3 / 7));
    const ask = async ({ client }: Opened) => {
      await client.load('tiny', AT);
      const access = client.access();
      const problem = await access.gradients!.preparePathways([ids], [0, 1]);
      const answers = [];
      for (let i = 0; i < 3; i += 1) answers.push(await problem.evaluate(omega, { targets: [7], gradient: { membership: 'hard', core: [[0, 1, 2], [1, 2]] } }));
      const { logits } = await access.lastLogits(ids, ROUTER_AS_TRAINED);
      const { ids: written } = await access.generate(ids, ROUTER_AS_TRAINED, 6, SAMPLING);
      problem.dispose();
      expect(await failure(problem.evaluate(omega, { targets: [7] }))).toContain('was closed');
      return [answers, problem.router, logits, written];
    };
    const whole = await ask(open());
    for (const at of [2, 3, 4, 5, 6]) {
      const opened = open(lossPlan(at));
      expect(await ask(opened)).toEqual(whole);
      expect(kinds(opened.events)).toEqual(['lost', 'recovered']);
    }
  });

  it('to a second model brings it back too', async () => {
    const { client, plan, events } = open();
    await client.load('tiny', AT);
    const second = await client.loadBeside('small', AT);
    const before = (await second.access.lastLogits([1, 2, 3], ROUTER_AS_TRAINED)).logits;
    plan.at.add(plan.calls + 1);
    const [main, beside] = await Promise.all([client.access().lastLogits([1, 2, 3], ROUTER_AS_TRAINED), second.access.lastLogits([1, 2, 3], ROUTER_AS_TRAINED)]);
    expect(kinds(events)).toEqual(['lost', 'recovered']);
    expect(beside.logits).toEqual(before);
    expect(main.logits).not.toEqual(before);
    await second.dispose();
  });
});

describe('trying again', () => {
  it('is bounded: an engine that always dies is given up with its own words', async () => {
    const { client, events, plan } = open(lossPlan(...Array.from({ length: 50 }, (_, i) => i + 1)));
    await client.load('tiny', AT);
    expect(await failure(client.run(REQUEST))).toBe('device-lost: The GPU went away (a test).');
    expect(kinds(events)).toEqual(['lost', 'recovered', 'lost', 'switched', 'lost', 'recovered', 'lost', 'recovered', 'lost', 'failed']);
    expect(plan.opened).toEqual(['webgpu', 'webgpu tiled', 'onnx', 'onnx', 'onnx']);
    expect(await failure(client.run(REQUEST))).toMatch(/^bad-input:/);
    await client.load('tiny', AT);
    expect((await client.access().encode('hi')).length).toBe(2);
  });

  it('waits for an adapter that comes back late, and takes the processor where it does not', async () => {
    const absent = new PlaygroundError('adapter-refused', 'No adapter.');
    const late = open(lossPlan(2), (opened) => (opened === 2 || opened === 3 ? absent : undefined));
    await late.client.load('tiny', AT);
    await late.client.run(REQUEST);
    expect([late.plan.opened, late.clock.waited]).toEqual([['webgpu', 'webgpu tiled', 'webgpu tiled', 'webgpu tiled'], [300, 1000]]);
    expect(kinds(late.events)).toEqual(['lost', 'recovered']);
    const never = open(lossPlan(2), (opened) => (opened > 1 && opened < 5 ? absent : undefined));
    await never.client.load('tiny', AT);
    await never.client.run(REQUEST);
    expect(kinds(never.events)).toEqual(['lost', 'switched']);
  });

  it('ends where the visitor starts the engine anew', async () => {
    const { client, events } = open(lossPlan(2));
    await client.load('tiny', AT);
    client.follow((event) => {
      events.push(event);
      if (event.kind === 'lost') queueMicrotask(() => client.restart());
    });
    expect(await failure(client.run(REQUEST))).toMatch(/^cancelled:/);
    await client.load('tiny', AT);
    expect((await client.run(REQUEST)).reason).toBe('length');
    expect(kinds(events)).toEqual(['lost']);
  });

  it('covers a loss while the model loads', async () => {
    const { client, workers, events } = open();
    const loading = client.load('tiny', { ...AT, onProgress: () => workers.length === 1 && workers[0]!.onerror?.({ message: 'killed' } as ErrorEvent) });
    expect((await loading).engine.backend).toBe('webgpu');
    expect(kinds(events)).toEqual(['lost', 'recovered']);
    await client.run(REQUEST);
  });

  it('passes on what is no loss', async () => {
    const { client, events } = open();
    expect(await failure(client.run(REQUEST))).toMatch(/^bad-input:/);
    await client.load('tiny', AT);
    expect(await failure(client.run({ ...REQUEST, prompt: '' }))).toMatch(/^bad-input:/);
    expect(await failure(client.rerun({ source: 'run', from: 1, plan: WITHOUT, forced: [], record: RECORD_ROUTING }))).toContain('press Run first');
    expect(events).toEqual([]);
    client.dispose();
  });
});
