import { describe, expect, it } from 'vitest';
import { PlaygroundError } from '../base/errors';
import { TINY_MOE, tinyCheckpoint } from '../engine/testing/tiny-model';
import type { Checkpoint, Tensor } from './checkpoint';
import { checkWeights, embeddingWeights, expectedTensors, headWeights, layerWeights } from './weights';

const EMPTY: Tensor = { dtype: 'F32', shape: [1], toFloat32: () => new Float32Array(1) };

function changed(checkpoint: Checkpoint, change: (tensors: Map<string, Tensor>) => void): Checkpoint {
  const tensors = new Map(checkpoint.tensors);
  change(tensors);
  return { ...checkpoint, tensors };
}

function faults(checkpoint: Checkpoint): readonly string[] {
  try {
    checkWeights(checkpoint);
  } catch (error) {
    if (error instanceof PlaygroundError && error.code === 'bad-file') return error.details;
    throw error;
  }
  return [];
}

describe('weights by layer', () => {
  it('have the shapes of the configuration', () => {
    const layer = layerWeights(tinyCheckpoint(), 1);
    expect([layer.query, layer.key, layer.value, layer.output].map((t) => t.shape)).toEqual([[32, 32], [16, 32], [16, 32], [32, 32]]);
    expect(layer.queryNorm?.shape).toEqual([8]);
    if (layer.feedForward.kind !== 'moe') throw new Error('a routed layer was expected');
    expect(layer.feedForward.router.shape).toEqual([8, 32]);
    expect(layer.feedForward.experts).toHaveLength(8);
    expect(layer.feedForward.experts[7]!.down.shape).toEqual([32, 24]);
    expect(layer.feedForward.shared).toBeUndefined();
  });
  it('spell mixtral, shared experts and dense blocks as their checkpoints do', () => {
    const names = (overrides: object) => expectedTensors(tinyCheckpoint(overrides).config).map(({ name }) => name);
    expect(names({ modelType: 'mixtral', qkNorm: false })).toContain('model.layers.0.block_sparse_moe.experts.3.w2.weight');
    expect(names({ feedForward: { ...TINY_MOE, sharedHidden: 8, sharedGate: true } })).toContain('model.layers.1.mlp.shared_expert_gate.weight');
    expect(names({ feedForward: { kind: 'dense', hidden: 8 } })).toContain('model.layers.1.mlp.up_proj.weight');
  });
  it('share the embedding with the head only where they are tied', () => {
    const tied = tinyCheckpoint();
    expect(headWeights(tied)).toBe(embeddingWeights(tied));
    const untied = tinyCheckpoint({ tiedEmbedding: false });
    expect(headWeights(untied)).not.toBe(embeddingWeights(untied));
  });
});

describe('a check of the weights', () => {
  it('passes a complete checkpoint, and leaves redundant tensors aside', () => {
    expect(faults(tinyCheckpoint())).toEqual([]);
    expect(faults(changed(tinyCheckpoint(), (tensors) => tensors.set('lm_head.weight', EMPTY)))).toEqual([]);
  });
  it('lists everything that is missing, misshapen or superfluous', () => {
    const broken = changed(tinyCheckpoint(), (tensors) => {
      tensors.delete('model.norm.weight');
      tensors.set('model.layers.0.mlp.gate.weight', EMPTY);
      tensors.set('model.layers.0.self_attn.q_proj.bias', EMPTY);
    });
    expect(faults(broken)).toEqual([
      'The tensor model.layers.0.mlp.gate.weight of "tiny" has shape [1], but its config.json asks for [8, 32].',
      'The weights of "tiny" lack the tensor model.norm.weight, which its config.json asks for.',
      'The weights of "tiny" hold the tensor model.layers.0.self_attn.q_proj.bias, which a qwen3_moe model of this config has no use for.',
    ]);
  });
});

it('the same seed gives the same random checkpoint, in values that float16 holds exactly', () => {
  const values = (seed: number) => layerWeights(tinyCheckpoint({}, seed), 0).query.toFloat32();
  expect(values(3)).toEqual(values(3));
  expect(values(3)).not.toEqual(values(4));
});
