/**
 * The shape of a model, independent of how a checkpoint spells it.
 * Letters used everywhere: T tokens, D model width, L layers, E experts, K chosen,
 * H heads, F expert width, V vocabulary.
 */
export interface ModelConfig {
  /** `model_type` of the checkpoint, e.g. `qwen3_moe`. */
  readonly modelType: string;
  readonly layers: number;
  /** D */
  readonly width: number;
  readonly heads: number;
  readonly kvHeads: number;
  readonly headDim: number;
  readonly vocabulary: number;
  /** Longest sequence the model was trained for, in tokens. */
  readonly context: number;
  readonly ropeTheta: number;
  readonly normEpsilon: number;
  /** RMSNorm over each head's query and key before RoPE. */
  readonly qkNorm: boolean;
  /** What one such norm spans: a single head (absent means this), or all heads side by side (OLMoE). */
  readonly qkNormSpan?: 'head' | 'all-heads';
  /** The output head shares the embedding matrix. */
  readonly tiedEmbedding: boolean;
  /** Ids that end a text. */
  readonly endOfText: readonly number[];
  /** Feed-forward of every layer: one dense block, or routed experts. */
  readonly feedForward: DenseFeedForward | MoeFeedForward;
}

export interface DenseFeedForward {
  readonly kind: 'dense';
  /** F of the single block. */
  readonly hidden: number;
}

export interface MoeFeedForward {
  readonly kind: 'moe';
  /** E, the routed experts. */
  readonly experts: number;
  /** K, experts chosen for a token. */
  readonly topK: number;
  /** F of one routed expert. */
  readonly hidden: number;
  /** How router logits become gate probabilities. */
  readonly scoring: 'softmax' | 'sigmoid';
  /** Mixing weights of the chosen experts are divided by their sum. */
  readonly normTopK: boolean;
  /** Width of the shared expert, which every token passes and no router chooses; 0 when there is none. */
  readonly sharedHidden: number;
  /** The shared expert's output is multiplied by sigmoid(h . gate). */
  readonly sharedGate: boolean;
}

/** Number of layers with a router: all of them, or none. */
export function moeLayerCount(config: ModelConfig): number {
  return config.feedForward.kind === 'moe' ? config.layers : 0;
}
