/** Run, in the Entropy view: both models write the prompt's continuation in turns, and every view shows the text as it grows. */
import { PlaygroundError } from '../../base/errors';
import { collaborate } from '../../methods/collaboration/collaborate';
import type { CollaborationSettings } from '../../methods/collaboration/settings';
import { ROUTER_AS_TRAINED } from '../../routing/plan';
import type { StepBatch } from '../../engine/engine';
import { joinBatches } from '../../engine/join';
import { patch, type App } from '../app';
import { patchEdits } from '../edits';
import { beginJob, endJob, stopped } from '../job';
import { clearErrors, notify, toFailure } from '../notices';
import { withOpen } from '../openTraces';
import { remixAccess } from '../remix/session';
import { startLoading } from '../session';
import { LAST_STAGE, type OpenTrace } from '../state';
import { strings } from '../strings';
import { headerOf, tellFailure } from '../textRun';
import { showTrace } from '../traces';
import type { Trace } from '../../trace/trace';
import { collaborationNow } from './settings';
import { writerPair, type WriterPair } from './writers';
import { CollaborationWriting, type PromptRows } from './writing';

/** Texts of candidates that are asked for at a time. */
const NAMES_AT_ONCE = 64;

/** Writes the prompt of the page with both models, loading them first where that has not happened. */
export async function runCollaboration(app: App): Promise<void> {
  const { store } = app;
  if (store.getState().run.status !== 'idle') return;
  clearErrors(app);
  if (store.getState().run.prompt.trim() === '') {
    notify(app, { message: strings.prompt.empty });
    return;
  }
  const { signal } = beginJob(app);
  try {
    if (!(await Promise.race([startLoading(app), stopped(signal)]))) return;
    const { session } = store.getState();
    if (session.phase !== 'ready') return;
    const pair = await Promise.race([writerPair(app, session.model), stopped(signal)]);
    if (pair === undefined || pair === false || signal.aborted) return;
    patch(app, 'run', { status: 'running' });
    patch(app, 'view', { announcement: strings.spoken.running });
    await write(app, pair, signal);
  } catch (error) {
    tellFailure(app, error);
  } finally {
    endJob(app);
  }
}

async function write(app: App, { small, large, models }: WriterPair, signal: AbortSignal): Promise<void> {
  const { store } = app;
  const state = store.getState();
  const { session, run, entropy } = state;
  if (session.phase !== 'ready') return;
  const { prompt, maxNewTokens } = run;
  const wanted = collaborationNow(state);
  const settings = { ...wanted, maxStepTokens: Math.max(1, Math.min(wanted.maxStepTokens, maxNewTokens)) };
  const rows = await readPrompt(app, prompt, signal);
  const promptIds = [...rows.batch.ids];
  const header = headerOf(app, session.model, { prompt, maxNewTokens, sampling: settings.sampling, plan: ROUTER_AS_TRAINED }, promptIds.length);
  const { item } = entropy;
  const writing = new CollaborationWriting(header, models, rows, { settings: plain(settings), small: small.name, large: large.name, ...(item?.prompt === prompt ? { item: { id: item.id, answer: item.answer } } : {}) });
  const start = performance.now();
  let end = 'stopped';
  try {
    const events = collaborate(small, large, promptIds, settings, { signal, routing: true });
    for (;;) {
      const next = await events.next();
      if (next.done === true) {
        end = next.value.end;
        break;
      }
      writing.add(next.value);
      show(app, writing.snapshot());
      if (writing.length - promptIds.length >= maxNewTokens) {
        end = 'length';
        break;
      }
    }
  } catch (error) {
    if (toFailure(error).code !== 'cancelled') throw error;
  } finally {
    await name(app, writing);
    show(app, writing.snapshot(end));
  }
  const written = writing.length - promptIds.length;
  patch(app, 'run', { last: { reason: end === 'stopped' ? 'cancelled' : 'length', tokens: written, latencyMs: performance.now() - start } });
  patch(app, 'view', { announcement: end === 'stopped' ? strings.notice.stopped(written) : strings.spoken.done(written) });
}

/** The large model reads the prompt once for the record: its routing, and what it thought after each token. */
async function readPrompt(app: App, prompt: string, signal: AbortSignal): Promise<PromptRows> {
  const batches: StepBatch[] = [];
  const text: string[] = [];
  const names: (readonly [number, string])[] = [];
  await app.services.client.run(
    { prompt, maxNewTokens: 0, sampling: { temperature: 0, topK: 0, topP: 1, seed: 0 }, plan: ROUTER_AS_TRAINED, record: { routing: true, logits: 'none' }, keep: false },
    {
      signal,
      onSteps: (batch, texts, named) => {
        batches.push(batch);
        text.push(...texts);
        names.push(...named);
      },
    },
  );
  // A stop while the prompt is read leaves nothing to write after.
  if (signal.aborted || batches.length === 0) throw new PlaygroundError('cancelled', 'Stopped on request.');
  return { batch: joinBatches(batches, 'none'), text, names };
}

/** Texts of the candidates that a run mentions, so that its trace can be read without a tokenizer. */
async function name(app: App, writing: CollaborationWriting): Promise<void> {
  const access = remixAccess(app);
  if (access === undefined) return;
  const ids = writing.unnamed();
  for (let at = 0; at < ids.length; at += NAMES_AT_ONCE) {
    writing.name(await Promise.all(ids.slice(at, at + NAMES_AT_ONCE).map(async (id) => [id, await access.decode([id])] as const)));
  }
}

/** The run so far on every view. The playhead goes with it until the visitor looks back. */
function show(app: App, trace: Trace): void {
  const { store } = app;
  const { traces, playback, focus } = store.getState();
  const live: OpenTrace = { trace, origin: 'live', name: '' };
  if (traces.current?.origin !== 'live' || traces.current.trace.created !== trace.created) {
    showTrace(app, live, { token: trace.tokens.ids.length - 1 });
    patchEdits(app, { held: undefined });
    patch(app, 'playback', { follow: true });
    return;
  }
  store.setState({
    traces: { ...traces, current: live, open: withOpen(traces.open, live) },
    focus: playback.follow ? { ...focus, token: trace.tokens.ids.length - 1, expert: undefined, stage: LAST_STAGE } : focus,
  });
}

/** Settings as a trace holds them; a threshold that nothing reaches has no number in JSON. */
function plain(settings: CollaborationSettings): Record<string, unknown> {
  return { ...settings, threshold: Number.isFinite(settings.threshold) ? settings.threshold : null };
}
