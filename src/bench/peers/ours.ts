/** Our engine's kernels on the tasks of the bench: the very pipelines and dispatch lists that the page runs. */
import { ROUTER_AS_TRAINED } from '../../routing/plan';
import { GREEDY } from '../../engine/engine';
import type { KernelForm, Sizes } from '../../engine/webgpu/constants';
import { sizesOf } from '../../engine/webgpu/constants';
import type { GpuContext } from '../../engine/webgpu/context';
import { RUN_BYTES } from '../../engine/webgpu/buffers';
import { ceilDiv, PassEncoder, step, type Step } from '../../engine/webgpu/forward';
import { compileKernel } from '../../engine/webgpu/kernels';
import { loadWebgpuModel, type WebgpuModel } from '../../engine/webgpu/model';
import { evenPlan } from '../../engine/webgpu/even-plan';
import { cutOff, productConfig } from '../models';
import type { Contender } from '../race';
import type { FeedForwardTask, ProductTask } from '../tasks';

/** What our contenders need of the device. */
export interface Ours {
  readonly context: GpuContext;
  readonly form: KernelForm;
}

const STORAGE = (): number => GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST;

/** Encodes, submits, and gives what `result` then holds. */
async function submitted(context: GpuContext, encode: (pass: PassEncoder) => void, result: GPUBuffer, read: GPUBuffer): Promise<Float32Array> {
  const encoder = context.device.createCommandEncoder();
  const pass = encoder.beginComputePass();
  encode(new PassEncoder(pass));
  pass.end();
  encoder.copyBufferToBuffer(result, 0, read, 0, read.size);
  context.device.queue.submit([encoder.finish()]);
  await context.settle(read.mapAsync(GPUMapMode.READ));
  const copy = new Float32Array(read.getMappedRange().slice(0));
  read.unmap();
  return copy;
}

function runBuffer(context: GpuContext, rows: number): GPUBuffer {
  const run = context.buffer('run', RUN_BYTES, GPUBufferUsage.UNIFORM | GPUBufferUsage.COPY_DST);
  context.device.queue.writeBuffer(run, 0, new Uint32Array([rows, 1, 0, 0, 0, 0, 0, 0, 0xffffffff]));
  return run;
}

interface ProductStep {
  readonly how: string;
  readonly step: Step;
  readonly grid: readonly [number, number];
  readonly extra: readonly GPUBuffer[];
}

/** Which of our kernels a product takes: the row kernel, the dense one, or the grouped one of the expert blocks. */
async function productStep({ context, form }: Ours, task: ProductTask, a: GPUBuffer, w: GPUBuffer, c: GPUBuffer): Promise<ProductStep> {
  const { device } = context;
  const { batch, rows, inner, columns } = task;
  const sizes = sizesOf(productConfig(task), form);
  const none = context.buffer('none', 16, STORAGE());
  const other = context.buffer('none', 16, STORAGE());
  if (batch > 1) {
    const run = runBuffer(context, batch * rows);
    const plan = context.upload('plan', evenPlan(sizes, batch, rows));
    const kernel = await compileKernel(device, `experts_down_${form}`, sizes);
    const tiles = batch * ceilDiv(rows, sizes.tileRows);
    return { how: `experts_down_${form}`, step: step(device, kernel, [run, plan, a, none, w, none, c, other]), grid: grouped(sizes, columns, tiles), extra: [run, plan, none, other] };
  }
  const constants = { K4: inner / 4, N4: columns / 4, NORM: false, ADD: false, C_OFFSET: 0 };
  if (rows === 1) {
    const kernel = await compileKernel(device, `gemv_${form}`, sizes, constants);
    return { how: `gemv_${form}`, step: step(device, kernel, [a, w, none, c, none]), grid: [ceilDiv(columns, form === 'register' ? 64 : 16), 1], extra: [none, other] };
  }
  const run = runBuffer(context, rows);
  const kernel = await compileKernel(device, `gemm_${form}`, sizes, constants);
  return { how: `gemm_${form}`, step: step(device, kernel, [run, a, w, none, c, none]), grid: [ceilDiv(columns, 64), ceilDiv(rows, form === 'register' ? 32 : 16)], extra: [run, none, other] };
}

function grouped({ form }: Sizes, columns: number, tiles: number): readonly [number, number] {
  return form === 'register' ? [ceilDiv(columns, 32), ceilDiv(tiles, 4)] : [ceilDiv(columns, 64), tiles];
}

export async function ourProduct(ours: Ours, task: ProductTask): Promise<Contender> {
  const { context } = ours;
  const a = context.buffer('a', task.a.byteLength, STORAGE());
  const w = context.upload('w', task.w);
  const bytes = 4 * task.batch * task.rows * task.columns;
  const c = context.buffer('c', bytes, STORAGE());
  const read = context.buffer('read', bytes, GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST);
  const { how, step: product, grid, extra } = await context.guarded('The product', () => productStep(ours, task, a, w, c));
  return {
    how,
    run: async () => {
      context.device.queue.writeBuffer(a, 0, task.a.buffer, task.a.byteOffset, task.a.byteLength);
      return await submitted(context, (pass) => pass.run(product, ...grid), c, read);
    },
    dispose: () => {
      for (const buffer of [a, w, c, read, ...extra]) context.release(buffer);
    },
  };
}

export async function ourFeedForward({ context, form }: Ours, { checkpoint, layer, tokens, x }: FeedForwardTask): Promise<Contender> {
  const model: WebgpuModel = await loadWebgpuModel(context, cutOff(checkpoint, 1, layer), form, {});
  const slots = model.usePlan(ROUTER_AS_TRAINED, tokens);
  model.writeRun(tokens, slots, GREEDY, false, false);
  const read = context.buffer('read', x.byteLength, GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST);
  let dispatches = 0;
  const run = async (): Promise<Float32Array> => {
    context.device.queue.writeBuffer(model.buffers.residual, 0, x.buffer, x.byteOffset, x.byteLength);
    return await submitted(context, (pass) => {
      model.forward.block(pass, 0, tokens, slots);
      ({ dispatches } = pass);
    }, model.buffers.x, read);
  };
  await run();
  return {
    how: `chosen experts alone, ${dispatches} dispatches`,
    run,
    dispose: () => {
      context.release(read);
      model.dispose();
    },
  };
}
