/** Models that exist for the bench alone: cut off, or of any shape with seeded noise for weights. */
import { uniformAt } from '../base/pcg';
import type { Checkpoint, Tensor } from '../model/checkpoint';
import type { ModelConfig, MoeFeedForward } from '../model/config';
import { expectedTensors } from '../model/weights';

/** `count` layers of a checkpoint from `first` on, renumbered. Good for timing, not for text. */
export function cutOff(checkpoint: Checkpoint, count: number, first = 0): Checkpoint {
  const tensors = new Map<string, Tensor>();
  for (const [name, tensor] of checkpoint.tensors) {
    const layer = /^model\.layers\.(\d+)\./.exec(name)?.[1];
    const to = Number(layer) - first;
    if (layer === undefined) tensors.set(name, tensor);
    else if (to >= 0 && to < count) tensors.set(name.replace(`.layers.${layer}.`, `.layers.${to}.`), tensor);
  }
  return { ...checkpoint, config: { ...checkpoint.config, layers: count }, tensors };
}

export const SHAPE: ModelConfig & { readonly feedForward: MoeFeedForward } = {
  modelType: 'bench', layers: 2, width: 128, heads: 4, kvHeads: 2, headDim: 32, vocabulary: 512, context: 512,
  ropeTheta: 10000, normEpsilon: 1e-6, qkNorm: true, tiedEmbedding: true, endOfText: [],
  feedForward: { kind: 'moe', experts: 16, topK: 2, hidden: 128, scoring: 'softmax', normTopK: true, sharedHidden: 0, sharedGate: false },
};

/** Uniform noise of the standard deviation that keeps activations near 1; gains are ones. */
export function noiseCheckpoint(config: ModelConfig, seed = 1): Checkpoint {
  const tensors = new Map<string, Tensor>();
  expectedTensors(config).forEach(({ name, shape }, i) => {
    const size = shape.reduce((product, n) => product * n, 1);
    const spread = shape.length === 1 ? 0 : Math.sqrt(12 / (name.includes('embed') ? 1 : (shape.at(-1) ?? 1)));
    const values = Float32Array.from({ length: size }, (_, at) => (shape.length === 1 ? 1 : (uniformAt(seed * 1009 + i, at) - 0.5) * spread));
    tensors.set(name, { dtype: 'F32', shape, toFloat32: () => values });
  });
  return { name: 'noise', config, tensors, tokenizer: undefined, sha256: '0'.repeat(64) };
}

/** Sizes for a kernel that multiplies [rows, inner] by [inner, columns] for each of `batch` experts. */
export function productConfig({ batch, inner, columns }: { readonly batch: number; readonly inner: number; readonly columns: number }): ModelConfig {
  return { ...SHAPE, width: columns, feedForward: { ...SHAPE.feedForward, experts: batch, hidden: inner } };
}
