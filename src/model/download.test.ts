import { describe, expect, it } from 'vitest';
import { createHash } from 'node:crypto';
import { failure } from '../base/testing/failure';
import { download, type Fetcher } from './download';

const FILE = Uint8Array.from({ length: 257 }, (_, i) => (i * 31) % 251);
const EXPECTED = { bytes: FILE.length, sha256: createHash('sha256').update(FILE).digest('hex') };

interface Cut {
  /** Bytes of an answer after which the connection breaks. */
  readonly at: number;
  readonly how: 'error' | 'end' | 'unreachable';
}

interface Serving {
  /** Of each answer in turn; answers after the last are whole. */
  readonly cuts: readonly Cut[];
  readonly ranges?: boolean;
  readonly etag?: string;
  /** The file changes after the first answer. */
  readonly changes?: boolean;
}

/** A server of the file, in chunks of 16 bytes, that breaks off where it is told to. */
function server({ cuts, ranges = true, etag = '"v1"', changes = false }: Serving) {
  const asked: string[] = [];
  const fetcher: Fetcher = (_, init) => {
    const headers = new Headers(init.headers);
    const cut = cuts[asked.length];
    asked.push(headers.get('range') ?? 'all');
    if (cut?.how === 'unreachable') return Promise.reject(new TypeError('Failed to fetch'));
    const isNew = changes && asked.length > 1;
    const now = isNew ? '"v2"' : etag;
    const from = Number(/bytes=(\d+)-/.exec(headers.get('range') ?? '')?.[1] ?? 0);
    const goesOn = ranges && from > 0 && (headers.get('if-range') ?? now) === now;
    const bytes = FILE.slice(goesOn ? from : 0);
    let at = 0;
    const end = Math.min(cut?.at ?? Infinity, bytes.length);
    const body = new ReadableStream<Uint8Array>({
      pull(controller) {
        if (at >= end) return cut?.how === 'error' ? controller.error(new TypeError('network error')) : controller.close();
        controller.enqueue(bytes.slice(at, Math.min(end, at + 16)));
        at += 16;
      },
    });
    return Promise.resolve(new Response(body, { status: goesOn ? 206 : 200, headers: { etag: now, ...(goesOn ? { 'content-range': `bytes ${from}-${FILE.length - 1}/${FILE.length}` } : {}) } }));
  };
  return { fetcher, asked };
}

const waited: number[] = [];
async function fetchFrom(serving: Serving, signal?: AbortSignal) {
  const { fetcher, asked } = server(serving);
  const seen: number[] = [];
  waited.length = 0;
  const bytes = download(fetcher, 'https://host/file', 'The file', EXPECTED, { onBytes: (done) => seen.push(done), wait: async (ms) => void waited.push(ms), ...(signal ? { signal } : {}) });
  return { bytes, asked, seen };
}

describe('a download that breaks off', () => {
  it('goes on from any byte, by an error or a silent end', async () => {
    for (const how of ['error', 'end'] as const) {
      for (let at = 1; at < FILE.length; at += 1) {
        const { bytes, asked, seen } = await fetchFrom({ cuts: [{ at, how }] });
        expect(await bytes).toEqual(FILE);
        expect(asked).toEqual(['all', expect.stringMatching(/^bytes=\d+-$/)]);
        expect(seen).toEqual(seen.toSorted((a, b) => a - b));
      }
    }
  });

  it('begins again where the server knows no ranges, or has another file now', async () => {
    const plain = await fetchFrom({ cuts: [{ at: 100, how: 'error' }], ranges: false });
    expect(await plain.bytes).toEqual(FILE);
    expect(plain.seen.at(-1)).toBe(FILE.length);
    const changed = await fetchFrom({ cuts: [{ at: 100, how: 'end' }], changes: true });
    expect(await changed.bytes).toEqual(FILE);
    // A weak tag says nothing about bytes, so it is not sent.
    const weak = await fetchFrom({ cuts: [{ at: 100, how: 'end' }], etag: 'W/"v1"' });
    expect(await weak.bytes).toEqual(FILE);
  });

  it('is taken up a few times, with longer and longer pauses, also while there is no connection', async () => {
    const cut = { at: 32, how: 'error' } as const;
    const often = await fetchFrom({ cuts: [cut, { at: 0, how: 'unreachable' }, cut, { at: 0, how: 'unreachable' }, cut] });
    expect(await often.bytes).toEqual(FILE);
    expect(often.asked).toEqual(['all', 'bytes=32-', 'bytes=32-', 'bytes=64-', 'bytes=64-', 'bytes=96-']);
    expect(waited).toEqual([500, 1000, 2000, 4000, 8000]);
    const tooOften = await fetchFrom({ cuts: [cut, cut, cut, cut, cut, cut] });
    expect(await failure(tooOften.bytes)).toBe('network: The file could not be downloaded (network error): check the connection and try again.');
    expect(tooOften.asked).toHaveLength(6);
  });

  it('is not taken up where nothing came, nothing more comes, or the visitor stopped it', async () => {
    const none = await fetchFrom({ cuts: [{ at: 0, how: 'unreachable' }] });
    expect(await failure(none.bytes)).toContain('network: The file could not be downloaded (Failed to fetch)');
    expect(none.asked).toHaveLength(1);
    const short = await fetchFrom({ cuts: [{ at: 48, how: 'end' }, { at: 48, how: 'end' }, { at: 48, how: 'end' }], ranges: false });
    expect(await failure(short.bytes)).toBe('integrity: The file is not the file that was published: got 48 bytes, wanted 257: it is cut off. Reload the page to download it again.');
    expect(short.asked).toHaveLength(2);
    const stop = new AbortController();
    const { fetcher } = server({ cuts: [{ at: 48, how: 'error' }] });
    const stopped = download(fetcher, 'https://host/file', 'The file', EXPECTED, { signal: stop.signal, onBytes: () => stop.abort(), wait: async () => expect.fail('waited') });
    expect(await failure(stopped)).toBe('cancelled: The download of The file was stopped on request.');
  });
});
