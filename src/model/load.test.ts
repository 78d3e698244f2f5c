import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { errorCode, errorMessage } from '../base/errors';
import { noCache, openCache, type FileCache } from './cache';
import type { Fetcher } from './download';
import { loadCheckpoint } from './load';
import { parseManifest } from './manifest';

const root = new URL('../../', import.meta.url);
const read = (path: string): Uint8Array => new Uint8Array(readFileSync(new URL(path, root)));
const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** A small checkpoint with the shipped tokenizer: any vocabulary will do for loading. */
const FILES: ReadonlyMap<string, Uint8Array> = new Map([
  ['config.json', read('training/golden/tiny-qwen3/config.json')],
  ['model.safetensors', read('training/golden/tiny-qwen3/model.safetensors')],
  ['tokenizer.json', read('public/models/moe/tokenizer.json')],
]);
const WEIGHTS = FILES.get('model.safetensors')!;
const ALL_BYTES = [...FILES.values()].reduce((sum, bytes) => sum + bytes.length, 0);

const manifestOf = (files: ReadonlyMap<string, Uint8Array>): unknown => ({
  version: 1,
  models: { tiny: { files: Object.fromEntries([...files].map(([name, bytes]) => [name, { bytes: bytes.length, sha256: sha256(bytes) }])) } },
});

/** A server of `served`, whose manifest describes `FILES`; bodies come in chunks of 10,000 bytes. */
function server(served: ReadonlyMap<string, Uint8Array> = FILES, manifest: unknown = manifestOf(FILES)) {
  const asked: string[] = [];
  const fetcher: Fetcher = (url, { signal }) => {
    const path = url.replace('https://host/models/', '');
    asked.push(path);
    signal?.throwIfAborted();
    if (path === 'manifest.json') return Promise.resolve(new Response(typeof manifest === 'string' ? manifest : JSON.stringify(manifest)));
    const bytes = served.get(path.replace('tiny/', ''));
    if (bytes === undefined) return Promise.resolve(new Response('not here', { status: 404 }));
    let at = 0;
    const body = new ReadableStream<Uint8Array>({
      pull(controller) {
        if (signal?.aborted) return controller.error(signal.reason);
        if (at >= bytes.length) return controller.close();
        controller.enqueue(bytes.slice(at, (at += 10000)));
      },
    });
    return Promise.resolve(new Response(body));
  };
  return { fetcher, asked };
}

class MemoryCacheStorage {
  readonly entries = new Map<string, Uint8Array>();
  failure: DOMException | undefined;

  open(): Promise<Cache> {
    const cache = {
      match: async (key: string) => (this.entries.has(key) ? new Response(this.entries.get(key)!.slice()) : undefined),
      put: async (key: string, response: Response) => {
        if (this.failure) throw this.failure;
        this.entries.set(key, new Uint8Array(await response.arrayBuffer()));
      },
      delete: async (key: string | { url: string }) => this.entries.delete(typeof key === 'string' ? key : key.url),
      keys: async () => [...this.entries.keys()].map((url) => ({ url })),
    };
    return Promise.resolve(cache as unknown as Cache);
  }
}

const storageOf = (storage: MemoryCacheStorage): Promise<FileCache> => openCache({ caches: storage as unknown as CacheStorage });

const load = (fetcher: Fetcher, cache: FileCache = noCache('no room'), options = {}, model = 'tiny') =>
  loadCheckpoint({ fetcher, modelsUrl: 'https://host/models/', cache }, model, options);

async function failure(promise: Promise<unknown>): Promise<[string, string]> {
  try {
    await promise;
  } catch (error) {
    return [errorCode(error), errorMessage(error)];
  }
  return ['none', ''];
}

const withFile = (name: string, bytes: Uint8Array): Map<string, Uint8Array> => new Map([...FILES, [name, bytes]]);

describe('a load over the network', () => {
  it('counts every byte of every file and then gives the checkpoint', async () => {
    const seen: [string, number, number][] = [];
    const onProgress = (...step: [string, number, number]) => void seen.push(step);
    const { checkpoint, downloadedBytes, cacheNote } = await load(server().fetcher, undefined, { onProgress });
    expect(checkpoint).toMatchObject({ name: 'tiny', sha256: sha256(WEIGHTS), config: { layers: 3, width: 32 } });
    expect(checkpoint.tokenizer?.encode('the')).toHaveLength(1);
    expect(downloadedBytes).toBe(ALL_BYTES);
    expect(cacheNote).toBe('no room');
    const bytes = seen.filter(([stage]) => stage === 'download').map(([, done]) => done);
    expect(bytes).toEqual(bytes.toSorted((a, b) => a - b));
    expect(bytes.at(-1)).toBe(ALL_BYTES);
  });
  it('says the shape of the model before the weights are asked for, and from a verified file only', async () => {
    const seen: (readonly [number, string | undefined])[] = [];
    const storage = new MemoryCacheStorage();
    for (const { fetcher, asked } of [server(), server()]) {
      await load(fetcher, await storageOf(storage), { onConfig: ({ width }: { readonly width: number }) => void seen.push([width, asked.at(-1)]) });
    }
    expect(seen).toEqual([[32, 'tiny/config.json'], [32, 'manifest.json']]);
    const changed = new TextEncoder().encode(new TextDecoder().decode(FILES.get('config.json')!).replace('32', '48'));
    const other = new Map([...FILES, ['config.json', changed] as const]);
    const onConfig = (): never => {
      throw new Error('not to be called');
    };
    expect((await failure(load(server(other).fetcher, undefined, { onConfig })))[0]).toBe('integrity');
  });
  it('names a truncated file with got and wanted', async () => {
    const cut = WEIGHTS.slice(0, 5000);
    const [code, message] = await failure(load(server(withFile('model.safetensors', cut)).fetcher));
    expect(code).toBe('integrity');
    expect(message).toContain(`got 5000 bytes, wanted ${WEIGHTS.length}: it is cut off`);
  });
  it('stops reading a file that is too long', async () => {
    const [code, message] = await failure(load(server(withFile('model.safetensors', new Uint8Array(200000))).fetcher));
    expect(code).toBe('integrity');
    expect(message).toContain(`got more than the ${WEIGHTS.length} bytes`);
  });
  it('names a file with one changed byte with both hashes, and does not keep it', async () => {
    const changed = WEIGHTS.slice();
    changed[60000]! ^= 1;
    const storage = new MemoryCacheStorage();
    const [code, message] = await failure(load(server(withFile('model.safetensors', changed)).fetcher, await storageOf(storage)));
    expect(code).toBe('integrity');
    expect(message).toContain(`got SHA-256 ${sha256(changed)}, wanted ${sha256(WEIGHTS)}`);
    expect([...storage.entries.keys()].some((key) => key.endsWith(sha256(changed)))).toBe(false);
  });
  it('asks once more, past the caches on the way, for a file that is not what was published', async () => {
    const changed = WEIGHTS.slice();
    changed[60000]! ^= 1;
    const bad = server(withFile('model.safetensors', changed));
    const good = server();
    const caches: (RequestCache | undefined)[] = [];
    const fetcher: Fetcher = (url, init) => {
      if (url.endsWith('.safetensors')) caches.push(init.cache);
      return (init.cache === 'reload' ? good : bad).fetcher(url, init);
    };
    expect((await load(fetcher)).checkpoint.sha256).toBe(sha256(WEIGHTS));
    expect(caches).toEqual(['no-cache', 'reload']);
  });
  it('refuses a file that has its hash but lies about offsets', async () => {
    const lying = WEIGHTS.slice();
    const text = new TextDecoder().decode(lying);
    const at = text.indexOf('"data_offsets":[0,') + '"data_offsets":['.length;
    lying[at] = '1'.charCodeAt(0);
    const files = withFile('model.safetensors', lying);
    const [code, message] = await failure(load(server(files, manifestOf(files)).fetcher));
    expect(code).toBe('bad-file');
    expect(message).toContain('is not a valid safetensors file');
  });
  it('tells a missing file, no connection and a stop apart', async () => {
    const missing = new Map([...FILES].filter(([name]) => name !== 'config.json'));
    expect(await failure(load(server(missing).fetcher))).toEqual(['network', 'config.json of "tiny" could not be downloaded: the server answered 404. Try again later.']);
    const [code, message] = await failure(load(() => Promise.reject(new TypeError('Failed to fetch'))));
    expect(code).toBe('network');
    expect(message).toContain('The list of models could not be downloaded (Failed to fetch)');
    const stop = new AbortController();
    const onProgress = (stage: string, done: number) => {
      if (stage === 'download' && done > 10000) stop.abort();
    };
    expect((await failure(load(server().fetcher, undefined, { signal: stop.signal, onProgress })))[0]).toBe('cancelled');
  });
  it('names the models that there are, and refuses a list that is none', async () => {
    expect(await failure(load(server().fetcher, undefined, {}, 'big'))).toEqual(['bad-input', 'There is no model "big"; there is tiny.']);
    expect((await failure(load(server(FILES, '<!doctype html>').fetcher)))[0]).toBe('bad-file');
  });
});

describe('a load with a cache', () => {
  it('downloads nothing but the list the second time', async () => {
    const storage = new MemoryCacheStorage();
    expect(await load(server().fetcher, await storageOf(storage))).toMatchObject({ cacheNote: '', downloadedBytes: ALL_BYTES });
    const second = server();
    expect(await load(second.fetcher, await storageOf(storage))).toMatchObject({ cacheNote: '', downloadedBytes: 0 });
    expect(second.asked).toEqual(['manifest.json']);
  });
  it('heals an entry that was damaged', async () => {
    const storage = new MemoryCacheStorage();
    await load(server().fetcher, await storageOf(storage));
    const key = [...storage.entries.keys()].find((k) => k.endsWith(sha256(WEIGHTS)))!;
    storage.entries.get(key)![100]! ^= 1;
    const again = server();
    expect((await load(again.fetcher, await storageOf(storage))).downloadedBytes).toBe(WEIGHTS.length);
    expect(again.asked).toEqual(['manifest.json', 'tiny/model.safetensors']);
    expect(sha256(storage.entries.get(key)!)).toBe(sha256(WEIGHTS));
  });
  it('drops files of versions that are gone', async () => {
    const storage = new MemoryCacheStorage();
    storage.entries.set('/moe-playground-weights/old', new Uint8Array(3));
    await load(server().fetcher, await storageOf(storage));
    expect([...storage.entries.keys()].some((key) => key.endsWith('old'))).toBe(false);
    expect(storage.entries.size).toBe(3);
  });
  it('works on when storage is full, forbidden or missing, and says so', async () => {
    const full = new MemoryCacheStorage();
    full.failure = new DOMException('no more', 'QuotaExceededError');
    expect((await load(server().fetcher, await storageOf(full))).cacheNote).toContain('storage is full');
    const forbidden = {
      get caches(): CacheStorage {
        throw new DOMException('sandboxed', 'SecurityError');
      },
    };
    for (const scope of [forbidden, {}]) expect((await load(server().fetcher, await openCache(scope))).cacheNote).toContain('keeps no files');
  });
});

describe('a list of models', () => {
  it('is refused when it is of another version or lacks sizes or hashes', () => {
    const entry = { bytes: 1, sha256: '0'.repeat(64) };
    const list = (file: unknown) => ({ version: 1, models: { a: { files: { f: file } } } });
    expect(parseManifest(list(entry)).models.get('a')?.get('f')).toEqual(entry);
    for (const wrong of [null, {}, { version: 2, models: {} }, { version: 1 }, { version: 1, models: { a: {} } }, list({ ...entry, bytes: -1 }), list({ ...entry, sha256: 'AB' })]) {
      expect(() => parseManifest(wrong)).toThrow('The list of models cannot be used');
    }
  });
});
