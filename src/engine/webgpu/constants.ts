/**
 * Sizes of a model as WGSL constants, put before every kernel: the compiler can then unroll loops, size workgroup
 * arrays and drop bounds checks, and the kernels keep the names of shaders/common.wgsl.
 */
import { CANDIDATES } from '../engine';
import type { ModelConfig } from '../../model/config';

/** `register`: no barriers, for software adapters; `tiled`: workgroup memory, for GPUs. */
export type KernelForm = 'register' | 'tiled';

/**
 * How the large matrices lie on the device. `f32`: as float32. `packed` and `f16`: as the checkpoint's float16, two in a word;
 * read by unpacking, which every device can, or as the type itself, where the device has `shader-f16`. All three compute
 * in float32 with the same numbers: halves are kept only of checkpoints that are stored as such.
 */
export type WeightStorage = 'f32' | 'packed' | 'f16';

/** Which of the kernels a model runs on. */
export interface KernelChoice {
  readonly form: KernelForm;
  readonly storage: WeightStorage;
  /** Reductions over the lanes of a workgroup go through subgroups first. */
  readonly subgroups: boolean;
}

/** A choice by its form alone: what every device can do, weights as float32. */
export function kernelsOf(choice: KernelForm | KernelChoice): KernelChoice {
  return typeof choice === 'string' ? { form: choice, storage: 'f32', subgroups: false } : choice;
}

/** A choice in words, e.g. `tiled f16 subgroups`; float32 goes without saying. */
export function kernelsText({ form, storage, subgroups }: KernelChoice): string {
  return [form, ...(storage === 'f32' ? [] : [storage]), ...(subgroups ? ['subgroups'] : [])].join(' ');
}

/** What `kernelsText` made its words of; undefined of others. */
export function kernelsOfText(text: string): KernelChoice | undefined {
  const words = text.split(' ');
  const form = (['register', 'tiled'] as const).find((one) => words.includes(one));
  if (form === undefined) return undefined;
  return { form, storage: (['packed', 'f16'] as const).find((one) => words.includes(one)) ?? 'f32', subgroups: words.includes('subgroups') };
}

export type Constants = Readonly<Record<string, number | boolean>>;

/** Bytes that the largest per-pair buffer may take; bounds the tokens of one prefill submit. */
const PAIR_BYTES = 32 * 1024 * 1024;
const MOST_ROWS = 512;

/** Sizes that follow from a config, shared by the host and the kernels. */
export interface Sizes extends KernelChoice {
  readonly config: ModelConfig;
  readonly hasRouter: boolean;
  /** E; 1 for a dense model, whose block is run as a single expert that every token takes. */
  readonly experts: number;
  /** F */
  readonly hidden: number;
  readonly sharedHidden: number;
  readonly sharedGate: boolean;
  /** (H + 2 kvHeads) headDim */
  readonly qkvWidth: number;
  readonly keyWidth: number;
  /** V rounded up to a multiple of 4, the stride of a row of logits. */
  readonly vocabularyStride: number;
  readonly candidates: number;
  /** Most tokens in one submit. */
  readonly maxRows: number;
  /** maxRows * E */
  readonly maxPairs: number;
  /** Sorted rows that share one expert tile. */
  readonly tileRows: number;
  readonly maxTiles: number;
  /** vec4 per layer in the buffer of expert outputs that decode keeps for the norms; 256-byte aligned. */
  readonly outputStride4: number;
  /** u32 words of one token in the step ring. */
  readonly stepStride: number;
}

export function roundUp(value: number, multiple: number): number {
  return Math.ceil(value / multiple) * multiple;
}

export function sizesOf(config: ModelConfig, kernels: KernelForm | KernelChoice): Sizes {
  const { form, storage, subgroups } = kernelsOf(kernels);
  const moe = config.feedForward.kind === 'moe' ? config.feedForward : undefined;
  const experts = moe?.experts ?? 1;
  const hidden = config.feedForward.hidden;
  const maxRows = Math.max(1, Math.min(MOST_ROWS, config.context, Math.floor(PAIR_BYTES / (4 * experts * Math.max(hidden, config.width)))));
  const tileRows = form === 'register' ? 8 : 16;
  const candidates = Math.min(CANDIDATES, config.vocabulary);
  return {
    config,
    form,
    storage,
    subgroups,
    hasRouter: moe !== undefined,
    experts,
    hidden,
    sharedHidden: moe?.sharedHidden ?? 0,
    sharedGate: moe?.sharedGate ?? false,
    qkvWidth: (config.heads + 2 * config.kvHeads) * config.headDim,
    keyWidth: config.kvHeads * config.headDim,
    vocabularyStride: roundUp(config.vocabulary, 4),
    candidates,
    maxRows,
    maxPairs: maxRows * experts,
    tileRows,
    maxTiles: Math.floor((maxRows * experts) / tileRows) + experts,
    outputStride4: roundUp((experts * config.width) / 4, 16),
    stepStride: 4 + 2 * candidates,
  };
}

/** The constants of shaders/common.wgsl for a model. */
export function modelConstants(sizes: Sizes): Constants {
  const { config } = sizes;
  const moe = config.feedForward.kind === 'moe' ? config.feedForward : undefined;
  return {
    WIDTH: config.width,
    HEADS: config.heads,
    KV_HEADS: config.kvHeads,
    HEAD_DIM: config.headDim,
    QKV_WIDTH: sizes.qkvWidth,
    EXPERTS: sizes.experts,
    HIDDEN: sizes.hidden,
    SHARED_HIDDEN: sizes.sharedHidden,
    SHARED_GATE: sizes.sharedGate,
    VOCABULARY: config.vocabulary,
    VOCABULARY_STRIDE: sizes.vocabularyStride,
    LAYERS: config.layers,
    CANDIDATES: sizes.candidates,
    QK_NORM: config.qkNorm,
    SIGMOID: moe?.scoring === 'sigmoid',
    HAS_ROUTER: sizes.hasRouter,
    MAX_PAIRS: sizes.maxPairs,
    MAX_TILES: sizes.maxTiles,
    TILE_ROWS: sizes.tileRows,
    Y_STRIDE: sizes.outputStride4,
    // A thread owns 4 experts; a group of 4 threads is what a software adapter computes at once.
    ROUTE_THREADS: roundUp(Math.ceil((sizes.experts + (sizes.sharedGate ? 1 : 0)) / 4), 4),
    PLAN_THREADS: Math.min(256, roundUp(sizes.experts, 16)),
    // A software adapter pays for each lane at a barrier; a GPU wants the lanes.
    HEAD_THREADS: sizes.form === 'register' ? 32 : 256,
    // Lanes that share the keys of a head in decode: one SIMD group of a software adapter; on a GPU as many as 16 KiB of
    // workgroup memory hold.
    DECODE_LANES: sizes.form === 'register' ? 4 : config.headDim <= 64 ? 32 : 16,
  };
}

/** WGSL declarations. Integers become u32; NORM_EPSILON, the one real number, is passed apart. */
export function constantsText(constants: Constants, normEpsilon: number): string {
  const lines = Object.entries(constants).map(([name, value]) =>
    typeof value === 'boolean' ? `const ${name}: bool = ${value};` : `const ${name}: u32 = ${value}u;`,
  );
  return `${lines.join('\n')}\nconst NORM_EPSILON: f32 = ${normEpsilon.toExponential()}f;\n`;
}
