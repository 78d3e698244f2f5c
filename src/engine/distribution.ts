/** Numbers about a next-token distribution given by its logits [V]; natural logarithms throughout. */
import type { StepBatch } from './engine';
import type { Glimpse } from './write';

/** log sum exp, stable for any finite logits. */
export function logSumExp(logits: ArrayLike<number>): number {
  let most = -Infinity;
  for (let i = 0; i < logits.length; i++) most = Math.max(most, logits[i] ?? -Infinity);
  let sum = 0;
  for (let i = 0; i < logits.length; i++) sum += Math.exp((logits[i] ?? -Infinity) - most);
  return most + Math.log(sum);
}

/** Natural-log probability of one id. */
export function logProbability(logits: ArrayLike<number>, id: number, normaliser = logSumExp(logits)): number {
  return (logits[id] ?? NaN) - normaliser;
}

/** Entropy in nats: 0 for a certain token, ln V for a uniform distribution. */
export function entropyNats(logits: ArrayLike<number>, normaliser = logSumExp(logits)): number {
  let entropy = 0;
  for (let i = 0; i < logits.length; i++) {
    const logProb = (logits[i] ?? 0) - normaliser;
    // exp underflows to 0 long before logProb matters, and 0 * -Infinity would be NaN.
    const prob = Math.exp(logProb);
    if (prob > 0) entropy -= prob * logProb;
  }
  return entropy;
}

function sortedIds(logits: ArrayLike<number>): Uint32Array {
  const ids = Uint32Array.from({ length: logits.length }, (_, id) => id);
  return ids.sort((a, b) => (logits[b] ?? 0) - (logits[a] ?? 0) || a - b);
}

/** Ids of the `count` largest logits, descending, ties to the lower id. */
export function largestIds(logits: ArrayLike<number>, count: number): Uint32Array {
  const most = Math.min(count, logits.length);
  if (most > 64) return sortedIds(logits).subarray(0, most);
  // Insertion into a short list: one comparison for nearly every logit.
  const ids = new Uint32Array(most);
  const values = new Float64Array(most);
  let filled = 0;
  for (let id = 0; id < logits.length; id++) {
    const value = logits[id] ?? -Infinity;
    if (filled === most && value <= (values[most - 1] ?? Infinity)) continue;
    let place = Math.min(filled, most - 1);
    while (place > 0 && value > (values[place - 1] ?? Infinity)) {
      values[place] = values[place - 1] ?? 0;
      ids[place] = ids[place - 1] ?? 0;
      place--;
    }
    values[place] = value;
    ids[place] = id;
    filled = Math.min(filled + 1, most);
  }
  return ids;
}

export interface Candidates {
  /** Descending by probability, ties to the lower id. */
  readonly ids: Uint32Array;
  readonly prob: Float64Array;
}

/** The `count` most likely next tokens with their probabilities at temperature 1. */
export function topCandidates(logits: ArrayLike<number>, count: number, normaliser = logSumExp(logits)): Candidates {
  const ids = largestIds(logits, count);
  return { ids, prob: Float64Array.from(ids, (id) => Math.exp(logProbability(logits, id, normaliser))) };
}

/** Sum of the squared probabilities: 1 for a certain token, 1/V for a uniform distribution. */
export function squaredMass(logits: ArrayLike<number>, normaliser = logSumExp(logits)): number {
  let sum = 0;
  for (let i = 0; i < logits.length; i++) sum += Math.exp(2 * ((logits[i] ?? -Infinity) - normaliser));
  return sum;
}

/** The distribution after the last token of a batch that was recorded with `logits: 'last'`, or of a single token. */
export function glimpseOf({ ids, entropy, topIds, topProb, logits }: StepBatch): Glimpse {
  const count = topIds.length / ids.length;
  return {
    entropy: entropy.at(-1) ?? NaN,
    squares: logits === undefined ? NaN : squaredMass(logits),
    topIds: topIds.slice(topIds.length - count),
    topProb: topProb.slice(topProb.length - count),
  };
}
