/**
 * Attention of some tokens of a sequence with its derivative. Tokens before the first of them are constants: their keys and values
 * stand in the cache and get no gradient.
 */
import type { ModelConfig } from '../../model/config';
import { headNorm, rope, type AttentionWeights, type LayerCache } from './attention';
import { matVecBackward, rmsNormBackward } from './backward';
import { matVec } from './linear';

/** What one token's attention was computed from. */
export interface AttentionTape {
  readonly position: number;
  /** Before norm and rotation. [heads * headDim], [kvHeads * headDim] */
  readonly query: Float64Array;
  readonly key: Float64Array;
  /** After both. */
  readonly turned: Float64Array;
  /** Attention weights over positions 0..position. [heads, position + 1] */
  readonly weights: Float64Array;
}

function softmaxInPlace(values: Float64Array): void {
  let most = -Infinity;
  for (const value of values) most = Math.max(most, value);
  let total = 0;
  for (let i = 0; i < values.length; i++) total += values[i] = Math.exp((values[i] as number) - most);
  for (let i = 0; i < values.length; i++) values[i] = (values[i] as number) / total;
}

/**
 * As `attention`, keeping what the derivative needs.
 * @param x normed hidden state [D]
 * @returns the tape and the output [D]
 */
export function tapeAttention(x: Float64Array, position: number, config: ModelConfig, weights: AttentionWeights, cache: LayerCache): { tape: AttentionTape; out: Float64Array } {
  const { width, heads, kvHeads, headDim, ropeTheta, normEpsilon } = config;
  const query = new Float64Array(heads * headDim);
  const key = new Float64Array(kvHeads * headDim);
  const value = new Float64Array(kvHeads * headDim);
  matVec(weights.query, x, query, query.length, width);
  matVec(weights.key, x, key, key.length, width);
  matVec(weights.value, x, value, value.length, width);
  const turned = query.slice();
  const turnedKey = key.slice();
  if (weights.queryNorm) headNorm(turned, weights.queryNorm, heads, headDim, normEpsilon);
  if (weights.keyNorm) headNorm(turnedKey, weights.keyNorm, kvHeads, headDim, normEpsilon);
  rope(turned, heads, headDim, position, ropeTheta);
  rope(turnedKey, kvHeads, headDim, position, ropeTheta);
  cache.keys.set(turnedKey, position * key.length);
  cache.values.set(value, position * key.length);

  const span = position + 1;
  const all = new Float64Array(heads * span);
  const mixed = new Float64Array(heads * headDim);
  for (let head = 0; head < heads; head++) {
    const kv = Math.floor(head / (heads / kvHeads)) * headDim;
    const row = all.subarray(head * span, (head + 1) * span);
    for (let t = 0; t < span; t++) {
      let sum = 0;
      for (let i = 0; i < headDim; i++) sum += (turned[head * headDim + i] as number) * (cache.keys[t * key.length + kv + i] as number);
      row[t] = sum / Math.sqrt(headDim);
    }
    softmaxInPlace(row);
    for (let t = 0; t < span; t++) {
      for (let i = 0; i < headDim; i++) {
        const at = head * headDim + i;
        mixed[at] = (mixed[at] as number) + (row[t] as number) * (cache.values[t * key.length + kv + i] as number);
      }
    }
  }
  const out = new Float64Array(width);
  matVec(weights.output, mixed, out, width, mixed.length);
  return { tape: { position, query, key, turned, weights: all }, out };
}

/** Undoes the rotation of a gradient, then the norm: from the gradient of the turned vector to that of the plain one. */
function plainGradient(d: Float64Array, plain: Float64Array, gain: Float32Array | undefined, heads: number, position: number, config: ModelConfig): Float64Array {
  const { headDim, ropeTheta, normEpsilon } = config;
  // A rotation's transpose is the rotation by the opposite angle.
  rope(d, heads, headDim, -position, ropeTheta);
  if (gain === undefined) return d;
  const out = new Float64Array(d.length);
  if (gain.length > headDim) rmsNormBackward(plain, gain, normEpsilon, d, out, 0, d.length);
  else for (let head = 0; head < heads; head++) rmsNormBackward(plain, gain, normEpsilon, d, out, head * headDim, headDim);
  return out;
}

/**
 * Derivative for all tokens of one layer together, as later tokens read keys and values of earlier ones.
 * @param tapes of consecutive tokens, in order
 * @param cache as the forward pass left it
 * @param dOut gradient of each token's output, [D] each
 * @returns gradient of each token's normed input, [D] each
 */
export function attentionBackward(tapes: readonly AttentionTape[], config: ModelConfig, weights: AttentionWeights, cache: LayerCache, dOut: readonly Float64Array[]): Float64Array[] {
  const { width, heads, kvHeads, headDim } = config;
  const kvWidth = kvHeads * headDim;
  const from = tapes[0]?.position ?? 0;
  const dKeys = tapes.map(() => new Float64Array(kvWidth));
  const dValues = tapes.map(() => new Float64Array(kvWidth));
  const dQueries = tapes.map((tape, n) => {
    const span = tape.position + 1;
    const dMixed = new Float64Array(heads * headDim);
    matVecBackward(weights.output, dOut[n] as Float64Array, dMixed, width, dMixed.length);
    const dQuery = new Float64Array(heads * headDim);
    const dWeights = new Float64Array(span);
    for (let head = 0; head < heads; head++) {
      const kv = Math.floor(head / (heads / kvHeads)) * headDim;
      const at = head * headDim;
      const row = tape.weights.subarray(head * span, (head + 1) * span);
      let pull = 0;
      for (let t = 0; t < span; t++) {
        let sum = 0;
        for (let i = 0; i < headDim; i++) sum += (dMixed[at + i] as number) * (cache.values[t * kvWidth + kv + i] as number);
        dWeights[t] = sum;
        pull += sum * (row[t] as number);
      }
      for (let t = 0; t < span; t++) {
        const weight = row[t] as number;
        const dScore = (weight * ((dWeights[t] as number) - pull)) / Math.sqrt(headDim);
        const dKey = dKeys[t - from];
        const dValue = dValues[t - from];
        for (let i = 0; i < headDim; i++) {
          dQuery[at + i] = (dQuery[at + i] as number) + dScore * (cache.keys[t * kvWidth + kv + i] as number);
          if (dKey) dKey[kv + i] = (dKey[kv + i] as number) + dScore * (tape.turned[at + i] as number);
          if (dValue) dValue[kv + i] = (dValue[kv + i] as number) + weight * (dMixed[at + i] as number);
        }
      }
    }
    return dQuery;
  });
  return tapes.map((tape, n) => {
    const dx = new Float64Array(width);
    const dQuery = plainGradient(dQueries[n] as Float64Array, tape.query, weights.queryNorm, heads, tape.position, config);
    const dKey = plainGradient(dKeys[n] as Float64Array, tape.key, weights.keyNorm, kvHeads, tape.position, config);
    matVecBackward(weights.query, dQuery, dx, dQuery.length, width);
    matVecBackward(weights.key, dKey, dx, kvWidth, width);
    matVecBackward(weights.value, dValues[n] as Float64Array, dx, kvWidth, width);
    return dx;
  });
}
