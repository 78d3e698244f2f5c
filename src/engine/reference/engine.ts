/** The reference engine: slow, in float64, readable. The oracle of every other one; never used silently in the page. */
import { PlaygroundError, throwIfCancelled } from '../../base/errors';
import type { Checkpoint } from '../../model/checkpoint';
import { checkWeights } from '../../model/weights';
import { resolveRule } from '../../routing/resolve';
import { ROUTER_AS_TRAINED } from '../../routing/plan';
import type { Engine, LoadedModel, LoadOptions, Sequence } from '../engine';
import { addScaled } from './linear';
import { forwardToken, readModel, type ReferenceModel } from './forward';
import { referenceGradients } from './gradients';
import { checkIds, ReferenceSequence } from './sequence';

function createSequence(model: ReferenceModel, capacity: number): Sequence {
  const { context } = model.config;
  if (!Number.isInteger(capacity) || capacity < 1 || capacity > context) {
    throw new PlaygroundError('bad-input', `A sequence of ${capacity} tokens was asked for; the model takes 1 to ${context}.`);
  }
  return new ReferenceSequence(model, capacity);
}

/** Mean over the tokens of the final-norm hidden state, D floats. */
function embed(model: ReferenceModel, ids: readonly number[], signal: AbortSignal | undefined): Float32Array {
  const { config } = model;
  checkIds(ids, config.vocabulary);
  if (ids.length > config.context) {
    throw new PlaygroundError('bad-input', `The text is ${ids.length} tokens long, but only ${config.context} fit: shorten it.`);
  }
  const size = ids.length * config.kvHeads * config.headDim;
  const caches = Array.from({ length: config.layers }, () => ({ keys: new Float64Array(size), values: new Float64Array(size) }));
  const { feedForward } = config;
  const rules =
    feedForward.kind === 'dense'
      ? []
      : Array.from({ length: config.layers }, (_, layer) => resolveRule(ROUTER_AS_TRAINED, feedForward, { layer, token: 0, promptLength: 0 }));
  const mean = new Float64Array(config.width);
  ids.forEach((id, position) => {
    throwIfCancelled(signal);
    addScaled(mean, forwardToken(model, id, position, caches, rules).hidden, 1 / ids.length);
  });
  return Float32Array.from(mean);
}

function loadModel(checkpoint: Checkpoint): LoadedModel {
  checkWeights(checkpoint);
  const model = readModel(checkpoint);
  return {
    config: checkpoint.config,
    createSequence: async (capacity = checkpoint.config.context) => createSequence(model, capacity),
    embed: async (ids, signal) => embed(model, ids, signal),
    gradients: referenceGradients(model),
    dispose: () => undefined,
  };
}

/** An engine that needs no device: memory is freed with the last reference. */
export function createReferenceEngine(): Engine {
  return {
    info: { backend: 'reference', adapter: '', software: true, forms: '' },
    load: async (checkpoint: Checkpoint, options: LoadOptions = {}) => {
      throwIfCancelled(options.signal);
      const model = loadModel(checkpoint);
      options.onProgress?.('upload', 1);
      return model;
    },
    dispose: () => undefined,
  };
}
