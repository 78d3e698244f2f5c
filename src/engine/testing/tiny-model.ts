/**
 * Small random checkpoints for tests: any shape, any family, the same numbers for the same seed.
 */
import { roundHalf, toHalf } from '../../base/half';
import { uniformAt } from '../../base/pcg';
import type { Checkpoint, Tensor } from '../../model/checkpoint';
import type { ModelConfig, MoeFeedForward } from '../../model/config';
import { expectedTensors } from '../../model/weights';

export const TINY_MOE: MoeFeedForward = {
  kind: 'moe',
  experts: 8,
  topK: 2,
  hidden: 24,
  scoring: 'softmax',
  normTopK: true,
  sharedHidden: 0,
  sharedGate: false,
};

export const TINY_CONFIG: ModelConfig = {
  modelType: 'qwen3_moe',
  layers: 2,
  width: 32,
  heads: 4,
  kvHeads: 2,
  headDim: 8,
  vocabulary: 96,
  context: 64,
  ropeTheta: 10000,
  normEpsilon: 1e-6,
  qkNorm: true,
  tiedEmbedding: true,
  endOfText: [0],
  feedForward: TINY_MOE,
};

/** Standard deviation by role: router logits spread over a few units, the residual stream stays near 1. */
function spread(name: string, fanIn: number): number {
  if (name.endsWith('embed_tokens.weight')) return 0.7;
  if (name.endsWith('lm_head.weight')) return 1.5 / Math.sqrt(fanIn);
  if (name.endsWith('mlp.gate.weight') || name.endsWith('block_sparse_moe.gate.weight')) return 1.5 / Math.sqrt(fanIn);
  return 1 / Math.sqrt(fanIn);
}

/** One standard normal number, by Box and Muller. */
function normalAt(seed: number, index: number): number {
  const radius = Math.sqrt(-2 * Math.log(1 - uniformAt(seed, 2 * index)));
  return radius * Math.cos(2 * Math.PI * uniformAt(seed, 2 * index + 1));
}

function randomTensor(name: string, shape: readonly number[], seed: number): Tensor {
  const size = shape.reduce((product, n) => product * n, 1);
  const values = new Float32Array(size);
  const isNorm = shape.length === 1;
  const deviation = isNorm ? 0.1 : spread(name, shape.at(-1) ?? 1);
  for (let i = 0; i < size; i++) values[i] = roundHalf((isNorm ? 1 : 0) + deviation * normalAt(seed, i));
  return { dtype: 'F16', shape, toFloat32: () => values.slice(), toHalfBits: () => Uint16Array.from(values, toHalf) };
}

/**
 * A random checkpoint under Hugging Face names, without a tokenizer. All values are exact in float16,
 * so that an engine that stores halves can be compared with one that does not.
 * @param overrides replaces fields of `TINY_CONFIG`; `feedForward` as a whole (spread `TINY_MOE` to change one field)
 * @param seed unsigned 32-bit
 */
export function tinyCheckpoint(overrides: Partial<ModelConfig> = {}, seed = 1): Checkpoint {
  const config: ModelConfig = { ...TINY_CONFIG, ...overrides };
  const tensors = new Map<string, Tensor>();
  expectedTensors(config).forEach(({ name, shape }, i) => {
    tensors.set(name, randomTensor(name, shape, Math.imul(seed, 1000003) + i));
  });
  return { name: 'tiny', config, tensors, tokenizer: undefined, sha256: seed.toString(16).padStart(64, '0') };
}
