/** Running the model on the prompt: every batch of steps goes through the recorder into the same views as a replay. */
import { patch, type App } from './app';
import { clampSetting } from './settings';

const cancel: AbortController | undefined = undefined as AbortController | undefined;

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

async function runPrompt(_app: App): Promise<void> {}
