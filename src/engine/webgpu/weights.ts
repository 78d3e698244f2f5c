/**
 * Checkpoint tensors as the kernels want them: transposed to [in, out], padded to vec4 columns, gate and up
 * interleaved. Matrices are float32 with the gain of the RMSNorm before them folded in, or the checkpoint's own float16,
 * with gains apart (shaders/weight_*.wgsl). Those of one layer lie side by side in one buffer.
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
import { roundUp, type Sizes, type WeightStorage } from './constants';

/** Where the matrices of one layer lie. */
export interface LayerBuffers {
  /** [D, QKV_WIDTH] */
  readonly qkv: GPUBufferBinding;
  /** Gain of the attention norm, [D]. */
  readonly attentionGain: GPUBufferBinding;
  /** [2, headDim], gains of the query and key norms, ones where there are none; then the attention norm's, [D]. */
  readonly gains: GPUBufferBinding;
  /** [H headDim, D] */
  readonly output: GPUBufferBinding;
  /** [D, E (+ 1 for the shared gate)] padded to vec4, always float32 with the feed-forward norm folded in. */
  readonly router: GPUBufferBinding;
  /** Gain of the feed-forward norm, [D]. */
  readonly feedForwardGain: GPUBufferBinding;
  /** [E, D, F/4, (gate, up)] in vec4 */
  readonly up: GPUBufferBinding;
  /** [E, F, D] */
  readonly down: GPUBufferBinding;
  readonly sharedUp: GPUBufferBinding;
  readonly sharedDown: GPUBufferBinding;
}

export interface WeightBuffers {
  /** [V, D] */
  readonly embedding: GPUBufferBinding;
  /** [D, VOCABULARY_STRIDE] */
  readonly head: GPUBufferBinding;
  /** Gain of the final norm, [D]. */
  readonly finalGain: GPUBufferBinding;
  readonly layers: readonly LayerBuffers[];
  /** The buffers that all this lies in. */
  readonly buffers: readonly GPUBuffer[];
}

type Numbers = Float32Array<ArrayBuffer> | Uint16Array<ArrayBuffer>;

/** Whether a checkpoint's numbers are float16, so that keeping them as such loses nothing. */
export function isStoredAsHalves(checkpoint: Checkpoint): boolean {
  return [...checkpoint.tensors.values()].every((tensor) => tensor.toHalfBits !== undefined);
}

/** Matrices in one storage: numbers are float32, or the bits of float16. */
class Packer {
  constructor(readonly storage: WeightStorage) {}

  room(count: number): Numbers {
    return this.storage === 'f32' ? new Float32Array(count) : new Uint16Array(count);
  }

  values(tensor: Tensor): ArrayLike<number> {
    if (this.storage === 'f32') return tensor.toFloat32();
    if (tensor.toHalfBits === undefined) throw new RangeError(`A tensor of ${tensor.dtype} has no float16 numbers to keep.`);
    return tensor.toHalfBits();
  }

  /** What a row of a matrix is multiplied by on its way to the device. */
  fold(gain: Float32Array | undefined, row: number): number {
    return this.storage === 'f32' ? (gain?.[row] ?? 1) : 1;
  }

  /** Writes the transpose of [out, in] into `target`, a matrix [in, stride] with its first column at `offset`; row k is multiplied by gain[k]. */
  transposed(target: Numbers, stride: number, offset: number, source: Tensor, gain: Float32Array | undefined): void {
    const values = this.values(source);
    const [out = 0, width = 0] = source.shape;
    for (let k = 0; k < width; k++) {
      const g = this.fold(gain, k);
      for (let n = 0; n < out; n++) target[k * stride + offset + n] = (values[n * width + k] ?? 0) * g;
    }
  }

  /** [D, F/4, (gate, up)] in vec4 at `offset` of `target`. */
  gateUp(target: Numbers, offset: number, block: SwigluWeights, gain: Float32Array): void {
    const [hidden = 0, width = 0] = block.gate.shape;
    const gate = this.values(block.gate);
    const up = this.values(block.up);
    for (let k = 0; k < width; k++) {
      const g = this.fold(gain, k);
      for (let f = 0; f < hidden; f++) {
        const at = offset + (k * (hidden >> 2) + (f >> 2)) * 8 + (f & 3);
        target[at] = (gate[f * width + k] ?? 0) * g;
        target[at + 4] = (up[f * width + k] ?? 0) * g;
      }
    }
  }

  experts(blocks: readonly SwigluWeights[], hidden: number, width: number, gain: Float32Array): { up: Numbers; down: Numbers } {
    const up = this.room(blocks.length * width * hidden * 2);
    const down = this.room(blocks.length * hidden * width);
    blocks.forEach((block, e) => {
      this.gateUp(up, e * width * hidden * 2, block, gain);
      this.transposed(down.subarray(e * hidden * width, (e + 1) * hidden * width), width, 0, block.down, undefined);
    });
    return { up, down };
  }

  qkv(layer: LayerWeights, sizes: Sizes, gain: Float32Array): Numbers {
    const { heads, headDim, width } = sizes.config;
    const target = this.room(width * sizes.qkvWidth);
    this.transposed(target, sizes.qkvWidth, 0, layer.query, gain);
    this.transposed(target, sizes.qkvWidth, heads * headDim, layer.key, gain);
    this.transposed(target, sizes.qkvWidth, heads * headDim + sizes.keyWidth, layer.value, gain);
    return target;
  }
}

function packRouter(layer: LayerWeights, gain: Float32Array): Float32Array<ArrayBuffer> {
  if (layer.feedForward.kind === 'dense') return new Float32Array(4);
  const { router, shared } = layer.feedForward;
  const experts = router.shape[0] ?? 0;
  const stride = roundUp(experts + (shared?.gate === undefined ? 0 : 1), 4);
  const target = new Float32Array(gain.length * stride);
  const packer = new Packer('f32');
  packer.transposed(target, stride, 0, router, gain);
  if (shared?.gate !== undefined) packer.transposed(target, stride, experts, shared.gate, gain);
  return target;
}

function packGains(layer: LayerWeights, headDim: number, attentionGain: Float32Array): Float32Array<ArrayBuffer> {
  const gains = new Float32Array(2 * headDim + attentionGain.length).fill(1);
  if (layer.queryNorm !== undefined && layer.keyNorm !== undefined) {
    gains.set(layer.queryNorm.toFloat32(), 0);
    gains.set(layer.keyNorm.toFloat32(), headDim);
  }
  gains.set(attentionGain, 2 * headDim);
  return gains;
}

/** Bytes that a slice of a buffer has to start at a multiple of, on any device. */
const ALIGNMENT = 256;

/** Arenas under construction: parts are laid side by side, in a new buffer where one would get too large for the device. */
class WeightArenas {
  readonly buffers: GPUBuffer[] = [];

  constructor(readonly context: GpuContext) {}

  upload<K extends string>(label: string, parts: Readonly<Record<K, Numbers>>): Record<K, GPUBufferBinding> {
    const most = this.context.device.limits.maxBufferSize;
    const names = Object.keys(parts) as K[];
    const arenas: { names: K[]; offsets: number[]; bytes: number }[] = [];
    for (const name of names) {
      const bytes = Math.max(16, parts[name].byteLength);
      const last = arenas.at(-1);
      const fits = last !== undefined && roundUp(last.bytes, ALIGNMENT) + bytes <= most;
      const arena = fits ? last : { names: [], offsets: [], bytes: 0 };
      if (!fits) arenas.push(arena);
      const offset = roundUp(arena.bytes, ALIGNMENT);
      arena.names.push(name);
      arena.offsets.push(offset);
      arena.bytes = offset + bytes;
    }
    const slices = arenas.flatMap((arena) => this.#fill(label, parts, arena));
    return Object.fromEntries(slices) as Record<K, GPUBufferBinding>;
  }

  #fill<K extends string>(label: string, parts: Readonly<Record<K, Numbers>>, arena: { names: readonly K[]; offsets: readonly number[]; bytes: number }): [K, GPUBufferBinding][] {
    const largest = arena.names.reduce((a, b) => (parts[b].byteLength > parts[a].byteLength ? b : a));
    const usage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_DST;
    const buffer = this.context.buffer(`${label} ${largest}`, arena.bytes, usage, parts[largest].byteLength);
    this.buffers.push(buffer);
    return arena.names.map((name, i) => {
      const offset = arena.offsets[i] ?? 0;
      const { byteLength } = parts[name];
      if (byteLength > 0) this.context.device.queue.writeBuffer(buffer, offset, parts[name]);
      return [name, { buffer, offset, size: Math.max(16, byteLength) }];
    });
  }
}

function packLayer(packer: Packer, layer: LayerWeights, sizes: Sizes): Record<keyof LayerBuffers, Numbers> {
  const { config } = sizes;
  const attentionGain = Float32Array.from(layer.attentionNorm.toFloat32());
  const feedForwardGain = Float32Array.from(layer.feedForwardNorm.toFloat32());
  const blocks = layer.feedForward.kind === 'dense' ? [layer.feedForward.block] : layer.feedForward.experts;
  const shared = layer.feedForward.kind === 'moe' && layer.feedForward.shared !== undefined ? [layer.feedForward.shared.block] : [];
  const routed = packer.experts(blocks, sizes.hidden, config.width, feedForwardGain);
  const always = packer.experts(shared, sizes.sharedHidden, config.width, feedForwardGain);
  const output = packer.room(config.heads * config.headDim * config.width);
  packer.transposed(output, config.width, 0, layer.output, undefined);
  return {
    qkv: packer.qkv(layer, sizes, attentionGain),
    attentionGain,
    gains: packGains(layer, config.headDim, attentionGain),
    output,
    router: packRouter(layer, feedForwardGain),
    feedForwardGain,
    up: routed.up,
    down: routed.down,
    sharedUp: always.up,
    sharedDown: always.down,
  };
}

/** Puts all weights on the device. `onLayer` is called with the fraction done. */
export function uploadWeights(context: GpuContext, checkpoint: Checkpoint, sizes: Sizes, onLayer: (fraction: number) => void): WeightBuffers {
  const { config } = sizes;
  const packer = new Packer(sizes.storage);
  const arenas = new WeightArenas(context);
  const layers = Array.from({ length: config.layers }, (_, l) => {
    const slices = arenas.upload(`layer ${l}`, packLayer(packer, layerWeights(checkpoint, l), sizes));
    onLayer((l + 1) / config.layers);
    return slices;
  });
  const finalGain = Float32Array.from(finalNormWeights(checkpoint).toFloat32());
  const head = packer.room(config.width * sizes.vocabularyStride);
  packer.transposed(head, sizes.vocabularyStride, 0, headWeights(checkpoint), finalGain);
  const embedding = packer.room(config.vocabulary * config.width);
  embedding.set(packer.values(embeddingWeights(checkpoint)));
  return { ...arenas.upload('vocabulary', { embedding, head, finalGain }), layers, buffers: arenas.buffers };
}
