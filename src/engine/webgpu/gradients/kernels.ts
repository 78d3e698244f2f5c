/** Kernels of a gradient problem, compiled when a model's gradients are first asked for. */
import type { Sizes } from '../constants';
import { compileKernel, type Kernel, productConstants } from '../kernels';

export interface GradientKernels {
  readonly qkv: Kernel;
  readonly rope: Kernel;
  readonly attention: Kernel;
  readonly output: Kernel;
  readonly route: Kernel;
  readonly core: Kernel;
  readonly plan: Kernel;
  readonly keep: Kernel;
  readonly down: Kernel;
  readonly combine: Kernel;
  readonly logits: Kernel;
  readonly loss: Kernel;
  readonly lossBack: Kernel;
  readonly logitsBack: Kernel;
  readonly finalNormBack: Kernel;
  readonly routeBack: Kernel;
  readonly hiddenBack: Kernel;
  readonly inputBack: Kernel;
  readonly gather: Kernel;
  readonly normBack: Kernel;
  readonly outputBack: Kernel;
  readonly queryBack: Kernel;
  readonly keyBack: Kernel;
  readonly ropeBack: Kernel;
  readonly qkvBack: Kernel;
}

/** Throws PlaygroundError `internal` with the compiler's messages. */
export async function compileGradientKernels(device: GPUDevice, sizes: Sizes): Promise<GradientKernels> {
  const { config, form } = sizes;
  const product = productConstants(sizes);
  const width4 = config.width / 4;
  const heads4 = (config.heads * config.headDim) / 4;
  const back = (K4: number, N4: number, NORM: boolean): Promise<Kernel> => compileKernel(device, 'grad_product', sizes, { K4, N4, NORM });
  const entries = {
    qkv: compileKernel(device, `gemm_${form}`, sizes, product.qkv),
    rope: compileKernel(device, 'grad_rope', sizes),
    attention: compileKernel(device, 'grad_attention', sizes),
    output: compileKernel(device, `gemm_${form}`, sizes, product.output),
    route: compileKernel(device, 'route', sizes),
    core: compileKernel(device, 'grad_core', sizes),
    plan: compileKernel(device, 'plan', sizes),
    keep: compileKernel(device, 'grad_experts_keep', sizes),
    down: compileKernel(device, `experts_down_${form}`, sizes),
    combine: compileKernel(device, 'combine', sizes),
    // No carried row here.
    logits: compileKernel(device, `gemm_${form}`, sizes, { ...product.logits, C_OFFSET: 0 }),
    loss: compileKernel(device, 'grad_loss', sizes, { BACK: false }),
    lossBack: compileKernel(device, 'grad_loss', sizes, { BACK: true }),
    logitsBack: back(width4, sizes.vocabularyStride / 4, true),
    finalNormBack: compileKernel(device, 'grad_norm', sizes, { ADD: false }),
    routeBack: compileKernel(device, 'grad_route', sizes),
    hiddenBack: compileKernel(device, 'grad_experts_hidden', sizes),
    inputBack: compileKernel(device, 'grad_experts_input', sizes),
    gather: compileKernel(device, 'grad_gather', sizes),
    normBack: compileKernel(device, 'grad_norm', sizes, { ADD: true }),
    outputBack: back(heads4, width4, false),
    queryBack: compileKernel(device, 'grad_attention_query', sizes),
    keyBack: compileKernel(device, 'grad_attention_key', sizes),
    ropeBack: compileKernel(device, 'grad_rope_back', sizes),
    qkvBack: back(width4, sizes.qkvWidth / 4, true),
  } satisfies Record<keyof GradientKernels, Promise<Kernel>>;
  const names = Object.keys(entries) as (keyof GradientKernels)[];
  const kernels = await Promise.all(names.map((name) => entries[name]));
  return Object.fromEntries(names.map((name, i) => [name, kernels[i]])) as unknown as GradientKernels;
}
