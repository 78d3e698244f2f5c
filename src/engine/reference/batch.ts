/** Packs what single tokens left behind into a StepBatch. */
import { CANDIDATES, type RoutingBatch, type StepBatch } from '../engine';
import type { Candidates } from '../distribution';
import type { RoutedToken } from './feed-forward';

/** One token that was run, and the distribution after it. */
export interface Row {
  readonly id: number;
  /** Of this token given all before it, nats; NaN where unknown. */
  readonly logProb: number;
  readonly entropy: number;
  readonly chosen: number;
  readonly candidates: Candidates;
  readonly routed: readonly RoutedToken[];
  /** [V] */
  readonly logits: Float64Array;
}

interface RoutingShape {
  readonly layers: number;
  readonly experts: number;
  readonly slots: number;
}

function packRouting(rows: readonly Row[], shape: RoutingShape): RoutingBatch {
  const { layers, experts, slots } = shape;
  const places = rows.length * layers;
  const routing = {
    ...shape,
    logits: new Float32Array(places * experts),
    chosen: new Uint16Array(places * slots),
    prob: new Float32Array(places * slots),
    mix: new Float32Array(places * slots),
    outputNorm: new Float32Array(places * slots),
    count: new Uint16Array(places),
  };
  rows.forEach((row, i) => {
    row.routed.forEach((routed, layer) => {
      const place = i * layers + layer;
      routing.logits.set(routed.logits, place * experts);
      routing.chosen.set(routed.chosen, place * slots);
      routing.prob.set(Float32Array.from(routed.chosen, (e) => routed.prob[e] ?? 0), place * slots);
      routing.mix.set(routed.mix, place * slots);
      routing.outputNorm.set(routed.outputNorm, place * slots);
      routing.count[place] = routed.count;
    });
  });
  return routing;
}

function packLogits(rows: readonly Row[], vocabulary: number): Float32Array {
  const out = new Float32Array(rows.length * vocabulary);
  rows.forEach((row, i) => out.set(row.logits, i * vocabulary));
  return out;
}

/**
 * @param start absolute position of the first row
 * @param routing shape of the routing record; undefined when none is wanted or the model is dense
 */
export function packBatch(
  start: number,
  rows: readonly Row[],
  vocabulary: number,
  routing: RoutingShape | undefined,
  logits: 'none' | 'last' | 'all',
): StepBatch {
  const candidates = Math.min(CANDIDATES, vocabulary);
  const topIds = new Uint32Array(rows.length * candidates);
  const topProb = new Float32Array(rows.length * candidates);
  rows.forEach((row, i) => {
    topIds.set(row.candidates.ids, i * candidates);
    topProb.set(row.candidates.prob, i * candidates);
  });
  return {
    start,
    ids: Uint32Array.from(rows, (row) => row.id),
    logProb: Float32Array.from(rows, (row) => row.logProb),
    entropy: Float32Array.from(rows, (row) => row.entropy),
    chosen: Uint32Array.from(rows, (row) => row.chosen),
    topIds,
    topProb,
    ...(routing === undefined ? {} : { routing: packRouting(rows, routing) }),
    ...(logits === 'none' ? {} : { logits: packLogits(logits === 'last' ? rows.slice(-1) : rows, vocabulary) }),
  };
}
