/** Runs one kernel alone: typed arrays in, typed arrays out, and no error or warning of the compiler or the device. */
import type { ModelConfig } from '../../../../model/config';
import { TINY_CONFIG } from '../../../testing/tiny-model';
import { type Constants, type KernelForm, kernelsOf, type Sizes, sizesOf, type WeightStorage } from '../../constants';
import type { GpuContext } from '../../context';
import { compileKernel, type KernelName, kernelText } from '../../kernels';

export type Words = Float32Array<ArrayBuffer> | Uint32Array<ArrayBuffer>;

export interface Dispatch {
  readonly sizes: Sizes;
  /** Constants of this instance beside the model's. */
  readonly own?: Constants;
  readonly groups: readonly [number, number?, number?];
  /** Dispatches one after the other in one submit; 1 unless given. */
  readonly times?: number;
}

export function tinySizes(config: Partial<ModelConfig> = {}, form: KernelForm = 'register', storage: WeightStorage = 'f32', subgroups = false): Sizes {
  return sizesOf({ ...TINY_CONFIG, ...config }, { ...kernelsOf(form), storage, subgroups });
}

const checked = new WeakMap<GpuContext, Set<string>>();

/** The compiler's remarks on a kernel: there are to be none, not even warnings. */
async function expectNoRemarks(context: GpuContext, code: string, name: string): Promise<void> {
  const done = checked.get(context) ?? new Set<string>();
  checked.set(context, done);
  if (done.has(code)) return;
  done.add(code);
  const info = await context.device.createShaderModule({ label: name, code }).getCompilationInfo();
  const remarks = info.messages.map((m) => `${m.type} ${m.lineNum}:${m.linePos} ${m.message}`);
  if (remarks.length > 0) throw new Error(`The compiler remarks on ${name}: ${remarks.join('; ')}`);
}

/**
 * Runs `name` with one buffer per binding, in the order of the bindings, and gives the content of all buffers after it.
 * What a kernel must not write stays as it was given: pass more rows than it should touch to see that.
 */
export async function runKernel<const B extends readonly Words[]>(context: GpuContext, name: KernelName, { sizes, own = {}, groups, times = 1 }: Dispatch, bindings: B): Promise<B> {
  const { device } = context;
  const code = kernelText(name, sizes, own);
  return await context.guarded(`The kernel ${name}`, async () => {
    await expectNoRemarks(context, code, name);
    const { pipeline } = await compileKernel(device, name, sizes, own);
    const buffers = bindings.map((data, i) => {
      const isUniform = code.includes(`@binding(${i}) var<uniform>`);
      const usage = isUniform ? GPUBufferUsage.UNIFORM : GPUBufferUsage.STORAGE;
      const buffer = context.buffer(`${name} ${i}`, data.byteLength, usage | GPUBufferUsage.COPY_DST | GPUBufferUsage.COPY_SRC);
      device.queue.writeBuffer(buffer, 0, data.buffer, data.byteOffset, data.byteLength);
      return buffer;
    });
    const offsets: number[] = [];
    let total = 0;
    for (const buffer of buffers) {
      offsets.push(total);
      total += buffer.size;
    }
    const staging = context.buffer('read', total, GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST);
    const group = device.createBindGroup({
      layout: pipeline.getBindGroupLayout(0),
      entries: buffers.map((buffer, binding) => ({ binding, resource: { buffer } })),
    });
    const encoder = device.createCommandEncoder();
    const pass = encoder.beginComputePass();
    pass.setPipeline(pipeline);
    pass.setBindGroup(0, group);
    for (let i = 0; i < times; i++) pass.dispatchWorkgroups(groups[0], groups[1] ?? 1, groups[2] ?? 1);
    pass.end();
    buffers.forEach((buffer, i) => encoder.copyBufferToBuffer(buffer, 0, staging, offsets[i]!, buffer.size));
    device.queue.submit([encoder.finish()]);
    await context.settle(staging.mapAsync(GPUMapMode.READ));
    const bytes = staging.getMappedRange().slice(0);
    staging.unmap();
    for (const buffer of [...buffers, staging]) context.release(buffer);
    return bindings.map((data, i) =>
      data instanceof Uint32Array ? new Uint32Array(bytes, offsets[i], data.length) : new Float32Array(bytes, offsets[i], data.length),
    ) as unknown as B;
  });
}

export interface RunFields {
  readonly rows?: number;
  readonly slots?: number;
  readonly seed?: number;
  readonly topK?: number;
  readonly temperature?: number;
  readonly topP?: number;
  readonly carried?: boolean;
  readonly sample?: boolean;
}

/** The Run uniform of shaders/common.wgsl. */
export function runWords(fields: RunFields = {}): Uint32Array<ArrayBuffer> {
  const { rows = 1, slots = 1, seed = 0, topK = 0, temperature = 0, topP = 1, carried = false, sample = false } = fields;
  return Uint32Array.of(rows, slots, seed, topK, bitsOf(temperature), bitsOf(topP), Number(carried), Number(sample), 0xffffffff, 0, 0, 0);
}

/** The State of shaders/common.wgsl. */
export function stateWords(position = 0, record = 0, token = 0, logProb = 0): Uint32Array<ArrayBuffer> {
  return Uint32Array.of(token, bitsOf(logProb), position, record);
}

export function bitsOf(value: number): number {
  return new Uint32Array(Float32Array.of(value).buffer)[0]!;
}

/** Words read as floats. */
export function asFloats(words: Uint32Array<ArrayBuffer>): Float32Array<ArrayBuffer> {
  return new Float32Array(words.slice().buffer);
}
