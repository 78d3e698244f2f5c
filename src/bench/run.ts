/** Opens a device and the model, and runs sections of the bench on them. */
import type { Checkpoint } from '../model/checkpoint';
import { GpuContext } from '../engine/webgpu/context';
import { chooseKernels } from '../engine/webgpu/tune';
import { contendersOf, type Environment, type Progress } from './environment';
import { CONTENDERS, type ContenderName } from './race';
import type { Machine, Measured, SectionName, Sections } from './report';
import { curves } from './sections/curves';
import { feedForward } from './sections/ffn';
import { kernels } from './sections/kernels';
import { products } from './sections/products';
import { roofline } from './sections/roofline';
import { decode, prefill } from './sections/text';

const RUNNERS: { readonly [N in SectionName]: (environment: Environment, progress: Progress) => Promise<Sections[N]> } = { products, ffn: feedForward, prefill, decode, kernels, curves, roofline };

/** Rounds and time for each task. */
const PACE = {
  full: { rounds: 20, fewest: 5, budgetMs: 8_000 },
  quick: { rounds: 3, fewest: 2, budgetMs: 1_000 },
} as const;

export interface BenchSetup {
  readonly gpu: GPU | undefined;
  readonly checkpoint: Checkpoint;
  readonly quick: boolean;
  readonly platform: string;
  readonly cores: number;
  readonly versions: Readonly<Record<string, string>>;
  /** Who takes part; everybody unless given. */
  readonly contenders?: readonly ContenderName[];
  /** Why no peer can run here, where none can: it stands in their rows. */
  readonly unavailable?: string;
}

export interface Bench {
  readonly machine: Machine;
  run<N extends SectionName>(name: N, progress: Progress): Promise<Measured<N>>;
  dispose(): void;
}

/** @throws PlaygroundError `no-webgpu`, `adapter-refused` */
export async function openBench({ gpu, checkpoint, quick, platform, cores, versions, contenders = CONTENDERS, unavailable }: BenchSetup): Promise<Bench> {
  const context = await GpuContext.acquire(gpu);
  // Everybody computes with the same float32 weights; the section of kernels measures the others.
  const { form } = (await chooseKernels(context, checkpoint.config)).kernels;
  const environment: Environment = { context, form, checkpoint, quick, pace: quick ? PACE.quick : PACE.full, contenders: contendersOf({ context, form }, contenders, unavailable) };
  const threads = globalThis.crossOriginIsolated === true ? Math.min(4, Math.ceil(cores / 2)) : 1;
  const machine = { adapter: context.adapter.name, software: context.adapter.software, form, platform, cores, threads, model: checkpoint.sha256.slice(0, 12), versions, quick };
  return {
    machine,
    run: async (name, progress) => {
      const results = await RUNNERS[name](environment, progress);
      if (context.uncaptured.length > 0) throw new Error(`The GPU refused something: ${context.uncaptured[0] ?? ''}`);
      return { machine, results };
    },
    dispose: () => context.dispose(),
  };
}
