import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it, vi } from 'vitest';
import { failure } from '../../base/testing/failure';
import { GpuContext } from './context';

vi.stubGlobal('GPUBufferUsage', { STORAGE: 0x80 });

/** A device whose loss and answers are made by hand. */
function fakeGpu(limits: Partial<GPUSupportedLimits> = {}) {
  let lose: (info: GPUDeviceLostInfo) => void = () => undefined;
  const listeners: ((event: GPUUncapturedErrorEvent) => void)[] = [];
  const scopes: (GPUError | null)[] = [];
  const device = {
    lost: new Promise<GPUDeviceLostInfo>((resolve) => (lose = resolve)),
    limits: { maxBufferSize: 1 << 30, maxStorageBufferBindingSize: 1 << 27, ...limits },
    addEventListener: (_: string, listener: (event: GPUUncapturedErrorEvent) => void) => listeners.push(listener),
    createBuffer: ({ size, usage }: GPUBufferDescriptor) => ({ size, usage, destroy: vi.fn<() => void>() }),
    pushErrorScope: () => undefined,
    popErrorScope: async () => scopes.shift() ?? null,
    destroy: vi.fn<() => void>(() => lose({ reason: 'destroyed', message: '' } as GPUDeviceLostInfo)),
  };
  const info = { vendor: 'google', architecture: 'swiftshader', device: '', description: '', isFallbackAdapter: true };
  const adapter = { info, limits: device.limits, features: new Set(), requestDevice: async () => device };
  const gpu = { requestAdapter: async () => adapter } as unknown as GPU;
  return { gpu, device, scopes, listeners, lose: (message: string) => lose({ reason: 'unknown', message } as GPUDeviceLostInfo) };
}

const never = new Promise<never>(() => undefined);

describe('waiting for a device', () => {
  it('fails at its loss with the reason that the browser gives, also where the work itself never settles', async () => {
    const { gpu, lose } = fakeGpu();
    const context = await GpuContext.acquire(gpu);
    const waiting = failure(context.settle(never));
    lose('The GPU process crashed.');
    expect(await waiting).toBe('device-lost: The GPU went away (The GPU process crashed.).');
    expect(context.isLost).toBe(true);
    expect(await failure(context.settle(Promise.resolve(1)))).toBe('none');
    expect(() => context.buffer('late', 16, 0)).toThrow('went away');
  });

  it.each(['AbortError', 'OperationError', 'GPUPipelineError'])('takes an %s that comes just before the loss for the loss', async (name) => {
    const { gpu, lose } = fakeGpu();
    const context = await GpuContext.acquire(gpu);
    setTimeout(() => lose('gone'), 20);
    const error = Object.assign(new Error('Instance dropped in popErrorScope'), { name });
    expect(await failure(context.settle(Promise.reject(error)))).toBe('device-lost: The GPU went away (gone).');
  });

  it('gives a device up that does not answer, and says after how long', async () => {
    const { gpu, device } = fakeGpu();
    const context = await GpuContext.acquire(gpu);
    expect(await failure(context.settle(never, 30))).toBe('device-lost: The GPU did not answer for 0 seconds, so it was given up.');
    expect(device.destroy).toHaveBeenCalledOnce();
    await Promise.resolve();
    expect(await failure(context.settle(never, 5000))).toBe('device-lost: The GPU did not answer for 0 seconds, so it was given up.');
  });

  it('holds nothing of what it gave, however long the device lives', async () => {
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as () => void;
    const { gpu } = fakeGpu();
    const context = await GpuContext.acquire(gpu);
    const given: WeakRef<object>[] = [];
    for (let i = 0; i < 8; i += 1) given.push(new WeakRef(await context.settle(Promise.resolve({ bytes: new Uint8Array(8) }))));
    await new Promise((resolve) => setTimeout(resolve, 0));
    collect();
    expect(given.filter((one) => one.deref() !== undefined)).toEqual([]);
  });

  it('passes on what the work itself throws, and a close that was asked for is no loss', async () => {
    const { gpu } = fakeGpu();
    const context = await GpuContext.acquire(gpu);
    expect(await failure(context.settle(Promise.reject(new RangeError('too long'))))).toBe('internal: too long');
    context.dispose();
    expect(await failure(context.settle(never))).toBe('cancelled: The engine was closed.');
  });
});

it('a browser that does not answer the request for an adapter or a device has refused it', async () => {
  expect(await failure(GpuContext.acquire({ requestAdapter: async () => never } as unknown as GPU, 10))).toMatch(/^adapter-refused: WebGPU is there/);
  const adapter = { limits: {}, features: new Set(), requestDevice: async () => never };
  expect(await failure(GpuContext.acquire({ requestAdapter: async () => adapter } as unknown as GPU, 10))).toMatch(/^adapter-refused: The graphics adapter refused/);
});

describe('memory', () => {
  const STORAGE = 0x80;
  it('is counted where buffers are made and destroyed, each once', async () => {
    const { gpu } = fakeGpu();
    const context = await GpuContext.acquire(gpu);
    const [a, b] = [context.buffer('a', 100, STORAGE), context.buffer('b', 16, STORAGE)];
    expect([context.buffers, context.bytes]).toEqual([2, 128]);
    context.release(a);
    context.release(a);
    expect([context.buffers, context.bytes]).toEqual([1, 16]);
    context.release(b);
    expect([context.buffers, context.bytes]).toEqual([0, 0]);
  });

  it('that no buffer can have is refused before it is asked for, with both numbers', async () => {
    const { gpu } = fakeGpu();
    const context = await GpuContext.acquire(gpu);
    expect(await failure(context.guarded('The text', async () => context.buffer('kv cache', 4e9, STORAGE)))).toBe(
      'out-of-memory: The text does not fit into the memory of this GPU: it wanted 4,000 MB in one piece (kv cache), and this GPU gives at most 1,074 MB. Close other pages that use the GPU, or let the processor compute.',
    );
    expect(await failure(context.guarded('The text', async () => context.buffer('kv cache', 1e9, STORAGE)))).toContain('wanted 1,000 MB in one piece (kv cache), and this GPU gives at most 134 MB.');
    // A buffer of which kernels see a part at a time.
    expect(await failure(context.guarded('The text', async () => context.buffer('kv cache', 1e9, STORAGE, 1e8)))).toBe('none');
  });

  it('that the device has not got is told with what was wanted, and what was made is given back', async () => {
    const { gpu, scopes } = fakeGpu();
    const context = await GpuContext.acquire(gpu);
    context.buffer('before', 5e6, STORAGE);
    scopes.push({ message: 'no memory' } as GPUError, null);
    const made = context.making('The text', async () => [context.buffer('a', 1e8, STORAGE), context.buffer('b', 1e8, STORAGE)]);
    expect(await failure(made)).toBe('out-of-memory: The text does not fit into the memory of this GPU: it wanted 200 MB beside the 5 MB in use. Close other pages that use the GPU, or let the processor compute.');
    expect([context.buffers, context.bytes]).toEqual([1, 5_000_000]);
    await context.making('The text', async () => context.buffer('a', 16, STORAGE));
    expect(context.buffers).toBe(2);
    scopes.push(null, { message: 'wrong usage' } as GPUError);
    expect(await failure(context.guarded('The text', async () => Promise.resolve()))).toBe('internal: The text was refused by the GPU: wrong usage');
  });
});
