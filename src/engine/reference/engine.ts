/** The reference engine: slow, in float64, readable. The oracle of every other one; never used silently in the page. */
import { PlaygroundError, throwIfCancelled } from '../../base/errors';
import type { Checkpoint } from '../../model/checkpoint';
import { checkWeights } from '../../model/weights';
import type { Engine, LoadedModel, LoadOptions, Sequence } from '../engine';
import { addScaled } from './linear';
import { readModel, type ReferenceModel } from './forward';
import { referenceGradients } from './gradients';
import { checkIds, ReferenceSequence } from './sequence';

function createSequence(model: ReferenceModel, capacity: number): Sequence {
  const { context } = model.config;
  if (!Number.isInteger(capacity) || capacity < 1 || capacity > context) {
    throw new PlaygroundError('bad-input', `A sequence of ${capacity} tokens was asked for; the model takes 1 to ${context}.`);
  }
  return new ReferenceSequence(model, capacity);
}

/** Mean over the tokens of their input embeddings, D floats. */
function embed(model: ReferenceModel, ids: readonly number[], signal: AbortSignal | undefined): Float32Array {
  const { config } = model;
  checkIds(ids, config.vocabulary);
  if (ids.length > config.context) {
    throw new PlaygroundError('bad-input', `The text is ${ids.length} tokens long, but only ${config.context} fit: shorten it.`);
  }
  throwIfCancelled(signal);
  const mean = new Float64Array(config.width);
  for (const id of ids) addScaled(mean, Float64Array.from(model.embedding.subarray(id * config.width, (id + 1) * config.width)), 1 / ids.length);
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
