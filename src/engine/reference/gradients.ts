/**
 * Gradients of routing in float64 (the contract is ../gradients.ts): the oracle of the WGSL kernels, and slow.
 */
import type { GradientCapability, PathwayProblem, PathwayRequest, PathwayResult, RouterLogitProblem, RouterLogitResult, WeightedSequence } from '../gradients';
import { checkLayers, checkPathwayRequest, checkPrompts, checkSequences, checkValues } from '../gradient-input';
import { Breath } from '../breath';
import type { ReferenceModel } from './forward';
import { logitGradient, pathwayGradient, Preparation, type Prepared } from './routing-gradient';
import type { Tail } from './tape';

/** A [C, E] or [B, C, E] array as float64, [C, E] for each of the B. */
function rowsOf(values: Float32Array, size: number, shared: boolean): Float64Array[] {
  const each = shared ? values.length : values.length / size;
  return Array.from({ length: size }, (_, b) => Float64Array.from(shared ? values : values.subarray(b * each, (b + 1) * each)));
}

class ReferencePathways implements PathwayProblem {
  readonly size: number;
  readonly layers: readonly number[];
  readonly experts: number;
  readonly router: Float32Array;

  constructor(
    private readonly preparation: Preparation,
    private readonly prompts: readonly Prepared[],
  ) {
    this.size = prompts.length;
    this.layers = preparation.layers;
    this.experts = preparation.settings.experts;
    this.router = new Float32Array(this.size * preparation.each);
    prompts.forEach(({ router }, b) => this.router.set(router, b * preparation.each));
  }

  async evaluate(omega: Float32Array, request: PathwayRequest): Promise<PathwayResult> {
    const { preparation, size } = this;
    const { vocabulary } = preparation.model.config;
    const shared = checkValues(omega, 'omega', size, this.layers.length, this.experts, 'distribution');
    checkPathwayRequest(request, size, this.layers.length, this.experts, vocabulary);
    const rows = rowsOf(omega, size, shared);
    const breath = new Breath(request.signal);
    const loss = new Float32Array(size);
    const logits = new Float32Array(size * vocabulary);
    const gradient = request.gradient && new Float32Array(size * preparation.each);
    for (const [b, { tail }] of this.prompts.entries()) {
      await breath.take();
      const done = pathwayGradient(preparation, tail, rows[b] as Float64Array, request.targets[b] as number, request.gradient);
      loss[b] = done.loss;
      logits.set(done.logits, b * vocabulary);
      gradient?.set(done.gradient, b * preparation.each);
    }
    return { loss, logits, ...(gradient && { gradient }) };
  }

  dispose(): void {
    // Memory is freed with the last reference.
  }
}

class ReferenceRouterLogits implements RouterLogitProblem {
  readonly size: number;
  readonly layers: readonly number[];
  readonly experts: number;

  constructor(
    private readonly preparation: Preparation,
    private readonly sequences: readonly { readonly tail: Tail; readonly sequence: WeightedSequence }[],
  ) {
    this.size = sequences.length;
    this.layers = preparation.layers;
    this.experts = preparation.settings.experts;
  }

  async evaluate(delta: Float32Array, request: { readonly gradient: boolean; readonly signal?: AbortSignal }): Promise<RouterLogitResult> {
    const { preparation, size } = this;
    const rows = rowsOf(delta, size, checkValues(delta, 'delta', size, this.layers.length, this.experts, 'logits'));
    const breath = new Breath(request.signal);
    const loss = new Float32Array(size);
    const gradient = request.gradient ? new Float32Array(size * preparation.each) : undefined;
    for (const [b, { tail, sequence }] of this.sequences.entries()) {
      await breath.take();
      const done = logitGradient(preparation, tail, rows[b] as Float64Array, sequence, request.gradient);
      loss[b] = done.loss;
      gradient?.set(done.gradient, b * preparation.each);
    }
    return { loss, ...(gradient && { gradient }) };
  }

  dispose(): void {
    // Memory is freed with the last reference.
  }
}

/** Gradients of a model with routed experts; undefined for a dense one. */
export function referenceGradients(model: ReferenceModel): GradientCapability | undefined {
  const { feedForward } = model.config;
  if (feedForward.kind === 'dense') return undefined;
  return {
    preparePathways: async (prompts, layers, signal) => {
      checkPrompts(prompts, model.config);
      checkLayers(layers, model.config);
      const preparation = new Preparation(model, feedForward, layers);
      const breath = new Breath(signal);
      const prepared: Prepared[] = [];
      for (const ids of prompts) prepared.push(await preparation.prepare(ids, 1, breath));
      return new ReferencePathways(preparation, prepared);
    },
    prepareRouterLogits: async (sequences, layers, signal) => {
      checkSequences(sequences, model.config);
      checkLayers(layers, model.config);
      const preparation = new Preparation(model, feedForward, layers);
      const breath = new Breath(signal);
      const prepared: { tail: Tail; sequence: WeightedSequence }[] = [];
      for (const sequence of sequences) prepared.push({ ...(await preparation.prepare(sequence.ids, sequence.ids.length, breath)), sequence });
      return new ReferenceRouterLogits(preparation, prepared);
    },
  };
}
