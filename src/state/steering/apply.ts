/** Puts a method's plan on every view of the page: the text's prompt run as trained, and beside it the run with the plan. */
import { ROUTER_AS_TRAINED, type RoutingPlan } from '../../routing/plan';
import type { TraceRun } from '../../trace/trace';
import { patch, type App } from '../app';
import { patchEdits } from '../edits';
import { beginJob, endJob } from '../job';
import { clearErrors } from '../notices';
import { withOpen } from '../openTraces';
import type { OpenTrace } from '../state';
import { strings } from '../strings';
import { runText, tellFailure } from '../textRun';
import { adoptRun, showTrace } from '../traces';

/** The run that carries the plan also says which method made it, and with what. */
export async function applyPlan(app: App, plan: RoutingPlan, method: NonNullable<TraceRun['method']>): Promise<void> {
  const { store } = app;
  const { session, run, traces } = store.getState();
  const shown = traces.current?.trace;
  if (session.phase !== 'ready' || run.status !== 'idle' || shown === undefined) return;
  clearErrors(app);
  const { signal } = beginJob(app);
  patch(app, 'run', { status: 'running' });
  try {
    const { promptTokens, sampling, seed } = shown.run;
    const text = {
      prompt: shown.run.prompt ?? shown.tokens.text.slice(0, promptTokens).join(''),
      maxNewTokens: shown.tokens.ids.length - promptTokens,
      sampling: { temperature: 0, topK: 0, topP: 1, ...sampling, seed: seed ?? 0 },
    };
    const before = await runText(app, session.model, { ...text, plan: ROUTER_AS_TRAINED }, signal, () => undefined);
    const after = await runText(app, session.model, { ...text, plan, keep: false }, signal, () => undefined);
    if (before.reason === 'cancelled' || after.reason === 'cancelled') return;
    const base: OpenTrace = { trace: before.recorder.snapshot(), origin: 'live', name: '' };
    const made = after.recorder.snapshot();
    const open: OpenTrace = { trace: { ...made, run: { ...made.run, method } }, origin: 'live', name: method.id };
    showTrace(app, base, { token: 0 });
    adoptRun(app, base.trace);
    patchEdits(app, { held: base });
    const { traces: now } = store.getState();
    store.setState({ traces: { ...now, baseline: base, current: open, open: withOpen(now.open, open) } });
    patch(app, 'view', { announcement: strings.steering.applied });
  } catch (error) {
    tellFailure(app, error);
  } finally {
    endJob(app);
  }
}
