/**
 * Gradients of routing beside a graph that only runs forwards: the float64 reference computes them on the processor,
 * which for a small model takes tens of milliseconds a step (docs/ARCHITECTURE.md). Its weights are unpacked when they are first needed.
 */
import type { Checkpoint } from '../../model/checkpoint';
import { PlaygroundError, errorMessage } from '../../base/errors';
import type { GradientCapability } from '../gradients';

async function open(checkpoint: Checkpoint): Promise<GradientCapability> {
  try {
    const [{ readModel }, { referenceGradients }] = await Promise.all([import('../reference/forward'), import('../reference/gradients')]);
    const gradients = referenceGradients(readModel(checkpoint));
    if (gradients !== undefined) return gradients;
  } catch (error) {
    throw new PlaygroundError('network', `The code for gradients could not be downloaded (${errorMessage(error)}): check the connection and try again.`, [], { cause: error });
  }
  throw new PlaygroundError('bad-input', 'This model has no router, so there are no gradients of routing.');
}

/** Undefined for a model without routers. */
export function processorGradients(checkpoint: Checkpoint): GradientCapability | undefined {
  if (checkpoint.config.feedForward.kind === 'dense') return undefined;
  let opened: Promise<GradientCapability> | undefined;
  const gradients = async (): Promise<GradientCapability> => {
    opened ??= open(checkpoint).catch((error: unknown) => {
      opened = undefined;
      throw error;
    });
    return await opened;
  };
  return {
    preparePathways: async (prompts, layers, signal) => (await gradients()).preparePathways(prompts, layers, signal),
    prepareRouterLogits: async (sequences, layers, signal) => (await gradients()).prepareRouterLogits(sequences, layers, signal),
  };
}
