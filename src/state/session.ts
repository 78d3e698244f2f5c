/** The live model: loading it with progress, cancelling, trying again, and starting over after a loss. */
import type { App } from './app';
import { patchEdits } from './edits';
import { engineWish, rememberSpeeds } from './engineWish';
import { clearErrors, notify, toFailure } from './notices';
import type { Failure, Notice } from './state';
import { strings } from './strings';

let cancel: AbortController | undefined;
let loading: Promise<boolean> | undefined;

/** Whether the browser asks for little data. */
export function savesData(): boolean {
  const connection: unknown = Reflect.get(navigator, 'connection');
  return typeof connection === 'object' && connection !== null && Reflect.get(connection, 'saveData') === true;
}

/** Bytes of all files of the model from the manifest, 0 where it does not say. */
export function manifestBytes(manifest: unknown, model: string): number {
  const files = pick(pick(pick(manifest, 'models'), model), 'files');
  if (typeof files !== 'object' || files === null) return 0;
  return Object.values(files).reduce((sum: number, file: unknown) => {
    const bytes = pick(file, 'bytes');
    return sum + (typeof bytes === 'number' && bytes > 0 ? bytes : 0);
  }, 0);
}

function pick(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined;
}

/** Loads the model in the background, or waits for a click where data is dear. */
export async function considerLoading(app: App): Promise<void> {
  if (!savesData()) {
    await startLoading(app);
    return;
  }
  app.store.setState({ session: { phase: 'waiting', bytes: 0 } });
  try {
    const response = await fetch(new URL('manifest.json', app.services.modelsUrl));
    const bytes = response.ok ? manifestBytes(await response.json(), app.services.model) : 0;
    if (app.store.getState().session.phase === 'waiting') app.store.setState({ session: { phase: 'waiting', bytes } });
  } catch {
    // The size is a courtesy; the click works without it.
  }
}

/** Loads the model. True when it is ready; failures are told and leave the page to replay. */
export function startLoading(app: App): Promise<boolean> {
  loading ??= load(app).finally(() => {
    loading = undefined;
  });
  return loading;
}

async function load(app: App): Promise<boolean> {
  const { store, services } = app;
  if (store.getState().session.phase === 'ready') return true;
  clearErrors(app);
  store.setState({ session: { phase: 'loading', stage: 'manifest', done: 0, total: 0 } });
  cancel = new AbortController();
  try {
    const model = await services.client.load(services.model, {
      modelsUrl: services.modelsUrl,
      engine: engineWish(app),
      signal: cancel.signal,
      onProgress: ({ stage, done, total }) => {
        if (store.getState().session.phase === 'loading') store.setState({ session: { phase: 'loading', stage, done, total } });
      },
    });
    store.setState({ session: { phase: 'ready', model } });
    rememberSpeeds(model);
    if (model.cacheNote !== '') notify(app, { tone: 'note', message: model.cacheNote });
    return true;
  } catch (error) {
    // A restart took its place, and tells how it went itself.
    if (store.getState().session.phase === 'idle') return false;
    const failure = toFailure(error);
    store.setState({ session: { phase: 'failed', failure } });
    if (failure.code === 'cancelled') notify(app, { tone: 'note', message: strings.model.cancelled, action: 'retry-load' });
    else notify(app, failureNotice(failure));
    return false;
  }
}

export function cancelLoading(_app: App): void {
  cancel?.abort();
}

/** What to tell and to offer after a failure of the engine. */
export function failureNotice(failure: Failure): Pick<Notice, 'message' | 'details' | 'action'> {
  const { code, message, details } = failure;
  switch (code) {
    case 'no-webgpu':
    case 'adapter-refused':
      return { message, details: [...details, strings.notice.noWebgpuHint[browserFamily(navigator.userAgent)], strings.notice.replayStays], action: 'retry-load' };
    case 'device-lost':
    case 'engine-died':
    case 'internal':
      return { message, details, action: 'restart-engine' };
    case 'out-of-memory':
      return { message, details, action: 'use-processor' };
    case 'bad-input':
      return { message, details, action: 'none' };
    default:
      return { message, details, action: 'retry-load' };
  }
}

/** Only to choose which hint is shown; nothing is switched on or off by it. */
export function browserFamily(userAgent: string): keyof typeof strings.notice.noWebgpuHint {
  if (/Firefox\//.test(userAgent)) return 'firefox';
  if (/Chrom(e|ium)\//.test(userAgent)) return 'chromium';
  return /Safari\//.test(userAgent) ? 'safari' : 'other';
}

/** Throws the worker away and loads the model again; weights come from the cache where there is one. */
export async function restartEngine(app: App): Promise<boolean> {
  app.store.setState({ session: { phase: 'idle' } });
  app.services.client.restart();
  // A load under way ends with the worker; what the worker held of the run is gone with it.
  await loading;
  patchEdits(app, { held: undefined, ran: undefined });
  return startLoading(app);
}
