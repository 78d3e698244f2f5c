/** Running the model on the prompt: every batch of steps goes through the recorder into the same views as a replay. */
import type { TraceRecorder } from '../engine/record';
import type { LoadedInfo } from '../engine/worker/protocol';
import { ROUTER_AS_TRAINED } from '../routing/plan';
import { patch, type App } from './app';
import { enabledEdits, patchEdits, type Edit } from './edits';
import { frameBatch } from './frame';
import { beginJob, endJob, stopJob, stopped } from './job';
import { clearErrors, notify } from './notices';
import { withOpen } from './openTraces';
import { applyEdits } from './rerun';
import { startLoading } from './session';
import { clampSetting } from './settings';
import { LAST_STAGE, type OpenTrace, type RunState } from './state';
import { strings } from './strings';
import { runText, tellFailure } from './textRun';
import { showTrace } from './traces';

export function toggleRun(app: App): void {
  const { run, view } = app.store.getState();
  if (run.status !== 'idle') stopRun(app);
  else if (view.panel === 'entropy') void runBoth(app);
  else void runPrompt(app);
}

/** In the Entropy view both models write; what that needs is fetched with the first such run. */
async function runBoth(app: App): Promise<void> {
  const { runCollaboration } = await import('./entropy/run');
  await runCollaboration(app);
}

/** Stops the run; what was written stays. */
export function stopRun(app: App): void {
  stopJob(app);
}

/** A new seed from the system's generator: the one number of a run that is not chosen by the visitor. */
export function newSeed(app: App): void {
  patch(app, 'run', { seed: randomSeed() });
}

export function randomSeed(): number {
  const [word = 0] = crypto.getRandomValues(new Uint32Array(1));
  return clampSetting('seed', word % 1_000_000) ?? 0;
}

/** Where a run goes: onto every view, or beside what they show, as B of a comparison. */
export type RunTarget = 'current' | 'other';

/**
 * Runs the prompt, loading the model first where that has not happened, and then once more with the edits that are on.
 * On any failure the open trace stays.
 */
export async function runPrompt(app: App, target: RunTarget = 'current'): Promise<void> {
  const { store } = app;
  if (store.getState().run.status !== 'idle') return;
  clearErrors(app);
  if (runSettings(app, target).prompt.trim() === '') {
    notify(app, { message: strings.prompt.empty });
    return;
  }
  const { signal } = beginJob(app);
  let ran = false;
  try {
    if (!(await Promise.race([startLoading(app), stopped(signal)]))) return;
    const { session } = store.getState();
    if (session.phase === 'ready' && !signal.aborted) ran = await generate(app, session.model, target, signal);
  } finally {
    endJob(app);
  }
  if (ran && target === 'current' && enabledEdits(store.getState().edits.list).length > 0) await applyEdits(app);
}

/** Prompt and sampling of a run: B's are A's but for what the comparison sets. */
function runSettings({ store }: App, target: RunTarget): RunState {
  const { run, compare } = store.getState();
  return target === 'other' ? { ...run, ...compare.second } : run;
}

/** True when the run came to its own end. */
async function generate(app: App, model: LoadedInfo, target: RunTarget, signal: AbortSignal): Promise<boolean> {
  const { prompt, maxNewTokens, temperature, topK, topP, seed } = runSettings(app, target);
  let recorder: TraceRecorder | undefined;
  const screen = frameBatch(() => {
    if (recorder !== undefined && recorder.length > 0) showLive(app, recorder, target);
  });
  patch(app, 'run', { status: 'running' });
  patch(app, 'view', { announcement: strings.spoken.running });
  try {
    // B's run leaves the state of A's, from which edits go on.
    const run = { prompt, maxNewTokens, sampling: { temperature, topK, topP, seed }, plan: ROUTER_AS_TRAINED, keep: target === 'current' };
    const { reason, written, latencyMs, counters } = await runText(app, model, run, signal, (growing) => {
      recorder = growing;
      screen.request();
    });
    screen.flush();
    if (target === 'current') {
      const { traces, view } = app.store.getState();
      patchEdits(app, { held: traces.current });
      // The run is an entry of the history.
      patch(app, 'view', { entries: view.entries + 1 });
    }
    patch(app, 'run', { last: { reason, tokens: written, latencyMs, counters } });
    patch(app, 'view', { announcement: reason === 'cancelled' ? strings.notice.stopped(written) : strings.spoken.done(written) });
    if (reason === 'context') notify(app, { tone: 'note', message: strings.notice.contextFull });
    return reason !== 'cancelled';
  } catch (error) {
    screen.flush();
    tellFailure(app, error);
    return false;
  }
}

/** The run so far on every view. The playhead goes with it until the visitor looks back. */
function showLive(app: App, recorder: TraceRecorder, target: RunTarget): void {
  const { store } = app;
  const trace = recorder.snapshot();
  const { traces, playback, focus } = store.getState();
  const live: OpenTrace = { trace, origin: 'live', name: '' };
  if (target === 'other') {
    store.setState({ traces: { ...traces, other: live, open: withOpen(traces.open, live) } });
    return;
  }
  const starting = traces.current?.origin !== 'live' || traces.current.trace.created !== trace.created;
  if (starting) {
    startEdits(app);
    showTrace(app, live, { token: trace.tokens.ids.length - 1, keepEdits: true });
    patch(app, 'playback', { follow: true });
    return;
  }
  store.setState({
    traces: { ...traces, current: live, open: withOpen(traces.open, live) },
    focus: playback.follow ? { ...focus, token: trace.tokens.ids.length - 1, expert: undefined, stage: LAST_STAGE } : focus,
  });
}

/** A new text: edits wait for its end, but what they did to the one before says nothing about it, nor do its forced tokens and draws. */
function startEdits(app: App): void {
  const { list } = app.store.getState().edits;
  const ofText = ({ kind }: Edit): boolean => kind === 'force' || kind === 'redraw';
  const kept = list.some(ofText) ? list.filter((edit) => !ofText(edit)) : list;
  patchEdits(app, { list: kept, phase: enabledEdits(kept).length > 0 ? 'waiting' : 'done', why: '', staleFrom: undefined, held: undefined, ran: undefined, cost: undefined, effects: {} });
}
