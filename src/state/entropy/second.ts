/** The second, small model: fetched when the view opens, and gone from the device when it closes. */
import type { BesideModel } from '../../engine/worker/client';
import type { App } from '../app';
import { toFailure } from '../notices';
import { savesData } from '../session';
import { patchEntropy } from './slice';

/** Folder name of the small checkpoint. */
export const SMALL_MODEL = 'dense-small';

/** What is held outside the store: the model itself, or its loading. */
interface Held {
  readonly cancel: AbortController;
  readonly ready: Promise<BesideModel | undefined>;
}

const held = new WeakMap<App, Held>();

/** Loads the small model unless it is there or on its way. It begins once the large one is ready. Undefined after a failure or a stop. */
export function openSecond(app: App): Promise<BesideModel | undefined> {
  const now = held.get(app);
  if (now !== undefined) return now.ready;
  const cancel = new AbortController();
  const made: Held = { cancel, ready: load(app, cancel.signal) };
  held.set(app, made);
  void made.ready.then((model) => {
    if (model === undefined && held.get(app) === made) held.delete(app);
  });
  return made.ready;
}

async function load(app: App, signal: AbortSignal): Promise<BesideModel | undefined> {
  const { client, modelsUrl } = app.services;
  patchEntropy(app, { second: { phase: 'loading', stage: 'manifest', done: 0, total: 0 } });
  try {
    const model = await client.loadBeside(SMALL_MODEL, {
      modelsUrl,
      signal,
      onProgress: ({ stage, done, total }) => {
        if (!signal.aborted && app.store.getState().entropy.second.phase === 'loading') patchEntropy(app, { second: { phase: 'loading', stage, done, total } });
      },
    });
    if (signal.aborted) {
      await model.dispose();
      return undefined;
    }
    patchEntropy(app, { second: { phase: 'ready', name: model.info.name, sha256: model.info.sha256, downloadedBytes: model.info.downloadedBytes } });
    return model;
  } catch (error) {
    const { code, message } = toFailure(error);
    if (code === 'cancelled') patchEntropy(app, { second: { phase: 'stopped' } });
    else patchEntropy(app, { second: { phase: 'failed', message } });
    return undefined;
  }
}

/** Loads it without being asked, where data is not dear and the large model is there. */
export function considerSecond(app: App): void {
  const { entropy, session } = app.store.getState();
  if (entropy.second.phase === 'idle' && session.phase === 'ready' && !savesData()) void openSecond(app);
}

/** Stops the loading; what was fetched is kept for the next time. */
export function cancelSecond(app: App): void {
  held.get(app)?.cancel.abort();
}

/** Frees the small model; settles once its memory is given back. */
export async function closeSecond(app: App): Promise<void> {
  const now = held.get(app);
  held.delete(app);
  now?.cancel.abort();
  patchEntropy(app, { second: { phase: 'idle' } });
  const model = await now?.ready;
  await model?.dispose().catch(() => undefined);
  // The end of a loading that was given up here is no stop by the visitor.
  if (!held.has(app)) patchEntropy(app, { second: { phase: 'idle' } });
}

/** An engine that was started anew holds no second model any more. */
export function forgetSecond(app: App): void {
  held.delete(app);
  patchEntropy(app, { second: { phase: 'idle' } });
}
