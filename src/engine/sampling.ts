/**
 * Draws the next token on the CPU, by the rule of shaders/sample.wgsl: temperature, top-k, top-p,
 * then one seeded number against the cumulative probability in id order.
 */
import { PlaygroundError } from '../base/errors';
import { uniformAt } from '../base/pcg';
import { largestIds } from './distribution';
import type { Sampling } from './engine';

/** Throws `bad-input` with a sentence when a setting is out of its range. */
export function checkSampling(sampling: Sampling): void {
  const { temperature, topK, topP, seed } = sampling;
  if (!Number.isFinite(temperature) || temperature < 0) {
    throw new PlaygroundError('bad-input', `Temperature is ${temperature}; it has to be a number of at least 0, where 0 always takes the most likely token.`);
  }
  if (!Number.isInteger(topK) || topK < 0) {
    throw new PlaygroundError('bad-input', `Sampling top-k is ${topK}; it has to be a whole number of at least 0, where 0 switches the cut off.`);
  }
  if (!(topP > 0 && topP <= 1)) {
    throw new PlaygroundError('bad-input', `Sampling top-p is ${topP}; it has to be above 0 and at most 1, where 1 switches the cut off.`);
  }
  if (!Number.isInteger(seed) || seed < 0 || seed > 0xffffffff) {
    throw new PlaygroundError('bad-input', `The seed is ${seed}; it has to be a whole number from 0 to 4294967295.`);
  }
}

/** exp((z - max) / temperature) for each logit: probabilities up to a common factor. */
function relativeWeights(logits: ArrayLike<number>, temperature: number): Float64Array {
  let most = -Infinity;
  for (let i = 0; i < logits.length; i++) most = Math.max(most, logits[i] ?? -Infinity);
  return Float64Array.from(logits, (z) => Math.exp((z - most) / temperature));
}

/** Zeroes all but the smallest set, in descending order with ties to the lower id, whose share reaches p. True when it cut something. */
function keepTopP(weights: Float64Array, p: number): boolean {
  const order = largestIds(weights, weights.length);
  const target = p * weights.reduce((sum, weight) => sum + weight, 0);
  let sum = 0;
  let cut = false;
  for (const id of order) {
    const weight = weights[id] ?? 0;
    if (sum >= target && weight > 0) {
      weights[id] = 0;
      cut = true;
    }
    sum += weight;
  }
  return cut;
}

/** What the draw is made from. */
export interface SamplingWeights {
  /** By id, up to a common factor; 0 for what cannot be drawn. */
  readonly weights: Float64Array;
  /** The setting that took the last token away, if any did. */
  readonly cut: 'greedy' | 'top-k' | 'top-p' | undefined;
}

/** Applies temperature, top-k and top-p, in this order. */
export function samplingWeights(logits: ArrayLike<number>, { temperature, topK, topP }: Pick<Sampling, 'temperature' | 'topK' | 'topP'>): SamplingWeights {
  if (temperature === 0) {
    const weights = new Float64Array(logits.length);
    weights[largestIds(logits, 1)[0] ?? 0] = 1;
    return { weights, cut: 'greedy' };
  }
  const weights = relativeWeights(logits, temperature);
  const byCount = topK > 0 && topK < weights.length;
  if (byCount) {
    // By logits, not weights: weights of distinct logits may underflow to equal zeros.
    const kept = new Set(largestIds(logits, topK));
    for (let id = 0; id < weights.length; id++) if (!kept.has(id)) weights[id] = 0;
  }
  const byMass = topP < 1 && keepTopP(weights, topP);
  return { weights, cut: byMass ? 'top-p' : byCount ? 'top-k' : undefined };
}

/**
 * The id of the next token.
 * @param logits [V], any finite numbers
 * @param position absolute position of the token that is drawn; the draw is a function of (seed, position) alone
 */
export function sampleToken(logits: ArrayLike<number>, sampling: Sampling, position: number): number {
  if (sampling.temperature === 0) return largestIds(logits, 1)[0] ?? 0;
  const { weights } = samplingWeights(logits, sampling);
  const target = uniformAt(sampling.seed, position) * weights.reduce((sum, weight) => sum + weight, 0);
  let sum = 0;
  let last = 0;
  for (let id = 0; id < weights.length; id++) {
    const weight = weights[id] ?? 0;
    if (weight === 0) continue;
    sum += weight;
    if (sum > target) return id;
    // Rounding can leave the whole sum a hair below the target: then the last kept id is meant.
    last = id;
  }
  return last;
}
