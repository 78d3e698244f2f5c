/**
 * Checkpoint tensors as the kernels want them: transposed to [in, out], padded to vec4 columns, gate and up
 * interleaved, and the gain of each RMSNorm folded into the matrix that follows it.
 */
import type { Checkpoint, Tensor } from '../../model/checkpoint';
import {
  embeddingWeights,
  finalNormWeights,
  headWeights,
  layerWeights,
  type LayerWeights,
  type SwigluWeights,
} from '../../model/weights';
import type { GpuContext } from './context';
import type { Sizes } from './constants';

/** GPU buffers of one layer. */
export interface LayerBuffers {
  /** [D, QKV_WIDTH], attention norm folded in. */
  readonly qkv: GPUBuffer;
  /** [2, headDim]: gains of the query and key norms; ones where there are none. */
  readonly gains: GPUBuffer;
  /** [H headDim, D] */
  readonly output: GPUBuffer;
  /** [E (+ 1 for the shared gate), D], feed-forward norm folded in. */
  readonly router: GPUBuffer;
  /** [E, D, F/4, (gate, up)] in vec4, feed-forward norm folded in. */
  readonly up: GPUBuffer;
  /** [E, F, D] */
  readonly down: GPUBuffer;
  readonly sharedUp: GPUBuffer;
  readonly sharedDown: GPUBuffer;
}

export interface WeightBuffers {
  /** [V, D] */
  readonly embedding: GPUBuffer;
  /** [D, VOCABULARY_STRIDE], final norm folded in. */
  readonly head: GPUBuffer;
  readonly layers: readonly LayerBuffers[];
}

/** Writes the transpose of [out, in] into `target`, a matrix [in, stride] with its first column at `offset`; row k is multiplied by gain[k]. */
function writeTransposed(target: Float32Array, stride: number, offset: number, source: Tensor, gain: Float32Array | undefined): void {
  const values = source.toFloat32();
  const [out = 0, width = 0] = source.shape;
  for (let k = 0; k < width; k++) {
    const g = gain?.[k] ?? 1;
    for (let n = 0; n < out; n++) target[k * stride + offset + n] = (values[n * width + k] ?? 0) * g;
  }
}

/** [D, F/4, (gate, up)] in vec4 at `offset` of `target`. */
function writeGateUp(target: Float32Array, offset: number, block: SwigluWeights, gain: Float32Array): void {
  const [hidden = 0, width = 0] = block.gate.shape;
  const gate = block.gate.toFloat32();
  const up = block.up.toFloat32();
  for (let k = 0; k < width; k++) {
    const g = gain[k] ?? 1;
    for (let f = 0; f < hidden; f++) {
      const at = offset + (k * (hidden >> 2) + (f >> 2)) * 8 + (f & 3);
      target[at] = (gate[f * width + k] ?? 0) * g;
      target[at + 4] = (up[f * width + k] ?? 0) * g;
    }
  }
}

function packExperts(blocks: readonly SwigluWeights[], hidden: number, width: number, gain: Float32Array): { up: Float32Array; down: Float32Array } {
  const up = new Float32Array(blocks.length * width * hidden * 2);
  const down = new Float32Array(blocks.length * hidden * width);
  blocks.forEach((block, e) => {
    writeGateUp(up, e * width * hidden * 2, block, gain);
    writeTransposed(down.subarray(e * hidden * width, (e + 1) * hidden * width), width, 0, block.down, undefined);
  });
  return { up, down };
}

function packQkv(layer: LayerWeights, sizes: Sizes): Float32Array {
  const { heads, headDim, width } = sizes.config;
  const target = new Float32Array(width * sizes.qkvWidth);
  const gain = layer.attentionNorm.toFloat32();
  writeTransposed(target, sizes.qkvWidth, 0, layer.query, gain);
  writeTransposed(target, sizes.qkvWidth, heads * headDim, layer.key, gain);
  writeTransposed(target, sizes.qkvWidth, heads * headDim + sizes.keyWidth, layer.value, gain);
  return target;
}

function packRouter(layer: LayerWeights, gain: Float32Array): Float32Array {
  if (layer.feedForward.kind === 'dense') return new Float32Array(4);
  const rows = [layer.feedForward.router, layer.feedForward.shared?.gate].filter((tensor) => tensor !== undefined);
  const width = gain.length;
  const values = rows.flatMap((tensor) => Array.from(tensor.toFloat32()));
  return Float32Array.from(values, (value, i) => value * (gain[i % width] ?? 1));
}

function uploadLayer(context: GpuContext, layer: LayerWeights, sizes: Sizes, index: number): LayerBuffers {
  const { config } = sizes;
  const name = (part: string): string => `layer ${index} ${part}`;
  const gain = layer.feedForwardNorm.toFloat32();
  const blocks = layer.feedForward.kind === 'dense' ? [layer.feedForward.block] : layer.feedForward.experts;
  const shared = layer.feedForward.kind === 'moe' && layer.feedForward.shared !== undefined ? [layer.feedForward.shared.block] : [];
  const routed = packExperts(blocks, sizes.hidden, config.width, gain);
  const always = packExperts(shared, sizes.sharedHidden, config.width, gain);
  const gains = new Float32Array(2 * config.headDim).fill(1);
  if (layer.queryNorm !== undefined && layer.keyNorm !== undefined) {
    gains.set(layer.queryNorm.toFloat32(), 0);
    gains.set(layer.keyNorm.toFloat32(), config.headDim);
  }
  const output = new Float32Array(config.heads * config.headDim * config.width);
  writeTransposed(output, config.width, 0, layer.output, undefined);
  return {
    qkv: context.upload(name('qkv'), packQkv(layer, sizes)),
    gains: context.upload(name('gains'), gains),
    output: context.upload(name('output'), output),
    router: context.upload(name('router'), packRouter(layer, gain)),
    up: context.upload(name('up'), routed.up),
    down: context.upload(name('down'), routed.down),
    sharedUp: context.upload(name('shared up'), always.up),
    sharedDown: context.upload(name('shared down'), always.down),
  };
}

/** Puts all weights on the device. `onLayer` is called with the fraction done. */
export function uploadWeights(context: GpuContext, checkpoint: Checkpoint, sizes: Sizes, onLayer: (fraction: number) => void): WeightBuffers {
  const { config } = sizes;
  const finalGain = finalNormWeights(checkpoint).toFloat32();
  const head = new Float32Array(config.width * sizes.vocabularyStride);
  writeTransposed(head, sizes.vocabularyStride, 0, headWeights(checkpoint), finalGain);
  const layers = Array.from({ length: config.layers }, (_, l) => {
    const buffers = uploadLayer(context, layerWeights(checkpoint, l), sizes, l);
    onLayer((l + 1) / config.layers);
    return buffers;
  });
  return {
    embedding: context.upload('embedding', embeddingWeights(checkpoint).toFloat32()),
    head: context.upload('head', head),
    layers,
  };
}

export function weightBufferList(weights: WeightBuffers): GPUBuffer[] {
  return [weights.embedding, weights.head, ...weights.layers.flatMap((layer) => Object.values(layer) as GPUBuffer[])];
}
