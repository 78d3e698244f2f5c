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

function integrity(label: string, fault: string): PlaygroundError {
  return new PlaygroundError('integrity', `${label} is not the file that was published: ${fault} Reload the page to download it again.`);
}

/** Reads a body of exactly `wanted` bytes. */
async function readBody(response: Response, wanted: number, label: string, onBytes: (done: number) => void): Promise<Uint8Array> {
  const bytes = new Uint8Array(wanted);
  let done = 0;
  const take = (chunk: Uint8Array): void => {
    if (done + chunk.length > wanted) throw integrity(label, `got more than the ${wanted} bytes that were wanted.`);
    bytes.set(chunk, done);
    done += chunk.length;
    onBytes(done);
  };
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
  if (done < wanted) throw integrity(label, `got ${done} bytes, wanted ${wanted}: it is cut off.`);
  return bytes;
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
 * @param onBytes bytes of this file so far
 * @throws PlaygroundError `network`, `integrity` (wrong length), `cancelled`
 */
export async function download(
  fetcher: Fetcher,
  url: string,
  label: string,
  expected: ManifestFile,
  options: { readonly signal?: AbortSignal; readonly onBytes?: (done: number) => void } = {},
): Promise<Uint8Array> {
  const { signal, onBytes = () => undefined } = options;
  // Revalidated, because a stale copy in the browser's own cache would fail the check at every reload.
  const response = await open(fetcher, url, label, { cache: 'no-cache', ...(signal ? { signal } : {}) });
  try {
    return await readBody(response, expected.bytes, label, onBytes);
  } catch (error) {
    throw networkError(label, error, signal);
  }
}
