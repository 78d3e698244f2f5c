/** The one thing that the engine does for the page at a time, and how the visitor stops it. */
import { patch, type App } from './app';

let cancel: AbortController | undefined;

/** Begins a job: Run becomes Stop. The signal fires when the visitor stops it or something newer takes its place. */
export function beginJob(app: App): AbortController {
  cancel = new AbortController();
  patch(app, 'run', { status: 'starting' });
  patch(app, 'playback', { playing: false });
  return cancel;
}

export function endJob(app: App): void {
  cancel = undefined;
  patch(app, 'run', { status: 'idle' });
}

/** Stops the job; what was written stays. */
export function stopJob(app: App): void {
  if (app.store.getState().run.status === 'idle') return;
  patch(app, 'run', { status: 'stopping' });
  cancel?.abort();
}

/** False once the signal fires, so that a job can be given up while something else is still waited for. */
export function stopped(signal: AbortSignal): Promise<false> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve(false);
    else signal.addEventListener('abort', () => resolve(false), { once: true });
  });
}
