/** Reads a file in a worker of its own; directly where there are no workers, as in tests. */
import type { ReadResult } from './read';

export interface ReadProgress {
  /** Bytes of the file that were read; all of them while they are checked. */
  readonly done: number;
  readonly total: number;
}

/** What the worker says: how far it is, and at last what came of it. */
export type ReaderMessage = { readonly progress: ReadProgress } | { readonly result: ReadResult };

export interface ReadCall {
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: ReadProgress) => void;
}

const UNREADABLE = 'The file could not be read in this browser: it may be too large for its memory, or it was changed while it was read.';

/**
 * Never rejects: what fails is a refusal with a sentence. Undefined once the signal has fired, whatever was read by then.
 * @param file at most MAX_FILE_BYTES long
 */
export async function readFile(file: Blob, { signal, onProgress }: ReadCall = {}): Promise<ReadResult | undefined> {
  if (typeof Worker === 'undefined') {
    const { readTraces } = await import('./read');
    const result = await readTraces(new Uint8Array(await file.arrayBuffer()));
    return signal?.aborted ? undefined : result;
  }
  const worker = new Worker(new URL('./trace-reader.ts', import.meta.url), { type: 'module' });
  try {
    return await new Promise<ReadResult | undefined>((resolve) => {
      const refuse = (): void => resolve({ ok: false, errors: [{ path: '', message: UNREADABLE }], missing: [] });
      worker.addEventListener('message', ({ data }: MessageEvent<ReaderMessage>) => {
        if ('result' in data) resolve(data.result);
        else onProgress?.(data.progress);
      });
      worker.addEventListener('error', refuse);
      worker.addEventListener('messageerror', refuse);
      signal?.addEventListener('abort', () => resolve(undefined), { once: true });
      if (signal?.aborted) resolve(undefined);
      else worker.postMessage(file);
    });
  } finally {
    worker.terminate();
  }
}
