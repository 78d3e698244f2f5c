/** Whether steering has broken a text: it repeats itself, or the unsteered model finds it very unlikely. */

export interface Degeneration {
  /** Share of the text's four-token pieces that occurred before in it, 0 to 1. */
  readonly repetition: number;
  /** exp of the mean negative log-probability of its tokens under the unsteered model. */
  readonly perplexity: number;
  readonly degenerate: boolean;
}

/** Ours: more than a third repeated beyond what the unsteered text repeats, or four times its perplexity. */
export const DEGENERATE = { repetition: 1 / 3, perplexity: 4 } as const;

const PIECE = 4;

/** Share of pieces of four tokens that occurred before; 0 for a text too short to hold two. */
export function repetitionRate(ids: readonly number[]): number {
  const seen = new Set<string>();
  let repeated = 0;
  const pieces = Math.max(0, ids.length - PIECE + 1);
  for (let t = 0; t < pieces; t++) {
    const piece = ids.slice(t, t + PIECE).join(' ');
    if (seen.has(piece)) repeated++;
    else seen.add(piece);
  }
  return pieces === 0 ? 0 : repeated / pieces;
}

/** Perplexity of log-probabilities in nats; NaN of none. */
export function perplexity(logProb: Iterable<number>): number {
  let [sum, n] = [0, 0];
  for (const value of logProb) {
    sum -= value;
    n++;
  }
  return Math.exp(sum / n);
}

/** Judges a steered text by the unsteered one from the same prompt. */
export function degeneration(steered: { readonly ids: readonly number[]; readonly logProb: Iterable<number> }, plain: { readonly ids: readonly number[]; readonly logProb: Iterable<number> }): Degeneration {
  const repetition = repetitionRate(steered.ids);
  const unlikely = perplexity(steered.logProb);
  const degenerate = repetition - repetitionRate(plain.ids) > DEGENERATE.repetition || unlikely > DEGENERATE.perplexity * perplexity(plain.logProb);
  return { repetition, perplexity: unlikely, degenerate };
}
