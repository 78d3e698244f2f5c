/**
 * Chooses the kernel form by a short measurement on the device at hand: the output head's product for one row, once
 * without barriers and once with them. What barriers cost is what tells a software adapter from a GPU, and this
 * kernel compiles fast.
 */
import type { ModelConfig } from '../../model/config';
import { type KernelForm, type Sizes, sizesOf } from './constants';
import type { GpuContext } from './context';
import { compileKernel, productConstants } from './kernels';

const RUNS = 3;
/** Products in one submit: on a GPU a single one is lost in the time that any submit takes. */
const CHAINED = 8;
/** How much faster the form that the adapter's kind does not suggest has to be: less is noise. */
const CLEARLY = 1.5;

export interface FormChoice {
  readonly form: KernelForm;
  /** Best of a few runs each, milliseconds from submit to mapped result. */
  readonly registerMs: number;
  readonly tiledMs: number;
}

/** Milliseconds of one product in one form, from submit to mapped result: the best of `RUNS` after a warm-up. */
async function timeForm(context: GpuContext, sizes: Sizes): Promise<number> {
  const { device } = context;
  const constants = productConstants(sizes).logits;
  const kernel = await compileKernel(device, `gemv_${sizes.form}`, sizes, { ...constants, C_OFFSET: 0 });
  const { width } = sizes.config;
  const storage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC;
  const a = context.buffer('tune a', 4 * width, storage);
  const w = context.buffer('tune w', 4 * width * sizes.vocabularyStride, storage);
  const c = context.buffer('tune c', 4 * sizes.vocabularyStride, storage);
  const read = context.buffer('tune read', 16, GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST);
  const group = device.createBindGroup({
    layout: kernel.pipeline.getBindGroupLayout(0),
    entries: [a, w, a, c].map((buffer, binding) => ({ binding, resource: { buffer } })),
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

export async function chooseForm(context: GpuContext, config: ModelConfig): Promise<FormChoice> {
  return await context.guarded('The speed measurement', async () => {
    const registerMs = await timeForm(context, sizesOf(config, 'register'));
    const tiledMs = await timeForm(context, sizesOf(config, 'tiled'));
    return { form: formFor(context.adapter.software, registerMs, tiledMs), registerMs, tiledMs };
  });
}
