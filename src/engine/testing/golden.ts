/** Golden files of the training pipeline: what PyTorch computes for the exported weights (training/golden.py). */
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Checkpoint } from '../../model/checkpoint';
import { parseHfConfig } from '../../model/hf-config';
import { parseSafetensors, type SafetensorsFile } from '../../model/safetensors';

/** A checkpoint together with what it should compute. */
export interface GoldenModel {
  readonly name: string;
  readonly checkpoint: Checkpoint;
  readonly prompts: readonly GoldenPrompt[];
}

/** Row-major arrays; L counts MoE layers and is 0 for a dense model. */
export interface GoldenPrompt {
  /** Text of the prompt, or its ids written out. */
  readonly text: string;
  readonly ids: readonly number[];
  /** [T, D] */
  readonly embeddings: Float32Array;
  /** Residual stream after each block, [T, D] each. */
  readonly blocks: readonly Float32Array[];
  /** [L, T, E] */
  readonly routerLogits: Float32Array | undefined;
  /** By falling probability. [L, T, K] */
  readonly experts: Float32Array | undefined;
  /** [L, T, K] */
  readonly mix: Float32Array | undefined;
  /** [T, V] */
  readonly logits: Float32Array;
}

const ROOT = join(import.meta.dirname, '../../..');
const GOLDEN = join(ROOT, 'training/golden');

function readCheckpoint(name: string, folder: string): Checkpoint {
  const config = parseHfConfig(JSON.parse(readFileSync(join(folder, 'config.json'), 'utf8')));
  const { tensors } = parseSafetensors(readFileSync(join(folder, 'model.safetensors')));
  return { name, config, tensors, tokenizer: undefined, sha256: '' };
}

function readPrompts({ tensors, metadata }: SafetensorsFile, layers: number): GoldenPrompt[] {
  const texts: unknown = JSON.parse(metadata.get('prompts') ?? '[]');
  if (!Array.isArray(texts)) throw new TypeError('the golden file lists no prompts');
  return texts.map((text: unknown, i) => {
    const optional = (key: string): Float32Array | undefined => tensors.get(`p${i}.${key}`)?.toFloat32();
    const required = (key: string): Float32Array => {
      const values = optional(key);
      if (values === undefined) throw new TypeError(`the golden file lacks p${i}.${key}`);
      return values;
    };
    return {
      text: String(text),
      ids: [...required('ids')],
      embeddings: required('embeddings'),
      blocks: Array.from({ length: layers }, (_, l) => required(`block${l}`)),
      routerLogits: optional('router_logits'),
      experts: optional('experts'),
      mix: optional('mix'),
      logits: required('logits'),
    };
  });
}

function readGolden(name: string, folder: string, file: string): GoldenModel {
  const checkpoint = readCheckpoint(name, folder);
  return { name, checkpoint, prompts: readPrompts(parseSafetensors(readFileSync(file)), checkpoint.config.layers) };
}

/** Every golden file in the tree: shipped checkpoints by name, and small random models with unusual shapes. */
export function goldenModels(): GoldenModel[] {
  return readdirSync(GOLDEN, { withFileTypes: true })
    .toSorted((a, b) => a.name.localeCompare(b.name))
    .flatMap((entry) => {
      const path = join(GOLDEN, entry.name);
      if (entry.isDirectory()) return [readGolden(entry.name, path, join(path, 'golden.safetensors'))];
      // Gradients are read by golden-gradients.ts.
      if (!entry.name.endsWith('.safetensors') || entry.name.includes('.gradients.')) return [];
      const name = entry.name.slice(0, -'.safetensors'.length);
      return [readGolden(name, join(ROOT, 'public/models', name), path)];
    });
}
