/** The feed-forward half of a block: a dense SwiGLU, or routed experts with an optional shared one. */
import type { MoeFeedForward } from '../../model/config';
import type { FeedForwardWeights, SwigluWeights } from '../../model/weights';
import type { RoutingRule } from '../../routing/plan';
import { selectExperts, type Selection } from '../../routing/select';
import { addScaled, matVec, norm, sigmoid } from './linear';

export interface Swiglu {
  readonly gate: Float32Array;
  readonly up: Float32Array;
  readonly down: Float32Array;
  /** F */
  readonly hidden: number;
}

export type FeedForward =
  | { readonly kind: 'dense'; readonly block: Swiglu }
  | {
      readonly kind: 'moe';
      readonly settings: MoeFeedForward;
      readonly router: Float32Array;
      readonly experts: readonly Swiglu[];
      readonly shared: { readonly block: Swiglu; readonly gate: Float32Array | undefined } | undefined;
    };

function swiglu(weights: SwigluWeights): Swiglu {
  return {
    gate: weights.gate.toFloat32(),
    up: weights.up.toFloat32(),
    down: weights.down.toFloat32(),
    hidden: weights.gate.shape[0] ?? 0,
  };
}

/** Reads one layer's feed-forward weights. `settings` is needed where there are routed experts. */
export function readFeedForward(weights: FeedForwardWeights, settings: MoeFeedForward | undefined): FeedForward {
  if (weights.kind === 'dense' || settings === undefined) {
    if (weights.kind === 'moe') throw new TypeError('routed experts without settings');
    return { kind: 'dense', block: swiglu(weights.block) };
  }
  const { router, experts, shared } = weights;
  return {
    kind: 'moe',
    settings,
    router: router.toFloat32(),
    experts: experts.map(swiglu),
    shared: shared && { block: swiglu(shared.block), gate: shared.gate?.toFloat32() },
  };
}

/** What a layer did with one token. */
export interface RoutedToken extends Selection {
  /** Router logits W h before any hook. [E] */
  readonly logits: Float64Array;
  /** Euclidean norm of each chosen expert's output. [count] */
  readonly outputNorm: Float64Array;
}

/** Buffers of one token, reused for every expert. */
export interface FeedForwardScratch {
  readonly gate: Float64Array;
  readonly up: Float64Array;
  readonly out: Float64Array;
}

export function feedForwardScratch(width: number, hidden: number): FeedForwardScratch {
  return { gate: new Float64Array(hidden), up: new Float64Array(hidden), out: new Float64Array(width) };
}

/** down(silu(gate x) * up x) into `scratch.out` (https://arxiv.org/abs/2002.05202). */
export function expert(x: Float64Array, weights: Swiglu, scratch: FeedForwardScratch): Float64Array {
  const { gate, up, out } = scratch;
  const { hidden } = weights;
  matVec(weights.gate, x, gate, hidden, x.length);
  matVec(weights.up, x, up, hidden, x.length);
  for (let i = 0; i < hidden; i++) {
    const g = gate[i] as number;
    gate[i] = g * sigmoid(g) * (up[i] as number);
  }
  matVec(weights.down, gate, out, out.length, hidden);
  return out;
}

/** Adds the shared expert, scaled by sigmoid(h . gate) where the family has that gate. */
function addShared(x: Float64Array, shared: { block: Swiglu; gate: Float32Array | undefined }, out: Float64Array, scratch: FeedForwardScratch): void {
  let factor = 1;
  if (shared.gate) {
    const score = new Float64Array(1);
    matVec(shared.gate, x, score, 1, x.length);
    factor = sigmoid(score[0] as number);
  }
  addScaled(out, expert(x, shared.block, scratch), factor);
}

/**
 * Routes one token and adds up its experts: y = sum over chosen e of mix_e * expert_e(x), plus the shared expert.
 * @param x normed hidden state [D]
 * @param out y [D]
 */
export function moe(
  x: Float64Array,
  weights: Extract<FeedForward, { kind: 'moe' }>,
  rule: RoutingRule,
  scratch: FeedForwardScratch,
  out: Float64Array,
): RoutedToken {
  const { experts, scoring } = weights.settings;
  const logits = new Float64Array(experts);
  matVec(weights.router, x, logits, experts, x.length);
  const selection = selectExperts(logits, rule, scoring);
  const outputNorm = new Float64Array(selection.count);
  out.fill(0);
  selection.chosen.forEach((id, slot) => {
    const chosen = weights.experts[id];
    if (chosen === undefined) throw new RangeError(`expert ${id} of ${experts}`);
    const y = expert(x, chosen, scratch);
    outputNorm[slot] = norm(y, y.length);
    addScaled(out, y, selection.mix[slot] ?? 0);
  });
  if (weights.shared) addShared(x, weights.shared, out, scratch);
  return { ...selection, logits, outputNorm };
}
