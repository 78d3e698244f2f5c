import { describe, expect, it } from 'vitest';
import { PlaygroundError } from '../../base/errors';
import { failure } from '../../base/testing/failure';
import { ROUTER_AS_TRAINED, type RoutingPlan } from '../../routing/plan';
import { accessOf, type ModelAccess } from '../access';
import { GREEDY, type Engine, type LoadedModel } from '../engine';
import type { PathwayProblem, RouterLogitProblem } from '../gradients';
import { createReferenceEngine } from '../reference/engine';
import { tinyCheckpoint } from '../testing/tiny-model';
import { createEngineClient, type EngineClient } from './client';
import type { HostServices } from './host';
import { FakeWorker, LETTERS } from './testing/fake-worker';

const AT = { modelsUrl: 'https://example.org/models/' };
const IDS = [3, 14, 15, 92, 65, 35];
const PLAN: RoutingPlan = { ...ROUTER_AS_TRAINED, entries: [{ layers: [1], tokens: 'last', mask: [0, 1] }] };
const CORE = [[0, 1, 2, 3, 4, 5, 6, 7]];

interface Opened {
  readonly client: EngineClient;
  readonly access: ModelAccess;
  readonly workers: readonly FakeWorker[];
}

async function open(services: Partial<HostServices> = {}): Promise<Opened> {
  const workers: FakeWorker[] = [];
  const client = createEngineClient(() => {
    const worker = new FakeWorker(services);
    workers.push(worker);
    return worker;
  });
  await client.load('tiny', AT);
  return { client, access: client.access(), workers };
}

/** The same model in this thread. */
async function local(): Promise<ModelAccess> {
  return accessOf(await createReferenceEngine().load(tinyCheckpoint({ endOfText: [] })), LETTERS);
}

/** An engine whose models are changed before they are handed out. */
function changed(change: (model: LoadedModel) => LoadedModel): Partial<HostServices> {
  const engine = createReferenceEngine();
  return { createEngine: async () => ({ ...engine, load: async (checkpoint) => change(await engine.load(checkpoint)) }) satisfies Engine };
}

describe('access through the worker', () => {
  it('answers as the model in this thread does', async () => {
    const [{ access }, own] = [await open(), await local()];
    expect(access.config).toEqual(own.config);
    expect(await access.encode('hello')).toEqual(LETTERS.encode('hello'));
    expect(await access.decode([65, 66])).toBe('AB');
    expect(await access.embed(IDS)).toEqual(await own.embed(IDS));
    expect(await access.lastLogits(IDS, PLAN, { routing: true })).toEqual(await own.lastLogits(IDS, PLAN, { routing: true }));
    // Once more, now that the worker has the tokens: what it keeps was not given away with the first answer.
    expect(await access.lastLogits(IDS, PLAN, { routing: true })).toEqual(await own.lastLogits(IDS, PLAN, { routing: true }));
    expect(await access.lastLogits(IDS, PLAN)).not.toHaveProperty('routing');
    const watch = [[1, 2], [3]];
    expect(await access.score(IDS, PLAN, { routing: true, watch })).toEqual(await own.score(IDS, PLAN, { routing: true, watch }));
    expect(await access.generate(IDS, PLAN, 4, GREEDY)).toEqual(await own.generate(IDS, PLAN, 4, GREEDY));
  });

  it('gives the gradients of the engine, as often as asked', async () => {
    const [{ access }, own] = [await open(), await local()];
    const prompts = [IDS, [7, 8]];
    const [there, here] = [await access.gradients!.preparePathways(prompts, [1]), await own.gradients!.preparePathways(prompts, [1])];
    expect(there).toMatchObject({ size: 2, layers: [1], experts: 8 });
    expect(there.router).toEqual(here.router);
    const omega = Float32Array.from(there.router);
    for (const request of [{ targets: [1, 2] }, { targets: [5, 9], gradient: { membership: 'straight-through', core: CORE } as const }]) {
      expect(await there.evaluate(omega, request)).toEqual(await here.evaluate(omega, request));
    }
    expect(omega).toEqual(here.router);
    const texts = [{ ids: IDS, weights: [1, 1, 0, 0, 1, 0] }];
    const [far, near] = [await access.gradients!.prepareRouterLogits(texts, [0, 1]), await own.gradients!.prepareRouterLogits(texts, [0, 1])];
    const delta = Float32Array.from({ length: 16 }, (_, i) => Math.sin(i));
    for (const gradient of [true, false]) expect(await far.evaluate(delta, { gradient })).toEqual(await near.evaluate(delta, { gradient }));
  });

  it('runs several calls at a time, beside a run', async () => {
    const [{ client, access }, own] = [await open(), await local()];
    const run = client.run({ prompt: 'hello', maxNewTokens: 6, sampling: GREEDY, plan: ROUTER_AS_TRAINED, record: { routing: false, logits: 'none' } });
    const texts = [IDS, [1, 2, 3], [9]];
    const answers = await Promise.all(texts.map((ids) => access.lastLogits(ids, PLAN)));
    for (const [i, ids] of texts.entries()) expect(answers[i]).toEqual(await own.lastLogits(ids, PLAN));
    expect((await run).reason).toBe('length');
  });

  it('refuses wrong input in words and works on', async () => {
    const { access } = await open();
    expect(await failure(access.lastLogits([], PLAN))).toContain('bad-input: The prompt is empty');
    expect(await failure(access.score(IDS, { ...PLAN, entries: [{ layers: 'all', tokens: 'all', k: 99 }] }))).toContain('wanted an integer from 1 to 8, got 99');
    expect(await failure(access.gradients!.preparePathways([], [1]))).toContain('bad-input: There is no ');
    const problem = await access.gradients!.preparePathways([IDS], [1]);
    expect(await failure(problem.evaluate(new Float32Array(3), { targets: [1] }))).toContain('3 values');
    expect((await problem.evaluate(problem.router, { targets: [1] })).loss).toHaveLength(1);
  });

  it('says that there are no gradients by their absence', async () => {
    const { access } = await open(changed((model) => ({ ...model, gradients: undefined })));
    expect(access.gradients).toBeUndefined();
  });
});

describe('a stop', () => {
  it('ends the call that it is meant for', async () => {
    // Evaluations that last until they are stopped.
    const endless: RouterLogitProblem['evaluate'] = (_, { signal }) =>
      new Promise((_resolve, reject) => signal?.addEventListener('abort', () => reject(new PlaygroundError('cancelled', 'Stopped on request.'))));
    const { access } = await open(changed((model) => ({
      ...model,
      gradients: { ...model.gradients!, prepareRouterLogits: async (...all) => ({ ...(await model.gradients!.prepareRouterLogits(...all)), evaluate: endless, dispose: () => undefined }) },
    })));
    const problem = await access.gradients!.prepareRouterLogits([{ ids: [1, 2], weights: [1, 0] }], [0]);
    const stop = new AbortController();
    const run = failure(problem.evaluate(new Float32Array(8), { gradient: true, signal: stop.signal }));
    expect((await access.lastLogits(IDS, PLAN)).logits).toHaveLength(96);
    stop.abort();
    expect(await run).toBe('cancelled: Stopped on request.');
    expect(await failure(problem.evaluate(new Float32Array(8), { gradient: true, signal: stop.signal }))).toBe('cancelled: Stopped on request.');
    expect((await access.lastLogits(IDS, PLAN)).logits).toHaveLength(96);
  });
});

describe('problems of the worker', () => {
  /** A client whose worker notes which problems were disposed. */
  async function noted(): Promise<Opened & { readonly disposed: string[] }> {
    const disposed: string[] = [];
    let made = 0;
    const noting = (problem: PathwayProblem): PathwayProblem => {
      const name = `problem ${++made}`;
      return { ...problem, evaluate: (omega, request) => problem.evaluate(omega, request), dispose: () => void disposed.push(name) };
    };
    const opened = await open(changed((model) => ({
      ...model,
      gradients: { ...model.gradients!, preparePathways: async (...all) => noting(await model.gradients!.preparePathways(...all)) },
      dispose: () => void disposed.push('model'),
    })));
    return { ...opened, disposed };
  }
  const prepare = (access: ModelAccess) => access.gradients!.preparePathways([IDS], [1]);

  it('are freed when they are disposed, once', async () => {
    const { access, disposed } = await noted();
    const [first, second] = [await prepare(access), await prepare(access)];
    first.dispose();
    first.dispose();
    expect(await failure(first.evaluate(first.router, { targets: [1] }))).toBe('bad-input: This gradient problem was closed: prepare it again.');
    await second.evaluate(second.router, { targets: [1] });
    expect(disposed).toEqual(['problem 1']);
    access.dispose();
    expect(await failure(second.evaluate(second.router, { targets: [1] }))).toContain('no longer there');
    expect(disposed).toEqual(['problem 1', 'problem 2']);
  });

  it('are freed before the model they belong to, and their calls end when another is loaded', async () => {
    const { client, access, disposed } = await noted();
    const problem = await prepare(access);
    const call = failure(access.score(Array.from({ length: 2000 }, (_, i) => i % 96), PLAN));
    await client.load('tiny', AT);
    expect(await call).toBe('cancelled: Stopped on request.');
    expect(disposed).toEqual(['problem 1', 'model']);
    expect(await failure(problem.evaluate(problem.router, { targets: [1] }))).toBe('bad-input: The model that this call is about is no longer loaded.');
    expect((await client.access().lastLogits(IDS, PLAN)).logits).toHaveLength(96);
    problem.dispose();
  });

  it('are gone with a device that was lost', async () => {
    let lost = false;
    const { client, access } = await open(changed((model) => ({
      ...model,
      embed: (...all) => (lost ? Promise.reject(new PlaygroundError('device-lost', 'The graphics device went away.')) : model.embed(...all)),
    })));
    const problem = await prepare(access);
    lost = true;
    expect(await failure(access.embed(IDS))).toBe('device-lost: The graphics device went away.');
    expect(await failure(problem.evaluate(problem.router, { targets: [1] }))).toContain('no longer loaded');
    lost = false;
    await client.load('tiny', AT);
    expect(await client.access().embed(IDS)).toHaveLength(32);
  });

  it('are gone with a worker that was restarted', async () => {
    const { client, access } = await open();
    const problem = await prepare(access);
    client.restart();
    expect(() => client.access()).toThrow('No model is loaded yet');
    expect(await failure(problem.evaluate(problem.router, { targets: [1] }))).toBe('bad-input: The engine was started anew since: load the model again.');
    await client.load('tiny', AT);
    expect(await failure(access.embed(IDS))).toContain('started anew');
    expect(await client.access().embed(IDS)).toHaveLength(32);
  });
});
