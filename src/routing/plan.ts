/**
 * RoutingPlan: plain data that says how routing deviates from the router. It is the one
 * argument through which every method acts (docs/ARCHITECTURE.md, "RoutingPlan").
 *
 * Order of the hooks in each MoE layer and token:
 *   z = W h;  z += bias;  P = softmax(z) | sigmoid(z);  P = override;
 *   S = top-k | top-p of P + selectionBias, without masked experts;
 *   w = P[S], renormalised or not;  w *= scale;  y = sum w_e Expert_e(h)
 */
export interface RoutingPlan {
  readonly format: 'moe-plan';
  readonly version: '1.0';
  /** Applied in order: a later entry wins where it sets the same field for the same layer and token. */
  readonly entries: readonly PlanEntry[];
}

export interface PlanEntry {
  readonly layers: 'all' | readonly number[];
  readonly tokens: TokenSelector;
  /** Experts to choose, 1..E. Replaces top-p of an earlier entry. */
  readonly k?: number;
  /** Smallest set of experts with cumulative probability >= p. Replaces k of an earlier entry. */
  readonly topP?: TopPRule;
  /** Experts that cannot be chosen; may leave fewer than k. */
  readonly mask?: readonly number[];
  /** Added to router logits, by expert id (hook A). */
  readonly bias?: Readonly<Record<string, number>>;
  /** Added to probabilities for choosing only, never for weighting (hook C). */
  readonly selectionBias?: Readonly<Record<string, number>>;
  /** Replaces the gate distribution, E values (hook B). */
  readonly override?: 'uniform' | readonly number[];
  /** Multiplies the mixing weight of a chosen expert, by expert id (hook D). */
  readonly scale?: Readonly<Record<string, number>>;
  /** `model` follows the checkpoint's flag. */
  readonly renormalise?: 'model' | 'off' | 'before-scale' | 'after-scale';
}

export interface TopPRule {
  readonly p: number;
  /** Fewest and most experts; 1 and E where absent. */
  readonly min?: number;
  readonly max?: number;
  /** Cumulate over the probability of all experts, or over the model's top-k renormalised to 1. */
  readonly mass: 'all' | 'topk';
}

/** Absolute token positions. `last` is the last prompt token; `to` is inclusive, open when absent. */
export type TokenSelector = 'all' | 'last' | { readonly from: number; readonly to?: number } | readonly number[];

/** The plan that changes nothing. */
export const ROUTER_AS_TRAINED: RoutingPlan = { format: 'moe-plan', version: '1.0', entries: [] };

/** One fully resolved rule: what a single layer does with a single token. All arrays have length E. */
export interface RoutingRule {
  readonly selection:
    | { readonly kind: 'top-k'; readonly k: number }
    | { readonly kind: 'top-p'; readonly p: number; readonly min: number; readonly max: number; readonly mass: 'all' | 'topk'; readonly k: number };
  readonly masked: readonly boolean[];
  readonly bias: readonly number[];
  readonly selectionBias: readonly number[];
  readonly scale: readonly number[];
  /** Absent when the router's own distribution is used. */
  readonly override?: readonly number[];
  readonly renormalise: 'off' | 'before-scale' | 'after-scale';
}
