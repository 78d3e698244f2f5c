/**
 * The failures that a caller tells apart. Every message is a full sentence for
 * the visitor: what failed, what was got, what was wanted, what to do next.
 */
export type ErrorCode =
  | 'bad-input' // a value typed, passed or imported is out of its range
  | 'bad-file' // a file does not follow its format
  | 'integrity' // bytes differ from the manifest (truncated or changed)
  | 'network' // a download did not finish
  | 'cancelled' // the caller asked to stop
  | 'no-webgpu' // this browser or process offers no WebGPU
  | 'no-wasm' // nor WebAssembly
  | 'adapter-refused' // WebGPU exists but gave no adapter or device
  | 'out-of-memory' // the device could not allocate a buffer
  | 'no-room' // the same in the page's own memory, where the processor computes
  | 'device-lost' // the device went away in the middle of work
  | 'engine-died' // the worker that computes ended on its own
  | 'internal'; // a bug of ours

/** The one error class that crosses module borders; `details` lists every single fault where there are several. */
export class PlaygroundError extends Error {
  override readonly name = 'PlaygroundError';

  constructor(
    readonly code: ErrorCode,
    message: string,
    readonly details: readonly string[] = [],
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** The sentence to show for anything that was thrown. */
export function errorMessage(error: unknown): string {
  if (error instanceof Error && error.message !== '') return error.message;
  return typeof error === 'string' && error !== '' ? error : 'Something failed without saying what.';
}

/** The code of anything that was thrown; what is not ours is `internal`. */
export function errorCode(error: unknown): ErrorCode {
  if (error instanceof PlaygroundError) return error.code;
  if (error instanceof Error && error.name === 'AbortError') return 'cancelled';
  return 'internal';
}

/** Throws the `cancelled` error if the signal has fired. */
export function throwIfCancelled(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw new PlaygroundError('cancelled', 'Stopped on request.');
}
