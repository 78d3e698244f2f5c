import { beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { ModelAccess } from '../../engine/access';
import type { EngineClient } from '../../engine/worker/client';
import type { C3poSession } from '../../methods/c3po/session';
import { tinyItem, tinySession } from '../../methods/c3po/testing/tiny-session';
import { TINY_MOE } from '../../engine/testing/tiny-model';
import { parseResults } from '../results';
import { createApp, type App } from '../app';
import { stopJob } from '../job';
import { recordNow } from './apply';
import { benchFile, clearBench, setBench, startBench, stopBench } from './benchRun';
import { setKeep, setWeight, startMix } from './mix';
import { listNeighbours, neighboursNow, toggleNeighbour } from './neighbours';
import { mixed, rowDistance } from './omega';
import { chooseItem, ownFault, useOwn as takeOwn } from './question';
import { recordOf } from './record';
import { runMethod } from './run';
import { settingFault, settingsNow, shapeNow, typeSetting } from './settings';
import { patchRemix } from './slice';

let session: C3poSession;
/** Evaluations of the last-token problem that are going on, the most at once, and with how many gradients. */
let counts = { now: 0, most: 0, all: 0, gradients: 0 };

/** The same access with every evaluation counted, and each a little slower than the one that asks. */
function counted(access: ModelAccess): ModelAccess {
  const { gradients } = access;
  if (gradients === undefined) return access;
  return {
    ...access,
    gradients: {
      prepareRouterLogits: (...all) => gradients.prepareRouterLogits(...all),
      preparePathways: async (...all) => {
        const problem = await gradients.preparePathways(...all);
        const { size, layers, experts, router } = problem;
        return {
          size,
          layers,
          experts,
          router,
          dispose: () => problem.dispose(),
          evaluate: async (omega, request) => {
            counts.now += 1;
            counts.all += 1;
            counts.most = Math.max(counts.most, counts.now);
            if (request.gradient !== undefined) counts.gradients += 1;
            try {
              await new Promise((resolve) => setTimeout(resolve, 1));
              return await problem.evaluate(omega, request);
            } finally {
              counts.now -= 1;
            }
          },
        };
      },
    },
  };
}

beforeAll(async () => {
  session = await tinySession(24);
});

beforeEach(async () => {
  await vi.waitFor(() => expect(counts.now).toBe(0));
  counts = { now: 0, most: 0, all: 0, gradients: 0 };
});

function appOf(): App {
  const access = counted(session.access);
  const app = createApp({ client: { access: () => access } as EngineClient, modelsUrl: 'https://example.org/models/', tracesUrl: 'https://example.org/traces/', model: 'tiny', exporter: 'test@0' });
  const model = { name: 'tiny', config: access.config, sha256: 'a'.repeat(64), gradients: true, engine: { backend: 'reference', adapter: '', software: true, forms: '' }, reason: { kind: 'usual' }, downloadedBytes: 0, cacheNote: '', fetched: [] } as const;
  app.store.setState({ session: { phase: 'ready', model } });
  const items = [100, 101, 102, 103, 104, 105].map((n) => ({ ...tinyItem(n), template: 'away' as const }));
  patchRemix(app, { data: { phase: 'ready', items, store: session.store }, changes: { layers: [1, 2], core: 8, duplicate: 1, pool: 'all' } });
  return app;
}

const remix = (app: App) => app.store.getState().remix;
const settled = (app: App): Promise<void> => vi.waitFor(() => expect([counts.now, remix(app).effect?.omega]).toEqual([0, mixed(remix(app).mix!)]), { interval: 2 });

async function opened(): Promise<App> {
  const app = appOf();
  await chooseItem(app, tinyItem(100));
  await settled(app);
  return app;
}

describe('a question', () => {
  it('is read by the unchanged model, and its mix begins with the router', async () => {
    const app = await opened();
    const { question, mix, effect } = remix(app);
    expect(question?.ids).toHaveLength(tinyItem(100).prompt.length);
    expect(question?.firstTokens).toEqual([48, 49, 50, 51]);
    expect(mix).toMatchObject({ source: 'router', layers: [1, 2], keep: 0 });
    expect(mix?.omega).toEqual(question?.pathway.subarray(8, 24));
    const apart = Math.max(...question!.before.logits.map((value, i) => Math.abs(value - effect!.after.logits[i]!)));
    expect(apart).toBeLessThan(1e-4);
  });

  it('of the visitor needs options that differ from their first token on, and says what is wrong', async () => {
    const app = appOf();
    const own = { prompt: 'what', options: 'a\nb', answer: 'a' };
    expect(ownFault({ ...own, options: '' })).toBe('There are no options: type at least two possible answers, one a line.');
    expect(ownFault({ ...own, options: 'a\n\n' })).toBe('There is one option only: at least two are needed to choose from.');
    expect(ownFault({ ...own, options: 'a\na' })).toBe('The option \u201ca\u201d stands there twice: options must differ.');
    expect(ownFault({ ...own, prompt: ' ' })).toMatch(/^The question is empty/);
    expect(ownFault({ ...own, answer: 'c' })).toMatch(/is not one of the options/);
    patchRemix(app, { own: { ...own, options: 'ab\nac', answer: '' } });
    await takeOwn(app);
    expect(remix(app).fault).toBe('The options \u201cab\u201d and \u201cac\u201d begin with the same token, which is what one pass scores: reword one of them.');
    patchRemix(app, { own: { ...own, prompt: 'x'.repeat(64) } });
    await takeOwn(app);
    expect(remix(app).fault).toBe('The question has 64 tokens, and the model reads 63: shorten it.');
    patchRemix(app, { own });
    await takeOwn(app);
    expect(remix(app).item).toEqual({ id: 'own', family: '', prompt: 'what', options: ['a', 'b'], answer: 'a' });
    expect(remix(app).question).toBeDefined();
  });
});

describe('the sliders', () => {
  it('measure a move with one evaluation without gradient', async () => {
    const app = await opened();
    const before = counts.all;
    setWeight(app, 0, 3, 0.5);
    await settled(app);
    expect(counts).toMatchObject({ all: before + 1, gradients: 0 });
    const { mix, effect } = remix(app);
    expect(mix?.source).toBe('hand');
    expect(effect?.omega[3]).toBeCloseTo(0.5, 6);
    expect(effect?.omega.subarray(0, 8).reduce((sum, value) => sum + value, 0)).toBeCloseTo(1, 5);
    expect(effect?.passes).toBe(1);
  });

  it('keep one measurement going at most, and the last move wins', async () => {
    const app = await opened();
    const before = counts.all;
    for (let i = 1; i <= 20; i += 1) setWeight(app, 1, 2, i / 40);
    await settled(app);
    expect(counts.most).toBe(1);
    expect(counts.all - before).toBeLessThanOrEqual(2);
    expect(remix(app).effect?.omega[10]).toBeCloseTo(0.5, 6);
  });

  it('blend the router in, up to the router itself', async () => {
    const app = await opened();
    startMix(app, 'uniform');
    setKeep(app, 1);
    await settled(app);
    const { mix, effect } = remix(app);
    expect(rowDistance(effect!.omega, mix!.router)).toBeLessThan(1e-6);
  });

  it('take the weighted mean of the neighbours, without those that were taken out', async () => {
    const app = await opened();
    const shape = shapeNow(app.store.getState())!;
    const { question, changes } = remix(app);
    const [first] = listNeighbours(session.store, question!, settingsNow({ changes }, shape), []);
    toggleNeighbour(app, shape, first!);
    expect(remix(app).excluded).toEqual([first!.reference.id]);
    const listed = listNeighbours(session.store, question!, settingsNow({ changes }, shape), remix(app).excluded);
    expect(listed.filter(({ used }) => used)).toHaveLength(3);
    expect(listed.find(({ reference }) => reference.id === first!.reference.id)).toMatchObject({ used: false, excluded: true });
    startMix(app, 'neighbours');
    const used = listed.filter((row) => row.used);
    expect(remix(app).mix?.omega[5]).toBeCloseTo(used.reduce((sum, { weight, reference }) => sum + weight * reference.pathway[8 + 5]!, 0), 6);
    expect(neighboursNow(app.store.getState())).toHaveLength(3);
  });
});

describe('the method', () => {
  it('shows each step as it happens and ends with its mix on the sliders', async () => {
    const app = await opened();
    const seen: number[] = [];
    app.store.subscribe(({ remix: { run } }) => {
      if (run.phase === 'running' && run.steps.length !== seen.at(-1)) seen.push(run.steps.length);
    });
    await runMethod(app);
    await settled(app);
    const { run, mix } = remix(app);
    expect(seen).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
    if (run.phase !== 'done') throw new Error(run.phase);
    expect(run.result.steps.map(({ step }) => step)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    for (const step of run.result.steps) expect(step.trueLoss).toBeGreaterThan(0);
    expect(run.result.steps.at(-1)!.surrogateLoss!).toBeLessThan(run.result.steps[0]!.surrogateLoss!);
    expect(mix).toMatchObject({ source: 'method', omega: run.result.omega });
    expect(app.store.getState().run.status).toBe('idle');
  });

  it('can be stopped, and keeps the steps that were made', async () => {
    const app = await opened();
    const stop = app.store.subscribe(({ remix: { run } }) => {
      if (run.phase !== 'running' || run.steps.length < 3) return;
      stop();
      stopJob(app);
    });
    await runMethod(app);
    const { run } = remix(app);
    expect(run).toMatchObject({ phase: 'cancelled' });
    if (run.phase === 'cancelled') expect(run.steps).toHaveLength(3);
    expect(app.store.getState().run.status).toBe('idle');
  });

  it('that adds logits leaves the mix alone and is measured under its plan', async () => {
    const app = await opened();
    patchRemix(app, { changes: { ...remix(app).changes, method: 'ngdLogits', optimiser: 'adam', rateStart: 0.1, schedule: 'constant', steps: 2 } });
    await runMethod(app);
    await vi.waitFor(() => expect(remix(app).effect?.passes).toBe(tinyItem(100).prompt.length));
    const { mix, question, effect } = remix(app);
    expect(mix?.plan?.entries[0]?.bias).toBeDefined();
    expect(mix?.omega).toEqual(mix?.router);
    expect(effect!.after.logits).not.toEqual(question!.before.logits);
    setWeight(app, 0, 1, 0.3);
    expect(remix(app).mix?.plan).toBeUndefined();
  });

  it('does not run with a number that is none', async () => {
    const app = await opened();
    const shape = shapeNow(app.store.getState())!;
    typeSetting(app, shape, 'rateStart', 'NaN');
    expect(settingFault(remix(app), 'rateStart', shape)).toBe('\u201cNaN\u201d is no number.');
    await runMethod(app);
    expect(remix(app).run).toEqual({ phase: 'failed', message: 'The method cannot run until the marked settings are corrected.' });
    typeSetting(app, shape, 'rateStart', '0.02');
    expect(settingsNow(remix(app), shape).rateStart).toBe(0.02);
    typeSetting(app, shape, 'steps', '2.5');
    expect(settingFault(remix(app), 'steps', shape)).toBe('2.5 is no whole number.');
    typeSetting(app, shape, 'k', '30');
    expect(settingFault(remix(app), 'k', shape)).toBe('30 neighbours are more than the 24 references of this kind: ask for at most 24.');
  });
});

describe('the record of a re-mix', () => {
  it('holds what made it, and is read back from a trace', async () => {
    const app = await opened();
    await runMethod(app);
    await settled(app);
    const record = recordNow(app)!;
    expect(record.settings).toMatchObject({ method: 'ngd', k: 3, layers: [1, 2] });
    expect(record.omega[0]).toHaveLength(TINY_MOE.experts);
    expect(record.steps).toHaveLength(11);
    const run = { promptTokens: 1, method: { id: 'c3po', params: JSON.parse(JSON.stringify(record)) as Record<string, unknown> } };
    expect(recordOf({ run } as Parameters<typeof recordOf>[0])).toEqual(record);
    expect(recordOf({ run: { ...run, method: { id: 'c3po', params: { ...run.method.params, omega: [[2]] } } } } as unknown as Parameters<typeof recordOf>[0])).toBeUndefined();
    expect(recordOf({ run: { promptTokens: 1, method: { id: 'other', params: {} } } } as unknown as Parameters<typeof recordOf>[0])).toBeUndefined();
  });
});

describe('the benchmark in the page', () => {
  it('stops, goes on where it was, and ends in a results file', async () => {
    const app = appOf();
    const shape = shapeNow(app.store.getState())!;
    setBench(app, { count: 0, arms: ['base', 'ngd', 'oracle'] });
    const stop = app.store.subscribe(({ remix: { bench } }) => {
      if (bench.results.length === 2) stopBench();
    });
    await startBench(app, shape);
    stop();
    expect(remix(app).bench).toMatchObject({ phase: 'stopped', total: 6 });
    expect(remix(app).bench.results.map(({ id }) => id)).toEqual(['q100', 'q101']);
    const kept = remix(app).bench.results[0];
    await startBench(app, shape);
    const { bench } = remix(app);
    expect(bench.phase).toBe('done');
    expect(bench.results).toHaveLength(6);
    expect(bench.results[0]).toBe(kept);
    const file = benchFile(app, '2026-01-01T00:00:00.000Z');
    expect(parseResults(JSON.parse(JSON.stringify(file)))).toMatchObject({ suite: 'c3po', summary: { n: 6, carriedBy: 'ngd' } });
    // Other settings are another run.
    patchRemix(app, { changes: { ...remix(app).changes, steps: 1 } });
    setBench(app, { count: 20 });
    await startBench(app, shape);
    expect(remix(app).bench.results).toHaveLength(6);
    expect(remix(app).bench.results[0]).not.toBe(kept);
    clearBench(app);
    expect(remix(app).bench).toMatchObject({ phase: 'idle', results: [], arms: ['base', 'ngd', 'oracle'] });
  });
});
