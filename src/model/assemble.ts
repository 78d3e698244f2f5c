/** A checkpoint from the bytes of its files, wherever they came from. */
import { errorMessage, PlaygroundError } from '../base/errors';
import type { Checkpoint } from './checkpoint';
import { parseHfConfig } from './hf-config';
import { parseSafetensors } from './safetensors';
import { createTokenizer } from './tokenizer';
import { checkWeights } from './weights';

export const REQUIRED_FILES = ['config.json', 'model.safetensors', 'tokenizer.json'] as const;
export const OPTIONAL_FILES = ['tokenizer_config.json', 'generation_config.json'] as const;

export type CheckpointFileName = (typeof REQUIRED_FILES)[number] | (typeof OPTIONAL_FILES)[number];

/** Parses a JSON file; throws `bad-file` naming it. */
export function parseJsonFile(bytes: Uint8Array, label: string): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (error) {
    throw new PlaygroundError('bad-file', `${label} is not valid JSON: ${errorMessage(error)}`, [], { cause: error });
  }
}

/**
 * Reads config, weights and tokenizer and checks that they fit together.
 * @param files bytes by file name; the weights stay referred to, the others are only read
 * @param sha256 of model.safetensors, lower-case hex
 * @throws PlaygroundError `bad-file`
 */
export function assembleCheckpoint(name: string, files: ReadonlyMap<CheckpointFileName, Uint8Array>, sha256: string): Checkpoint {
  const json = (file: CheckpointFileName): unknown => {
    const bytes = files.get(file);
    return bytes === undefined ? undefined : parseJsonFile(bytes, `${file} of "${name}"`);
  };
  const weights = files.get('model.safetensors');
  if (weights === undefined) throw new PlaygroundError('bad-file', `The model "${name}" has no model.safetensors.`);
  const checkpoint: Checkpoint = {
    name,
    config: parseHfConfig(json('config.json'), json('generation_config.json')),
    tensors: parseSafetensors(weights, `model.safetensors of "${name}"`).tensors,
    tokenizer: files.has('tokenizer.json') ? createTokenizer(json('tokenizer.json'), json('tokenizer_config.json') ?? {}) : undefined,
    sha256,
  };
  checkWeights(checkpoint);
  return checkpoint;
}
