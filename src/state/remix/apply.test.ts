import { describe, expect, it, vi } from 'vitest';
import { createEngineClient } from '../../engine/worker/client';
import { FakeWorker, loadTiny } from '../../engine/worker/testing/fake-worker';
import { measureReference } from '../../methods/c3po/question';
import { tinyItem } from '../../methods/c3po/testing/tiny-session';
import { EXACT, importTrace, traceText } from '../../trace/file';
import { createApp, type App } from '../app';
import { applyMix } from './apply';
import { setWeight } from './mix';
import { mixed } from './omega';
import { chooseItem, readQuestion } from './question';
import { recordOf } from './record';
import { takeRecord } from './recall';
import { remixAccess } from './session';
import { patchRemix } from './slice';

const remix = (app: App) => app.store.getState().remix;
const measured = (app: App): Promise<void> => vi.waitFor(() => expect(remix(app).effect?.omega).toEqual(mixed(remix(app).mix!)), { interval: 2 });

/** The expert of the mixed layer that the router ranks last. */
const outsider = (app: App): number => remix(app).mix!.core[0]!.at(-1)!;

/** The page on a worker, with its question read and a weight of layer 1 set by hand. */
async function mixedApp(): Promise<App> {
  const client = createEngineClient(() => new FakeWorker({ loadCheckpoint: loadTiny() }));
  const app = createApp({ client, modelsUrl: 'https://example.org/models/', tracesUrl: 'https://example.org/traces/', model: 'tiny', exporter: 'test@0' });
  app.store.setState({ session: { phase: 'ready', model: await client.load('tiny', { modelsUrl: 'https://example.org/models/' }) } });
  const access = remixAccess(app)!;
  const references = [];
  for (let n = 0; n < 8; n += 1) references.push(await measureReference(access, tinyItem(n)));
  patchRemix(app, { data: { phase: 'ready', items: [tinyItem(100)], store: { layers: 2, experts: 8, width: 32, references } }, changes: { layers: [1], core: 8, duplicate: 1, pool: 'all' } });
  await chooseItem(app, tinyItem(100));
  await measured(app);
  setWeight(app, 0, outsider(app), 0.6);
  await measured(app);
  return app;
}

describe('Apply', () => {
  it('shows the question as trained and with the mix, and the trace of the second says what made it', async () => {
    const app = await mixedApp();
    await applyMix(app);
    const { traces, run } = app.store.getState();
    expect(run).toMatchObject({ status: 'idle', prompt: tinyItem(100).prompt });
    const [base, now] = [traces.baseline!.trace, traces.current!.trace];
    expect(base.run.method).toBeUndefined();
    expect(now.run.plan?.entries).toHaveLength(1);
    expect(now.run.plan?.entries[0]).toMatchObject({ layers: [1], tokens: 'last' });
    const record = recordOf(now)!;
    expect(record).toMatchObject({ item: { id: 'q100' }, source: 'hand', keep: 0, layers: [1], settings: { method: 'ngd', k: 3 } });
    const expert = outsider(app);
    expect(record.omega[0]![expert]).toBeCloseTo(0.6, 6);
    // The last prompt token runs the mix: its first expert is the one that was set, at its share of the cut.
    const last = now.run.promptTokens - 1;
    const at = (last * 2 + 1) * now.routing.slots;
    expect(now.routing.experts[at]).toBe(expert);
    expect(base.routing.experts[at]).not.toBe(expert);
    expect(now.routing.prob?.[at]).toBeCloseTo(0.6, 5);
    expect([...now.routing.experts.subarray(0, (last * 2 + 1) * now.routing.slots)]).toEqual([...base.routing.experts.subarray(0, (last * 2 + 1) * base.routing.slots)]);
  });

  it('writes a trace whose file brings the mix back onto the sliders', async () => {
    const app = await mixedApp();
    await applyMix(app);
    const before = mixed(remix(app).mix!);
    const after = remix(app).effect!.after.logits;
    const read = importTrace(traceText(app.store.getState().traces.current!.trace, EXACT));
    if (!read.ok) throw new Error(read.errors[0]?.message);
    const record = recordOf(read.trace)!;
    expect(record).toBeDefined();
    await chooseItem(app, tinyItem(101));
    const taken = takeRecord(app, record);
    // As the panel does, which has the model read whatever question is chosen.
    await readQuestion(app);
    await taken;
    await measured(app);
    expect(remix(app).item).toMatchObject({ id: 'q100', answer: tinyItem(100).answer });
    expect(remix(app).changes).toEqual({ core: 8, pool: 'all', duplicate: 1 });
    const { mix, effect } = remix(app);
    for (const [i, value] of mixed(mix!).entries()) expect(value).toBeCloseTo(before[i] ?? 0, 6);
    for (const [i, value] of effect!.after.logits.entries()) expect(value).toBeCloseTo(after[i] ?? 0, 4);
  });
});
