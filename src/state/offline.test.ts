import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createApp, type App } from './app';
import type { Services } from './app';
import { keepOffline, takeNewVersion } from './offline';

/** What a page meets of service workers, with the events that the browser would send. */
class FakeWorker extends EventTarget {
  readonly said: unknown[] = [];
  state = 'installing';
  postMessage(message: unknown): void {
    this.said.push(message);
  }
  become(state: string): void {
    this.state = state;
    this.dispatchEvent(new Event('statechange'));
  }
}

class FakeRegistration extends EventTarget {
  waiting: FakeWorker | null = null;
  installing: FakeWorker | null = null;
  update = vi.fn<() => Promise<void>>(() => Promise.resolve());
  find(worker: FakeWorker): void {
    this.installing = worker;
    this.dispatchEvent(new Event('updatefound'));
  }
}

class FakeContainer extends EventTarget {
  controller: FakeWorker | null = null;
  readonly registration = new FakeRegistration();
  register = vi.fn<(address: string, options: object) => Promise<FakeRegistration>>(() => Promise.resolve(this.registration));
  getRegistration = vi.fn<() => Promise<FakeRegistration>>(() => Promise.resolve(this.registration));
}

let workers: FakeContainer;
let page: EventTarget & { self?: unknown; top?: unknown };
const reload = vi.fn<() => void>();

function open(framed = false): App {
  page = new EventTarget();
  page.self = page;
  page.top = framed ? {} : page;
  vi.stubGlobal('window', page);
  vi.stubGlobal('location', { reload });
  vi.stubGlobal('document', Object.assign(new EventTarget(), { baseURI: 'https://example.org/play/', visibilityState: 'visible' }));
  vi.stubGlobal('navigator', { serviceWorker: workers });
  const app = createApp({} as Services);
  keepOffline(app, true);
  return app;
}

const settle = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 0));
const offers = (app: App): string[] => app.store.getState().notices.map(({ message, action }) => `${action}: ${message}`);
const READY = 'reload: A new version is ready. What is on the page now stays until you reload; the address keeps prompt and settings.';

async function ready(app: App): Promise<void> {
  app.store.setState({ session: { phase: 'waiting', bytes: 0 } });
  await settle();
}

beforeEach(() => {
  workers = new FakeContainer();
  reload.mockClear();
});
afterEach(() => vi.unstubAllGlobals());

test('the worker is asked for once the weights have come, and never in a frame', async () => {
  const app = open();
  await settle();
  expect(workers.register).not.toHaveBeenCalled();
  await ready(app);
  expect(workers.register).toHaveBeenCalledWith('https://example.org/play/sw.js', { updateViaCache: 'none' });

  workers = new FakeContainer();
  await ready(open(true));
  expect(workers.register).not.toHaveBeenCalled();
});

test('a first worker offers nothing, and is told what the page has loaded', async () => {
  const app = open();
  await ready(app);
  const first = new FakeWorker();
  workers.registration.find(first);
  first.become('installed');
  workers.controller = first;
  workers.dispatchEvent(new Event('controllerchange'));
  expect(offers(app)).toEqual([]);
  expect(first.said).toEqual([[]]);
});

test('a new version is offered, takes over when asked, and only then the page loads again', async () => {
  workers.controller = new FakeWorker();
  const app = open();
  await ready(app);
  const next = new FakeWorker();
  workers.registration.find(next);
  expect(offers(app)).toEqual([]);
  next.become('installed');
  workers.registration.waiting = next;
  expect(offers(app)).toEqual([READY]);
  expect([next.said, reload.mock.calls.length]).toEqual([[], 0]);
  await takeNewVersion();
  expect([next.said, reload.mock.calls.length]).toEqual([['activate'], 0]);
  workers.dispatchEvent(new Event('controllerchange'));
  expect(reload).toHaveBeenCalledTimes(1);
});

test('a part of the page that is gone is told, with the way out', () => {
  const app = open();
  page.dispatchEvent(new Event('vite:preloadError'));
  expect(offers(app)).toEqual(['reload: A part of the page could not be loaded: a newer version may have taken its place.']);
});
