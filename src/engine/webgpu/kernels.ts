/**
 * The table of kernels: one entry per file in shaders/. Adding a kernel is a file there and a line here.
 */
import { PlaygroundError } from '../../base/errors';
import attention from '../../../shaders/attention.wgsl?raw';
import combine from '../../../shaders/combine.wgsl?raw';
import common from '../../../shaders/common.wgsl?raw';
import decodeAttention from '../../../shaders/decode_attention.wgsl?raw';
import decodeDown from '../../../shaders/decode_down.wgsl?raw';
import decodeQkv from '../../../shaders/decode_qkv.wgsl?raw';
import decodeQkvRegister from '../../../shaders/decode_qkv_register.wgsl?raw';
import decodeUp from '../../../shaders/decode_up.wgsl?raw';
import embed from '../../../shaders/embed.wgsl?raw';
import expertsDownRegister from '../../../shaders/experts_down_register.wgsl?raw';
import expertsDownTiled from '../../../shaders/experts_down_tiled.wgsl?raw';
import expertsUpNaive from '../../../shaders/experts_up_naive.wgsl?raw';
import expertsUpRegister from '../../../shaders/experts_up_register.wgsl?raw';
import expertsUpTiled from '../../../shaders/experts_up_tiled.wgsl?raw';
import gemmRegister from '../../../shaders/gemm_register.wgsl?raw';
import gemmTiled from '../../../shaders/gemm_tiled.wgsl?raw';
import gemvRegister from '../../../shaders/gemv_register.wgsl?raw';
import gemvTiled from '../../../shaders/gemv_tiled.wgsl?raw';
import gradAttention from '../../../shaders/grad_attention.wgsl?raw';
import gradAttentionKey from '../../../shaders/grad_attention_key.wgsl?raw';
import gradAttentionQuery from '../../../shaders/grad_attention_query.wgsl?raw';
import gradCore from '../../../shaders/grad_core.wgsl?raw';
import gradExpertsHidden from '../../../shaders/grad_experts_hidden.wgsl?raw';
import gradExpertsInput from '../../../shaders/grad_experts_input.wgsl?raw';
import gradExpertsKeep from '../../../shaders/grad_experts_keep.wgsl?raw';
import gradGather from '../../../shaders/grad_gather.wgsl?raw';
import gradLoss from '../../../shaders/grad_loss.wgsl?raw';
import gradNorm from '../../../shaders/grad_norm.wgsl?raw';
import gradProduct from '../../../shaders/grad_product.wgsl?raw';
import gradRope from '../../../shaders/grad_rope.wgsl?raw';
import gradRopeBack from '../../../shaders/grad_rope_back.wgsl?raw';
import gradRoute from '../../../shaders/grad_route.wgsl?raw';
import head from '../../../shaders/head.wgsl?raw';
import lanesSubgroup from '../../../shaders/lanes_subgroup.wgsl?raw';
import lanesWorkgroup from '../../../shaders/lanes_workgroup.wgsl?raw';
import norms from '../../../shaders/norms.wgsl?raw';
import plan from '../../../shaders/plan.wgsl?raw';
import pool from '../../../shaders/pool.wgsl?raw';
import rope from '../../../shaders/rope.wgsl?raw';
import route from '../../../shaders/route.wgsl?raw';
import weightF16 from '../../../shaders/weight_f16.wgsl?raw';
import weightF32 from '../../../shaders/weight_f32.wgsl?raw';
import weightPacked from '../../../shaders/weight_packed.wgsl?raw';
import { type Constants, constantsText, type KernelForm, modelConstants, type Sizes, type WeightStorage } from './constants';

/** Source of each kernel by its file name. */
export const KERNEL_SOURCES = {
  attention,
  combine,
  decode_attention: decodeAttention,
  decode_down: decodeDown,
  decode_qkv: decodeQkv,
  decode_qkv_register: decodeQkvRegister,
  decode_up: decodeUp,
  embed,
  experts_down_register: expertsDownRegister,
  experts_down_tiled: expertsDownTiled,
  experts_up_naive: expertsUpNaive,
  experts_up_register: expertsUpRegister,
  experts_up_tiled: expertsUpTiled,
  gemm_register: gemmRegister,
  gemm_tiled: gemmTiled,
  gemv_register: gemvRegister,
  gemv_tiled: gemvTiled,
  grad_attention: gradAttention,
  grad_attention_key: gradAttentionKey,
  grad_attention_query: gradAttentionQuery,
  grad_core: gradCore,
  grad_experts_hidden: gradExpertsHidden,
  grad_experts_input: gradExpertsInput,
  grad_experts_keep: gradExpertsKeep,
  grad_gather: gradGather,
  grad_loss: gradLoss,
  grad_norm: gradNorm,
  grad_product: gradProduct,
  grad_rope: gradRope,
  grad_rope_back: gradRopeBack,
  grad_route: gradRoute,
  head,
  norms,
  plan,
  pool,
  rope,
  route,
} as const;

export type KernelName = keyof typeof KERNEL_SOURCES;

/** A compiled kernel. */
export interface Kernel {
  readonly name: string;
  readonly pipeline: GPUComputePipeline;
}

/** How kernels read a weight, by how weights are stored. */
const WEIGHT_SOURCES: Readonly<Record<WeightStorage, string>> = { f32: weightF32, packed: weightPacked, f16: weightF16 };

/** Kernels that take their reductions from a lanes_*.wgsl. */
const KERNELS_OVER_LANES: ReadonlySet<KernelName> = new Set(['head']);

/** Whole WGSL text of a kernel for a model: constants, shared declarations, the file. */
export function kernelText(name: KernelName, sizes: Sizes, own: Constants = {}): string {
  const constants = { ...modelConstants(sizes), ...own };
  const reduces = KERNELS_OVER_LANES.has(name);
  const enabled = [...(sizes.storage === 'f16' ? ['f16'] : []), ...(reduces && sizes.subgroups ? ['subgroups'] : [])];
  return [
    ...enabled.map((feature) => `enable ${feature};\n`),
    constantsText(constants, sizes.config.normEpsilon),
    WEIGHT_SOURCES[sizes.storage],
    common,
    reduces ? (sizes.subgroups ? lanesSubgroup : lanesWorkgroup) : '',
    KERNEL_SOURCES[name],
  ].join('');
}

/** Kernels of a device by their text: a second model of the same shape, or a reload, compiles nothing. */
const compiled = new WeakMap<GPUDevice, Map<string, Promise<Kernel>>>();

/**
 * Compiles one kernel, or gives the one compiled before.
 * @param own constants of this instance beside the model's, e.g. K4 and N4 of a product
 * @throws PlaygroundError `internal` with the compiler's messages
 */
export async function compileKernel(device: GPUDevice, name: KernelName, sizes: Sizes, own: Constants = {}): Promise<Kernel> {
  const code = kernelText(name, sizes, own);
  const known = compiled.get(device) ?? new Map<string, Promise<Kernel>>();
  compiled.set(device, known);
  const kernel = known.get(code) ?? compileText(device, name, code);
  known.set(code, kernel);
  return await kernel;
}

async function compileText(device: GPUDevice, name: KernelName, code: string): Promise<Kernel> {
  const module = device.createShaderModule({ label: name, code });
  try {
    const pipeline = await device.createComputePipelineAsync({ label: name, layout: 'auto', compute: { module, entryPoint: 'main' } });
    return { name, pipeline };
  } catch (error) {
    const info = await module.getCompilationInfo();
    const messages = info.messages.map((m) => `${m.lineNum}:${m.linePos} ${m.message}`);
    throw new PlaygroundError('internal', `The kernel ${name} did not compile: ${messages.join('; ') || String(error)}`, messages, { cause: error });
  }
}

/** All kernels that a forward pass of one model needs, by role. */
export interface KernelSet {
  readonly embed: Kernel;
  readonly qkv: Kernel;
  readonly rope: Kernel;
  readonly attention: Kernel;
  readonly output: Kernel;
  readonly route: Kernel;
  readonly plan: Kernel;
  readonly up: Kernel;
  readonly down: Kernel;
  readonly combine: Kernel;
  readonly logits: Kernel;
  readonly head: Kernel;
  readonly pool: Kernel;
  readonly decodeQkv: Kernel;
  readonly decodeAttention: Kernel;
  readonly decodeOutput: Kernel;
  readonly decodeUp: Kernel;
  readonly decodeDown: Kernel;
  readonly decodeLogits: Kernel;
  readonly decodeHead: Kernel;
  readonly norms: Kernel;
}

/** Constants of the three dense products of a model. Row 0 of the logits is the carried distribution, hence the offset. */
export function productConstants(sizes: Sizes): { readonly qkv: Constants; readonly output: Constants; readonly logits: Constants } {
  const { config } = sizes;
  return {
    qkv: { K4: config.width / 4, N4: sizes.qkvWidth / 4, NORM: true, ADD: false, C_OFFSET: 0 },
    output: { K4: (config.heads * config.headDim) / 4, N4: config.width / 4, NORM: false, ADD: true, C_OFFSET: 0 },
    logits: { K4: config.width / 4, N4: sizes.vocabularyStride / 4, NORM: true, ADD: false, C_OFFSET: sizes.vocabularyStride / 4 },
  };
}

/** Compiles every kernel of a model in parallel. `onDone` is called once per kernel. */
export async function compileAll(device: GPUDevice, sizes: Sizes, onDone: () => void): Promise<KernelSet> {
  const form: KernelForm = sizes.form;
  const product = productConstants(sizes);
  const compile = async (name: KernelName, own: Constants = {}): Promise<Kernel> => {
    const kernel = await compileKernel(device, name, sizes, own);
    onDone();
    return kernel;
  };
  const entries = {
    embed: compile('embed'),
    qkv: compile(`gemm_${form}`, product.qkv),
    rope: compile('rope'),
    attention: compile('attention'),
    output: compile(`gemm_${form}`, product.output),
    route: compile('route'),
    plan: compile('plan'),
    up: compile(`experts_up_${form}`),
    down: compile(`experts_down_${form}`),
    combine: compile('combine'),
    logits: compile(`gemm_${form}`, product.logits),
    head: compile('head', { FIRST_ROW: 0 }),
    pool: compile('pool'),
    decodeQkv: compile(form === 'register' ? 'decode_qkv_register' : 'decode_qkv'),
    decodeAttention: compile('decode_attention'),
    decodeOutput: compile(`gemv_${form}`, product.output),
    decodeUp: compile('decode_up'),
    decodeDown: compile('decode_down'),
    decodeLogits: compile(`gemv_${form}`, product.logits),
    decodeHead: compile('head', { FIRST_ROW: 1 }),
    norms: compile('norms'),
  } satisfies Record<keyof KernelSet, Promise<Kernel>>;
  const names = Object.keys(entries) as (keyof KernelSet)[];
  const kernels = await Promise.all(names.map((name) => entries[name]));
  return Object.fromEntries(names.map((name, i) => [name, kernels[i]])) as unknown as KernelSet;
}

/** Kernels in a set, for progress. */
export const KERNELS_IN_SET = 21;
