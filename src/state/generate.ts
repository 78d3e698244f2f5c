/** Running the model on the prompt: every batch of steps goes through the recorder into the same views as a replay. */
import type { ErrorCode } from '../base/errors';
import { RECORD_ROUTING } from '../engine/engine';
import { TraceRecorder, traceModel, type TraceHeader } from '../engine/record';
import type { LoadedInfo } from '../engine/worker/protocol';
import { ROUTER_AS_TRAINED } from '../routing/plan';
import { patch, type App } from './app';
import { frameBatch } from './frame';
import { clearErrors, notify, toFailure } from './notices';
import { failureNotice, startLoading } from './session';
import { clampSetting } from './settings';
import { withOpen } from './openTraces';
import { LAST_STAGE, type OpenTrace, type RunState } from './state';
import { strings } from './strings';
import { showTrace } from './traces';

const TITLE_LENGTH = 60;

/** Failures after which the engine has to be started again. */
const ENDED: ReadonlySet<ErrorCode> = new Set(['device-lost', 'out-of-memory', 'internal']);

let cancel: AbortController | undefined;

export function toggleRun(app: App): void {
  if (app.store.getState().run.status === 'idle') void runPrompt(app);
  else stopRun(app);
}

/** Stops the run; what was written stays. */
export function stopRun(app: App): void {
  if (app.store.getState().run.status === 'idle') return;
  patch(app, 'run', { status: 'stopping' });
  cancel?.abort();
}

/** A new seed from the system's generator: the one number of a run that is not chosen by the visitor. */
export function newSeed(app: App): void {
  const [word = 0] = crypto.getRandomValues(new Uint32Array(1));
  patch(app, 'run', { seed: clampSetting('seed', word % 1_000_000) ?? 0 });
}

/** Where a run goes: onto every view, or beside what they show, as B of a comparison. */
export type RunTarget = 'current' | 'other';

/** Runs the prompt, loading the model first where that has not happened. On any failure the open trace stays. */
export async function runPrompt(app: App, target: RunTarget = 'current'): Promise<void> {
  const { store } = app;
  if (store.getState().run.status !== 'idle') return;
  clearErrors(app);
  if (runSettings(app, target).prompt.trim() === '') {
    notify(app, { message: strings.prompt.empty });
    return;
  }
  cancel = new AbortController();
  patch(app, 'run', { status: 'starting' });
  patch(app, 'playback', { playing: false });
  try {
    if (!(await Promise.race([startLoading(app), stopped(cancel.signal)]))) return;
    const { session } = store.getState();
    if (session.phase === 'ready' && !cancel.signal.aborted) await generate(app, session.model, target, cancel.signal);
  } finally {
    patch(app, 'run', { status: 'idle' });
  }
}

/** Prompt and sampling of a run: B's are A's but for what the comparison sets. */
function runSettings({ store }: App, target: RunTarget): RunState {
  const { run, compare } = store.getState();
  return target === 'other' ? { ...run, ...compare.second } : run;
}

/** False once the visitor presses Stop, so that a run can be given up while the model is still loading. */
function stopped(signal: AbortSignal): Promise<false> {
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(false), { once: true }));
}

function headerOf(app: App, model: LoadedInfo, run: RunState, promptTokens: number): TraceHeader {
  const { engine } = model;
  return {
    title: run.prompt.replace(/\s+/g, ' ').trim().slice(0, TITLE_LENGTH),
    created: new Date().toISOString(),
    exporter: app.services.exporter,
    model: traceModel(model.name, model.sha256, model.config),
    run: {
      prompt: run.prompt,
      promptTokens,
      seed: run.seed,
      sampling: { temperature: run.temperature, topK: run.topK, topP: run.topP },
      backend: engine.adapter === '' ? engine.backend : `${engine.backend} (${engine.adapter})`,
      engine: engine.backend,
      plan: ROUTER_AS_TRAINED,
    },
    special: model.config.endOfText,
  };
}

async function generate(app: App, model: LoadedInfo, target: RunTarget, signal: AbortSignal): Promise<void> {
  const { services } = app;
  const run = runSettings(app, target);
  const { prompt, maxNewTokens, temperature, topK, topP, seed } = run;
  let recorder: TraceRecorder | undefined;
  let promptTokens = 0;
  const screen = frameBatch(() => {
    if (recorder !== undefined && recorder.length > 0) showLive(app, recorder, target);
  });
  patch(app, 'run', { status: 'running' });
  patch(app, 'view', { announcement: strings.spoken.running });
  try {
    const { reason, latencyMs } = await services.client.run(
      { prompt, maxNewTokens, sampling: { temperature, topK, topP, seed }, plan: ROUTER_AS_TRAINED, record: RECORD_ROUTING },
      {
        signal,
        onStarted: (promptIds) => {
          promptTokens = promptIds.length;
          recorder = new TraceRecorder(headerOf(app, model, run, promptTokens));
        },
        onSteps: (batch, text, names) => {
          recorder?.append(batch, text, names);
          screen.request();
        },
      },
    );
    screen.flush();
    const written = Math.max(0, (recorder?.length ?? 0) - promptTokens);
    patch(app, 'run', { last: { reason, tokens: written, latencyMs } });
    patch(app, 'view', { announcement: reason === 'cancelled' ? strings.notice.stopped(written) : strings.spoken.done(written) });
    if (reason === 'context') notify(app, { tone: 'note', message: strings.notice.contextFull });
  } catch (error) {
    screen.flush();
    fail(app, error);
  }
}

/** A failed run leaves what it wrote; a lost engine can be started again. */
function fail(app: App, error: unknown): void {
  const failure = toFailure(error);
  if (failure.code === 'cancelled') return;
  notify(app, failureNotice(failure));
  if (ENDED.has(failure.code)) app.store.setState({ session: { phase: 'failed', failure } });
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
    showTrace(app, live, { token: trace.tokens.ids.length - 1 });
    patch(app, 'playback', { follow: true });
    return;
  }
  store.setState({
    traces: { ...traces, current: live, open: withOpen(traces.open, live) },
    focus: playback.follow ? { ...focus, token: trace.tokens.ids.length - 1, expert: undefined, stage: LAST_STAGE } : focus,
  });
}
