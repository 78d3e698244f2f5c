/** Gradients of routing on the device, as the Engine interface offers them. */
import { throwIfCancelled } from '../../../base/errors';
import { checkLayers, checkPrompts, checkSequences } from '../../gradient-input';
import type { GradientCapability } from '../../gradients';
import type { Sizes } from '../constants';
import { COMPILE_MS } from '../context';
import type { WebgpuModel } from '../model';
import { compileGradientKernels, type GradientKernels } from './kernels';
import { preparePathways } from './pathways';
import { prepareRouterLogits } from './router-logits';

/** Whether there are gradients for a model of these sizes: not without routers, nor with a shared expert, whose backward pass has no kernel. */
export function hasGradients({ hasRouter, sharedHidden }: Pick<Sizes, 'hasRouter' | 'sharedHidden'>): boolean {
  return hasRouter && sharedHidden === 0;
}

/** Undefined where `hasGradients` says so. */
export function webgpuGradients(model: WebgpuModel): GradientCapability | undefined {
  const { context, sizes } = model;
  if (!hasGradients(sizes)) return undefined;
  let compiled: Promise<GradientKernels> | undefined;
  const kernels = (): Promise<GradientKernels> => (compiled ??= context.settle(compileGradientKernels(context.device, sizes), COMPILE_MS));
  return {
    preparePathways: async (prompts, layers, signal) => {
      checkLayers(layers, model.config);
      checkPrompts(prompts, model.config);
      throwIfCancelled(signal);
      return await preparePathways(model, await kernels(), prompts, [...layers], signal);
    },
    prepareRouterLogits: async (sequences, layers, signal) => {
      checkLayers(layers, model.config);
      checkSequences(sequences, model.config);
      throwIfCancelled(signal);
      return await prepareRouterLogits(model, await kernels(), sequences, [...layers], signal);
    },
  };
}
