/**
 * Putting the edits that are on into effect: from the first token that they change, on the state that the engine still
 * holds. The run without them is kept as it is, and comes back without running anything.
 */
import { firstAffectedToken } from '../analysis/first-affected';
import { logProbability } from '../engine/distribution';
import { traceBatch } from '../engine/excerpt';
import { TraceRecorder } from '../engine/record';
import type { LoadedInfo } from '../engine/worker/protocol';
import type { StepBatch } from '../engine/engine';
import { ROUTER_AS_TRAINED } from '../routing/plan';
import type { Trace } from '../trace/trace';
import { patch, type App } from './app';
import { withEffect } from './effect';
import { firstForced, firstRedrawn, forcedOf, planOf, redrawnOf } from './editPlan';
import { enabledEdits, patchEdits, type EditList, type EditedRun } from './edits';
import { frameBatch } from './frame';
import { holdRun } from './heldRun';
import { beginJob, endJob } from './job';
import { clearErrors } from './notices';
import type { OpenTrace } from './state';
import { strings } from './strings';
import { headerOf, recordingFor, tellFailure } from './textRun';

/** Pause in a drag after which its edits are run, ms. */
const DRAG_PAUSE_MS = 160;

let timer: ReturnType<typeof setTimeout> | undefined;
/** The job of `applyEdits`, and whether something newer has taken its place. */
let going: AbortController | undefined;
let outdated = false;

const NONE: ReadonlyMap<number, number> = new Map();

/** What the list asks for, and from which token on it differs from a run that the engine holds. */
interface Wanted extends Asked {
  readonly list: EditList;
}

/** What a run was asked for. */
type Asked = Pick<EditedRun, 'plan' | 'forced' | 'redrawn'>;

function wantedFor(list: EditList, base: Trace): Wanted {
  return { list, plan: planOf(list, base.model, base.run.plan), forced: forcedOf(list), redrawn: redrawnOf(list) };
}

function firstToRun(trace: Trace, asked: Asked, wanted: Wanted): number {
  const { promptTokens } = trace.run;
  return Math.min(firstAffectedToken(trace, asked.plan, wanted.plan), firstForced(asked.forced, wanted.forced, promptTokens), firstRedrawn(asked.redrawn, wanted.redrawn), trace.tokens.ids.length);
}

/** What the run without edits was asked for. */
function unedited({ run }: Trace): Asked {
  return { plan: run.plan ?? ROUTER_AS_TRAINED, forced: NONE, redrawn: NONE };
}

/** The run without edits, if there is one on the page. */
function baseOf(app: App): OpenTrace | undefined {
  const { traces } = app.store.getState();
  return traces.baseline ?? traces.current;
}

/** Marks what the list makes stale, and runs it: at once, or after a pause in a drag. Without edits that are on, the run without them comes back. */
export function scheduleEdits(app: App): void {
  clearTimeout(timer);
  const { edits, traces, run } = app.store.getState();
  const base = baseOf(app);
  if (enabledEdits(edits.list).length === 0 || base === undefined) {
    if (going !== undefined) {
      outdated = true;
      going.abort();
    }
    showBase(app);
    return;
  }
  const shown = traces.baseline === undefined ? undefined : edits.ran;
  const wanted = wantedFor(edits.list, base.trace);
  const current = traces.current?.trace ?? base.trace;
  const from = firstToRun(shown?.open.trace ?? base.trace, shown ?? unedited(base.trace), wanted);
  const stale = Math.max(current.run.promptTokens, from);
  patchEdits(app, { phase: going === undefined ? 'waiting' : edits.phase, why: '', staleFrom: Math.min(stale, edits.staleFrom ?? stale) });
  // The visitor's own run takes the edits up when it ends.
  if (run.status !== 'idle' && going === undefined) return;
  timer = setTimeout(() => void applyEdits(app), edits.drag === undefined ? 0 : DRAG_PAUSE_MS);
}

/** The run without edits on every view, exactly as it was. Nothing is run. */
function showBase(app: App): void {
  const { store } = app;
  const { traces, focus, edits } = store.getState();
  const base = traces.baseline ?? traces.current;
  store.setState({
    traces: { ...traces, current: base, baseline: undefined },
    focus: { ...focus, token: Math.min(focus.token, Math.max(0, (base?.trace.tokens.ids.length ?? 1) - 1)) },
    edits: { ...edits, phase: 'done', why: '', staleFrom: undefined, cost: undefined },
  });
}

/**
 * Runs the edits that are on. A newer call takes the place of one that is going on.
 * @param asked the visitor asked for the model: it is loaded even where data is dear
 */
export async function applyEdits(app: App, asked = false): Promise<void> {
  clearTimeout(timer);
  if (going !== undefined) {
    outdated = true;
    going.abort();
    return;
  }
  if (app.store.getState().run.status !== 'idle') return;
  clearErrors(app);
  do {
    outdated = false;
    going = beginJob(app);
    try {
      await applyOnce(app, going.signal, asked);
    } catch (error) {
      waiting(app);
      tellFailure(app, error);
    } finally {
      going = undefined;
      endJob(app);
    }
  } while (outdated as boolean);
}

/** Runs everything from the first token that differs from the run without edits, whatever was run before. */
export function runAgain(app: App): void {
  patchEdits(app, { ran: undefined });
  void applyEdits(app, true);
}

function waiting(app: App, why = ''): void {
  const { edits, traces } = app.store.getState();
  if (enabledEdits(edits.list).length > 0) patchEdits(app, { phase: 'waiting', why, staleFrom: edits.staleFrom ?? traces.current?.trace.run.promptTokens });
}

async function applyOnce(app: App, signal: AbortSignal, asked: boolean): Promise<void> {
  const base = baseOf(app);
  if (enabledEdits(app.store.getState().edits.list).length === 0 || base === undefined) return;
  const held = await holdRun(app, base, signal, asked);
  if (held.why !== undefined) {
    waiting(app, held.why);
    return;
  }
  const { session, edits } = app.store.getState();
  if (session.phase !== 'ready' || signal.aborted) {
    waiting(app);
    return;
  }
  if (enabledEdits(edits.list).length > 0) await runEdits(app, session.model, held.open, signal);
}

/** Where to go on from: the run without edits, or the edited one where that leaves less to run. */
function sourceFor(edits: { readonly ran: EditedRun | undefined }, held: OpenTrace, wanted: Wanted) {
  const fresh = firstToRun(held.trace, unedited(held.trace), wanted);
  const { ran } = edits;
  const onward = ran === undefined ? -1 : firstToRun(ran.open.trace, ran, wanted);
  return ran !== undefined && onward > fresh ? ({ source: 'rerun', from: onward, trace: ran.open.trace } as const) : ({ source: 'run', from: fresh, trace: held.trace } as const);
}

/** The first row of a batch after a rewind does not know the log-probability of its own token; the run before does. */
function withLogProb(batch: StepBatch, trace: Trace, from: number): StepBatch {
  if (batch.start !== from || from === 0 || !Number.isNaN(batch.logProb[0])) return batch;
  const logProb = batch.logProb.slice();
  const { logits, logProb: known } = trace.output;
  const vocabulary = (logits?.length ?? 0) / Math.max(1, trace.tokens.ids.length);
  if (batch.ids[0] === trace.tokens.ids[from]) logProb[0] = known?.[from] ?? Number.NaN;
  else if (logits !== undefined) logProb[0] = logProbability(logits.subarray((from - 1) * vocabulary, from * vocabulary), batch.ids[0] ?? 0);
  return { ...batch, logProb };
}

/** A recorder that begins with the tokens that stay. */
function recorderFrom(app: App, model: LoadedInfo, held: OpenTrace, wanted: Wanted, from: number, source: Trace): TraceRecorder {
  const { trace } = held;
  const { sampling, seed = 0, prompt = '', promptTokens } = trace.run;
  const header = headerOf(app, model, { prompt, maxNewTokens: 0, sampling: { temperature: 0, topK: 0, topP: 1, ...sampling, seed }, plan: wanted.plan }, promptTokens);
  const recorder = new TraceRecorder({ ...header, run: { ...header.run, interventions: enabledEdits(wanted.list).map((edit) => ({ ...edit })) } });
  if (from > 0) {
    const batch = traceBatch(source, 0, from);
    const chosen = batch.chosen.slice();
    chosen[from - 1] = wanted.forced.get(from) ?? chosen[from - 1] ?? 0;
    recorder.append({ ...batch, chosen }, source.tokens.text.slice(0, from), source.tokens.names);
  }
  return recorder;
}

/** New tokens, and behind them the old ones that they will replace, for as long as the run goes on. */
function withTail(recorder: TraceRecorder, old: Trace, header: () => TraceRecorder): Trace {
  const done = recorder.snapshot();
  const length = done.tokens.ids.length;
  if (length >= old.tokens.ids.length) return done;
  const both = header();
  if (length > 0) both.append(traceBatch(done, 0, length), done.tokens.text, done.tokens.names);
  both.append(traceBatch(old, length, old.tokens.ids.length), old.tokens.text.slice(length), old.tokens.names);
  return both.snapshot();
}

async function runEdits(app: App, model: LoadedInfo, held: OpenTrace, signal: AbortSignal): Promise<void> {
  const { store, services } = app;
  const { edits, traces } = store.getState();
  const wanted = wantedFor(edits.list, held.trace);
  const { source, from, trace } = sourceFor(edits, held, wanted);
  const old = traces.current?.trace ?? held.trace;
  const recorder = recorderFrom(app, model, held, wanted, from, trace);
  const screen = frameBatch(() => {
    if (left(app)) return;
    const shown = withTail(recorder, old, () => recorderFrom(app, model, held, wanted, 0, trace));
    show(app, held, { trace: shown, origin: 'live', name: '' });
    patchEdits(app, { staleFrom: Math.max(recorder.length, held.trace.run.promptTokens) });
  });
  patch(app, 'run', { status: 'running' });
  patchEdits(app, { phase: 'running', ran: undefined, why: '' });
  try {
    const result = await services.client.rerun(
      { source, from, plan: wanted.plan, forced: [...wanted.forced], redrawn: [...wanted.redrawn], record: recordingFor(model) },
      {
        signal,
        onSteps: (batch, text, names) => {
          recorder.append(withLogProb(batch, trace, from), text, names);
          // Before the prompt is through, there is nothing new to show.
          if (recorder.length >= held.trace.run.promptTokens) screen.request();
        },
      },
    );
    screen.flush();
    finish(app, held, edits.ran, { open: { trace: recorder.snapshot(), origin: 'live', name: '' }, ...wanted }, { from, tokens: result.counters.tokens, cancelled: result.reason === 'cancelled' });
  } catch (error) {
    screen.flush();
    throw error;
  }
}

function finish(app: App, held: OpenTrace, before: EditedRun | undefined, ran: EditedRun, outcome: { readonly from: number; readonly tokens: number; readonly cancelled: boolean }): void {
  const { edits } = app.store.getState();
  const { from, tokens, cancelled } = outcome;
  if (left(app)) return;
  const usable = ran.open.trace.tokens.ids.length >= held.trace.run.promptTokens;
  if (cancelled && (outdated || !usable)) {
    patchEdits(app, { ran: usable ? ran : undefined });
    if (!outdated) waiting(app);
    return;
  }
  show(app, held, ran.open);
  const effects = withEffect(edits.effects, ran.open, ran.list, held, before);
  patchEdits(app, { phase: 'done', why: '', staleFrom: undefined, ran, cost: { from, tokens }, effects });
  patch(app, 'view', { announcement: cancelled ? strings.notice.stopped(tokens) : strings.edits.spoken(tokens, from) });
}

/** Another text came onto the page meanwhile. */
function left({ store }: App): boolean {
  return store.getState().edits.phase !== 'running';
}

/** The run with edits on every view, the one without them beside it. */
function show(app: App, held: OpenTrace, open: OpenTrace): void {
  const { store } = app;
  const { traces, focus } = store.getState();
  store.setState({
    traces: { ...traces, baseline: held, current: open },
    focus: { ...focus, token: Math.min(focus.token, Math.max(0, open.trace.tokens.ids.length - 1)) },
  });
}
