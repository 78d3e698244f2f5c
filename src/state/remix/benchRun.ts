/** Runs the benchmark question by question; it can be stopped, and goes on where it was. */
import type { BenchmarkItem } from '../../methods/c3po/item';
import { runItem } from '../../methods/c3po/benchmark';
import { armSettings, type RouterShape } from '../../methods/c3po/settings';
import { patch, type App } from '../app';
import { flatSummary, summariseArms } from '../c3poSummary';
import { beginJob, endJob } from '../job';
import { toFailure } from '../notices';
import type { Results } from '../results';
import { saveFile } from '../saveFile';
import { NO_BENCH, type BenchState } from './bench';
import { filterItems } from './data';
import { withUse } from './expertUse';
import { remixSession } from './session';
import { faultySettings, settingsNow } from './settings';
import { patchRemix } from './slice';
import { strings } from '../strings';

/** The arm that the figures of an exported file speak of first. */
const CARRIED_BY = 'ngd';
/** Arms whose answer is asked for after every step. */
const WATCHED = ['ngd', 'oracle'];

let cancel: AbortController | undefined;

export function setBench(app: App, part: Partial<BenchState>): void {
  patchRemix(app, { bench: { ...app.store.getState().remix.bench, ...part } });
}

type LabelledItem = BenchmarkItem & { readonly answer: string };

/** Labelled questions that pass the filter, in the order of the file, as many as are asked for. */
function benchItems(app: App): readonly LabelledItem[] {
  const { data, filter, bench } = app.store.getState().remix;
  if (data.phase !== 'ready') return [];
  const items = filterItems(data.items, filter).filter((item): item is LabelledItem => item.answer !== undefined);
  return bench.count === 0 ? items : items.slice(0, bench.count);
}

/** Starts the benchmark with the settings on screen, or goes on with it where nothing has changed since it was stopped. */
export async function startBench(app: App, shape: RouterShape): Promise<void> {
  const { remix, run } = app.store.getState();
  const session = remixSession(app);
  if (session === undefined || run.status !== 'idle') return;
  if (faultySettings(remix, shape).length > 0) {
    setBench(app, { phase: 'failed', message: strings.remix.control.faults.cannot });
    return;
  }
  const items = benchItems(app);
  // Arms say themselves what they do; the method on screen is one of them, with defaults of its own.
  const { method: _, ...changes } = remix.changes;
  const settings = settingsNow({ changes }, shape);
  const arms = Object.fromEntries(remix.bench.arms.map((arm) => [arm, armSettings(arm, settings, shape)]));
  const basis = JSON.stringify({ arms, excluded: remix.excluded, ids: items.map(({ id }) => id) });
  const goesOn = basis === remix.bench.basis && remix.bench.results.length < items.length;
  setBench(app, { phase: 'running', message: '', total: items.length, ...(goesOn ? {} : { results: [], use: {}, milliseconds: 0, basis }) });
  cancel = beginJob(app);
  const { signal } = cancel;
  patch(app, 'run', { status: 'running' });
  try {
    for (const item of items.slice(app.store.getState().remix.bench.results.length)) {
      const start = performance.now();
      // A question that is stopped in the middle leaves no trace: it is asked again.
      let { use } = app.store.getState().remix.bench;
      const result = await runItem(session, item, {
        arms,
        watched: WATCHED,
        observe: (arm, found) => {
          const added = withUse(use[arm], found, shape.topK);
          if (added !== undefined) use = { ...use, [arm]: added };
        },
        signal,
      });
      const { results, milliseconds } = app.store.getState().remix.bench;
      setBench(app, { results: [...results, result], use, milliseconds: milliseconds + performance.now() - start });
    }
    setBench(app, { phase: 'done' });
  } catch (error) {
    const { code, message } = toFailure(error);
    setBench(app, code === 'cancelled' ? { phase: 'stopped' } : { phase: 'failed', message });
  } finally {
    endJob(app);
  }
}

export function stopBench(): void {
  cancel?.abort();
}

/** Takes the results away; the choice of arms stays. */
export function clearBench(app: App): void {
  const { count, arms } = app.store.getState().remix.bench;
  setBench(app, { ...NO_BENCH, count, arms });
}

/** The run as a results file, of the form that `npm run evaluate` writes. */
export function benchFile(app: App, created: string): Results | undefined {
  const { session, remix } = app.store.getState();
  const { bench, filter } = remix;
  if (session.phase !== 'ready' || bench.results.length === 0) return undefined;
  const { name, sha256, engine } = session.model;
  const { arms }: { arms?: unknown } = JSON.parse(bench.basis) as { arms?: unknown };
  return {
    format: 'moe-results',
    version: '1.0',
    suite: 'c3po',
    created,
    command: 'the Re-mix panel of the page',
    model: { id: name, sha256 },
    engine: engine.adapter === '' ? engine.backend : `${engine.backend} (${engine.adapter})`,
    settings: { arms, filter, excluded: remix.excluded },
    summary: flatSummary(summariseArms(bench.results, bench.arms), CARRIED_BY),
    items: bench.results.map((result) => ({ ...result })),
  };
}

export function exportBench(app: App): void {
  const file = benchFile(app, new Date().toISOString());
  if (file === undefined) return;
  const name = 'moe-c3po-results.json';
  saveFile(name, new Blob([JSON.stringify(file, undefined, 1)], { type: 'application/json' }));
  patch(app, 'view', { announcement: strings.dock.panel.saved(name) });
}
