/** A checkpoint from a folder in the Hugging Face layout, in Node. */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { errorMessage, PlaygroundError } from '../base/errors';
import { assembleCheckpoint, OPTIONAL_FILES, REQUIRED_FILES, type CheckpointFileName } from '../model/assemble';
import type { Checkpoint } from '../model/checkpoint';

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}

async function readBytes(path: string): Promise<Uint8Array | undefined> {
  try {
    return await readFile(path);
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw new PlaygroundError('bad-file', `${path} cannot be read: ${errorMessage(error)}`, [], { cause: error });
  }
}

/** Weights that are not numbers would turn everything to NaN far from the cause. */
function rejectNonFinite(checkpoint: Checkpoint): void {
  for (const [name, tensor] of checkpoint.tensors) {
    if (!tensor.toFloat32().every(Number.isFinite)) {
      throw new PlaygroundError('bad-file', `The tensor ${name} of "${checkpoint.name}" holds values that are not finite numbers.`);
    }
  }
}

/**
 * @param folder holds config.json, model.safetensors and tokenizer.json
 * @throws PlaygroundError `bad-file` when one is missing or wrong
 */
export async function readCheckpoint(folder: string): Promise<Checkpoint> {
  const files = new Map<CheckpointFileName, Uint8Array>();
  for (const file of [...REQUIRED_FILES, ...OPTIONAL_FILES]) {
    const bytes = await readBytes(join(folder, file));
    if (bytes !== undefined) files.set(file, bytes);
  }
  const missing = REQUIRED_FILES.filter((file) => !files.has(file));
  if (missing.length > 0) {
    throw new PlaygroundError('bad-file', `The model folder ${folder} lacks ${missing.join(' and ')}.`);
  }
  const sha256 = createHash('sha256').update(files.get('model.safetensors') ?? '').digest('hex');
  const checkpoint = assembleCheckpoint(basename(resolve(folder)), files, sha256);
  rejectNonFinite(checkpoint);
  return checkpoint;
}
