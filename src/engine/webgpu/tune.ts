/**
 * Chooses the kernels by a short measurement on the device at hand: the output head's product for one row, once
 * without barriers and once with them, and on a GPU with weights as halves. What barriers cost is what tells a software
 * adapter from a GPU, and this kernel compiles fast.
 */
import type { ModelConfig } from '../../model/config';
import { type KernelChoice, type KernelForm, kernelsOf, type Sizes, sizesOf, type WeightStorage } from './constants';
import type { GpuContext } from './context';
import { compileKernel, productConstants } from './kernels';

const RUNS = 3;
/** Products in one submit: on a GPU a single one is lost in the time that any submit takes. */
const CHAINED = 8;
/** How much faster what the adapter's kind does not suggest has to be: less is noise. */
const CLEARLY = 1.5;

/** Milliseconds of one product, from submit to mapped result: best of a few runs. */
export interface MeasuredKernels {
  readonly kernels: KernelChoice;
  readonly registerMs: number;
  readonly tiledMs: number;
  /** The chosen form with weights as halves; absent where that was not asked. */
  readonly halvesMs?: number;
}

/** Milliseconds of one product in one form, from submit to mapped result: the best of `RUNS` after a warm-up. */
async function timeKernels(context: GpuContext, sizes: Sizes): Promise<number> {
  const { device } = context;
  const constants = productConstants(sizes).logits;
  const kernel = await compileKernel(device, `gemv_${sizes.form}`, sizes, { ...constants, C_OFFSET: 0 });
  const { width } = sizes.config;
  const storage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC;
  const a = context.buffer('tune a', 4 * width, storage);
  const w = context.buffer('tune w', (sizes.storage === 'f32' ? 4 : 2) * width * sizes.vocabularyStride, storage);
  const c = context.buffer('tune c', 4 * sizes.vocabularyStride, storage);
  const read = context.buffer('tune read', 16, GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST);
  const group = device.createBindGroup({
    layout: kernel.pipeline.getBindGroupLayout(0),
    entries: [a, w, a, c, a].map((buffer, binding) => ({ binding, resource: { buffer } })),
  });
  let best = Infinity;
  for (let i = 0; i <= RUNS; i++) {
    const start = performance.now();
    const encoder = device.createCommandEncoder();
    const pass = encoder.beginComputePass();
    pass.setPipeline(kernel.pipeline);
    pass.setBindGroup(0, group);
    for (let j = 0; j < CHAINED; j++) {
      pass.dispatchWorkgroups(Math.ceil(sizes.vocabularyStride / (sizes.form === 'register' ? 64 : 16)));
    }
    pass.end();
    encoder.copyBufferToBuffer(c, 0, read, 0, 16);
    device.queue.submit([encoder.finish()]);
    await context.settle(read.mapAsync(GPUMapMode.READ));
    read.unmap();
    if (i > 0) best = Math.min(best, (performance.now() - start) / CHAINED);
  }
  for (const buffer of [a, w, c, read]) context.release(buffer);
  return best;
}

/** The form that suits the kind of adapter, unless the other is clearly faster on this one. */
export function formFor(software: boolean, registerMs: number, tiledMs: number): KernelForm {
  if (software) return registerMs > CLEARLY * tiledMs ? 'tiled' : 'register';
  return tiledMs > CLEARLY * registerMs ? 'register' : 'tiled';
}

/** How halves are read where they are kept. */
function halvesOn({ device }: GpuContext): WeightStorage {
  return device.features.has('shader-f16') ? 'f16' : 'packed';
}

/**
 * Chooses the kernels for models of this shape. A GPU keeps halves, which take half the memory and half the reading,
 * unless they are clearly slower on it. A software adapter does not: it computes every unpacking, and has the processor's memory.
 */
export async function chooseKernels(context: GpuContext, config: ModelConfig): Promise<MeasuredKernels> {
  return await context.guarded('The speed measurement', async () => {
    const registerMs = await timeKernels(context, sizesOf(config, 'register'));
    const tiledMs = await timeKernels(context, sizesOf(config, 'tiled'));
    const { software } = context.adapter;
    const form = formFor(software, registerMs, tiledMs);
    const plain = kernelsOf(form);
    if (software) return { kernels: plain, registerMs, tiledMs };
    const halves = { ...plain, storage: halvesOn(context) };
    const halvesMs = await timeKernels(context, sizesOf(config, halves));
    const isSlow = halvesMs > CLEARLY * (form === 'tiled' ? tiledMs : registerMs);
    return { kernels: { ...(isSlow ? plain : halves), subgroups: hasSubgroups(context) }, registerMs, tiledMs, halvesMs };
  });
}

/** A choice as this device can carry it out: it may have been made on another. */
export function possible(context: GpuContext, { form, storage, subgroups }: KernelChoice): KernelChoice {
  return { form, storage: storage === 'f32' ? storage : halvesOn(context) === 'f16' ? storage : 'packed', subgroups: subgroups && hasSubgroups(context) };
}

/** Which subgroup a lane is in has to be known, too: a feature of the language, which is younger. */
export function hasSubgroups({ device, language }: GpuContext): boolean {
  return device.features.has('subgroups') && language.has('subgroup_id');
}
