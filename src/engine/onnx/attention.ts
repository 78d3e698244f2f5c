/** Causal attention with grouped queries, rotary positions and optional QK-norm, as a graph. */
import type { ModelConfig } from '../../model/config';
import type { LayerWeights } from '../../model/weights';
import type { GraphBuilder, Value } from './graph-builder';
import { sideBySide } from './weights';

/** RMSNorm over the last axis (https://arxiv.org/abs/1910.07467). */
export function rmsNorm(b: GraphBuilder, x: Value, gain: Float32Array, epsilon: number): Value {
  return b.op('SimplifiedLayerNormalization', [x, b.weight([gain.length], gain)], { axis: { int: -1 }, epsilon: { float: epsilon } });
}

/** What all layers share: rotation of each token, and which positions it sees. */
export interface Places {
  /** Cosines and sines, [T, 1, headDim]. */
  readonly cos: Value;
  readonly sin: Value;
  /** [headDim, headDim]: x to (-second half, first half). */
  readonly turn: Value;
  /** Added to scores, [T, past + T]. */
  readonly mask: Value;
}

/** cos and sin of position * theta^(-2 i / headDim), for both halves of a head (https://arxiv.org/abs/2104.09864). */
function rotations({ context, headDim, ropeTheta }: ModelConfig, of: (angle: number) => number): Float32Array {
  const turns = Array.from({ length: headDim }, (_, i) => ropeTheta ** ((-2 * (i % (headDim / 2))) / headDim));
  const table = new Float32Array(context * headDim);
  for (let position = 0, at = 0; position < context; position++) for (const turn of turns) table[at++] = of(position * turn);
  return table;
}

/** @param positions absolute position of each token, [T] int32 */
export function places(b: GraphBuilder, config: ModelConfig, positions: Value, mask: Value): Places {
  const { context, headDim } = config;
  const half = headDim / 2;
  const turn = new Float32Array(headDim * headDim);
  for (let i = 0; i < half; i++) {
    turn[(i + half) * headDim + i] = -1;
    turn[i * headDim + i + half] = 1;
  }
  const at = (table: Float32Array): Value => b.op('Unsqueeze', [b.op('Gather', [b.weight([context, headDim], table), positions]), b.ints(1)]);
  return { cos: at(rotations(config, Math.cos)), sin: at(rotations(config, Math.sin)), turn: b.weight([headDim, headDim], turn), mask };
}

/** RMSNorm of queries or keys: of each head by itself, or over all heads at once where the gain is that long. [T, heads, headDim] */
function heads(b: GraphBuilder, x: Value, count: number, gain: Float32Array | undefined, { headDim, normEpsilon }: ModelConfig): Value {
  const norm = (value: Value): Value => (gain === undefined ? value : rmsNorm(b, value, gain, normEpsilon));
  const whole = gain !== undefined && gain.length > headDim;
  const split = b.reshape(whole ? norm(x) : x, -1, count, headDim);
  return whole ? split : norm(split);
}

/** Keys and values of this run's tokens, [T, kvHeads * headDim] each; keys are stored after RoPE. */
export interface AttentionOutput {
  readonly out: Value;
  readonly keys: Value;
  readonly values: Value;
}

/**
 * @param x normed hidden state [T, D]
 * @param past keys and values of the tokens before, [past, kvHeads * headDim] each
 */
export function attention(b: GraphBuilder, config: ModelConfig, weights: LayerWeights, x: Value, past: { keys: Value; values: Value }, { cos, sin, turn, mask }: Places): AttentionOutput {
  const { width, heads: queryHeads, kvHeads, headDim } = config;
  const keyWidth = kvHeads * headDim;
  const queryWidth = queryHeads * headDim;
  const product = b.op('MatMul', [x, b.weight([width, queryWidth + 2 * keyWidth], sideBySide([weights.query, weights.key, weights.value]))]);
  const [query = '', key = '', values = ''] = b.split(product, 1, [queryWidth, keyWidth, keyWidth]);
  const both = b.concat([heads(b, query, queryHeads, weights.queryNorm?.toFloat32(), config), heads(b, key, kvHeads, weights.keyNorm?.toFloat32(), config)], 1);
  const rotated = b.op('Add', [b.op('Mul', [both, cos]), b.op('Mul', [b.op('MatMul', [both, turn]), sin])]);
  const [queries = '', newKeys = ''] = b.split(rotated, 1, [queryHeads, kvHeads]);
  const keys = b.reshape(newKeys, -1, keyWidth);
  const byHead = (value: Value, ...perm: readonly number[]): Value => {
    const parts = b.reshape(value, -1, kvHeads, headDim);
    return b.op('Transpose', [parts], { perm: { ints: perm } });
  };
  const allKeys = byHead(b.concat([past.keys, keys], 0), 1, 2, 0);
  const allValues = byHead(b.concat([past.values, values], 0), 1, 0, 2);
  const group = queryHeads / kvHeads;
  // [kvHeads, T, group, headDim]: the queries of a group share keys, so one product serves them.
  const grouped = b.op('Transpose', [b.reshape(b.op('Mul', [queries, b.float(1 / Math.sqrt(headDim))]), -1, kvHeads, group, headDim)], { perm: { ints: [1, 0, 2, 3] } });
  const scores = b.op('MatMul', [b.reshape(grouped, kvHeads, -1, headDim), allKeys]);
  const shape = b.concat([b.ints(kvHeads, -1, group), b.op('Shape', [scores], { start: { int: 2 } })], 0);
  const masked = b.op('Add', [b.op('Reshape', [scores, shape]), b.op('Unsqueeze', [mask, b.ints(1)])]);
  const shares = b.op('Softmax', [masked], { axis: { int: 3 } });
  const mixed = b.op('MatMul', [b.op('Reshape', [shares, b.op('Shape', [scores])]), allValues]);
  const joined = b.reshape(b.op('Transpose', [b.reshape(mixed, kvHeads, -1, group, headDim)], { perm: { ints: [1, 0, 2, 3] } }), -1, queryWidth);
  return { out: b.op('MatMul', [joined, b.weight([queryWidth, width], sideBySide([weights.output]))]), keys, values };
}
