/** Puts the re-mixed question on every view of the page: its run as trained, and beside it the run with the mix. */
import { ROUTER_AS_TRAINED, type RoutingPlan } from '../../routing/plan';
import type { Trace } from '../../trace/trace';
import { patch, type App } from '../app';
import { patchEdits } from '../edits';
import { beginJob, endJob } from '../job';
import { clearErrors } from '../notices';
import { withOpen } from '../openTraces';
import type { OpenTrace } from '../state';
import { strings } from '../strings';
import { runText, tellFailure } from '../textRun';
import { adoptRun, showTrace } from '../traces';
import { effectView } from './effectView';
import { neighboursNow, storeNow } from './neighbours';
import { mixed } from './omega';
import { mixPlan } from './plan';
import { C3PO_ID, plainRows, type RemixRecord } from './record';
import { shapeNow, settingsNow } from './settings';
import type { RemixState } from './state';

/** Tokens that are written after the prompt, so that the answer itself is seen. */
const NEW_TOKENS = 4;
const GREEDY = { temperature: 0, topK: 0, topP: 1, seed: 0 } as const;

/** Runs the question twice and shows the pair; the run with the mix carries what made it. */
export async function applyMix(app: App): Promise<void> {
  const { store } = app;
  const { session, remix, run } = store.getState();
  if (session.phase !== 'ready' || run.status !== 'idle' || remix.question === undefined || remix.mix === undefined) return;
  const { item } = remix.question;
  const record = recordNow(app);
  const plan = planNow(remix);
  if (record === undefined || plan === undefined) return;
  clearErrors(app);
  const { signal } = beginJob(app);
  patch(app, 'run', { status: 'running' });
  try {
    const text = { prompt: item.prompt, maxNewTokens: NEW_TOKENS, sampling: GREEDY };
    const before = await runText(app, session.model, { ...text, plan: ROUTER_AS_TRAINED }, signal, () => undefined);
    const after = await runText(app, session.model, { ...text, plan, keep: false }, signal, () => undefined);
    if (before.reason === 'cancelled' || after.reason === 'cancelled') return;
    showPair(app, before.recorder.snapshot(), withRecord(after.recorder.snapshot(), record));
  } catch (error) {
    tellFailure(app, error);
  } finally {
    endJob(app);
  }
}

/** The plan of what is on screen. */
function planNow({ mix }: RemixState): RoutingPlan | undefined {
  return mix === undefined ? undefined : (mix.plan ?? mixPlan(mix.layers, mixed(mix)));
}

function withRecord(trace: Trace, record: RemixRecord): Trace {
  return { ...trace, run: { ...trace.run, method: { id: C3PO_ID, params: record } } };
}

function showPair(app: App, before: Trace, after: Trace): void {
  const base: OpenTrace = { trace: before, origin: 'live', name: '' };
  const open: OpenTrace = { trace: after, origin: 'live', name: C3PO_ID };
  const token = before.run.promptTokens - 1;
  showTrace(app, base, { token });
  adoptRun(app, before);
  patchEdits(app, { held: base });
  const { traces } = app.store.getState();
  app.store.setState({ traces: { ...traces, baseline: base, current: open, open: withOpen(traces.open, open) } });
  patch(app, 'view', { announcement: strings.remix.applied });
}

/** Everything that made the mix on screen. */
export function recordNow(app: App): RemixRecord | undefined {
  const state = app.store.getState();
  const { remix } = state;
  const shape = shapeNow(state);
  const { question, mix, run } = remix;
  const store = storeNow(remix);
  if (shape === undefined || question === undefined || mix === undefined || store === undefined) return undefined;
  const result = run.phase === 'done' ? run.result : undefined;
  const neighbours = result?.neighbours ?? neighboursNow(state);
  const view = effectView(question, remix.effect?.after.logits ?? question.before.logits);
  return {
    item: { ...question.item, options: [...question.item.options] },
    settings: { ...(result?.settings ?? settingsNow(remix, shape)), layers: [...(result?.settings ?? settingsNow(remix, shape)).layers] },
    source: mix.source,
    keep: mix.keep,
    layers: [...mix.layers],
    router: plainRows(mix.router, mix.layers.length),
    omega: plainRows(mixed(mix), mix.layers.length),
    neighbours: neighbours.flatMap(({ index, distance, weight }) => {
      const reference = store.references[index];
      return reference === undefined ? [] : [{ id: reference.id, prompt: reference.prompt, answer: reference.answer, correct: reference.correct, distance, weight }];
    }),
    steps: (result?.steps ?? []).map(({ step, surrogateLoss, trueLoss, rate }) => ({
      step,
      ...(surrogateLoss === undefined ? {} : { surrogate: surrogateLoss }),
      ...(trueLoss === undefined ? {} : { truth: trueLoss }),
      ...(rate === undefined ? {} : { rate }),
    })),
    options: view.options.map(({ text, before, after }) => ({ text, before, after })),
    ...(result === undefined ? {} : { relativeCost: result.relativeCost }),
  };
}
