/** How much a neighbour counts. docs/METHODS.md, "Kernel". */
import type { Kernel } from './settings';

/** Middle value; of an even number, the mean of the two in the middle. NaN of nothing. */
export function median(values: Iterable<number>): number {
  const sorted = Float64Array.from(values).sort();
  const half = sorted.length >> 1;
  const upper = sorted[half] ?? NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[half - 1] ?? NaN) + upper) / 2;
}

/** ln K of a distance in bandwidths (a cosine for the two kernels of inner products); -Infinity where K is 0. */
function logKernel(kernel: Kernel, x: number, similarity: number): number {
  switch (kernel) {
    case 'gaussian':
      return -(x * x) / 2;
    case 'matern':
      return Math.log1p(Math.sqrt(3) * x) - Math.sqrt(3) * x;
    case 'polynomial':
      return 2 * Math.log(Math.max(0, 1 + similarity));
    case 'linear':
      return Math.log(Math.max(0, similarity));
  }
}

/**
 * Shares of some neighbours, which sum to 1. They are worked out in logarithms: with a narrow kernel all K round to 0, and the nearest
 * neighbour still has to win.
 * @param bandwidth h > 0, in the unit of the distances; with 0 only the nearest count
 */
export function kernelWeights(kernel: Kernel, neighbours: readonly { readonly distance: number; readonly similarity: number }[], bandwidth: number): Float64Array {
  const furthest = neighbours.reduce((most, { distance }) => Math.max(most, distance), 0);
  const width = Math.max(bandwidth, 1e-12 * furthest, Number.MIN_VALUE);
  const logs = Float64Array.from(neighbours, ({ distance, similarity }) => logKernel(kernel, distance / width, similarity));
  const most = logs.reduce((a, b) => Math.max(a, b), -Infinity);
  if (most === -Infinity) return logs.fill(1 / logs.length);
  const weights = logs.map((value) => Math.exp(value - most));
  const total = weights.reduce((a, b) => a + b, 0);
  return weights.map((weight) => weight / total);
}
