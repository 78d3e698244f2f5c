/**
 * Gradients of routing in float64 (the contract is ../gradients.ts): the oracle of the WGSL kernels, and slow.
 */
import type { GradientCapability, PathwayProblem, PathwayRequest, PathwayResult, RouterLogitProblem, RouterLogitResult, WeightedSequence } from '../gradients';
import { Breath } from './breath';
import type { ReferenceModel } from './forward';
import { logitGradient, pathwayGradient, Preparation, wrong, type Prepared } from './routing-gradient';
import { checkIds } from './sequence';
import type { Tail } from './tape';

function checkSequences(sequences: readonly (readonly number[])[], model: ReferenceModel): void {
  const { vocabulary, context } = model.config;
  if (sequences.length === 0) throw wrong('There is no text to take a gradient of.');
  for (const ids of sequences) {
    checkIds(ids, vocabulary);
    if (ids.length > context) throw wrong(`The text is ${ids.length} tokens long, but only ${context} fit: shorten it.`);
  }
}

/** Finite values of a [C, E] or [B, C, E] array as float64, [C, E] for each of the B. */
function rowsOf(values: Float32Array, size: number, each: number, name: string, least: number): Float64Array[] {
  if (values.length !== each && values.length !== size * each) throw wrong(`${name} has ${values.length} values, but ${size === 1 ? each : `${each} or ${size * each}`} are wanted.`);
  const faulty = values.find((value) => !Number.isFinite(value) || value < least);
  if (faulty !== undefined) throw wrong(`${name} holds ${faulty}, but finite numbers${least === 0 ? ' of at least 0' : ''} are wanted.`);
  return Array.from({ length: size }, (_, b) => Float64Array.from(values.length === each ? values : values.subarray(b * each, (b + 1) * each)));
}

function checkTargets({ targets, gradient }: PathwayRequest, size: number, preparation: Preparation): void {
  const { vocabulary } = preparation.model.config;
  if (targets.length !== size) throw wrong(`There are ${targets.length} targets for ${size} prompts.`);
  checkIds(targets, vocabulary);
  if (gradient === undefined) return;
  const { experts } = preparation.settings;
  if (gradient.core.length !== preparation.layers.length) throw wrong(`Core experts are given for ${gradient.core.length} layers, but ${preparation.layers.length} are chosen.`);
  const unknown = gradient.core.flat().find((e) => !Number.isInteger(e) || e < 0 || e >= experts);
  if (unknown !== undefined) throw wrong(`Expert ${unknown} was asked for, but a layer has the experts 0 to ${experts - 1}.`);
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
    const rows = rowsOf(omega, size, preparation.each, 'omega', 0);
    checkTargets(request, size, preparation);
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
    const rows = rowsOf(delta, size, preparation.each, 'delta', -Infinity);
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

function checkWeights({ ids, weights }: WeightedSequence): void {
  if (weights.length !== ids.length) throw wrong(`A text of ${ids.length} tokens has ${weights.length} weights: one for each token is wanted.`);
  if (!weights.every(Number.isFinite)) throw wrong('A weight of the loss is not a finite number.');
  if (weights.at(-1) !== 0) throw wrong('The last weight must be 0: no token follows the last one.');
}

/** Gradients of a model with routed experts; undefined for a dense one. */
export function referenceGradients(model: ReferenceModel): GradientCapability | undefined {
  const { feedForward } = model.config;
  if (feedForward.kind === 'dense') return undefined;
  return {
    preparePathways: async (prompts, layers, signal) => {
      checkSequences(prompts, model);
      const preparation = new Preparation(model, feedForward, layers);
      const breath = new Breath(signal);
      const prepared: Prepared[] = [];
      for (const ids of prompts) prepared.push(await preparation.prepare(ids, 1, breath));
      return new ReferencePathways(preparation, prepared);
    },
    prepareRouterLogits: async (sequences, layers, signal) => {
      checkSequences(sequences.map(({ ids }) => ids), model);
      sequences.forEach(checkWeights);
      const preparation = new Preparation(model, feedForward, layers);
      const breath = new Breath(signal);
      const prepared: { tail: Tail; sequence: WeightedSequence }[] = [];
      for (const sequence of sequences) prepared.push({ ...(await preparation.prepare(sequence.ids, sequence.ids.length, breath)), sequence });
      return new ReferenceRouterLogits(preparation, prepared);
    },
  };
}
