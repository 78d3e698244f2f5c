/** Floating-point operations of a model by its shape; a multiplication and an addition are two. Norms, RoPE and softmax are left out. */
import type { ModelAccess } from '../../engine/access';
import type { RoutingPlan } from '../../routing/plan';

export type ModelShape = ModelAccess['config'];

/** Experts a token under a plan that says so for all layers and tokens; else the model's own number. */
export function chosenExperts({ feedForward }: ModelShape, plan: RoutingPlan): number {
  if (feedForward.kind === 'dense') return 0;
  return plan.entries.reduce((k, entry) => (entry.layers === 'all' && entry.tokens === 'all' && entry.k !== undefined ? entry.k : k), feedForward.topK);
}

/** The matrices of all layers, for one token: projections, router, `chosen` experts, shared expert. */
function layersFlops({ layers, width, heads, kvHeads, headDim, feedForward }: ModelShape, chosen: number): number {
  const projections = width * headDim * (2 * heads + 2 * kvHeads);
  const inner =
    feedForward.kind === 'dense'
      ? 3 * width * feedForward.hidden
      : width * feedForward.experts + 3 * width * (chosen * feedForward.hidden + feedForward.sharedHidden) + (feedForward.sharedGate ? width : 0);
  return 2 * layers * (projections + inner);
}

/** Scores and weighted sum of one token at a position over itself and all before it: 2 * 2 * heads * headDim * (position + 1) in each layer. */
function attentionFlops({ layers, heads, headDim }: ModelShape, position: number): number {
  return 4 * layers * heads * headDim * (position + 1);
}

/**
 * Tokens from position `from` to `to` (exclusive), of which `heads` have their next-token distribution computed
 * (2 * width * vocabulary each). A token that is decoded needs one; of tokens that are read only the last one does.
 */
export function tokenFlops(shape: ModelShape, chosen: number, from: number, to: number, heads: number): number {
  let sum = 2 * shape.width * shape.vocabulary * heads + (to - from) * layersFlops(shape, chosen);
  for (let position = from; position < to; position++) sum += attentionFlops(shape, position);
  return sum;
}
