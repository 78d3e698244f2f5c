/** Our own tasks one run at a time, so that two builds of the page can take turns: what a step of the kernels gave. */
import { GpuContext } from '../engine/webgpu/context';
import { chooseKernels } from '../engine/webgpu/tune';
import type { Checkpoint } from '../model/checkpoint';
import { ourDecode, ourPrefill } from './peers/ours-text';
import { type Ours, ourFeedForward, ourProduct } from './peers/ours';
import type { Contender } from './race';
import { feedForwardTask, productTask } from './tasks';
import { promptOf } from './text';

/** Milliseconds of one run of a task. */
export type OwnSamples = (name: string) => Promise<number>;

const WARM_UP = 2;

export const OWN_TASKS: Readonly<Record<string, (ours: Ours, checkpoint: Checkpoint) => Promise<Contender>>> = {
  gemm128: (ours) => ourProduct(ours, productTask(1, 128, 128, 128)),
  gemm256: (ours) => ourProduct(ours, productTask(1, 256, 256, 256)),
  gemm512: (ours) => ourProduct(ours, productTask(1, 512, 512, 512)),
  grouped: (ours) => ourProduct(ours, productTask(16, 16, 128, 128)),
  gemv: (ours) => ourProduct(ours, productTask(1, 1, 128, 4096)),
  ffn1: (ours, checkpoint) => ourFeedForward(ours, feedForwardTask(checkpoint, 3, 1)),
  ffn64: (ours, checkpoint) => ourFeedForward(ours, feedForwardTask(checkpoint, 3, 64)),
  ffn256: (ours, checkpoint) => ourFeedForward(ours, feedForwardTask(checkpoint, 3, 256)),
  prefill: (ours, checkpoint) => ourPrefill(ours, { checkpoint, prompt: promptOf(checkpoint, 128), decoded: 0 }),
  decode: (ours, checkpoint) => ourDecode(ours, { checkpoint, prompt: promptOf(checkpoint, 32), decoded: 8 }),
};

export async function ownSamples(gpu: GPU | undefined, checkpoint: Checkpoint, names: readonly string[]): Promise<OwnSamples> {
  const context = await GpuContext.acquire(gpu);
  const { kernels } = await chooseKernels(context, checkpoint.config);
  const made = new Map<string, Contender>();
  const sample: OwnSamples = async (name) => {
    const contender = made.get(name);
    if (contender === undefined) throw new Error(`There is no task ${name}.`);
    await contender.prepare?.();
    const start = performance.now();
    await contender.run();
    return performance.now() - start;
  };
  for (const name of names) {
    const make = OWN_TASKS[name];
    if (make === undefined) throw new Error(`There is no task ${name}; there are ${Object.keys(OWN_TASKS).join(', ')}.`);
    made.set(name, await make({ context, form: kernels.form }, checkpoint));
    for (let i = 0; i < WARM_UP; i++) await sample(name);
  }
  return sample;
}
