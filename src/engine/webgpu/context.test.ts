import { describe, expect, it, vi } from 'vitest';
import { failure } from '../../base/testing/failure';
import { GpuContext } from './context';

/** A device whose loss and answers are made by hand. */
function fakeGpu(limits: Partial<GPUSupportedLimits> = {}) {
  let lose: (info: GPUDeviceLostInfo) => void = () => undefined;
  const listeners: ((event: GPUUncapturedErrorEvent) => void)[] = [];
  const scopes: (GPUError | null)[] = [];
  const device = {
    lost: new Promise<GPUDeviceLostInfo>((resolve) => (lose = resolve)),
    limits: { maxBufferSize: 1 << 30, maxStorageBufferBindingSize: 1 << 27, ...limits },
    addEventListener: (_: string, listener: (event: GPUUncapturedErrorEvent) => void) => listeners.push(listener),
    createBuffer: ({ size, usage }: GPUBufferDescriptor) => ({ size, usage, destroy: vi.fn() }),
    pushErrorScope: () => undefined,
    popErrorScope: async () => scopes.shift() ?? null,
    destroy: vi.fn(() => lose({ reason: 'destroyed', message: '' } as GPUDeviceLostInfo)),
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

  it('passes on what the work itself throws, and a close that was asked for is no loss', async () => {
    const { gpu } = fakeGpu();
    const context = await GpuContext.acquire(gpu);
    expect(await failure(context.settle(Promise.reject(new RangeError('too long'))))).toBe('internal: too long');
    context.dispose();
    expect(await failure(context.settle(never))).toBe('cancelled: The engine was closed.');
  });
});
