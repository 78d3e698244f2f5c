/**
 * Telling that a worker was killed, for which there is no event: the worker holds a lock of its own name for as long as it
 * lives, and the page waits for that lock. Where there are no locks, a killed worker is not noticed.
 */

/** Of a page or worker, or what stands for it in a test. */
export interface LockScope {
  readonly locks?: Pick<LockManager, 'request'>;
}

/** In a frame whose storage is blocked, asking rejects, and even the property may throw; then nothing is noticed. */
function request(scope: LockScope, name: string, options: LockOptions, held: () => Promise<void>): void {
  try {
    scope.locks?.request(name, options, held).catch(() => undefined);
  } catch {
    // As without locks.
  }
}

/** In the worker: holds a lock until the worker ends, and tells its name once it has it. */
export function holdLife(onHeld: (name: string) => void, scope: LockScope = navigator): void {
  const name = `engine-${Array.from(crypto.getRandomValues(new Uint32Array(2)), (word) => word.toString(36)).join('')}`;
  request(scope, name, {}, async () => {
    onHeld(name);
    await new Promise(() => undefined);
  });
}

/**
 * In the page: calls once the worker that holds this lock is gone.
 * @returns stops waiting
 */
export function watchLife(name: string, onGone: () => void, scope: LockScope = navigator): () => void {
  const stop = new AbortController();
  request(scope, name, { signal: stop.signal }, async () => Promise.resolve(onGone()));
  return () => stop.abort();
}
