import { beforeEach, describe, expect, it, vi } from 'vitest';
import { runTrace } from '../cli/run-trace';
import { createReferenceEngine } from '../engine/reference/engine';
import { sampleToken } from '../engine/sampling';
import { createEngineClient, type EngineClient } from '../engine/worker/client';
import { FakeWorker, loadTiny, LETTERS } from '../engine/worker/testing/fake-worker';
import { tinyCheckpoint } from '../engine/testing/tiny-model';
import type { RoutingPlan } from '../routing/plan';
import type { Trace } from '../trace/trace';
import { createApp, patch, type App } from './app';
import { makeChange, redoEdit, resetEdits, setScope, toggleEdit, toggleExpert, undoEdit } from './editActions';
import { planOf } from './editPlan';
import { runPrompt } from './generate';
import { applyEdits } from './rerun';
import { LAST_STAGE } from './state';
import { stopJob } from './job';
import { showTrace } from './traces';

const PROMPT = 'a small text';
const NEW = 6;

beforeEach(() => {
  vi.stubGlobal('document', { hidden: false });
  vi.stubGlobal('requestAnimationFrame', (call: () => void) => setTimeout(call, 0));
});

/** The page's state on the reference engine, with every token that the engine ran counted. */
function appOf(services: ConstructorParameters<typeof FakeWorker>[0] = {}): { app: App; calls: string[] } {
  const calls: string[] = [];
  const client: EngineClient = createEngineClient(() => new FakeWorker({ loadCheckpoint: loadTiny(), ...services }));
  const counted: EngineClient = {
    ...client,
    run: async (...all) => {
      const result = await client.run(...all);
      calls.push(`run ${result.counters.tokens}`);
      return result;
    },
    rerun: async (...all) => {
      const result = await client.rerun(...all);
      calls.push(`again ${all[0].source} from ${all[0].from}: ${result.counters.tokens}`);
      return result;
    },
  };
  const app = createApp({ client: counted, modelsUrl: 'https://example.org/models/', tracesUrl: 'https://example.org/traces/', model: 'tiny', exporter: 'test@0' });
  patch(app, 'run', { prompt: PROMPT, maxNewTokens: NEW, temperature: 1, topK: 0, topP: 1, seed: 3 });
  return { app, calls };
}

/** Waits until the edits are through. */
async function settled({ store }: App): Promise<void> {
  await vi.waitFor(() => {
    const { edits, run } = store.getState();
    expect([edits.phase, run.status]).toEqual(['done', 'idle']);
  }, { timeout: 10_000, interval: 5 });
}

const current = (app: App): Trace => app.store.getState().traces.current!.trace;
const baseline = (app: App): Trace | undefined => app.store.getState().traces.baseline?.trace;
const chosenFirst = (trace: Trace, token: number, row: number): number => trace.routing.experts[(token * trace.model.moeLayers.length + row) * trace.routing.slots]!;

/** The same text through the command line's code. */
async function byCommandLine(plan: RoutingPlan): Promise<Trace> {
  const checkpoint = { ...tinyCheckpoint({ endOfText: [] }), tokenizer: LETTERS };
  const engine = createReferenceEngine();
  const { trace } = await runTrace(await engine.load(checkpoint), checkpoint, engine.info, {
    title: 'x', prompt: PROMPT, maxNewTokens: NEW, sampling: { temperature: 1, topK: 0, topP: 1, seed: 3 }, plan, withLogits: true,
  });
  return trace;
}

function numbers({ tokens, routing, output }: Trace) {
  const { entropy, chosen, logProb, top, logits } = output;
  return { ids: tokens.ids, text: tokens.text, kind: tokens.kind, routing, entropy, chosen, logProb, top, logits };
}

describe('an intervention', () => {
  it('draws the text anew from a token on, as a run with that seed would have gone on from there', async () => {
    const { app, calls } = appOf();
    // The random model is sure of itself; this hot, it draws all sorts of tokens.
    const sampling = { temperature: 40, topK: 0, topP: 1 };
    patch(app, 'run', sampling);
    await runPrompt(app);
    const before = current(app);
    const [p, seed] = [PROMPT.length + 2, 11];
    makeChange(app, { kind: 'redraw', seed }, { from: p });
    await settled(app);
    const length = PROMPT.length + NEW;
    expect(calls).toEqual([`run ${length}`, `again run from ${p - 1}: ${length - p + 1}`]);
    const now = current(app);
    expect(now.tokens.ids.subarray(0, p)).toEqual(before.tokens.ids.subarray(0, p));
    expect(now.tokens.ids.subarray(p)).not.toEqual(before.tokens.ids.subarray(p));
    // Every token after it is the one that this seed draws at its place from what the model said there.
    const vocabulary = now.output.logits!.length / length;
    for (let t = p; t < length; t += 1) expect(sampleToken(now.output.logits!.subarray((t - 1) * vocabulary, t * vocabulary), { ...sampling, seed }, t)).toBe(now.tokens.ids[t]);
    // Under an ablation from the beginning, the seed still changes at the same place, and the first draw is the run's own.
    toggleExpert(app, 1, chosenFirst(before, 0, 1));
    await settled(app);
    const both = current(app);
    for (let t = PROMPT.length; t < length; t += 1) expect(sampleToken(both.output.logits!.subarray((t - 1) * vocabulary, t * vocabulary), { ...sampling, seed: t < p ? 3 : seed }, t)).toBe(both.tokens.ids[t]);
    resetEdits(app);
    expect(current(app)).toBe(before);
  });

  it('runs what comes from its first affected token on, equals the command line\u2019s run with its plan, and leaves the run before as it was', async () => {
    const { app, calls } = appOf();
    await runPrompt(app);
    const before = current(app);
    const expert = chosenFirst(before, 7, 1);
    const first = [...before.tokens.ids.keys()].find((t) => before.routing.experts.subarray((2 * t + 1) * 2, (2 * t + 1) * 2 + 2).includes(expert))!;
    toggleExpert(app, 1, expert);
    expect(app.store.getState().edits).toMatchObject({ phase: 'waiting', staleFrom: PROMPT.length });
    await settled(app);
    const length = PROMPT.length + NEW;
    expect(calls).toEqual([`run ${length}`, `again run from ${first}: ${length - first}`]);
    expect(app.store.getState().edits.cost).toEqual({ from: first, tokens: length - first });
    expect(baseline(app)).toBe(before);
    expect(numbers(current(app))).toEqual(numbers(await byCommandLine(planOf(app.store.getState().edits.list, before.model))));
    expect(current(app).output.entropy).not.toEqual(before.output.entropy);
    expect(current(app).run.plan?.entries).toEqual([{ layers: [1], tokens: 'all', mask: [expert] }]);

    resetEdits(app);
    expect(current(app)).toBe(before);
    expect(numbers(current(app))).toEqual(numbers(await byCommandLine({ format: 'moe-plan', version: '1.0', entries: [] })));
    expect(baseline(app)).toBeUndefined();
    expect(app.store.getState().edits).toMatchObject({ phase: 'done', staleFrom: undefined });
    expect(calls).toHaveLength(2);
  });

  it('of a later scope goes on from the edited run, whose tokens before it stay', async () => {
    const { app, calls } = appOf();
    await runPrompt(app);
    makeChange(app, { kind: 'k', layer: 'all', k: 1 });
    await settled(app);
    patch(app, 'focus', { token: 14, stage: LAST_STAGE });
    setScope(app, { scope: 'from' });
    makeChange(app, { kind: 'bias', layer: 0, expert: 2, value: 3 });
    await settled(app);
    expect(calls).toEqual(['run 18', 'again run from 0: 18', 'again rerun from 14: 4']);
    expect(numbers(current(app))).toEqual(numbers(await byCommandLine(planOf(app.store.getState().edits.list, current(app).model))));
  });

  it('undo and redo step through the list; back at none, nothing is run', async () => {
    const { app, calls } = appOf();
    await runPrompt(app);
    const before = current(app);
    makeChange(app, { kind: 'k', layer: 'all', k: 1 });
    await settled(app);
    const edited = numbers(current(app));
    expect(undoEdit(app)).toBe(true);
    expect(current(app)).toBe(before);
    expect(undoEdit(app)).toBe(false);
    expect(redoEdit(app)).toBe(true);
    await settled(app);
    expect(numbers(current(app))).toEqual(edited);
    expect(calls).toEqual(['run 18', 'again run from 0: 18', 'again rerun from 18: 0']);
    toggleEdit(app, 'e1');
    expect(current(app)).toBe(before);
    expect(app.store.getState().edits.list).toHaveLength(1);
  });

  it('records what each edit did to the next token', async () => {
    const { app } = appOf();
    await runPrompt(app);
    const before = current(app);
    makeChange(app, { kind: 'k', layer: 'all', k: 1 });
    await settled(app);
    const alone = current(app);
    makeChange(app, { kind: 'bias', layer: 0, expert: 2, value: 3 });
    await settled(app);
    const { effects } = app.store.getState().edits;
    const at = PROMPT.length - 1;
    expect(effects['e1']).toMatchObject({ token: at, exact: true, beside: [], entropy: [before.output.entropy![at], alone.output.entropy![at]] });
    expect(effects['e2']).toMatchObject({ entropy: [alone.output.entropy![at], current(app).output.entropy![at]] });
    expect(effects['e2']!.beside.map(({ id }) => id)).toEqual(['e1']);
    expect(effects['e1']!.klNats).toBeGreaterThan(0);
  });

  it('forces a token, and takes that back with the draw before it', async () => {
    const { app, calls } = appOf();
    await runPrompt(app);
    makeChange(app, { kind: 'force', token: 42, text: 'x' }, { from: 14 });
    await settled(app);
    const forced = current(app);
    expect(forced.tokens.ids[14]).toBe(42);
    expect(forced.output.chosen![13]).toBe(42);
    expect(forced.output.logProb![14]).toBeCloseTo(Math.log(softmax(forced, 13)[42]!), 5);
    expect(calls.at(-1)).toBe('again run from 14: 4');
  });

  it('after a run of a drag counts as one step of undo', async () => {
    const { app } = appOf();
    await runPrompt(app);
    for (const value of [0.5, 1, 1.5, 2]) makeChange(app, { kind: 'bias', layer: 0, expert: 2, value }, { drag: 'bias' });
    await settled(app);
    expect(app.store.getState().edits.undo).toHaveLength(1);
    expect(current(app).run.plan?.entries).toEqual([{ layers: [0], tokens: 'all', bias: { 2: 2 } }]);
  });

  it('on a recorded trace runs its prompt first, with its own settings', async () => {
    const { app, calls } = appOf();
    await runPrompt(app);
    const recorded = current(app);
    const other = appOf();
    patch(other.app, 'run', { prompt: 'something else', temperature: 0 });
    showTrace(other.app, { trace: { ...recorded, output: { ...recorded.output, logits: new Float32Array(0) } }, origin: 'recorded', name: 'x.json' });
    makeChange(other.app, { kind: 'k', layer: 'all', k: 1 });
    await settled(other.app);
    expect(other.calls).toEqual(['run 18', 'again run from 0: 18']);
    expect(numbers(baseline(other.app)!)).toEqual(numbers(recorded));
    expect(calls).toEqual(['run 18']);
  });

  it('says in words why it cannot be run', async () => {
    const { app } = appOf();
    await runPrompt(app);
    const trace = current(app);
    const why = async (part: Partial<Trace>): Promise<string> => {
      showTrace(app, { trace: { ...trace, ...part }, origin: 'file', name: 'x.json' });
      makeChange(app, { kind: 'k', layer: 'all', k: 1 });
      await vi.waitFor(() => expect(app.store.getState().edits.why).not.toBe(''));
      return app.store.getState().edits.why;
    };
    expect(await why({ model: { ...trace.model, id: 'olmoe' } })).toContain('another model (olmoe)');
    const { prompt: _, ...run } = trace.run;
    expect(await why({ run })).toContain('does not hold its prompt');
  });

  it('can be stopped, and run again', async () => {
    const { app } = appOf();
    patch(app, 'run', { maxNewTokens: 40 });
    await runPrompt(app);
    makeChange(app, { kind: 'k', layer: 'all', k: 1 });
    await new Promise<void>((resolve) => {
      const leave = app.store.subscribe(({ edits }) => {
        if (edits.phase !== 'running') return;
        leave();
        queueMicrotask(() => {
          stopJob(app);
          resolve();
        });
      });
    });
    await vi.waitFor(() => expect(app.store.getState().run.status).toBe('idle'));
    expect(app.store.getState().edits).toMatchObject({ phase: 'waiting', staleFrom: PROMPT.length });
    expect(baseline(app)).toBeUndefined();
    await applyEdits(app);
    await settled(app);
    expect(current(app).tokens.ids).toHaveLength(PROMPT.length + 40);
  });

  it('stays on for the next prompt, which is run without it first', async () => {
    const { app, calls } = appOf();
    await runPrompt(app);
    makeChange(app, { kind: 'k', layer: 'all', k: 1 });
    await settled(app);
    patch(app, 'run', { prompt: 'next' });
    await runPrompt(app);
    await settled(app);
    expect(calls.slice(2)).toEqual(['run 10', 'again run from 0: 10']);
    expect(baseline(app)?.run.prompt).toBe('next');
    expect(current(app).run.plan?.entries).toHaveLength(1);
  });
});

function softmax(trace: Trace, token: number): number[] {
  const vocabulary = trace.model.vocabulary!;
  const row = [...trace.output.logits!.subarray(token * vocabulary, (token + 1) * vocabulary)].map(Math.exp);
  const sum = row.reduce((a, b) => a + b, 0);
  return row.map((x) => x / sum);
}
