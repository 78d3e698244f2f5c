/** Causal attention with grouped queries, rotary positions and optional QK-norm, one token at a time. */
import type { ModelConfig } from '../../model/config';
import type { LayerWeights } from '../../model/weights';
import { matVec, rmsNorm } from './linear';

export interface AttentionWeights {
  readonly query: Float32Array;
  readonly key: Float32Array;
  readonly value: Float32Array;
  readonly output: Float32Array;
  readonly queryNorm: Float32Array | undefined;
  readonly keyNorm: Float32Array | undefined;
}

export function attentionWeights(layer: LayerWeights): AttentionWeights {
  return {
    query: layer.query.toFloat32(),
    key: layer.key.toFloat32(),
    value: layer.value.toFloat32(),
    output: layer.output.toFloat32(),
    queryNorm: layer.queryNorm?.toFloat32(),
    keyNorm: layer.keyNorm?.toFloat32(),
  };
}

/** Keys and values of one layer, [capacity, kvHeads * headDim] each; keys are stored after RoPE. */
export interface LayerCache {
  readonly keys: Float64Array;
  readonly values: Float64Array;
}

/**
 * Rotates each head of `x` in place: pairs (i, i + headDim / 2) by the angle
 * position * theta^(-2 i / headDim) (https://arxiv.org/abs/2104.09864, the rotate-half layout of Llama).
 */
export function rope(x: Float64Array, heads: number, headDim: number, position: number, theta: number): void {
  const half = headDim / 2;
  for (let i = 0; i < half; i++) {
    const angle = position * theta ** ((-2 * i) / headDim);
    const cos = Math.cos(angle);
    const sin = Math.sin(angle);
    for (let head = 0; head < heads; head++) {
      const at = head * headDim + i;
      const a = x[at] as number;
      const b = x[at + half] as number;
      x[at] = a * cos - b * sin;
      x[at + half] = b * cos + a * sin;
    }
  }
}

/** RMSNorm of queries or keys: of each head by itself, or over all heads at once where the gain is that long. */
export function headNorm(x: Float64Array, gain: Float32Array, heads: number, headDim: number, epsilon: number): void {
  if (gain.length > headDim) return rmsNorm(x, gain, epsilon, x, 0, heads * headDim);
  for (let head = 0; head < heads; head++) rmsNorm(x, gain, epsilon, x, head * headDim, headDim);
}

/** Buffers of one token, reused for every layer. */
export interface AttentionScratch {
  readonly query: Float64Array;
  readonly key: Float64Array;
  readonly value: Float64Array;
  readonly heads: Float64Array;
  readonly scores: Float64Array;
}

export function attentionScratch(config: ModelConfig): AttentionScratch {
  return {
    query: new Float64Array(config.heads * config.headDim),
    key: new Float64Array(config.kvHeads * config.headDim),
    value: new Float64Array(config.kvHeads * config.headDim),
    heads: new Float64Array(config.heads * config.headDim),
    scores: new Float64Array(config.context),
  };
}

/** softmax(q K / sqrt(headDim)) V of one query head over positions 0..position. */
function attend(head: number, position: number, config: ModelConfig, cache: LayerCache, scratch: AttentionScratch): void {
  const { headDim } = config;
  const { query, heads, scores } = scratch;
  const stride = config.kvHeads * headDim;
  const kvOffset = Math.floor(head / (config.heads / config.kvHeads)) * headDim;
  const queryOffset = head * headDim;
  let most = -Infinity;
  for (let t = 0; t <= position; t++) {
    let dot = 0;
    const at = t * stride + kvOffset;
    for (let i = 0; i < headDim; i++) dot += (query[queryOffset + i] as number) * (cache.keys[at + i] as number);
    const score = dot / Math.sqrt(headDim);
    scores[t] = score;
    if (score > most) most = score;
  }
  let total = 0;
  for (let t = 0; t <= position; t++) {
    const weight = Math.exp((scores[t] as number) - most);
    scores[t] = weight;
    total += weight;
  }
  heads.fill(0, queryOffset, queryOffset + headDim);
  for (let t = 0; t <= position; t++) {
    const weight = (scores[t] as number) / total;
    const at = t * stride + kvOffset;
    for (let i = 0; i < headDim; i++) heads[queryOffset + i] = (heads[queryOffset + i] as number) + weight * (cache.values[at + i] as number);
  }
}

/**
 * Attention of the token at `position` over itself and all before it; appends its key and value to the cache.
 * @param x normed hidden state [D]
 * @param out [D]
 */
export function attention(
  x: Float64Array,
  position: number,
  config: ModelConfig,
  weights: AttentionWeights,
  cache: LayerCache,
  scratch: AttentionScratch,
  out: Float64Array,
): void {
  const { width, heads, kvHeads, headDim, ropeTheta, normEpsilon } = config;
  const { query, key, value } = scratch;
  matVec(weights.query, x, query, heads * headDim, width);
  matVec(weights.key, x, key, kvHeads * headDim, width);
  matVec(weights.value, x, value, kvHeads * headDim, width);
  if (weights.queryNorm) headNorm(query, weights.queryNorm, heads, headDim, normEpsilon);
  if (weights.keyNorm) headNorm(key, weights.keyNorm, kvHeads, headDim, normEpsilon);
  rope(query, heads, headDim, position, ropeTheta);
  rope(key, kvHeads, headDim, position, ropeTheta);
  cache.keys.set(key, position * kvHeads * headDim);
  cache.values.set(value, position * kvHeads * headDim);
  for (let head = 0; head < heads; head++) attend(head, position, config, cache, scratch);
  matVec(weights.output, scratch.heads, out, width, heads * headDim);
}
