/** What the contenders are given, with the results that a plain loop in float64 gets: nobody is timed who differs. */
import { uniformAt } from '../base/pcg';
import type { Checkpoint } from '../model/checkpoint';
import { layerWeights } from '../model/weights';

/** batch products a[b] w[b]: a [batch, rows, inner], w [batch, inner, columns]. */
export interface ProductTask {
  readonly batch: number;
  readonly rows: number;
  readonly inner: number;
  readonly columns: number;
  readonly a: Float32Array;
  readonly w: Float32Array;
}

/** The feed-forward block of one MoE layer with its RMSNorm and residual: x [tokens, D] to the same shape. */
export interface FeedForwardTask {
  readonly checkpoint: Checkpoint;
  readonly layer: number;
  readonly tokens: number;
  readonly x: Float32Array;
  readonly block: Block;
}

/** Row-major weights of a block, by its formula. */
export interface Block {
  readonly width: number;
  readonly experts: number;
  readonly topK: number;
  readonly hidden: number;
  readonly epsilon: number;
  /** [D] */
  readonly gain: Float32Array;
  /** [E, D] */
  readonly router: Float32Array;
  /** [E, F, D] */
  readonly gate: Float32Array;
  readonly up: Float32Array;
  /** [E, D, F] */
  readonly down: Float32Array;
}

/** Uniform in [-1, 1). */
export function noise(count: number, seed: number): Float32Array<ArrayBuffer> {
  return Float32Array.from({ length: count }, (_, i) => uniformAt(seed, i) * 2 - 1);
}

export function productTask(batch: number, rows: number, inner: number, columns: number): ProductTask {
  return { batch, rows, inner, columns, a: noise(batch * rows * inner, 1), w: noise(batch * inner * columns, 2) };
}

export function productOf({ batch, rows, inner, columns, a, w }: ProductTask): Float32Array {
  const out = new Float32Array(batch * rows * columns);
  const sums = new Float64Array(columns);
  for (let row = 0; row < batch * rows; row++) {
    sums.fill(0);
    const first = Math.floor(row / rows) * inner * columns;
    for (let k = 0; k < inner; k++) {
      const value = a[row * inner + k] ?? 0;
      for (let n = 0; n < columns; n++) sums[n] = (sums[n] ?? 0) + value * (w[first + k * columns + n] ?? 0);
    }
    out.set(sums, row * columns);
  }
  return out;
}

/** The block of a layer of a checkpoint with routed experts alone, softmax scores and renormalised weights. */
export function blockOf(checkpoint: Checkpoint, layer: number): Block {
  const { config } = checkpoint;
  const weights = layerWeights(checkpoint, layer);
  if (weights.feedForward.kind !== 'moe' || config.feedForward.kind !== 'moe' || config.feedForward.sharedHidden > 0) throw new Error('The bench needs a model of routed experts alone.');
  const { experts, topK, hidden } = config.feedForward;
  const joined = (part: 'gate' | 'up' | 'down'): Float32Array => {
    const out = new Float32Array(experts * hidden * config.width);
    if (weights.feedForward.kind === 'moe') weights.feedForward.experts.forEach((expert, e) => out.set(expert[part].toFloat32(), e * hidden * config.width));
    return out;
  };
  return {
    width: config.width, experts, topK, hidden, epsilon: config.normEpsilon,
    gain: weights.feedForwardNorm.toFloat32(), router: weights.feedForward.router.toFloat32(),
    gate: joined('gate'), up: joined('up'), down: joined('down'),
  };
}

export function feedForwardTask(checkpoint: Checkpoint, layer: number, tokens: number): FeedForwardTask {
  return { checkpoint, layer, tokens, x: noise(tokens * checkpoint.config.width, 3), block: blockOf(checkpoint, layer) };
}

/** y[n] = sum_k x[k] w[from + n, k]. */
function rowTimes(x: Float64Array, w: Float32Array, from: number, columns: number): Float64Array {
  return Float64Array.from({ length: columns }, (_, n) => {
    let sum = 0;
    for (let k = 0; k < x.length; k++) sum += (x[k] ?? 0) * (w[(from + n) * x.length + k] ?? 0);
    return sum;
  });
}

export function feedForwardOf({ tokens, x, block }: FeedForwardTask): Float32Array {
  const { width, hidden } = block;
  const out = Float32Array.from(x);
  for (let t = 0; t < tokens; t++) {
    const row = Float64Array.from(x.subarray(t * width, (t + 1) * width));
    const scale = 1 / Math.sqrt(row.reduce((sum, value) => sum + value * value, 0) / width + block.epsilon);
    const normed = row.map((value, i) => value * scale * (block.gain[i] ?? 0));
    const logits = rowTimes(normed, block.router, 0, block.experts);
    const chosen = Array.from(logits.keys()).sort((a, b) => (logits[b] ?? 0) - (logits[a] ?? 0)).slice(0, block.topK);
    const weights = chosen.map((e) => Math.exp((logits[e] ?? 0) - (logits[chosen[0] ?? 0] ?? 0)));
    const total = weights.reduce((sum, value) => sum + value, 0);
    chosen.forEach((e, i) => {
      const gate = rowTimes(normed, block.gate, e * hidden, hidden);
      const up = rowTimes(normed, block.up, e * hidden, hidden);
      const inner = gate.map((g, f) => (g / (1 + Math.exp(-g))) * (up[f] ?? 0));
      const y = rowTimes(inner, block.down, e * width, width);
      for (let d = 0; d < width; d++) out[t * width + d] = (out[t * width + d] ?? 0) + ((weights[i] ?? 0) / total) * (y[d] ?? 0);
    });
  }
  return out;
}

/** [rows, columns] to [columns, rows]. */
export function transposed(values: Float32Array, rows: number, columns: number): Float32Array<ArrayBuffer> {
  const out = new Float32Array(values.length);
  for (let r = 0; r < rows; r++) for (let c = 0; c < columns; c++) out[c * rows + r] = values[r * columns + c] ?? 0;
  return out;
}

/** Matrices of a block for libraries that run all experts as one wide product: [D, E], [D, E F], [D, E F], [E F, D]. */
export interface WideBlock {
  readonly router: Float32Array<ArrayBuffer>;
  readonly gate: Float32Array<ArrayBuffer>;
  readonly up: Float32Array<ArrayBuffer>;
  readonly down: Float32Array<ArrayBuffer>;
}

export function wideBlock({ width, experts, hidden, router, gate, up, down }: Block): WideBlock {
  const wideDown = new Float32Array(down.length);
  for (let e = 0; e < experts; e++) wideDown.set(transposed(down.subarray(e * width * hidden, (e + 1) * width * hidden), width, hidden), e * width * hidden);
  return { router: transposed(router, experts, width), gate: transposed(gate, experts * hidden, width), up: transposed(up, experts * hidden, width), down: wideDown };
}
