/**
 * Gradients of a loss with respect to routing, the weights staying as they are. Two problems, after the two kinds of
 * methods: the mixing weights of the last token (C3PO) and additive router logits on all tokens (online rerouting).
 * A problem is prepared once, keeps on the device all that its variables cannot change, and is then evaluated many times.
 *
 * B sequences, C chosen MoE layers, E experts, V vocabulary; arrays are row-major.
 */

export interface GradientCapability {
  /**
   * Last-token problem: everything before the first chosen layer, and keys and values of all earlier tokens, are kept.
   * @param prompts token ids of B prompts
   * @param layers MoE layer indices, ascending
   * @throws PlaygroundError `bad-input` for no or too long prompts and unknown layers; `cancelled`, `out-of-memory`, `device-lost`
   */
  preparePathways(prompts: readonly (readonly number[])[], layers: readonly number[], signal?: AbortSignal): Promise<PathwayProblem>;
  /**
   * Context problem: the same additive router logits on every token of a sequence. What lies below the first chosen layer is kept.
   * @param layers MoE layer indices, ascending
   * @throws PlaygroundError as above, and for weights of another length than the sequence
   */
  prepareRouterLogits(sequences: readonly WeightedSequence[], layers: readonly number[], signal?: AbortSignal): Promise<RouterLogitProblem>;
}

/** How an expert outside of the cut gets a gradient (METHODS.md, "Gradient of inactive core experts"). */
export type Membership =
  /** Active experts only: those outside get 0. */
  | 'hard'
  /** All core experts are computed, and get the gradient as if each were let in with an infinitesimal weight. */
  | 'straight-through';

export interface PathwayRequest {
  /** Token to score after each prompt, by prompt. [B] */
  readonly targets: readonly number[];
  readonly gradient?: {
    readonly membership: Membership;
    /** Per chosen layer, the experts that are free; the others get gradient 0. [C][n] */
    readonly core: readonly (readonly number[])[];
  };
  readonly signal?: AbortSignal;
}

export interface PathwayResult {
  /** Negative log-likelihood of the target, nats. [B] */
  readonly loss: Float32Array;
  /** Vocabulary logits after the last token. [B, V] */
  readonly logits: Float32Array;
  /** Loss of each prompt with respect to its distribution `omega`, before the cut and renormalisation; present when asked for. [B, C, E] */
  readonly gradient?: Float32Array;
}

export interface PathwayProblem {
  readonly size: number;
  readonly layers: readonly number[];
  readonly experts: number;
  /** The router's own softmax over all experts at the last token. [B, C, E] */
  readonly router: Float32Array;
  /**
   * Runs the last tokens with `omega` in the place of the router's distribution (hook B); the cut and the renormalisation
   * stay those of the model.
   * @param omega [C, E], shared by all prompts, or [B, C, E]; finite and not negative
   */
  evaluate(omega: Float32Array, request: PathwayRequest): Promise<PathwayResult>;
  dispose(): void;
}

export interface WeightedSequence {
  readonly ids: readonly number[];
  /** Weight of the loss at position t, that is of predicting ids[t + 1]; the last is 0, no token follows. [T] */
  readonly weights: readonly number[];
}

export interface RouterLogitResult {
  /** Weighted sum of negative log-likelihoods of each sequence, nats. [B] */
  readonly loss: Float32Array;
  /** Of each sequence's loss with respect to its `delta`, summed over its tokens; sums to 0 over experts. [B, C, E] */
  readonly gradient?: Float32Array;
}

export interface RouterLogitProblem {
  readonly size: number;
  readonly layers: readonly number[];
  readonly experts: number;
  /** @param delta added to the router logits (hook A): [C, E], shared by all sequences, or [B, C, E]; finite */
  evaluate(delta: Float32Array, request: { readonly gradient: boolean; readonly signal?: AbortSignal }): Promise<RouterLogitResult>;
  dispose(): void;
}
