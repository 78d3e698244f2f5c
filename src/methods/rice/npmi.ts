/**
 * Which experts go with a marker: normalised pointwise mutual information of "the token is a marker" and "the expert was
 * chosen", counted over one recorded pass. "Two Experts Are All You Need for Steering Thinking" (RICE,
 * https://arxiv.org/abs/2505.14681); nPMI after Bouma 2009.
 */
import type { RoutingBatch } from '../../engine/engine';

/** A token, or a set of tokens, that stands for a behaviour. */
export interface Marker {
  readonly name: string;
  /** Token ids that count as the marker. */
  readonly ids: readonly number[];
  /** Where an expert has to be active: at the marker itself, as in the paper, or at the token that it is predicted from. */
  readonly place: 'at' | 'before';
}

export interface MarkerCounts {
  /** T */
  readonly tokens: number;
  /** M, tokens at a place of the marker. */
  readonly markers: number;
  /** K: tokens that chose the expert. [L E] */
  readonly active: Uint32Array;
  /** k: of them, at a place of the marker. [L E] */
  readonly together: Uint32Array;
  readonly layers: number;
  readonly experts: number;
}

type Chosen = Pick<RoutingBatch, 'layers' | 'experts' | 'slots' | 'chosen' | 'count'>;

/** Places of a marker in a text, by token. [T] */
export function markerPlaces(ids: readonly number[], marker: Pick<Marker, 'ids' | 'place'>): boolean[] {
  const wanted = new Set(marker.ids);
  return ids.map((id, t) => wanted.has(marker.place === 'at' ? id : (ids[t + 1] ?? -1)));
}

/** Counts over several texts. A choice counts, however small its weight. */
export function countMarker(texts: readonly { readonly ids: readonly number[]; readonly routing: Chosen }[], marker: Pick<Marker, 'ids' | 'place'>): MarkerCounts {
  const layers = texts[0]?.routing.layers ?? 0;
  const experts = texts[0]?.routing.experts ?? 0;
  const active = new Uint32Array(layers * experts);
  const together = new Uint32Array(layers * experts);
  let [tokens, markers] = [0, 0];
  for (const { ids, routing } of texts) {
    const places = markerPlaces(ids, marker);
    tokens += ids.length;
    places.forEach((here, t) => {
      if (here) markers++;
      for (let layer = 0; layer < layers; layer++) {
        const cell = t * layers + layer;
        for (let slot = 0; slot < (routing.count[cell] ?? 0); slot++) {
          const pair = layer * experts + (routing.chosen[cell * routing.slots + slot] ?? 0);
          active[pair] = (active[pair] ?? 0) + 1;
          if (here) together[pair] = (together[pair] ?? 0) + 1;
        }
      }
    });
  }
  return { tokens, markers, active, together, layers, experts };
}

/**
 * nPMI of one pair, -1 to 1: 1 when the expert is active at the marker, always, and nowhere else; 0 when it does not care;
 * -1 when the two never meet (by convention).
 * @param k tokens where both are, @param K tokens of the expert, @param M of the marker, @param T all
 */
export function npmi(k: number, K: number, M: number, T: number): number {
  if (k === 0) return -1;
  // Both are everywhere: nothing can be told from it, and the formula is 0 / 0.
  if (k === T) return 0;
  return (Math.log2(k / M) + Math.log2(T / K)) / Math.log2(T / k);
}

/** nPMI of every expert with a marker. [L E], expert fastest */
export function npmiOf(counts: MarkerCounts): Float64Array {
  return Float64Array.from(counts.active, (K, pair) => npmi(counts.together[pair] ?? 0, K, counts.markers, counts.tokens));
}
