/**
 * Seeded random numbers: the PCG output hash on 32-bit words (Jarzynski and Olano,
 * "Hash Functions for GPU Rendering", JCGT 9(3), 2020). Stateless, so that the GPU
 * sampler draws the same number for the same (seed, position) in any order.
 */

/** One round of PCG-RXS-M-XS on a 32-bit word; the same three lines stand in shaders/sample.wgsl. */
export function pcgHash(input: number): number {
  const state = (Math.imul(input, 747796405) + 2891336453) >>> 0;
  const word = Math.imul((state >>> ((state >>> 28) + 4)) ^ state, 277803737) >>> 0;
  return ((word >>> 22) ^ word) >>> 0;
}

/**
 * A number in [0, 1) on the grid of 2^-24, for one draw of a seeded stream.
 * @param seed unsigned 32-bit seed
 * @param index which draw (for sampling: the position of the token that is drawn)
 */
export function uniformAt(seed: number, index: number): number {
  return (pcgHash((pcgHash(seed >>> 0) ^ (index >>> 0)) >>> 0) >>> 8) / 16777216;
}

/** The numbers 0 to n - 1 in a random order that depends on the seed alone (Fisher and Yates). */
export function permutation(n: number, seed: number): number[] {
  const order = Array.from({ length: n }, (_, i) => i);
  for (let i = n - 1; i > 0; i--) {
    const j = Math.floor(uniformAt(seed, i) * (i + 1));
    [order[i], order[j]] = [order[j] ?? 0, order[i] ?? 0];
  }
  return order;
}
