/** Added router logits as rows of a matrix over layers and experts: plan, size, and the random control of equal size. */
import { uniformAt } from '../../base/pcg';
import type { PlanEntry, RoutingPlan } from '../../routing/plan';

/** [L, E], all MoE layers; a row of zeros changes nothing. */
export interface Delta {
  readonly layers: number;
  readonly experts: number;
  readonly values: Float32Array;
}

export function noDelta(layers: number, experts: number): Delta {
  return { layers, experts, values: new Float32Array(layers * experts) };
}

/** Layers with a value other than 0, ascending. */
export function changedLayers({ layers, experts, values }: Delta): number[] {
  return Array.from({ length: layers }, (_, layer) => layer).filter((layer) => values.subarray(layer * experts, (layer + 1) * experts).some((value) => value !== 0));
}

/** The plan that adds these logits on all tokens (hook A). */
export function deltaPlan(delta: Delta): RoutingPlan {
  const entries = changedLayers(delta).map((layer): PlanEntry => {
    const row = [...delta.values.subarray(layer * delta.experts, (layer + 1) * delta.experts)];
    return { layers: [layer], tokens: 'all', bias: Object.fromEntries(row.flatMap((value, expert) => (value === 0 ? [] : [[String(expert), value]]))) };
  });
  return { format: 'moe-plan', version: '1.0', entries };
}

/** Rows of some layers, in their order, as the gradient problem takes them. [C, E] */
export function rowsOf({ experts, values }: Delta, layers: readonly number[]): Float32Array {
  const out = new Float32Array(layers.length * experts);
  layers.forEach((layer, c) => out.set(values.subarray(layer * experts, (layer + 1) * experts), c * experts));
  return out;
}

/** The part of a row that matters: softmax does not see what is added to all logits alike. */
function centred(row: Float32Array): Float64Array {
  let mean = 0;
  for (const value of row) mean += value / row.length;
  return Float64Array.from(row, (value) => value - mean);
}

/** Euclidean norm of each layer's centred row. [L] */
export function deltaNorms({ layers, experts, values }: Delta): number[] {
  return Array.from({ length: layers }, (_, layer) => Math.hypot(...centred(values.subarray(layer * experts, (layer + 1) * experts))));
}

/** Normal draws by the method of Box and Muller. */
function normalAt(seed: number, index: number): number {
  return Math.sqrt(-2 * Math.log(1 - uniformAt(seed, 2 * index))) * Math.cos(2 * Math.PI * uniformAt(seed, 2 * index + 1));
}

/** A random direction in each layer with the same centred norm: what rerouting has to be better than. */
export function randomDelta(delta: Delta, seed: number): Delta {
  const { layers, experts } = delta;
  const values = new Float32Array(layers * experts);
  deltaNorms(delta).forEach((norm, layer) => {
    if (norm === 0) return;
    const drawn = centred(Float32Array.from({ length: experts }, (_, e) => normalAt(seed, layer * experts + e)));
    const scale = norm / Math.hypot(...drawn);
    values.set(drawn.map((value) => value * scale), layer * experts);
  });
  return { layers, experts, values };
}
