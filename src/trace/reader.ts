/** Reads a file in a worker of its own; directly where there are no workers, as in tests. */
import type { ReadResult } from './read';

/** Never rejects: what fails is a refusal with a sentence. @param file at most MAX_FILE_BYTES long */
export async function readFile(file: Blob): Promise<ReadResult> {
  if (typeof Worker === 'undefined') {
    const { readTraces } = await import('./read');
    return readTraces(new Uint8Array(await file.arrayBuffer()));
  }
  const worker = new Worker(new URL('./trace-reader.ts', import.meta.url), { type: 'module' });
  try {
    return await new Promise<ReadResult>((resolve) => {
      const refuse = (): void => resolve({ ok: false, errors: [{ path: '', message: 'The file could not be read in this browser: it may be too large for its memory, or it was changed while it was read.' }], missing: [] });
      worker.addEventListener('message', (event: MessageEvent<ReadResult>) => resolve(event.data));
      worker.addEventListener('error', refuse);
      worker.addEventListener('messageerror', refuse);
      worker.postMessage(file);
    });
  } finally {
    worker.terminate();
  }
}
