/**
 * One copy and one map per submit: the rings' rows of a batch side by side in a staging buffer, and their decoding
 * into a StepBatch.
 */
import type { RoutingBatch, StepBatch } from '../engine';
import { routingStride } from './buffers';
import type { Sizes } from './constants';
import type { GpuContext } from './context';

/** Where the parts of one readback lie in the staging buffer, in bytes. */
export interface ReadbackLayout {
  readonly steps: number;
  readonly routing: number;
  readonly logits: number;
  readonly total: number;
}

export function readbackLayout(sizes: Sizes, tokens: number, slots: number, routing: boolean, logitRows: number): ReadbackLayout {
  const steps = 4 * tokens * sizes.stepStride;
  const routes = routing ? 4 * tokens * sizes.config.layers * routingStride(sizes.experts, slots) : 0;
  return { steps: 0, routing: steps, logits: steps + routes, total: steps + routes + 4 * logitRows * sizes.vocabularyStride };
}

/** Which logits rows of a readback to hand on. */
export interface LogitsPart {
  readonly from: number;
  readonly rows: number;
}

/** A mappable buffer that grows as needed; one read at a time. */
export class Staging {
  #buffer: GPUBuffer | undefined;

  constructor(readonly context: GpuContext) {}

  reserve(bytes: number): GPUBuffer {
    if (this.#buffer !== undefined && this.#buffer.size >= bytes) return this.#buffer;
    this.dispose();
    this.#buffer = this.context.buffer('staging', bytes, GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST);
    return this.#buffer;
  }

  /** A copy of the first `bytes` bytes, once the work submitted so far is done. */
  async read(bytes: number): Promise<ArrayBuffer> {
    const buffer = this.reserve(bytes);
    await this.context.settle(buffer.mapAsync(GPUMapMode.READ, 0, Math.ceil(bytes / 8) * 8));
    try {
      return buffer.getMappedRange(0, Math.ceil(bytes / 8) * 8).slice(0, bytes);
    } finally {
      if (buffer.mapState === 'mapped') buffer.unmap();
    }
  }

  dispose(): void {
    if (this.#buffer !== undefined) this.context.release(this.#buffer);
    this.#buffer = undefined;
  }
}

function readRouting(words: Uint32Array, floats: Float32Array, tokens: number, layers: number, experts: number, slots: number): RoutingBatch {
  const stride = routingStride(experts, slots);
  const records = tokens * layers;
  const logits = new Float32Array(records * experts);
  const chosen = new Uint16Array(records * slots);
  const prob = new Float32Array(records * slots);
  const mix = new Float32Array(records * slots);
  const outputNorm = new Float32Array(records * slots);
  const count = new Uint16Array(records);
  for (let r = 0; r < records; r++) {
    const at = r * stride;
    logits.set(floats.subarray(at, at + experts), r * experts);
    chosen.set(words.subarray(at + experts, at + experts + slots), r * slots);
    prob.set(floats.subarray(at + experts + slots, at + experts + 2 * slots), r * slots);
    mix.set(floats.subarray(at + experts + 2 * slots, at + experts + 3 * slots), r * slots);
    outputNorm.set(floats.subarray(at + experts + 3 * slots, at + experts + 4 * slots), r * slots);
    count[r] = words[at + experts + 4 * slots] ?? 0;
  }
  return { layers, experts, slots, logits, chosen, prob, mix, outputNorm, count };
}

/**
 * Decodes what a readback brought.
 * @param start absolute position of the first token
 * @param tokens rows that were run
 * @param keep rows to hand on (fewer when an end-of-text token made the rest void)
 */
export function decodeBatch(
  bytes: ArrayBuffer,
  layout: ReadbackLayout,
  sizes: Sizes,
  part: { readonly start: number; readonly tokens: number; readonly keep: number; readonly slots: number; readonly routing: boolean; readonly logits: LogitsPart },
): StepBatch {
  const words = new Uint32Array(bytes);
  const floats = new Float32Array(bytes);
  const n = part.keep;
  const candidates = sizes.candidates;
  const batch = {
    start: part.start,
    ids: new Uint32Array(n),
    logProb: new Float32Array(n),
    entropy: new Float32Array(n),
    chosen: new Uint32Array(n),
    topIds: new Uint32Array(n * candidates),
    topProb: new Float32Array(n * candidates),
  };
  for (let i = 0; i < n; i++) {
    const at = i * sizes.stepStride;
    batch.entropy[i] = floats[at] ?? 0;
    batch.logProb[i] = floats[at + 1] ?? 0;
    batch.chosen[i] = words[at + 2] ?? 0;
    batch.ids[i] = words[at + 3] ?? 0;
    batch.topIds.set(words.subarray(at + 4, at + 4 + candidates), i * candidates);
    batch.topProb.set(floats.subarray(at + 4 + candidates, at + 4 + 2 * candidates), i * candidates);
  }
  const at = layout.routing / 4;
  const routing = part.routing && sizes.hasRouter
    ? readRouting(words.subarray(at), floats.subarray(at), n, sizes.config.layers, sizes.experts, part.slots)
    : undefined;
  const { from: firstRow, rows } = part.logits;
  const logits = rows > 0 ? readLogits(floats.subarray(layout.logits / 4), firstRow, rows, sizes) : undefined;
  return { ...batch, ...(routing === undefined ? {} : { routing }), ...(logits === undefined ? {} : { logits }) };
}

function readLogits(floats: Float32Array, from: number, rows: number, sizes: Sizes): Float32Array {
  const { vocabulary } = sizes.config;
  const out = new Float32Array(rows * vocabulary);
  for (let r = 0; r < rows; r++) {
    const at = (from + r) * sizes.vocabularyStride;
    out.set(floats.subarray(at, at + vocabulary), r * vocabulary);
  }
  return out;
}
