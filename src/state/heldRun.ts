/** The run without edits whose state the engine holds; where only a recording is open, its prompt is run first. */
import { ROUTER_AS_TRAINED } from '../routing/plan';
import { patch, type App } from './app';
import { patchEdits } from './edits';
import { stopped } from './job';
import { startLoading } from './session';
import type { OpenTrace } from './state';
import { strings } from './strings';
import { runText } from './textRun';

/** The held run, or why there can be none; an empty reason is told elsewhere. */
export type Held = { readonly open: OpenTrace; readonly why?: undefined } | { readonly why: string };

/**
 * Makes sure that the engine holds the run that `base` shows. The page then shows that run, at the place where the
 * visitor was.
 * @param asked the visitor asked for the model: it is loaded even where data is dear
 */
export async function holdRun(app: App, base: OpenTrace, signal: AbortSignal, asked: boolean): Promise<Held> {
  const { store, services } = app;
  const text = strings.edits.why;
  const before = store.getState();
  if (before.edits.held === base && before.session.phase === 'ready') return { open: base };
  const { trace } = base;
  const { prompt, promptTokens, sampling, seed = 0 } = trace.run;
  if (trace.model.experts === 0) return { why: text.dense };
  if (trace.model.id !== services.model) return { why: text.foreign(trace.model.id, services.model) };
  if (prompt === undefined || prompt === '') return { why: text.noPrompt };
  if (before.session.phase === 'waiting' && !asked) return { why: text.saveData };
  if (before.session.phase !== 'ready') patchEdits(app, { phase: 'loading' });
  if (!(await Promise.race([startLoading(app), stopped(signal)]))) return { why: whyNot(app) };
  const { session } = store.getState();
  if (session.phase !== 'ready' || signal.aborted) return { why: whyNot(app) };
  patch(app, 'run', { status: 'running' });
  patchEdits(app, { phase: 'before' });
  const run = {
    prompt,
    maxNewTokens: trace.tokens.ids.length - promptTokens,
    sampling: { ...(sampling ?? { temperature: 0, topK: 0, topP: 1 }), seed },
    plan: trace.run.plan ?? ROUTER_AS_TRAINED,
  };
  const { recorder, reason, latencyMs, written } = await runText(app, session.model, run, signal, () => undefined);
  if (reason === 'cancelled') return { why: '' };
  const open: OpenTrace = { trace: recorder.snapshot(), origin: 'live', name: '' };
  const { traces, focus } = store.getState();
  store.setState({
    traces: { ...traces, current: open, baseline: undefined },
    focus: { ...focus, token: Math.min(focus.token, open.trace.tokens.ids.length - 1) },
  });
  patch(app, 'run', { last: { reason, tokens: written, latencyMs } });
  patchEdits(app, { held: open, ran: undefined, effects: {} });
  return { open };
}

/** In words, where the browser itself is the reason; any other failure of loading is told by its own message. */
function whyNot({ store }: App): string {
  const { session } = store.getState();
  if (session.phase !== 'failed') return '';
  const { code, message } = session.failure;
  return code === 'no-webgpu' || code === 'adapter-refused' ? strings.edits.why.noWebgpu : code === 'cancelled' ? '' : message;
}
