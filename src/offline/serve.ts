/**
 * The service worker. A version is installed as a whole, every file checked against its hash, or not at all; the page is then
 * served from it, so that a document never meets scripts of another version. A new version waits until the visitor asks
 * for it, or until no page of the old one is open.
 *
 * The weights are not its business: the page keeps them itself, under their hash (src/model/cache.ts).
 */
import { dataKey, dataName, fileOf, isShell, MODEL_LIST, shellName, type OfflineFiles } from './files';
import { MESSAGES, type FetchEventLike, type WorkerScope } from './scope';

/** Files that are fetched side by side while a version is installed. */
const LANES = 4;

async function sha256(bytes: ArrayBuffer): Promise<string> {
  return Array.from(new Uint8Array(await crypto.subtle.digest('SHA-256', bytes)), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** What a host isolates its pages by. A page that is isolated starts no worker whose script came without them. */
const ISOLATION = ['cross-origin-opener-policy', 'cross-origin-embedder-policy', 'cross-origin-resource-policy'];

/** The answer to keep: the bytes, their type, and how the host isolates. */
export function copyOf({ headers }: Response, bytes: ArrayBuffer): Response {
  const kept = ISOLATION.flatMap((name): [string, string][] => (headers.has(name) ? [[name, headers.get(name) ?? '']] : []));
  return new Response(bytes, { headers: [['content-type', headers.get('content-type') ?? 'application/octet-stream'], ...kept] });
}

/** Listens. Everything else follows from the events. */
export function serve(scope: WorkerScope, files: OfflineFiles): void {
  const root = scope.registration.scope;
  const shell = new Map(Object.entries(files.shell));
  const data = new Map(Object.entries(files.data));
  const current = shellName(root, files.version);

  /** The bytes with this hash from an earlier version's shell or from the network. Throws where the host has others. */
  async function obtain(path: string, hash: string, older: readonly Cache[]): Promise<Response> {
    const sources = [
      ...older.map((cache) => () => cache.match(root + path)),
      () => scope.fetch(root + path, { cache: path.startsWith('assets/') ? 'default' : 'no-cache' }),
      () => scope.fetch(root + path, { cache: 'reload' }),
    ];
    for (const source of sources) {
      const response = await source();
      if (response === undefined || !response.ok) continue;
      const bytes = await response.arrayBuffer();
      // Made anew, since an answer that was redirected may not be given to a navigation.
      if ((await sha256(bytes)) === hash) return copyOf(response, bytes);
    }
    throw new Error(`${path} is not the file of version ${files.version}.`);
  }

  async function install(): Promise<void> {
    const names = (await scope.caches.keys()).filter((name) => isShell(name, root) && name !== current);
    const older = await Promise.all(names.map((name) => scope.caches.open(name)));
    const cache = await scope.caches.open(current);
    const waiting = [...shell];
    const lane = async (): Promise<void> => {
      for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
        const [path, hash] = next;
        if ((await cache.match(root + path)) === undefined) await cache.put(root + path, await obtain(path, hash, older));
      }
    };
    await Promise.all(Array.from({ length: LANES }, lane));
  }

  /** Takes earlier shells away once no page can be theirs: where more than one is open, one of them may be old. */
  async function tidy(): Promise<void> {
    const pages = await scope.clients.matchAll({ type: 'window', includeUncontrolled: true });
    if (pages.filter(({ url }) => url.startsWith(root)).length > 1) return;
    for (const name of await scope.caches.keys()) if (isShell(name, root) && name !== current) await scope.caches.delete(name);
    const cache = await scope.caches.open(dataName(root));
    const wanted = new Set([root + MODEL_LIST, ...[...data].map(([path, hash]) => dataKey(root, path, hash))]);
    for (const { url } of await cache.keys()) if (!wanted.has(url)) await cache.delete(url);
  }

  async function activate(): Promise<void> {
    const first = (await scope.caches.keys()).every((name) => !isShell(name, root) || name === current);
    await tidy();
    // After an update the pages that are open stay with what they were started with.
    if (first) await scope.clients.claim();
  }

  async function fromShell(request: Request, path: string): Promise<Response> {
    const cache = await scope.caches.open(current);
    return (await cache.match(root + path)) ?? scope.fetch(request);
  }

  /** A script of an earlier version, for a page that still runs it. */
  async function fromAnyShell(request: Request): Promise<Response> {
    return (await scope.caches.match(request.url)) ?? scope.fetch(request);
  }

  async function fromData(event: FetchEventLike, path: string, hash: string): Promise<Response> {
    const key = dataKey(root, path, hash);
    const cache = await scope.caches.open(dataName(root));
    const kept = await cache.match(key);
    if (kept !== undefined) return kept;
    const response = await scope.fetch(event.request);
    if (response.status === 200) event.waitUntil(keep(cache, key, hash, response.clone()));
    return response;
  }

  async function keep(cache: Cache, key: string, hash: string, response: Response): Promise<void> {
    try {
      const bytes = await response.arrayBuffer();
      if ((await sha256(bytes)) === hash) await cache.put(key, copyOf(response, bytes));
    } catch {
      // Storage is full: the file is asked for again the next time.
    }
  }

  /** Keeps data that the page had before this worker served it, from the browser's own cache as a rule. */
  async function keepUsed(addresses: readonly unknown[]): Promise<void> {
    const cache = await scope.caches.open(dataName(root));
    for (const address of addresses) {
      const path = typeof address === 'string' ? fileOf(address, root) : undefined;
      const hash = path === undefined ? undefined : data.get(path);
      if (path === undefined || hash === undefined || (await cache.match(dataKey(root, path, hash))) !== undefined) continue;
      const response = await scope.fetch(root + path).catch(() => undefined);
      if (response?.status === 200) await keep(cache, dataKey(root, path, hash), hash, response);
    }
  }

  /** The newest list of models that can be had. */
  async function modelList(event: FetchEventLike): Promise<Response> {
    const cache = await scope.caches.open(dataName(root));
    try {
      const response = await scope.fetch(event.request);
      if (response.status === 200) event.waitUntil(cache.put(root + MODEL_LIST, response.clone()).catch(() => undefined));
      return response;
    } catch (error) {
      const kept = (await cache.match(root + MODEL_LIST)) ?? (await (await scope.caches.open(current)).match(root + MODEL_LIST));
      if (kept === undefined) throw error;
      return kept;
    }
  }

  scope.addEventListener('install', (event) => event.waitUntil(install()));
  scope.addEventListener('activate', (event) => event.waitUntil(activate()));
  scope.addEventListener('message', (event) => {
    if (event.data === MESSAGES.activate) event.waitUntil(scope.skipWaiting());
    if (event.data === MESSAGES.started) event.waitUntil(tidy());
    if (Array.isArray(event.data)) event.waitUntil(keepUsed(event.data));
  });
  scope.addEventListener('fetch', (event) => {
    const { request } = event;
    const path = request.method === 'GET' ? fileOf(request.url, root) : undefined;
    if (path === undefined) return;
    const hash = data.get(path);
    if (path === MODEL_LIST) event.respondWith(modelList(event));
    else if (shell.has(path)) event.respondWith(fromShell(request, path));
    else if (hash !== undefined) event.respondWith(fromData(event, path, hash));
    else if (path.startsWith('assets/')) event.respondWith(fromAnyShell(request));
  });
}
