/** A checkpoint in an ONNX Runtime session, and the routing plan that is encoded at the moment. */
import { PlaygroundError, throwIfCancelled } from '../../base/errors';
import type { Checkpoint } from '../../model/checkpoint';
import type { ModelConfig } from '../../model/config';
import { embeddingWeights } from '../../model/weights';
import type { RoutingPlan } from '../../routing/plan';
import { compilePlan } from '../../routing/resolve';
import type { LoadedModel, Sequence } from '../engine';
import type { GradientCapability } from '../gradients';
import { processorGradients } from './gradients';
import { ruleTable, ruleWidth } from './rules';
import { type Session, Tensor } from './runtime';
import { checkIds, OnnxSequence } from './sequence';

/** A plan as inputs of the graph; `index` is [context, L]. */
export interface EncodedPlan {
  readonly rules: Tensor;
  readonly index: Int32Array;
  readonly slots: number;
}

export class OnnxModel implements LoadedModel {
  readonly config: ModelConfig;
  readonly gradients: GradientCapability | undefined;
  readonly #embedding: Float32Array;
  /** A session runs one thing at a time. */
  #tail: Promise<unknown> = Promise.resolve();
  #plan: { readonly plan: RoutingPlan; readonly promptLength: number; readonly encoded: EncodedPlan } | undefined;
  #disposed = false;

  constructor(
    checkpoint: Checkpoint,
    readonly session: Session,
  ) {
    this.config = checkpoint.config;
    this.gradients = processorGradients(checkpoint);
    this.#embedding = embeddingWeights(checkpoint).toFloat32();
  }

  createSequence(capacity = this.config.context): Promise<Sequence> {
    const { context } = this.config;
    if (!Number.isInteger(capacity) || capacity < 1) throw new PlaygroundError('bad-input', `A sequence of ${capacity} tokens was asked for; the model takes 1 to ${context}.`);
    return Promise.resolve(new OnnxSequence(this, Math.min(capacity, context)));
  }

  embed(ids: readonly number[], signal?: AbortSignal): Promise<Float32Array> {
    const { vocabulary, context, width } = this.config;
    checkIds(ids, vocabulary);
    if (ids.length > context) throw new PlaygroundError('bad-input', `The text is ${ids.length} tokens long, but only ${context} fit: shorten it.`);
    throwIfCancelled(signal);
    const sum = new Float64Array(width);
    for (const id of ids) for (let d = 0; d < width; d++) sum[d] = (sum[d] ?? 0) + (this.#embedding[id * width + d] ?? 0);
    return Promise.resolve(Float32Array.from(sum, (value) => value / ids.length));
  }

  /** Runs `work` when all earlier calls on this model have ended. */
  async exclusive<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#tail.then(work, work);
    this.#tail = turn.catch(() => undefined);
    return await turn;
  }

  /** The plan for every position of the context; undefined for a model without routers. */
  encode(plan: RoutingPlan, promptLength: number): EncodedPlan | undefined {
    const { feedForward, layers, context } = this.config;
    if (feedForward.kind === 'dense') return undefined;
    if (this.#plan?.plan === plan && this.#plan.promptLength === promptLength) return this.#plan.encoded;
    const { experts } = feedForward;
    const { rules, index, slots } = compilePlan(plan, feedForward, layers, { promptLength, from: 0, to: context });
    const encoded = { rules: new Tensor('float64', ruleTable(rules, experts), [rules.length, ruleWidth(experts)]), index: Int32Array.from(index), slots };
    this.#plan = { plan, promptLength, encoded };
    return encoded;
  }

  dispose(): void {
    if (this.#disposed) return;
    this.#disposed = true;
    // A run under way still needs the session.
    void this.exclusive(() => Promise.resolve(this.session.dispose()));
  }
}
