/** A service worker's world in memory: caches, open pages, a host with files, and the events that the browser would send. */
import type { FetchEventLike, LastingEvent, MessageEventLike, WorkerScope } from '../scope';

class MemoryCache {
  readonly entries = new Map<string, { readonly bytes: ArrayBuffer; readonly type: string }>();

  match(key: Request | string): Promise<Response | undefined> {
    const found = this.entries.get(typeof key === 'string' ? key : key.url);
    return Promise.resolve(found && new Response(found.bytes, { headers: { 'content-type': found.type } }));
  }

  async put(key: Request | string, response: Response): Promise<void> {
    this.entries.set(typeof key === 'string' ? key : key.url, { bytes: await response.arrayBuffer(), type: response.headers.get('content-type') ?? '' });
  }

  keys(): Promise<readonly Request[]> {
    return Promise.resolve([...this.entries.keys()].map((url) => new Request(url)));
  }

  delete(key: Request | string): Promise<boolean> {
    return Promise.resolve(this.entries.delete(typeof key === 'string' ? key : key.url));
  }
}

/** What outlives a worker: storage, the host, the pages that are open. */
export class World {
  readonly caches = new Map<string, MemoryCache>();
  /** Content by address; an address that is absent answers 404. */
  readonly host = new Map<string, string>();
  readonly asked: string[] = [];
  pages: string[] = [];
  online = true;

  constructor(readonly root: string) {}

  cacheNames(): string[] {
    return [...this.caches.keys()].sort();
  }

  kept(name: string): string[] {
    return [...(this.caches.get(name)?.entries.keys() ?? [])].sort();
  }
}

/** One worker in a world, and the events it gets. */
export class FakeWorker {
  private readonly listeners = new Map<string, (event: never) => void>();
  claimed = false;
  skipped = false;
  unregistered = false;
  readonly scope: WorkerScope;

  constructor(
    private readonly world: World,
    start: (scope: WorkerScope) => void,
  ) {
    const { caches } = world;
    const storage = {
      keys: () => Promise.resolve([...caches.keys()]),
      open: (name: string) => {
        const cache = caches.get(name) ?? new MemoryCache();
        caches.set(name, cache);
        return Promise.resolve(cache);
      },
      delete: (name: string) => Promise.resolve(caches.delete(name)),
      match: async (key: string) => {
        for (const cache of caches.values()) {
          const found = await cache.match(key);
          if (found !== undefined) return found;
        }
        return undefined;
      },
    };
    this.scope = {
      caches: storage as unknown as CacheStorage,
      clients: {
        claim: () => {
          this.claimed = true;
          return Promise.resolve();
        },
        matchAll: () => Promise.resolve(world.pages.map((url) => ({ url }))),
      },
      registration: {
        scope: world.root,
        unregister: () => {
          this.unregistered = true;
          return Promise.resolve(true);
        },
      },
      skipWaiting: () => {
        this.skipped = true;
        return Promise.resolve();
      },
      fetch: (request) => {
        const url = typeof request === 'string' ? request : request.url;
        if (!world.online) return Promise.reject(new TypeError('Failed to fetch'));
        world.asked.push(url);
        const content = world.host.get(url.replace(/[?#].*$/, ''));
        return Promise.resolve(content === undefined ? new Response('', { status: 404 }) : new Response(content, { headers: { 'content-type': 'text/x' } }));
      },
      addEventListener: (type: string, listener: (event: never) => void) => {
        this.listeners.set(type, listener);
      },
    };
    start(this.scope);
  }

  private async send(type: string, event: object): Promise<void> {
    const work: Promise<unknown>[] = [];
    const lasting: LastingEvent = { waitUntil: (promise) => work.push(promise) };
    this.listeners.get(type)?.({ ...event, ...lasting } as never);
    for (let i = 0; i < work.length; i += 1) await work[i];
  }

  install = (): Promise<void> => this.send('install', {});
  activate = (): Promise<void> => this.send('activate', {});
  message = (data: unknown): Promise<void> => this.send('message', { data } satisfies Partial<MessageEventLike>);

  /** The answer's text and status; undefined where the worker leaves the request to the browser. */
  async ask(path: string, method = 'GET'): Promise<string | undefined> {
    let answer: Promise<Response> | undefined;
    const late: Promise<unknown>[] = [];
    const event: FetchEventLike = {
      request: new Request(new URL(path, this.world.root), { method }),
      respondWith: (promise) => {
        answer = promise;
      },
      waitUntil: (promise) => void late.push(promise),
    };
    this.listeners.get('fetch')?.(event as never);
    const response = await answer;
    const text = response === undefined ? undefined : `${response.status} ${await response.text()}`;
    for (let i = 0; i < late.length; i += 1) await late[i];
    return text;
  }
}
