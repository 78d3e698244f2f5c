/**
 * Which experts are chosen together by one token of one layer. Needs k >= 2. Definitions: C_ij tokens with i and j
 * both active, as plotted in Dynamic-DINO (https://arxiv.org/abs/2507.17436); lift is the ratio of
 * association rules (Brin et al., SIGMOD 1997), effective partners the exponential of an entropy (Hill 1973).
 */
import type { Choices } from './choices';

/** Below this many tokens a matrix is mostly chance. */
export const ENOUGH_TOKENS = 100;

export interface CoActivation {
  readonly experts: number;
  /** Tokens. */
  readonly n: number;
  /** `n` is at least `ENOUGH_TOKENS`. */
  readonly enough: boolean;
  /** C_ij, symmetric; the diagonal C_ii is the tokens that chose i. [E, E] */
  readonly together: Uint32Array;
}

/** Counts the pairs of a layer. O(T K^2) */
export function coActivation({ experts, tokens, ids, start }: Choices): CoActivation {
  const together = new Uint32Array(experts * experts);
  for (let t = 0; t < tokens; t++) {
    const end = start[t + 1] ?? 0;
    for (let a = start[t] ?? 0; a < end; a++) {
      const row = (ids[a] ?? 0) * experts;
      for (let b = start[t] ?? 0; b < end; b++) {
        const at = row + (ids[b] ?? 0);
        together[at] = (together[at] ?? 0) + 1;
      }
    }
  }
  return { experts, n: tokens, enough: tokens >= ENOUGH_TOKENS, together };
}

/** P(j | i) = C_ij / C_ii in row i, column j: 0 to 1, 1 on the diagonal, NaN in rows of experts that nobody chose. [E, E] */
export function partnerProbabilities({ experts, together }: CoActivation): Float64Array {
  return Float64Array.from(together, (count, at) => count / (together[Math.floor(at / experts) * (experts + 1)] ?? 0));
}

/** C_ij n / (C_ii C_jj): 1 when i and j are independent, symmetric, NaN where one of them was never chosen. [E, E] */
export function partnerLift({ experts, together, n }: CoActivation): Float64Array {
  return Float64Array.from(together, (count, at) => {
    const i = together[Math.floor(at / experts) * (experts + 1)] ?? 0;
    const j = together[(at % experts) * (experts + 1)] ?? 0;
    return (count * n) / (i * j);
  });
}

/**
 * How many partners each expert has in effect: exp of the entropy of P(. | i) over j != i, normalised to sum 1.
 * From 1 (always the same one) to E - 1; NaN for an expert that was never chosen beside another. [E]
 */
export function effectivePartners({ experts, together }: CoActivation): Float64Array {
  const partners = new Float64Array(experts);
  for (let i = 0; i < experts; i++) {
    let [total, weighted] = [0, 0];
    for (let j = 0; j < experts; j++) {
      const count = together[i * experts + j] ?? 0;
      if (j === i || count === 0) continue;
      total += count;
      weighted += count * Math.log(count);
    }
    partners[i] = total === 0 ? NaN : Math.exp(Math.log(total) - weighted / total);
  }
  return partners;
}

export interface Pair {
  /** i < j */
  readonly i: number;
  readonly j: number;
  /** Tokens that chose both. */
  readonly together: number;
  /** Tokens that chose i, and j. */
  readonly tokens: readonly [number, number];
  /** P(j | i) and P(i | j). */
  readonly given: readonly [number, number];
  readonly lift: number;
}

/**
 * The pairs seen most often, or those with the highest lift; ties go to the more frequent, then to the lower ids.
 * @param options.minimum fewest tokens that chose both; a lift of few tokens says nothing
 */
export function topPairs(matrix: CoActivation, options: { readonly by?: 'count' | 'lift'; readonly limit?: number; readonly minimum?: number } = {}): Pair[] {
  const { by = 'count', limit = 20, minimum = 1 } = options;
  const { experts, together, n } = matrix;
  const pairs: Pair[] = [];
  for (let i = 0; i < experts; i++) {
    for (let j = i + 1; j < experts; j++) {
      const both = together[i * experts + j] ?? 0;
      if (both < minimum || both === 0) continue;
      const [a, b] = [together[i * (experts + 1)] ?? 0, together[j * (experts + 1)] ?? 0];
      pairs.push({ i, j, together: both, tokens: [a, b], given: [both / a, both / b], lift: (both * n) / (a * b) });
    }
  }
  const key = by === 'lift' ? (pair: Pair): number => pair.lift : (pair: Pair): number => pair.together;
  return pairs.sort((x, y) => key(y) - key(x) || y.together - x.together || x.i - y.i || x.j - y.j).slice(0, limit);
}
