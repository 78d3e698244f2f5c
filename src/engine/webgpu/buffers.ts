/**
 * Activations, control data and trace rings of one model: made once at load, reused by every sequence.
 */
import type { ModelConfig } from '../../model/config';
import { ruleStride } from './rules';
import type { Sizes } from './constants';
import type { GpuContext } from './context';

export interface ModelBuffers {
  /** The Run uniform. */
  readonly run: GPUBuffer;
  /** The State of shaders/common.wgsl: token, log-probability, position, record. */
  readonly state: GPUBuffer;
  /** One 256-byte slice per layer holding its number. */
  readonly layerNumber: GPUBuffer;
  readonly ids: GPUBuffer;
  readonly ropeTable: GPUBuffer;
  readonly x: GPUBuffer;
  readonly residual: GPUBuffer;
  readonly qkv: GPUBuffer;
  readonly attended: GPUBuffer;
  readonly slots: GPUBuffer;
  readonly plan: GPUBuffer;
  readonly hidden: GPUBuffer;
  readonly hiddenShared: GPUBuffer;
  readonly expertOut: GPUBuffer;
  readonly sharedOut: GPUBuffer;
  /** Decode only: hidden rows of the slots of one token. */
  readonly decodeHidden: GPUBuffer;
  /** Decode only: expert outputs of all layers of one token. */
  readonly decodeOut: GPUBuffer;
  /** [1 + rows, VOCABULARY_STRIDE] */
  readonly logits: GPUBuffer;
  readonly rules: GPUBuffer;
  readonly ruleIndex: GPUBuffer;
  readonly routingRing: GPUBuffer;
  readonly stepRing: GPUBuffer;
  readonly pooled: GPUBuffer;
}

/** The Run struct of shaders/common.wgsl, padded to 16. */
export const RUN_BYTES = 48;

/** Rules that fit without growing: more than any plan with a handful of entries resolves to. */
export const MOST_RULES = 1024;

/** u32 words of one (token, layer) record in the routing ring. */
export function routingStride(experts: number, slots: number): number {
  return experts + 4 * slots + 1;
}

/** (cos, sin) of position * theta^(-2i / headDim), [context, headDim / 2], in float64 until it is stored. */
export function ropeTable(config: ModelConfig): Float32Array<ArrayBuffer> {
  const half = config.headDim / 2;
  const out = new Float32Array(config.context * half * 2);
  for (let position = 0; position < config.context; position++) {
    for (let i = 0; i < half; i++) {
      const angle = position * config.ropeTheta ** ((-2 * i) / config.headDim);
      out[(position * half + i) * 2] = Math.cos(angle);
      out[(position * half + i) * 2 + 1] = Math.sin(angle);
    }
  }
  return out;
}

export function createBuffers(context: GpuContext, sizes: Sizes): ModelBuffers {
  const { config } = sizes;
  const rows = sizes.maxRows;
  const pairs = sizes.maxPairs;
  const work = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_DST | GPUBufferUsage.COPY_SRC;
  const floats = (label: string, count: number): GPUBuffer => context.buffer(label, 4 * count, work);
  const layerNumber = context.buffer('layer number', 256 * config.layers, GPUBufferUsage.UNIFORM | GPUBufferUsage.COPY_DST);
  for (let l = 0; l < config.layers; l++) context.device.queue.writeBuffer(layerNumber, 256 * l, new Uint32Array([l, 0, 0, 0]));
  const slots = floats('slots', 2 * rows * (sizes.experts + 1));
  if (!sizes.hasRouter) {
    // A dense block is expert 0 with weight 1 for every token; K = 1, then the slot of the (absent) shared expert.
    const words = new Uint32Array(4 * rows);
    const one = new Uint32Array(new Float32Array([1]).buffer)[0] ?? 0;
    for (let t = 0; t < rows; t++) words.set([0, one, 1, one], 4 * t);
    context.device.queue.writeBuffer(slots, 0, words);
  }
  // Before it is worked out: a context that cannot fit is told at once.
  const rope = floats('rope table', config.context * config.headDim);
  context.device.queue.writeBuffer(rope, 0, ropeTable(config));
  return {
    run: context.buffer('run', RUN_BYTES, GPUBufferUsage.UNIFORM | GPUBufferUsage.COPY_DST),
    state: floats('state', 4),
    layerNumber,
    ids: floats('ids', rows),
    ropeTable: rope,
    x: floats('x', rows * config.width),
    residual: floats('residual', rows * config.width),
    qkv: floats('qkv', rows * sizes.qkvWidth),
    attended: floats('attended', rows * config.heads * config.headDim),
    slots,
    plan: floats('plan', 4 + 3 * sizes.maxTiles + 2 * pairs),
    hidden: floats('hidden', pairs * sizes.hidden),
    hiddenShared: floats('hidden shared', rows * sizes.sharedHidden),
    expertOut: floats('expert out', pairs * config.width),
    sharedOut: floats('shared out', sizes.sharedHidden > 0 ? rows * config.width : 0),
    decodeHidden: floats('decode hidden', (sizes.experts + 1) * Math.max(sizes.hidden, sizes.sharedHidden)),
    decodeOut: floats('decode out', config.layers * 4 * sizes.outputStride4),
    logits: floats('logits', (1 + rows) * sizes.vocabularyStride),
    rules: floats('rules', MOST_RULES * ruleStride(sizes.experts)),
    ruleIndex: floats('rule index', config.context * config.layers),
    routingRing: floats('routing ring', rows * config.layers * routingStride(sizes.experts, sizes.experts)),
    stepRing: floats('step ring', rows * sizes.stepStride),
    pooled: floats('pooled', config.width),
  };
}
