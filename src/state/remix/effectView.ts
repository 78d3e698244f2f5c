/** What a mix does to the vocabulary after the last token: probabilities, entropy and divergence, before and now. */
import { klNats } from '../../analysis/divergence';
import { entropyNats, largestIds, logProbability, logSumExp } from '../../engine/distribution';
import type { Question } from './state';

export interface OptionRow {
  readonly text: string;
  /** Probability of its first token in the whole vocabulary. */
  readonly before: number;
  readonly after: number;
  readonly correct: boolean;
}

export interface TokenRow {
  readonly id: number;
  readonly before: number;
  readonly after: number;
}

export interface EffectView {
  /** Likeliest now first. */
  readonly options: readonly OptionRow[];
  /** Share of the vocabulary that no option begins with. */
  readonly other: { readonly before: number; readonly after: number };
  readonly next: readonly TokenRow[];
  /** Nats. */
  readonly entropy: { readonly before: number; readonly after: number };
  /** KL(before || now), nats, over the whole vocabulary. */
  readonly kl: number;
  /** Index of the likeliest option. */
  readonly answer: { readonly before: number; readonly after: number };
  /** Of the right answer's first token, nats; undefined where it is not known. */
  readonly loss: { readonly before: number; readonly after: number } | undefined;
}

/** Next tokens that are listed. */
const NEXT = 8;

function likeliest(values: readonly number[]): number {
  return values.reduce((best, value, i) => (value > (values[best] ?? -Infinity) ? i : best), 0);
}

/** Compares the vocabulary logits of the unchanged model with those of a mix. O(V) */
export function effectView({ item, firstTokens, before: { logits: was } }: Pick<Question, 'item' | 'firstTokens' | 'before'>, is: Float32Array): EffectView {
  const [normWas, normIs] = [logSumExp(was), logSumExp(is)];
  const prob = (logits: Float32Array, norm: number, id: number): number => Math.exp(logProbability(logits, id, norm));
  const rows = item.options.map((text, i): OptionRow => {
    const id = firstTokens[i] ?? 0;
    return { text, before: prob(was, normWas, id), after: prob(is, normIs, id), correct: item.answer === text };
  });
  const right = item.answer === undefined ? -1 : item.options.indexOf(item.answer);
  const rightId = firstTokens[right];
  const ids = new Set([...largestIds(is, NEXT), ...largestIds(was, NEXT)]);
  const next = [...ids].map((id): TokenRow => ({ id, before: prob(was, normWas, id), after: prob(is, normIs, id) })).sort((a, b) => Math.max(b.before, b.after) - Math.max(a.before, a.after) || a.id - b.id);
  return {
    options: rows.toSorted((a, b) => b.after - a.after),
    other: { before: 1 - rows.reduce((sum, row) => sum + row.before, 0), after: 1 - rows.reduce((sum, row) => sum + row.after, 0) },
    next: next.slice(0, NEXT),
    entropy: { before: entropyNats(was, normWas), after: entropyNats(is, normIs) },
    kl: klNats(was.map((_, id) => prob(was, normWas, id)), is.map((_, id) => prob(is, normIs, id))),
    answer: { before: likeliest(rows.map(({ before }) => before)), after: likeliest(rows.map(({ after }) => after)) },
    loss: rightId === undefined ? undefined : { before: -logProbability(was, rightId, normWas), after: -logProbability(is, rightId, normIs) },
  };
}
