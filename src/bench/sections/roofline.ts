/** What the adapter can do at most, by two probes of our own, and which share of it each task reaches. */
import { modelGflops, type Work, workOf } from '../work';
import type { Environment, Progress } from '../environment';
import { ourDecode, ourPrefill } from '../peers/ours-text';
import { ourFeedForward, ourProduct } from '../peers/ours';
import type { Contender } from '../race';
import { median, round } from '../stats';
import { feedForwardTask, productTask } from '../tasks';
import { promptOf } from '../text';

export interface RooflineResult {
  readonly label: string;
  /** GB/s of the copy probe, GFLOP/s of the product probe. */
  readonly bandwidth: number;
  readonly arithmetic: number;
  /** Of one run. */
  readonly flops: number;
  readonly bytes: number;
  readonly ms: number;
  /** The time that the probes allow, over the time taken: 1 would be the roof. */
  readonly share: number;
}

const RUNS = 5;
const COPY_BYTES = 64 * 1024 * 1024;

const COPY = `
@group(0) @binding(0) var<storage, read> a: array<vec4f>;
@group(0) @binding(1) var<storage, read_write> b: array<vec4f>;
@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let first = id.x * 16u;
  for (var i = 0u; i < 16u; i++) { b[first + i] = a[first + i]; }
}`;

/** GB/s read and written by a kernel that does nothing but copy. */
async function copyProbe({ context }: Environment): Promise<number> {
  const { device } = context;
  const usage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC;
  const buffers = [context.buffer('from', COPY_BYTES, usage), context.buffer('to', COPY_BYTES, usage)];
  const read = context.buffer('read', 16, GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST);
  const pipeline = await device.createComputePipelineAsync({ layout: 'auto', compute: { module: device.createShaderModule({ code: COPY }) } });
  const group = device.createBindGroup({ layout: pipeline.getBindGroupLayout(0), entries: buffers.map((buffer, binding) => ({ binding, resource: { buffer } })) });
  const ms = await timesOf(async () => {
    const encoder = device.createCommandEncoder();
    const pass = encoder.beginComputePass();
    pass.setPipeline(pipeline);
    pass.setBindGroup(0, group);
    pass.dispatchWorkgroups(COPY_BYTES / 16 / 16 / 64);
    pass.end();
    encoder.copyBufferToBuffer(buffers[1] ?? read, 0, read, 0, 16);
    device.queue.submit([encoder.finish()]);
    await context.settle(read.mapAsync(GPUMapMode.READ));
    read.unmap();
  });
  for (const buffer of [...buffers, read]) context.release(buffer);
  return (2 * COPY_BYTES) / 1e6 / Math.min(...ms);
}

async function timesOf(run: () => Promise<unknown>): Promise<number[]> {
  await run();
  const ms: number[] = [];
  for (let i = 0; i < RUNS; i++) {
    const start = performance.now();
    await run();
    ms.push(performance.now() - start);
  }
  return ms;
}

async function timesOfContender(contender: Contender): Promise<number[]> {
  const ms: number[] = [];
  for (let i = 0; i <= RUNS; i++) {
    await contender.prepare?.();
    const start = performance.now();
    await contender.run();
    if (i > 0) ms.push(performance.now() - start);
  }
  contender.dispose();
  return ms;
}

export async function roofline(environment: Environment, progress: Progress): Promise<RooflineResult[]> {
  progress(0, 'probes');
  const bandwidth = await copyProbe(environment);
  const probe = productTask(1, 512, 512, 512);
  const arithmetic = modelGflops(2 * 512 ** 3, Math.min(...(await timesOfContender(await ourProduct(environment, probe)))));
  const { checkpoint } = environment;
  const prompt = promptOf(checkpoint, 128);
  const cases: readonly (readonly [string, Work, () => Promise<Contender>])[] = [
    ['block, T = 64', workOf(checkpoint.config, { block: 64 }), () => ourFeedForward(environment, feedForwardTask(checkpoint, 3, 64))],
    ['block, T = 256', workOf(checkpoint.config, { block: 256 }), () => ourFeedForward(environment, feedForwardTask(checkpoint, 3, 256))],
    ['prefill, T = 128', workOf(checkpoint.config, { prefill: 128 }), () => ourPrefill(environment, { checkpoint, prompt, decoded: 0 })],
    ['decode, 8 tokens after 32', workOf(checkpoint.config, { decode: 8, after: 32 }), () => ourDecode(environment, { checkpoint, prompt: prompt.slice(0, 32), decoded: 8 })],
  ];
  const results: RooflineResult[] = [];
  for (const [i, [label, work, make]] of cases.entries()) {
    progress(i / cases.length, label);
    const ms = median(await timesOfContender(await make()));
    const atBest = Math.max(work.bytes / 1e6 / bandwidth, work.flops / 1e6 / arithmetic);
    results.push({ label, bandwidth: round(bandwidth), arithmetic: round(arithmetic), flops: work.flops, bytes: work.bytes, ms: round(ms), share: round(atBest / ms) });
  }
  return results;
}
