/**
 * The grouped expert product (up and gate, SwiGLU) in its three forms on the same data: what register tiling and
 * workgroup memory are worth on the adapter at hand.
 */
import { PlaygroundError } from '../../base/errors';
import { uniformAt } from '../../base/pcg';
import type { ModelConfig } from '../../model/config';
import { type KernelForm, sizesOf } from './constants';
import { RUN_BYTES } from './buffers';
import { GpuContext } from './context';
import { evenPlan } from './even-plan';
import { compileKernel, type KernelName } from './kernels';

export interface GroupedGemmTimes {
  /** Medians, milliseconds from submit to mapped result. */
  readonly naiveMs: number;
  readonly registerMs: number;
  readonly tiledMs: number;
  /** Routed (token, expert) pairs. */
  readonly rows: number;
  readonly adapter: string;
}

const TOKENS = 128;
const REPEATS = 20;
/** Products in one submit, so that the work outweighs the wait for the result. */
const CHAINED = 4;

/** The shape of the shipped model's experts. */
const SHAPE: ModelConfig = {
  modelType: 'bench',
  layers: 1,
  width: 128,
  heads: 4,
  kvHeads: 2,
  headDim: 32,
  vocabulary: 64,
  context: 512,
  ropeTheta: 10000,
  normEpsilon: 1e-6,
  qkNorm: true,
  tiedEmbedding: true,
  endOfText: [],
  feedForward: { kind: 'moe', experts: 16, topK: 2, hidden: 128, scoring: 'softmax', normTopK: true, sharedHidden: 0, sharedGate: false },
};

const noise = (count: number, seed: number): Float32Array => Float32Array.from({ length: count }, (_, i) => uniformAt(seed, i) * 2 - 1);

interface Timed {
  readonly ms: number;
  readonly result: Float32Array;
}

async function timeKernel(context: GpuContext, name: KernelName, form: KernelForm, topK: number): Promise<Timed> {
  const { device } = context;
  const sizes = sizesOf(SHAPE, form);
  const kernel = await compileKernel(device, name, sizes);
  const rows = TOKENS * topK;
  // Slots take experts in turn: pair p goes to expert p modulo E, so sorted row r is pair (r mod n) E + r / n.
  const each = rows / sizes.experts;
  const tokenOf = (row: number): number => Math.floor(((row % each) * sizes.experts + Math.floor(row / each)) / topK);
  const bytes = 4 * rows * sizes.hidden;
  const run = context.buffer('run', RUN_BYTES, GPUBufferUsage.UNIFORM | GPUBufferUsage.COPY_DST);
  device.queue.writeBuffer(run, 0, new Uint32Array([TOKENS, topK, 0, 0, 0, 0, 0, 0, 0xffffffff]));
  const output = context.buffer('h', bytes, GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC);
  const read = context.buffer('read', bytes, GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST);
  const none = context.buffer('none', 16, GPUBufferUsage.STORAGE);
  const noneOut = context.buffer('none out', 16, GPUBufferUsage.STORAGE);
  const inputs = [
    context.upload('plan', evenPlan(sizes, sizes.experts, rows / sizes.experts, tokenOf)),
    context.upload('x', noise(TOKENS * SHAPE.width, 1)),
    context.upload('w', noise(sizes.experts * SHAPE.width * sizes.hidden * 2, 2)),
  ];
  const buffers = name === 'experts_up_naive' ? [run, ...inputs, none, output, noneOut] : [run, ...inputs, none, output, noneOut, none];
  const group = device.createBindGroup({
    layout: kernel.pipeline.getBindGroupLayout(0),
    entries: buffers.map((buffer, binding) => ({ binding, resource: { buffer } })),
  });
  const tiles = Math.floor(rows / sizes.tileRows) + sizes.experts;
  const times: number[] = [];
  let result = new Float32Array();
  for (let i = 0; i <= REPEATS; i++) {
    const start = performance.now();
    const encoder = device.createCommandEncoder();
    const pass = encoder.beginComputePass();
    pass.setPipeline(kernel.pipeline);
    pass.setBindGroup(0, group);
    for (let j = 0; j < CHAINED; j++) {
      if (name === 'experts_up_naive') pass.dispatchWorkgroups(Math.ceil(sizes.hidden / 8), Math.ceil((tiles * sizes.tileRows) / 8));
      else if (form === 'register') pass.dispatchWorkgroups(Math.ceil(sizes.hidden / 32), Math.ceil(tiles / 4));
      else pass.dispatchWorkgroups(Math.ceil(sizes.hidden / 64), tiles);
    }
    pass.end();
    encoder.copyBufferToBuffer(output, 0, read, 0, bytes);
    device.queue.submit([encoder.finish()]);
    await context.settle(read.mapAsync(GPUMapMode.READ));
    result = new Float32Array(read.getMappedRange().slice(0));
    read.unmap();
    if (i > 0) times.push((performance.now() - start) / CHAINED);
  }
  for (const buffer of [...buffers, read]) context.release(buffer);
  times.sort((a, b) => a - b);
  return { ms: times[Math.floor(times.length / 2)] ?? 0, result };
}

function largestDifference(a: Float32Array, b: Float32Array): number {
  return a.reduce((most, value, i) => Math.max(most, Math.abs(value - (b[i] ?? Infinity))), 0);
}

/**
 * Times the three forms, after checking that all give the same numbers.
 * @throws PlaygroundError `internal` when they do not: a wrong kernel has no time
 */
export async function benchGroupedGemm(gpu: GPU | undefined = globalThis.navigator?.gpu): Promise<GroupedGemmTimes> {
  const context = await GpuContext.acquire(gpu);
  const topK = 2;
  try {
    return await context.guarded('The grouped product', async () => {
      const naive = await timeKernel(context, 'experts_up_naive', 'register', topK);
      const register = await timeKernel(context, 'experts_up_register', 'register', topK);
      const tiled = await timeKernel(context, 'experts_up_tiled', 'tiled', topK);
      const worst = Math.max(largestDifference(naive.result, register.result), largestDifference(naive.result, tiled.result));
      if (!(worst < 1e-3)) throw new PlaygroundError('internal', `The forms of the grouped product differ by ${worst}, which no rounding explains.`);
      return { naiveMs: naive.ms, registerMs: register.ms, tiledMs: tiled.ms, rows: TOKENS * topK, adapter: context.adapter.name };
    });
  } finally {
    context.dispose();
  }
}
