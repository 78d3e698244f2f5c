/** Running the method: every step is shown as it happens, and the visitor can stop it. */
import type { C3poResult, StepReport } from '../../methods/c3po/result';
import type { Question as QuestionHandle } from '../../methods/c3po/question';
import type { C3poSettings } from '../../methods/c3po/settings';
import type { App } from '../app';
import { patch } from '../app';
import { beginJob, endJob } from '../job';
import { clearErrors, toFailure } from '../notices';
import { strings } from '../strings';
import { scheduleEffect } from './live';
import { startMix } from './mix';
import { layerRows } from './omega';
import { handleOf, remixSession } from './session';
import { faultySettings, movesMix, shapeNow, settingsNow } from './settings';
import { patchRemix } from './slice';
import type { Question } from './state';

let cancel: AbortController | undefined;

/** Stops the method after the step that is going on. */
export function cancelMethod(): void {
  cancel?.abort();
}

/** Runs the chosen method on the question on screen. */
export async function runMethod(app: App): Promise<void> {
  const state = app.store.getState();
  const shape = shapeNow(state);
  const { question } = state.remix;
  if (question === undefined || shape === undefined || state.run.status !== 'idle') return;
  const settings = settingsNow(state.remix, shape);
  if (faultySettings(state.remix, shape).length > 0) {
    patchRemix(app, { run: { phase: 'failed', message: strings.remix.control.faults.cannot } });
    return;
  }
  clearErrors(app);
  // Run becomes Stop, and one of the two buttons ends it.
  cancel = beginJob(app);
  patch(app, 'run', { status: 'running' });
  patchRemix(app, { fault: '', run: { phase: 'running', settings, steps: [], neighbours: [] } });
  startRun(app, question, settings, shape.experts);
  try {
    const result = await steps(app, question, settings, cancel.signal);
    patchRemix(app, { run: { phase: 'done', result } });
    startMix(app, 'method');
    patch(app, 'view', { announcement: strings.remix.loss.done(strings.remix.control.shortMethods[settings.method]) });
  } catch (error) {
    fail(app, error);
  } finally {
    endJob(app);
    scheduleEffect(app);
  }
}

/** The sliders begin at the router's own mix of the layers that the method moves. */
function startRun(app: App, question: Question, { layers }: C3poSettings, experts: number): void {
  const router = layerRows(question.pathway, layers, experts);
  const { mix } = app.store.getState().remix;
  if (mix === undefined) return;
  patchRemix(app, { mix: { source: 'router', layers, router, core: mix.core, omega: router, keep: 0 }, layerAt: Math.min(app.store.getState().remix.layerAt, layers.length - 1) });
}

async function steps(app: App, question: Question, settings: C3poSettings, signal: AbortSignal): Promise<C3poResult> {
  const session = remixSession(app);
  const handle = handleOf(question) ?? (await session?.open(question.item, signal));
  if (session === undefined || handle === undefined) throw new Error(strings.remix.data.needsModel);
  const own = movesMix(settings);
  const method = session.run(handle, settings, { signal });
  const seen: StepReport[] = [];
  let step = await method.next();
  for (; step.done !== true; step = await method.next()) {
    if (own) await showVocabulary(app, question, handle, step.value, signal);
    seen.push(step.value);
    showStep(app, settings, seen);
  }
  return step.value;
}

/** Puts the mix of a step onto the sliders, and the whole vocabulary under it onto the screen. */
async function showVocabulary(app: App, question: Question, handle: QuestionHandle, { omega }: StepReport, signal: AbortSignal): Promise<void> {
  const start = performance.now();
  const { mix: before } = app.store.getState().remix;
  if (before === undefined) return;
  const { logits } = await handle.under(omega, before.layers, signal);
  const { mix, question: shown } = app.store.getState().remix;
  if (shown !== question || mix === undefined) return;
  patchRemix(app, { mix: { ...mix, source: 'method', omega, keep: 0 }, effect: { after: { logits }, omega, passes: 1, milliseconds: performance.now() - start } });
}

function showStep(app: App, settings: C3poSettings, seen: readonly StepReport[]): void {
  const { run } = app.store.getState().remix;
  if (run.phase === 'running') patchRemix(app, { run: { ...run, settings, steps: [...seen] } });
}

/** A stop keeps the steps so far and the mix of the last one; any other failure is told. */
function fail(app: App, error: unknown): void {
  const { code, message } = toFailure(error);
  const { run } = app.store.getState().remix;
  if (run.phase !== 'running') return;
  patchRemix(app, { run: code === 'cancelled' ? { ...run, phase: 'cancelled' } : { phase: 'failed', message } });
}
