/** Runs the evaluation question by question; it can be stopped, and goes on where it was. */
import { collaborate } from '../../methods/collaboration/collaborate';
import type { CollaborationResult } from '../../methods/collaboration/events';
import type { CollaborationSettings } from '../../methods/collaboration/settings';
import type { Writer } from '../../methods/collaboration/writer';
import { patch, type App } from '../app';
import { beginJob, endJob } from '../job';
import { toFailure } from '../notices';
import { remixAccess } from '../remix/session';
import type { Results } from '../results';
import { saveFile } from '../saveFile';
import { strings } from '../strings';
import { benchArms, benchRows, countsOf, NO_HANDOVER_BENCH, type BenchCounts, type HandoverBench } from './bench';
import { calibrationOf } from './calibration';
import { loadStepItems } from './items';
import { ownSettings } from './settings';
import { patchEntropy } from './slice';
import type { StepItem } from './state';
import { writerPair, type WriterPair } from './writers';

let cancel: AbortController | undefined;

export function setHandoverBench(app: App, part: Partial<HandoverBench>): void {
  patchEntropy(app, { bench: { ...app.store.getState().entropy.bench, ...part } });
}

/** A writer that runs each piece of text once and remembers it for the other arms of the same question. Greedy writing only. */
function remembering(inner: Writer): Writer {
  const known = new Map<string, ReturnType<Writer['access']['write']>>();
  return {
    ...inner,
    access: {
      config: inner.access.config,
      write: (ids, plan, request, options) => {
        const key = `${ids.join()} ${request.maxNewTokens} ${JSON.stringify(request.stop)}`;
        const piece = known.get(key) ?? inner.access.write(ids, plan, request, options);
        known.set(key, piece);
        return piece;
      },
    },
  };
}

async function runToEnd({ small, large }: Pick<WriterPair, 'small' | 'large'>, promptIds: readonly number[], settings: CollaborationSettings, signal: AbortSignal): Promise<CollaborationResult> {
  const events = collaborate(small, large, promptIds, settings, { signal });
  for (;;) {
    const next = await events.next();
    if (next.done === true) return next.value;
  }
}

/** Questions in the wording that the models were trained on, as many as are asked for, in the order of the file. */
async function benchItems(app: App): Promise<readonly StepItem[]> {
  const items = (await loadStepItems(app)).filter(({ template }) => template === 'home');
  const { count } = app.store.getState().entropy.bench;
  return count === 0 ? items : items.slice(0, count);
}

/** Starts the evaluation, or goes on with it where nothing has changed since it was stopped. */
export async function startHandoverBench(app: App): Promise<void> {
  const { store } = app;
  const { session, run } = store.getState();
  const access = remixAccess(app);
  if (session.phase !== 'ready' || access === undefined || run.status !== 'idle') return;
  cancel = beginJob(app);
  const { signal } = cancel;
  patch(app, 'run', { status: 'running' });
  try {
    const items = await benchItems(app);
    const pair = await writerPair(app, session.model);
    if (items.length === 0 || pair === undefined) {
      setHandoverBench(app, { phase: 'failed', message: strings.entropy.bench.cannot });
      return;
    }
    const { calibration, bench } = store.getState().entropy;
    const { tau } = store.getState().view;
    const scores = calibrationOf(calibration, { method: 'glimprouter', gate: 'entropy', pair: ownSettings(store.getState().entropy).pair }, 'all');
    const basis = JSON.stringify({ small: pair.small.name, ids: items.map(({ id }) => id), arms: benchArms(scores, tau, 0).map(({ name, settings }) => [name, settings.threshold]) });
    const goesOn = basis === bench.basis && bench.results.length < items.length;
    setHandoverBench(app, { phase: 'running', message: '', total: items.length, ...(goesOn ? {} : { results: [], milliseconds: 0, basis }) });
    for (const [at, item] of items.entries()) {
      if (at < store.getState().entropy.bench.results.length) continue;
      const start = performance.now();
      const promptIds = await access.encode(item.prompt);
      const both = { small: remembering(pair.small), large: remembering(pair.large) };
      const arms: Record<string, BenchCounts> = {};
      for (const { name, settings } of benchArms(scores, tau, at)) arms[name] = countsOf(await runToEnd(both, promptIds, settings, signal), item.answer, both.large, promptIds.length);
      const { results, milliseconds } = store.getState().entropy.bench;
      setHandoverBench(app, { results: [...results, { id: item.id, family: item.family, arms }], milliseconds: milliseconds + performance.now() - start });
    }
    setHandoverBench(app, { phase: 'done' });
  } catch (error) {
    const { code, message } = toFailure(error);
    setHandoverBench(app, code === 'cancelled' ? { phase: 'stopped' } : { phase: 'failed', message });
  } finally {
    endJob(app);
  }
}

export function stopHandoverBench(): void {
  cancel?.abort();
}

/** Takes the results away; how many questions are asked stays. */
export function clearHandoverBench(app: App): void {
  setHandoverBench(app, { ...NO_HANDOVER_BENCH, count: app.store.getState().entropy.bench.count });
}

/** The run as a results file, of the form that `npm run evaluate` writes. */
export function handoverFile(app: App, created: string): Results | undefined {
  const { session, entropy } = app.store.getState();
  const { results, basis } = entropy.bench;
  if (session.phase !== 'ready' || results.length === 0) return undefined;
  const { name, sha256, engine } = session.model;
  const rows = benchRows(results);
  const of = (arm: string): number | null => rows.find((row) => row.arm === arm)?.share ?? null;
  return {
    format: 'moe-results',
    version: '1.0',
    suite: 'glimprouter',
    created,
    command: 'the Entropy view of the page',
    model: { id: name, sha256 },
    engine: engine.adapter === '' ? engine.backend : `${engine.backend} (${engine.adapter})`,
    settings: { basis: JSON.parse(basis) as unknown, decoding: 'greedy' },
    summary: { n: results.length, small: of('small'), large: of('large') },
    items: results.map((result) => ({ ...result })),
  };
}

export function exportHandover(app: App): void {
  const file = handoverFile(app, new Date().toISOString());
  if (file === undefined) return;
  const name = 'moe-glimprouter-results.json';
  saveFile(name, new Blob([JSON.stringify(file, undefined, 1)], { type: 'application/json' }));
  patch(app, 'view', { announcement: strings.dock.panel.saved(name) });
}
