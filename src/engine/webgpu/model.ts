/**
 * A model on the device: weights, kernels, buffers, and the routing plan that is uploaded at the moment.
 */
import { PlaygroundError, throwIfCancelled } from '../../base/errors';
import type { Checkpoint } from '../../model/checkpoint';
import type { ModelConfig } from '../../model/config';
import { compilePlan } from '../../routing/resolve';
import type { RoutingPlan } from '../../routing/plan';
import type { Scoring } from '../../routing/select';
import type { GradientCapability } from '../gradients';
import { GREEDY, type LoadedModel, type LoadOptions, RECORD_ROUTING, type Sampling, type Sequence } from '../engine';
import { ROUTER_AS_TRAINED } from '../../routing/plan';
import { createBuffers, type ModelBuffers, MOST_RULES, RUN_BYTES } from './buffers';
import { type KernelChoice, type KernelForm, kernelsOf, type Sizes, sizesOf } from './constants';
import { COMPILE_MS, type GpuContext } from './context';
import { Forward } from './forward';
import { webgpuGradients } from './gradients/capability';
import { compileAll, KERNELS_IN_SET } from './kernels';
import { WebgpuProfiler } from './profiler';
import { Staging } from './readback';
import { encodeRules } from './rules';
import { WebgpuSequence } from './sequence';
import { isStoredAsHalves, uploadWeights, type WeightBuffers } from './weights';

/** Refuses what the kernels do not do, in words. */
function checkSupported(config: ModelConfig): void {
  const refuse = (what: string, is: number, most: number): never => {
    throw new PlaygroundError('bad-file', `This model has ${is} ${what}; the WebGPU engine goes up to ${most}. Use the reference engine for it.`);
  };
  // A thread an expert in plan.wgsl; 8 lanes by headDim / 4 in decode_qkv.wgsl.
  if (config.feedForward.kind === 'moe' && config.feedForward.experts > 256) refuse('experts', config.feedForward.experts, 256);
  if (config.headDim > 128) refuse('numbers in a head', config.headDim, 128);
  if (config.qkNorm && config.qkNormSpan === 'all-heads') {
    throw new PlaygroundError('bad-file', 'This model normalises queries and keys across all heads (as OLMoE does); the WebGPU engine does so per head only. Use the reference engine for it.');
  }
}

/**
 * Puts a checkpoint on the device.
 * @throws PlaygroundError `out-of-memory`, `device-lost`, `cancelled`, `bad-file`
 */
export async function loadWebgpuModel(context: GpuContext, checkpoint: Checkpoint, kernels: KernelForm | KernelChoice, options: LoadOptions): Promise<WebgpuModel> {
  checkSupported(checkpoint.config);
  throwIfCancelled(options.signal);
  const choice = kernelsOf(kernels);
  // Numbers that are not float16 would change.
  const sizes = sizesOf(checkpoint.config, isStoredAsHalves(checkpoint) ? choice : { ...choice, storage: 'f32' });
  const report = options.onProgress ?? ((): void => undefined);
  let compiled = 0;
  // Pipelines compile while weights go up. They report their own errors; error scopes form a stack, so only one
  // of the two may use them.
  const compiling = context.settle(compileAll(context.device, sizes, () => report('compile', ++compiled / KERNELS_IN_SET)), COMPILE_MS);
  compiling.catch(() => undefined);
  const parts = await context.making(`The model "${checkpoint.name}"`, async () => {
    const weights = uploadWeights(context, checkpoint, sizes, (fraction) => report('upload', fraction));
    const buffers = createBuffers(context, sizes);
    return Promise.resolve({ weights, buffers });
  });
  const set = await compiling;
  throwIfCancelled(options.signal);
  const forward = new Forward(context, sizes, set, parts.weights, parts.buffers);
  return new WebgpuModel(checkpoint.config, context, sizes, forward, parts.weights, parts.buffers);
}

export class WebgpuModel implements LoadedModel {
  readonly gradients: GradientCapability | undefined;
  readonly profiler: WebgpuProfiler;
  readonly staging: Staging;
  /** What lives on this model's buffers and goes with them. */
  readonly owned = new Set<{ dispose(): void }>();
  #disposed = false;
  /** Calls on one model share its buffers, so they run one after the other. */
  #tail: Promise<unknown> = Promise.resolve();
  #plan: { readonly plan: RoutingPlan; readonly promptLength: number; readonly slots: number } | undefined;

  constructor(
    readonly config: ModelConfig,
    readonly context: GpuContext,
    readonly sizes: Sizes,
    readonly forward: Forward,
    readonly weights: WeightBuffers,
    readonly buffers: ModelBuffers,
  ) {
    this.profiler = new WebgpuProfiler(context);
    this.staging = new Staging(context);
    this.gradients = webgpuGradients(this);
  }

  get scoring(): Scoring {
    return this.config.feedForward.kind === 'moe' ? this.config.feedForward.scoring : 'softmax';
  }

  /** K of the router; 1 for a dense model. */
  get topK(): number {
    return this.config.feedForward.kind === 'moe' ? this.config.feedForward.topK : 1;
  }

  async createSequence(capacity = this.config.context): Promise<Sequence> {
    return await WebgpuSequence.create(this, Math.min(capacity, this.config.context));
  }

  async embed(ids: readonly number[], signal?: AbortSignal): Promise<Float32Array> {
    const sequence = await WebgpuSequence.create(this, Math.min(ids.length, this.config.context));
    try {
      const options = { plan: ROUTER_AS_TRAINED, promptLength: ids.length, sampling: GREEDY, record: RECORD_ROUTING, ...(signal === undefined ? {} : { signal }) };
      return await sequence.embed(ids, options);
    } finally {
      sequence.dispose();
    }
  }

  /** Runs `work` when all earlier calls on this model have ended. */
  async exclusive<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#tail.then(work, work);
    this.#tail = turn.catch(() => undefined);
    return await turn;
  }

  /** Makes sure that the plan's rules are on the device; returns K, the slots per token. */
  usePlan(plan: RoutingPlan, promptLength: number): number {
    if (!this.sizes.hasRouter) return 1;
    const moe = this.config.feedForward;
    if (moe.kind !== 'moe') return 1;
    const current = this.#plan;
    if (current !== undefined && current.plan === plan && current.promptLength === promptLength) return current.slots;
    const compiled = compilePlan(plan, moe, this.config.layers, { promptLength, from: 0, to: this.config.context });
    if (compiled.rules.length > MOST_RULES) {
      throw new PlaygroundError('bad-input', `This routing plan makes ${compiled.rules.length} different rules; the engine holds at most ${MOST_RULES}. Use fewer token ranges.`);
    }
    const { queue } = this.context.device;
    queue.writeBuffer(this.buffers.rules, 0, encodeRules(compiled.rules, this.sizes.experts));
    queue.writeBuffer(this.buffers.ruleIndex, 0, Uint32Array.from(compiled.index));
    this.#plan = { plan, promptLength, slots: compiled.slots };
    return compiled.slots;
  }

  /** Writes the Run uniform. */
  writeRun(rows: number, slots: number, sampling: Sampling, carried: boolean, sample: boolean): void {
    const data = new ArrayBuffer(RUN_BYTES);
    const words = new Uint32Array(data);
    const floats = new Float32Array(data);
    words.set([rows, slots, sampling.seed >>> 0, sampling.topK]);
    floats.set([sampling.temperature, sampling.topP], 4);
    words.set([Number(carried), Number(sample), 0xffffffff], 6);
    this.context.device.queue.writeBuffer(this.buffers.run, 0, data);
  }

  dispose(): void {
    if (this.#disposed) return;
    this.#disposed = true;
    for (const owned of this.owned) owned.dispose();
    this.staging.dispose();
    for (const buffer of this.weights.buffers) this.context.release(buffer);
    for (const buffer of Object.values(this.buffers) as GPUBuffer[]) this.context.release(buffer);
  }
}
