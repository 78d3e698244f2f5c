/** Files over the network: streamed with byte progress, cancellable, checked against size and hash. */
import { errorMessage, PlaygroundError, throwIfCancelled } from '../base/errors';
import { sha256 as sha256InScript } from '../base/sha256';
import type { ManifestFile } from './manifest';

/** `fetch`, or what stands for it in a test. */
export type Fetcher = (url: string, init: RequestInit) => Promise<Response>;

/** Lower-case hex SHA-256. `crypto.subtle` is missing on pages served without https, then a script does it, slower. */
export async function sha256Hex(bytes: Uint8Array): Promise<string> {
  const subtle: SubtleCrypto | undefined = globalThis.crypto?.subtle;
  if (subtle === undefined) return sha256InScript(bytes);
  const digest = new Uint8Array(await subtle.digest('SHA-256', bytes as Uint8Array<ArrayBuffer>));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** Our error for whatever a fetch or a stream threw. */
function networkError(label: string, error: unknown, signal: AbortSignal | undefined): PlaygroundError {
  if (error instanceof PlaygroundError) return error;
  if (signal?.aborted) return new PlaygroundError('cancelled', `The download of ${label} was stopped on request.`);
  return new PlaygroundError(
    'network',
    `${label} could not be downloaded (${errorMessage(error)}): check the connection and try again.`,
    [],
    { cause: error },
  );
}

/** Opens a URL. Throws `network` when there is no answer or the answer is an error. */
export async function open(fetcher: Fetcher, url: string, label: string, init: RequestInit): Promise<Response> {
  const { signal } = init;
  throwIfCancelled(signal ?? undefined);
  try {
    const response = await fetcher(url, init);
    if (response.ok) return response;
    throw new PlaygroundError('network', `${label} could not be downloaded: the server answered ${response.status}. Try again later.`);
  } catch (error) {
    throw networkError(label, error, signal ?? undefined);
  }
}

/** Times that a broken download is taken up again, and the pause before the first; each later one is twice as long. */
const MOST_RESUMED = 5;
const RESUME_PAUSE_MS = 500;

async function pause(milliseconds: number): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, milliseconds));
}

function integrity(label: string, fault: string): PlaygroundError {
  return new PlaygroundError('integrity', `${label} is not the file that was published: ${fault} Reload the page to download it again.`);
}

/** A file on its way: what came so far stays when the connection breaks. */
class Partial {
  readonly bytes: Uint8Array;
  done = 0;
  /** Names the version that the bytes are of; empty where the server gives none, or only a weak one. */
  tag = '';
  /** What the server sends is another file. */
  isTooLong = false;

  constructor(
    wanted: number,
    readonly label: string,
    readonly onBytes: (done: number) => void,
  ) {
    this.bytes = new Uint8Array(wanted);
  }

  take(chunk: Uint8Array): void {
    this.isTooLong = this.done + chunk.length > this.bytes.length;
    if (this.isTooLong) throw integrity(this.label, `got more than the ${this.bytes.length} bytes that were wanted.`);
    this.bytes.set(chunk, this.done);
    this.done += chunk.length;
    this.onBytes(this.done);
  }

  /** Asks for the rest alone, where there is a beginning. */
  get headers(): Record<string, string> {
    return this.done === 0 ? {} : { Range: `bytes=${this.done}-`, ...(this.tag === '' ? {} : { 'If-Range': this.tag }) };
  }

  /** Whether an answer goes on where this stands; else it begins again. */
  begin(response: Response): void {
    const start = /^bytes (\d+)-/.exec(response.headers.get('content-range') ?? '')?.[1];
    if (response.status !== 206 || Number(start) !== this.done) this.done = 0;
    const tag = response.headers.get('etag') ?? '';
    this.tag = tag.startsWith('"') ? tag : '';
  }
}

/** Reads a body into what is there already. */
async function readBody(response: Response, part: Partial): Promise<void> {
  part.begin(response);
  const take = (chunk: Uint8Array): void => part.take(chunk);
  if (response.body === null) {
    take(new Uint8Array(await response.arrayBuffer()));
  } else {
    const reader = response.body.getReader();
    try {
      for (let next = await reader.read(); !next.done; next = await reader.read()) take(next.value);
    } catch (error) {
      // Nobody reads the rest; that this fails too is no news.
      await reader.cancel().catch(() => undefined);
      throw error;
    }
  }
  const { done, bytes, label } = part;
  if (done < bytes.length) throw integrity(label, `got ${done} bytes, wanted ${bytes.length}: it is cut off.`);
}

/** Throws `integrity` unless the bytes have the published size and hash. */
export async function verify(bytes: Uint8Array, expected: ManifestFile, label: string): Promise<void> {
  if (bytes.length !== expected.bytes) throw integrity(label, `got ${bytes.length} bytes, wanted ${expected.bytes}.`);
  const hash = await sha256Hex(bytes);
  if (hash !== expected.sha256) throw integrity(label, `got SHA-256 ${hash}, wanted ${expected.sha256}.`);
}

/**
 * Downloads one file; its hash is checked separately (`verify`), which takes a stage of its own.
 * @param label how messages name the file
 * A download that breaks off goes on where it was, or begins again where the server cannot do that, a few times.
 * @param onBytes bytes of this file so far
 * @param anew past every cache on the way, after a copy that was not the file
 * @throws PlaygroundError `network`, `integrity` (wrong length), `cancelled`
 */
export async function download(
  fetcher: Fetcher,
  url: string,
  label: string,
  expected: ManifestFile,
  options: { readonly signal?: AbortSignal; readonly onBytes?: (done: number) => void; readonly anew?: boolean; readonly wait?: (milliseconds: number) => Promise<void> } = {},
): Promise<Uint8Array> {
  const { signal, onBytes = () => undefined, anew = false, wait = pause } = options;
  const part = new Partial(expected.bytes, label, onBytes);
  for (let left = MOST_RESUMED; ; left -= 1) {
    const before = part.done;
    let fault: unknown;
    let answered = false;
    try {
      // Revalidated, because a stale copy in the browser's own cache would fail the check at every reload.
      const response = await open(fetcher, url, label, { cache: anew ? 'reload' : 'no-cache', headers: part.headers, ...(signal ? { signal } : {}) });
      answered = true;
      await readBody(response, part);
      return part.bytes;
    } catch (error) {
      fault = error;
    }
    // Where nothing has come, or an answer brought no more than the one before, trying again is up to the visitor.
    const isHopeful = answered ? part.done > before && !part.isTooLong : part.done > 0;
    if (signal?.aborted || left === 0 || !isHopeful) throw networkError(label, fault, signal);
    await wait(RESUME_PAUSE_MS * 2 ** (MOST_RESUMED - left));
  }
}
