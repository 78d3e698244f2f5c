/**
 * The page without a network: registers the service worker (src/offline/), and says when a new version waits. The page that
 * runs is never swapped; the visitor asks for the new one.
 */
import { MESSAGES } from '../offline/scope';
import type { App } from './app';
import { notify } from './notices';
import { strings } from './strings';

const WORKER = 'sw.js';
/** The worker is fetched once the model is there, or when it has been waited for this long. */
const LATEST_MS = 20_000;
/** Pause between two questions for a new version while the page stays open. */
const ASK_AGAIN_MS = 3_600_000;
/** A new version takes over within this time, or the page is loaded again as it is. */
const TAKEOVER_MS = 5_000;

let registration: ServiceWorkerRegistration | undefined;
let reloading = false;

/** Storage and workers are absent without https, in private windows and in frames of other pages. */
function container(): ServiceWorkerContainer | undefined {
  try {
    return window.self === window.top && 'serviceWorker' in navigator ? navigator.serviceWorker : undefined;
  } catch {
    return undefined;
  }
}

/**
 * To be called once, when the page has started.
 * @param wanted false where the build ships the worker that removes the one before
 */
export function keepOffline(app: App, wanted: boolean): void {
  // A chunk that is gone: the host has a newer version, and this page was not served by a worker.
  window.addEventListener('vite:preloadError', () => notify(app, { tone: 'note', message: strings.offline.replaced, action: 'reload' }));
  const workers = container();
  if (workers === undefined) return;
  void atRest(app)
    .then(() => (wanted ? register(app, workers) : unregister(workers)))
    // Then the page needs the network at every visit, as before.
    .catch(() => undefined);
}

/** Once the weights have come, or will not; they go first. */
function atRest({ store }: App): Promise<void> {
  const settled = (): boolean => !['idle', 'loading'].includes(store.getState().session.phase);
  return new Promise((resolve) => {
    if (settled()) {
      resolve();
      return;
    }
    const done = (): void => {
      clearTimeout(timer);
      stop();
      resolve();
    };
    const timer = setTimeout(done, LATEST_MS);
    const stop = store.subscribe(() => {
      if (settled()) done();
    });
  });
}

/** Addresses of the files that this page and its engine have loaded so far. */
function loaded({ store }: App): string[] {
  const { session } = store.getState();
  return [...performance.getEntriesByType('resource').map(({ name }) => name), ...(session.phase === 'ready' ? session.model.fetched : [])];
}

async function unregister(workers: ServiceWorkerContainer): Promise<void> {
  await (await workers.getRegistration())?.update();
}

async function register(app: App, workers: ServiceWorkerContainer): Promise<void> {
  const offer = (): void => notify(app, { tone: 'note', message: strings.offline.ready, action: 'reload' });
  let controlled = workers.controller !== null;
  workers.addEventListener('controllerchange', () => {
    if (reloading) location.reload();
    // Another tab has taken the new version. The first worker of all takes no version's place.
    else if (controlled) offer();
    else workers.controller?.postMessage(loaded(app));
    controlled = true;
  });
  const found = await workers.register(new URL(WORKER, document.baseURI).href, { updateViaCache: 'none' });
  registration = found;
  const wait = (worker: ServiceWorker | null): void => {
    worker?.addEventListener('statechange', () => {
      if (worker.state === 'installed' && workers.controller !== null) offer();
    });
  };
  if (found.waiting !== null && workers.controller !== null) offer();
  wait(found.installing);
  found.addEventListener('updatefound', () => wait(found.installing));
  workers.controller?.postMessage(MESSAGES.started);
  let asked = Date.now();
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState !== 'visible' || Date.now() - asked < ASK_AGAIN_MS) return;
    asked = Date.now();
    void found.update().catch(() => undefined);
  });
}

/** Loads the page again, in the new version where one waits. */
export async function takeNewVersion(): Promise<void> {
  reloading = true;
  if (registration !== undefined && registration.waiting === null) await registration.update().catch(() => undefined);
  const next = registration?.waiting ?? registration?.installing;
  if (next === null || next === undefined) {
    location.reload();
    return;
  }
  const take = (): void => next.postMessage(MESSAGES.activate);
  if (next.state === 'installed') take();
  else next.addEventListener('statechange', () => (next.state === 'installed' ? take() : undefined));
  setTimeout(() => location.reload(), TAKEOVER_MS);
}
