import { expect, it } from 'vitest';
import { createEngineClient } from './client';
import { FakeWorker } from './testing/fake-worker';
import { holdLife, watchLife, type LockScope } from './worker-life';

/** Locks that are asked for in turn; `free` ends whoever holds one, as the browser does with a worker that is gone. */
function lockTable() {
  const waiting = new Map<string, (() => void)[]>();
  const request = async (name: string, options: LockOptions, held: () => Promise<void>): Promise<void> => {
    options.signal?.addEventListener('abort', () => waiting.set(name, []));
    const queue = waiting.get(name);
    if (queue === undefined) {
      waiting.set(name, []);
      await held();
    } else queue.push(() => void held());
  };
  const scope: LockScope = { locks: { request: request as LockManager['request'] } };
  return { scope, free: (name: string) => waiting.get(name)?.shift()?.() };
}

it('tells that the holder is gone, once, and not after the watching stopped', () => {
  const { scope, free } = lockTable();
  const names: string[] = [];
  let gone = 0;
  for (let i = 0; i < 2; i += 1) holdLife((name) => names.push(name), scope);
  const [first = '', second = ''] = names;
  expect(first).toMatch(/^engine-[0-9a-z]+$/);
  expect(first).not.toBe(second);
  watchLife(first, () => (gone += 1), scope);
  const stop = watchLife(second, () => (gone += 10), scope);
  expect(gone).toBe(0);
  free(first);
  expect(gone).toBe(1);
  stop();
  free(second);
  expect(gone).toBe(1);
});

it('is quiet where there are no locks, and where asking is forbidden', async () => {
  const forbidden: LockScope = { locks: { request: (async () => Promise.reject(new DOMException('no', 'SecurityError'))) as LockManager['request'] } };
  const hidden: LockScope = {
    get locks(): LockManager {
      throw new DOMException('no', 'SecurityError');
    },
  };
  for (const scope of [{}, forbidden, hidden]) {
    holdLife(() => expect.fail('held'), scope);
    watchLife('engine-x', () => expect.fail('gone'), scope)();
  }
  await Promise.resolve();
});

it('a client whose worker is gone rejects what was pending with a code of its own', async () => {
  const { scope, free } = lockTable();
  const names: string[] = [];
  const worker = new FakeWorker({ loadCheckpoint: () => new Promise(() => undefined) });
  const client = createEngineClient(
    () => worker,
    (name, onGone) => watchLife(name, onGone, scope),
  );
  const loading = client.load('tiny', { modelsUrl: 'https://example.org/' });
  holdLife((name) => names.push(name), scope);
  worker.onmessage?.({ data: { type: 'alive', id: 0, lock: names[0] } } as MessageEvent);
  free(names[0] ?? '');
  await expect(loading).rejects.toMatchObject({ code: 'engine-died', message: 'The engine stopped unexpectedly (it was ended from outside).' });
  expect(worker.terminated).toBe(true);
});
