/** Scores that decide who writes a step: of the distribution of its first token, or of a step that was written. */
import type { Glimpse } from '../../engine/write';
import type { CollaborationSettings } from './settings';

/**
 * How unsure a distribution is, higher is less sure. `all`: over the whole vocabulary of `vocabulary` tokens; else over
 * that many likeliest tokens, renormalised to 1. Entropy in nats (0 to ln V or ln N); `maxProbability` = 1 - max q;
 * `variance` = 1 - Var(q) / Var(one-hot) = 1 - (sum q^2 - 1/N) / (1 - 1/N), the dispersion of Mowst's code.
 */
export function gateScore({ entropy, squares, topProb }: Glimpse, { gate, candidates }: Pick<CollaborationSettings, 'gate' | 'candidates'>, vocabulary: number): number {
  if (candidates === 'all') {
    if (gate === 'entropy') return entropy;
    return gate === 'maxProbability' ? 1 - (topProb[0] ?? 0) : 1 - dispersion(squares, vocabulary);
  }
  const prob = topProb.slice(0, candidates);
  let sum = 0;
  for (const p of prob) sum += p;
  let [nats, square] = [0, 0];
  for (const p of prob) {
    const q = p / sum;
    if (q > 0) nats -= q * Math.log(q);
    square += q * q;
  }
  if (gate === 'entropy') return nats;
  return gate === 'maxProbability' ? 1 - (prob[0] ?? 0) / sum : 1 - dispersion(square, prob.length);
}

function dispersion(squares: number, n: number): number {
  return n < 2 ? 1 : (squares - 1 / n) / (1 - 1 / n);
}

/** Mean entropy of the tokens of a step, nats. */
export function stepMean(entropy: Float32Array): number {
  return entropy.length === 0 ? 0 : entropy.reduce((sum, nats) => sum + nats, 0) / entropy.length;
}

/** The chance that the writer itself gives to another text than the step that it wrote: 1 - the product of its tokens' probabilities. */
export function selfDoubt(logProb: Float32Array): number {
  return 1 - Math.exp(logProb.reduce((sum, nats) => sum + nats, 0));
}
