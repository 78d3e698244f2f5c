import { describe, expect, it } from 'vitest';
import { PlaygroundError } from '../../base/errors';
import type { BesideModel, LoadCall } from '../../engine/worker/client';
import { createApp } from '../app';
import { cancelSecond, closeSecond, openSecond, SMALL_MODEL } from './second';

/** A client whose second model arrives when it is told to, and which counts what is loaded and freed. */
function setUp() {
  const calls: { readonly model: string; readonly call: LoadCall; readonly arrive: (model: BesideModel) => void }[] = [];
  const count = { freed: 0 };
  const client = {
    loadBeside: (model: string, call: LoadCall) =>
      new Promise<BesideModel>((resolve, reject) => {
        calls.push({ model, call, arrive: resolve });
        call.signal?.addEventListener('abort', () => reject(new PlaygroundError('cancelled', 'Stopped on request.')));
      }),
  };
  const beside = { info: { name: SMALL_MODEL, sha256: '', downloadedBytes: 5 }, access: {}, dispose: () => Promise.resolve(void (count.freed += 1)) } as unknown as BesideModel;
  const app = createApp({ client, modelsUrl: 'http://x/' } as never);
  const phase = (): string => app.store.getState().entropy.second.phase;
  return { app, calls, count, beside, phase };
}

describe('the second model', () => {
  it('is loaded once while the view is open, with its bytes, and freed once when it closes', async () => {
    const { app, calls, count, beside, phase } = setUp();
    const first = openSecond(app);
    expect(openSecond(app)).toBe(first);
    expect(calls.map(({ model }) => model)).toEqual(['dense-small']);
    calls[0]?.call.onProgress?.({ stage: 'download', done: 3, total: 5 });
    expect(app.store.getState().entropy.second).toEqual({ phase: 'loading', stage: 'download', done: 3, total: 5 });
    calls[0]?.arrive(beside);
    expect(await first).toBe(beside);
    expect(phase()).toBe('ready');
    expect(count.freed).toBe(0);
    await closeSecond(app);
    expect(count.freed).toBe(1);
    expect(phase()).toBe('idle');
    await closeSecond(app);
    expect(count.freed).toBe(1);
  });

  it('can be stopped on its way, and asked for again', async () => {
    const { app, calls, phase } = setUp();
    const first = openSecond(app);
    cancelSecond(app);
    expect(await first).toBeUndefined();
    expect(phase()).toBe('stopped');
    void openSecond(app);
    expect(calls).toHaveLength(2);
    expect(phase()).toBe('loading');
  });

  it('that arrives after the view was closed is freed all the same', async () => {
    const { app, calls, count, beside, phase } = setUp();
    void openSecond(app);
    calls[0]?.arrive(beside);
    await closeSecond(app);
    expect(count.freed).toBe(1);
    expect(phase()).toBe('idle');
  });

  it('given up by closing the view is loaded by itself the next time', async () => {
    const { app, calls, phase } = setUp();
    void openSecond(app);
    await closeSecond(app);
    expect(phase()).toBe('idle');
    void openSecond(app);
    expect(calls).toHaveLength(2);
  });

  it('that cannot be had says so', async () => {
    const { app, phase } = setUp();
    app.services.client.loadBeside = () => Promise.reject(new PlaygroundError('network', 'No connection.'));
    expect(await openSecond(app)).toBeUndefined();
    expect(phase()).toBe('failed');
  });
});
