/** One evaluation of the mix at a time: a newer mix waits for the one that is going on, and of those that wait the last one counts. */
import type { App } from '../app';
import { toFailure } from '../notices';
import { mixed } from './omega';
import { mixPlan } from './plan';
import { handleOf, remixAccess } from './session';
import { patchRemix } from './slice';
import type { Mix, Question } from './state';

let going = false;
/** The page whose newest mix is not measured yet. */
let wanted: App | undefined;

/** Has the effect of the mix measured: at once, or after the measurement that is going on, or when the method has ended. */
export function scheduleEffect(app: App): void {
  wanted = app;
  if (!going && app.store.getState().remix.run.phase !== 'running') void measure();
}

async function measure(): Promise<void> {
  going = true;
  while (wanted !== undefined) {
    const app = wanted;
    wanted = undefined;
    try {
      await measureOnce(app);
    } catch (error) {
      const { code, message } = toFailure(error);
      if (code !== 'cancelled') patchRemix(app, { fault: message });
    }
  }
  going = false;
}

async function measureOnce(app: App): Promise<void> {
  const { question, mix, run } = app.store.getState().remix;
  // Steps of the method bring their own measurement.
  if (question === undefined || mix === undefined || run.phase === 'running') return;
  const omega = mixed(mix);
  const start = performance.now();
  const logits = await logitsOf(app, question, mix, omega);
  const milliseconds = performance.now() - start;
  // Another question came meanwhile: this one is no longer on screen.
  if (logits === undefined || app.store.getState().remix.question !== question) return;
  patchRemix(app, { effect: { after: { logits }, omega, passes: mix.plan === undefined ? 1 : question.ids.length, milliseconds } });
}

/** A mix of the last token is one pass of it through the prepared layers and those above; a plan is a run of the prompt. */
async function logitsOf(app: App, question: Question, mix: Mix, omega: Float32Array): Promise<Float32Array | undefined> {
  const access = remixAccess(app);
  if (access === undefined) return undefined;
  const handle = handleOf(question);
  if (mix.plan === undefined && handle !== undefined && access.gradients !== undefined) return (await handle.under(omega, mix.layers)).logits;
  return (await access.lastLogits(question.ids, mix.plan ?? mixPlan(mix.layers, omega))).logits;
}
