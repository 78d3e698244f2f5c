/**
 * Pathways: the routing of one token through all layers as one point, and how near two of them are. C3PO
 * (https://arxiv.org/abs/2504.07964, section 3) takes the router's distribution over all experts at the last token.
 */
import type { Trace } from '../trace/trace';
import { probabilityReader, type Stage } from './router';

/**
 * Gate probabilities of a token in every layer, rows sum to 1, row-major [L, E]. The last layers alone are a
 * `subarray` of it.
 * @param stage `router` as the paper's code, or after the run's plan
 * @returns undefined where the trace has no router logits, or no such token
 */
export function pathwayOf(trace: Trace, token: number, stage: Stage = 'router'): Float64Array | undefined {
  const read = probabilityReader(trace, stage);
  if (read === undefined || token < 0 || token >= trace.tokens.ids.length) return undefined;
  const { experts, moeLayers } = trace.model;
  const pathway = new Float64Array(moeLayers.length * experts);
  moeLayers.forEach((_, row) => read(token, row, pathway.subarray(row * experts, (row + 1) * experts)));
  return pathway;
}

/** Cosine of the angle between two pathways: 0 with no expert in common, 1 for the same; NaN for one of all zeros. */
export function cosineSimilarity(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let [dot, aa, bb] = [0, 0, 0];
  for (let i = 0; i < a.length; i++) {
    const x = a[i] ?? 0;
    const y = b[i] ?? 0;
    dot += x * y;
    aa += x * x;
    bb += y * y;
  }
  return Math.min(1, dot / Math.sqrt(aa * bb));
}

/** Euclidean distance squared; 0 to 2 L for pathways of L layers. */
export function squaredDistance(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += ((a[i] ?? 0) - (b[i] ?? 0)) ** 2;
  return sum;
}

/** Gaussian kernel exp(-d^2 / (2 sigma^2)): 1 at distance 0, towards 0 far away. C3PO uses it (table 6); its sigma is not published. */
export function gaussianKernel(a: ArrayLike<number>, b: ArrayLike<number>, sigma: number): number {
  return Math.exp(-squaredDistance(a, b) / (2 * sigma * sigma));
}

/**
 * Mean of pathways weighted by a kernel, sum K_i omega_i / sum K_i: the target of kernel regression and of mode
 * finding (C3PO, eq. 4 and 8); undefined when all weights are 0.
 */
export function weightedPathway(pathways: readonly ArrayLike<number>[], weights: ArrayLike<number>): Float64Array | undefined {
  const mean = new Float64Array(pathways[0]?.length ?? 0);
  let total = 0;
  pathways.forEach((pathway, i) => {
    const weight = weights[i] ?? 0;
    total += weight;
    for (let at = 0; at < mean.length; at++) mean[at] = (mean[at] ?? 0) + weight * (pathway[at] ?? 0);
  });
  return total > 0 ? mean.map((value) => value / total) : undefined;
}
