/**
 * Files kept in the browser under their SHA-256, so that a new version never meets an old file. Storage may
 * be missing, forbidden (sandboxed frames, private windows) or full: then files are simply downloaded again.
 */
import { sha256Hex } from './download';

export interface FileCache {
  /** The bytes with this hash, checked on the way out; undefined when there are none or they were damaged. */
  get(sha256: string): Promise<Uint8Array | undefined>;
  /** Keeps bytes under their hash. Returns why that was not possible, in words, or an empty text. */
  put(sha256: string, bytes: Uint8Array): Promise<string>;
  /** Drops everything but these hashes. */
  keepOnly(hashes: ReadonlySet<string>): Promise<void>;
}

const CACHE_NAME = 'moe-playground-weights-1';
const NO_STORAGE = 'This browser keeps no files for this page, so the model is downloaded at every visit.';
const FULL = "The browser's storage is full, so the model is downloaded again at the next visit.";

/** A request that stands for a hash; it is never sent. */
function keyOf(sha256: string): string {
  return `/moe-playground-weights/${sha256}`;
}

function hashOf(request: Request): string {
  return request.url.slice(request.url.lastIndexOf('/') + 1);
}

/** Remembers nothing. `note` says why. */
export function noCache(note: string = NO_STORAGE): FileCache {
  return {
    get: () => Promise.resolve(undefined),
    put: () => Promise.resolve(note),
    keepOnly: () => Promise.resolve(),
  };
}

class StoredFiles implements FileCache {
  constructor(private readonly cache: Cache) {}

  async get(sha256: string): Promise<Uint8Array | undefined> {
    try {
      const response = await this.cache.match(keyOf(sha256));
      if (response === undefined) return undefined;
      const bytes = new Uint8Array(await response.arrayBuffer());
      if ((await sha256Hex(bytes)) === sha256) return bytes;
      await this.cache.delete(keyOf(sha256));
      return undefined;
    } catch {
      return undefined;
    }
  }

  async put(sha256: string, bytes: Uint8Array): Promise<string> {
    try {
      await this.cache.put(keyOf(sha256), new Response(bytes as Uint8Array<ArrayBuffer>));
      return '';
    } catch (error) {
      return error instanceof DOMException && error.name === 'QuotaExceededError' ? FULL : NO_STORAGE;
    }
  }

  async keepOnly(hashes: ReadonlySet<string>): Promise<void> {
    try {
      for (const request of await this.cache.keys()) {
        if (!hashes.has(hashOf(request))) await this.cache.delete(request);
      }
    } catch {
      // Old files that stay cost space, not correctness.
    }
  }
}

/**
 * The Cache API's store of this origin, or a cache that keeps nothing.
 * @param scope `globalThis`, or what stands for it in a test
 */
export async function openCache(scope: { readonly caches?: CacheStorage } = globalThis): Promise<FileCache> {
  try {
    // In a sandboxed frame even reading the property throws.
    const { caches } = scope;
    return caches === undefined ? noCache() : new StoredFiles(await caches.open(CACHE_NAME));
  } catch {
    return noCache();
  }
}
