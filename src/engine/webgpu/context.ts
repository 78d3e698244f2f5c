/**
 * One GPU device and what we know of its health: why it was lost, what went wrong on it, how many bytes it holds.
 */
import { PlaygroundError } from '../../base/errors';
import { megabytes } from '../megabytes';

/** Adapters that compute on the CPU; the flag in `adapter.info` is newer than some of the browsers in use. */
const SOFTWARE = /swiftshader|llvmpipe|lavapipe|softpipe|software|basic render|warp/i;

/**
 * Longest wait for one submit: submits are short, so that a device which takes this long will not answer at all. Compiling
 * all kernels on a software adapter is the longest thing there is.
 */
const HANG_MS = 60_000;
export const COMPILE_MS = 180_000;
/** What work on a device that is about to be known as lost fails with, in Chromium. */
const OF_A_LOSS: ReadonlySet<string> = new Set(['AbortError', 'OperationError', 'GPUPipelineError']);
/** A loss becomes known within this, once work has failed of it. */
const LOSS_KNOWN_MS = 500;

/** Used where they are: to profile a run, to keep weights as halves, to reduce over lanes. */
const WELCOME: readonly GPUFeatureName[] = ['timestamp-query', 'shader-f16', 'subgroups'];

export interface AdapterReport {
  readonly name: string;
  readonly software: boolean;
}

function describeAdapter(info: GPUAdapterInfo): AdapterReport {
  const name = [info.description, info.device, info.architecture, info.vendor].find((part) => part !== '') ?? 'unnamed adapter';
  const all = `${info.vendor} ${info.architecture} ${info.device} ${info.description}`;
  return { name, software: info.isFallbackAdapter || SOFTWARE.test(all) };
}

/** A browser whose GPU process is in trouble may leave a request for an adapter unanswered. */
const ANSWER_MS = 30_000;

async function within<T>(work: Promise<T>, boundMs: number): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`There was no answer within ${boundMs / 1000} s.`)), boundMs);
  });
  return await Promise.race([work, late]).finally(() => clearTimeout(timer));
}

const MORE_ROOM = 'Close other pages that use the GPU, or let the processor compute.';

/** A buffer that this device would refuse at any time. */
class TooLarge extends Error {}

function tooLarge(label: string, wanted: number, most: number): TooLarge {
  return new TooLarge(`it wanted ${megabytes(wanted)} in one piece (${label}), and this GPU gives at most ${megabytes(most)}. ${MORE_ROOM}`);
}

/** Owns a `GPUDevice`. After `lost` everything on it is void and every pending wait rejects. */
export class GpuContext {
  /**
   * Ends of the waits under way, called when the device goes away. A race with one promise that outlives them all would
   * keep every one of them for as long as the device lives.
   */
  readonly #waits = new Set<(reason: PlaygroundError) => void>();
  #failure: PlaygroundError | undefined;
  #intentional = false;
  /** Errors that no scope caught, newest last; bounded, because one fault can repeat with every frame. */
  readonly uncaptured: string[] = [];
  /** Buffers that are not destroyed yet: all are made and destroyed here. */
  readonly #live = new Set<GPUBuffer>();
  #bytes = 0;
  /** What a `making` under way has made so far. */
  #making: GPUBuffer[] | undefined;

  private constructor(
    readonly device: GPUDevice,
    readonly adapter: AdapterReport,
    /** What the shader language can do beyond the device's features. */
    readonly language: ReadonlySet<string>,
  ) {
    void device.lost.then((info) => {
      const reason = info.message === '' ? info.reason : info.message;
      this.#failure ??= this.#intentional
        ? new PlaygroundError('cancelled', 'The engine was closed.')
        : new PlaygroundError('device-lost', `The GPU went away (${reason}).`);
      for (const end of this.#waits) end(this.#failure);
    });
    device.addEventListener('uncapturederror', (event) => {
      if (this.uncaptured.length < 50) this.uncaptured.push(event.error.message);
    });
  }

  /**
   * A device on a fresh adapter (an adapter gives one device only).
   * @throws PlaygroundError `no-webgpu` or `adapter-refused`
   */
  static async acquire(gpu: GPU | undefined, boundMs: number = ANSWER_MS): Promise<GpuContext> {
    if (gpu === undefined) {
      throw new PlaygroundError('no-webgpu', 'This browser offers no WebGPU, so the model cannot run here. Recorded traces still play; a current Chrome, Edge or Safari runs the model.');
    }
    const adapter = await within(gpu.requestAdapter({ powerPreference: 'high-performance' }), boundMs).catch(() => null);
    if (adapter === null) {
      throw new PlaygroundError('adapter-refused', 'WebGPU is there, but the browser gave no graphics adapter. Recorded traces still play; restarting the browser or updating the graphics driver often helps.');
    }
    const wanted = adapter.limits;
    try {
      const device = await within(adapter.requestDevice({
        label: 'moe-playground',
        requiredFeatures: WELCOME.filter((feature) => adapter.features.has(feature)),
        requiredLimits: {
          maxStorageBufferBindingSize: wanted.maxStorageBufferBindingSize,
          maxBufferSize: wanted.maxBufferSize,
        },
      }), boundMs);
      return new GpuContext(device, describeAdapter(adapter.info), new Set(gpu.wgslLanguageFeatures ?? []));
    } catch (error) {
      throw new PlaygroundError('adapter-refused', 'The graphics adapter refused to open a device. Recorded traces still play; closing other pages that use the GPU may help.', [], { cause: error });
    }
  }

  /** Bytes of buffers made here and not yet destroyed. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Buffers made here and not yet destroyed. */
  get buffers(): number {
    return this.#live.size;
  }

  get isLost(): boolean {
    return this.#failure !== undefined;
  }

  /**
   * The one place where buffers are made.
   * @param bound bytes of it that kernels see at once, where that is not all
   * @throws PlaygroundError `out-of-memory` where the device gives no buffer of this size, with both numbers
   */
  buffer(label: string, bytes: number, usage: GPUBufferUsageFlags, bound = bytes): GPUBuffer {
    if (this.#failure !== undefined) throw this.#failure;
    const size = Math.max(16, Math.ceil(bytes / 16) * 16);
    const { maxBufferSize, maxStorageBufferBindingSize } = this.device.limits;
    if (size > maxBufferSize) throw tooLarge(label, size, maxBufferSize);
    if ((usage & GPUBufferUsage.STORAGE) !== 0 && bound > maxStorageBufferBindingSize) throw tooLarge(label, bound, maxStorageBufferBindingSize);
    const buffer = this.device.createBuffer({ label, size, usage });
    this.#live.add(buffer);
    this.#making?.push(buffer);
    this.#bytes += size;
    return buffer;
  }

  /** A read-only storage buffer with the given content. */
  upload(label: string, data: Float32Array | Uint32Array): GPUBuffer {
    const buffer = this.buffer(label, data.byteLength, GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_DST);
    this.device.queue.writeBuffer(buffer, 0, data.buffer, data.byteOffset, data.byteLength);
    return buffer;
  }

  /** Destroys a buffer; one that is destroyed already is no fault. */
  release(buffer: GPUBuffer): void {
    if (!this.#live.delete(buffer)) return;
    this.#bytes -= buffer.size;
    buffer.destroy();
  }

  /**
   * Waits for `work`, or fails as soon as the device is lost: on a dead device some promises never settle. A device that
   * takes longer than the bound is given up, which is a loss like others.
   */
  async settle<T>(work: Promise<T>, boundMs: number = HANG_MS): Promise<T> {
    let timer: ReturnType<typeof setTimeout> | undefined;
    let end: (reason: PlaygroundError) => void = () => undefined;
    const ended = new Promise<never>((_, reject) => {
      end = reject;
      if (this.#failure !== undefined) reject(this.#failure);
      if (boundMs !== Infinity) timer = setTimeout(() => reject(this.#giveUp(boundMs)), boundMs);
    });
    this.#waits.add(end);
    try {
      return await Promise.race([work, ended]);
    } catch (error) {
      if (this.#failure !== undefined) throw this.#failure;
      if (error instanceof Error && OF_A_LOSS.has(error.name)) await this.#lossOrNothing();
      throw error;
    } finally {
      clearTimeout(timer);
      this.#waits.delete(end);
    }
  }

  /** The device does not answer: it is void from now on. */
  #giveUp(boundMs: number): PlaygroundError {
    this.#failure ??= new PlaygroundError('device-lost', `The GPU did not answer for ${Math.round(boundMs / 1000)} seconds, so it was given up.`);
    this.device.destroy();
    return this.#failure;
  }

  /** Work on a dead device can fail just before `lost` settles: gives the loss a moment to become known. */
  async #lossOrNothing(): Promise<void> {
    await this.settle(new Promise((resolve) => setTimeout(resolve, LOSS_KNOWN_MS)), Infinity);
  }

  /**
   * Runs work that creates buffers or pipelines and turns GPU errors into ours.
   * @throws PlaygroundError `out-of-memory`, `internal`, `device-lost`
   */
  async guarded<T>(what: string, work: () => Promise<T>): Promise<T> {
    const before = this.#bytes;
    this.device.pushErrorScope('validation');
    this.device.pushErrorScope('out-of-memory');
    let result: T | undefined;
    let thrown: unknown;
    try {
      // Each wait in it has a bound of its own.
      result = await this.settle(Promise.resolve().then(work), Infinity);
    } catch (error) {
      thrown = error;
    }
    const memory = await this.settle(this.device.popErrorScope());
    const validation = await this.settle(this.device.popErrorScope());
    if (memory !== null) {
      const wanted = megabytes(Math.max(0, this.#bytes - before));
      throw new PlaygroundError('out-of-memory', `${what} does not fit into the memory of this GPU: it wanted ${wanted} beside the ${megabytes(before)} in use. ${MORE_ROOM}`);
    }
    if (thrown instanceof TooLarge) throw new PlaygroundError('out-of-memory', `${what} does not fit into the memory of this GPU: ${thrown.message}`);
    if (validation !== null) throw new PlaygroundError('internal', `${what} was refused by the GPU: ${validation.message}`);
    if (thrown !== undefined) throw thrown;
    return result as T;
  }

  /** Like `guarded`, for buffers that belong together: where one cannot be had, those that `work` made before it first waits are given back. */
  async making<T>(what: string, work: () => Promise<T>): Promise<T> {
    const made: GPUBuffer[] = [];
    try {
      return await this.guarded(what, () => {
        this.#making = made;
        try {
          return work();
        } finally {
          this.#making = undefined;
        }
      });
    } catch (error) {
      for (const buffer of made) this.release(buffer);
      throw error;
    }
  }

  dispose(): void {
    this.#intentional = true;
    this.device.destroy();
  }
}
