/** Arithmetic on mixing distributions: rows of E weights that sum to 1. C layers, row-major [C, E]. */
import type { Mix } from './state';

/** One row of a matrix [C, E]. */
export function rowOf(omega: Float32Array, row: number, experts: number): Float32Array {
  return omega.subarray(row * experts, (row + 1) * experts);
}

/** Experts by falling weight, ties to the lower id: the order of the model's own cut. */
export function ranked(row: ArrayLike<number>): number[] {
  return Array.from({ length: row.length }, (_, e) => e).sort((a, b) => (row[b] ?? 0) - (row[a] ?? 0) || a - b);
}

/** keep * router + (1 - keep) * omega. */
export function blended(router: Float32Array, omega: Float32Array, keep: number): Float32Array {
  return omega.map((value, i) => keep * (router[i] ?? 0) + (1 - keep) * value);
}

/** What is really run: the mix with the router's share blended in. [C, E] */
export function mixed({ router, omega, keep }: Pick<Mix, 'router' | 'omega' | 'keep'>): Float32Array {
  return blended(router, omega, keep);
}

/**
 * A row in which one expert has the weight `value` and the others share the rest in their old proportion, so that it still
 * sums to 1. Where the others have nothing, they share alike.
 */
export function withWeight(row: ArrayLike<number>, expert: number, value: number): Float32Array {
  const experts = row.length;
  const wanted = Math.min(1, Math.max(0, value));
  let others = 0;
  for (let e = 0; e < experts; e += 1) if (e !== expert) others += row[e] ?? 0;
  return Float32Array.from({ length: experts }, (_, e) => {
    if (e === expert) return wanted;
    return others > 0 ? ((row[e] ?? 0) * (1 - wanted)) / others : (1 - wanted) / Math.max(1, experts - 1);
  });
}

/** Every expert alike, in every row. */
export function uniformOmega(layers: number, experts: number): Float32Array {
  return new Float32Array(layers * experts).fill(1 / experts);
}

/** Rows of chosen layers out of a matrix of all of them. */
export function layerRows(pathway: Float32Array, layers: readonly number[], experts: number): Float32Array {
  const out = new Float32Array(layers.length * experts);
  layers.forEach((layer, c) => out.set(rowOf(pathway, layer, experts), c * experts));
  return out;
}

/** Sum of absolute differences of two rows, 0 to 2. */
export function rowDistance(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0;
  for (let e = 0; e < a.length; e += 1) sum += Math.abs((a[e] ?? 0) - (b[e] ?? 0));
  return sum;
}

/** What one expert of a layer shows in the mix. */
export interface MixRow {
  readonly expert: number;
  readonly before: number;
  readonly after: number;
  /** From 1. */
  readonly rankBefore: number;
  readonly rankAfter: number;
  readonly crossing: 'enters' | 'leaves' | undefined;
  /** Weight in the layer's sum after the cut, renormalised; undefined outside of it. */
  readonly share: number | undefined;
}

/** The core experts of a layer by falling weight, with what the cut after `topK` does to them. */
export function mixRows(router: ArrayLike<number>, after: ArrayLike<number>, core: readonly number[], topK: number): MixRow[] {
  const [was, is] = [ranked(router), ranked(after)];
  const total = is.slice(0, topK).reduce((sum, e) => sum + (after[e] ?? 0), 0);
  return core
    .map((expert): MixRow => {
      const [rankBefore, rankAfter] = [was.indexOf(expert) + 1, is.indexOf(expert) + 1];
      const crossing = rankBefore > topK && rankAfter <= topK ? 'enters' : rankBefore <= topK && rankAfter > topK ? 'leaves' : undefined;
      return { expert, before: router[expert] ?? 0, after: after[expert] ?? 0, rankBefore, rankAfter, crossing, share: rankAfter <= topK && total > 0 ? (after[expert] ?? 0) / total : undefined };
    })
    .sort((a, b) => a.rankAfter - b.rankAfter);
}
