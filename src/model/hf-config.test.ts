import { describe, expect, it } from 'vitest';
import { errorCode, errorMessage } from '../base/errors';
import { KNOWN_MODEL_TYPES, parseHfConfig } from './hf-config';

const COMMON = { vocab_size: 96, hidden_size: 32, num_hidden_layers: 2, num_attention_heads: 4, num_key_value_heads: 2, max_position_embeddings: 64, eos_token_id: 0 };
const QWEN3_MOE = { ...COMMON, model_type: 'qwen3_moe', head_dim: 16, num_experts: 6, num_experts_per_tok: 2, moe_intermediate_size: 16, intermediate_size: 99, norm_topk_prob: true, tie_word_embeddings: true };

describe('a configuration', () => {
  it('of qwen3_moe is read in full', () => {
    expect(parseHfConfig(QWEN3_MOE)).toEqual({
      modelType: 'qwen3_moe',
      layers: 2,
      width: 32,
      heads: 4,
      kvHeads: 2,
      headDim: 16,
      vocabulary: 96,
      context: 64,
      ropeTheta: 10000,
      normEpsilon: 1e-6,
      qkNorm: true,
      tiedEmbedding: true,
      endOfText: [0],
      feedForward: { kind: 'moe', experts: 6, topK: 2, hidden: 16, scoring: 'softmax', normTopK: true, sharedHidden: 0, sharedGate: false },
    });
  });
  it('of olmoe has norms across heads and its own names', () => {
    const config = parseHfConfig({ ...COMMON, model_type: 'olmoe', num_experts: 8, num_experts_per_tok: 4, intermediate_size: 20 });
    expect(config).toMatchObject({ qkNorm: true, qkNormSpan: 'all-heads', headDim: 8, normEpsilon: 1e-5, feedForward: { experts: 8, topK: 4, hidden: 20, normTopK: false } });
  });
  it('of mixtral always renormalises', () => {
    const config = parseHfConfig({ ...COMMON, model_type: 'mixtral', num_local_experts: 4, intermediate_size: 20 });
    expect(config).toMatchObject({ qkNorm: false, ropeTheta: 1e6, feedForward: { experts: 4, topK: 2, normTopK: true } });
  });
  it('of qwen2_moe has a gated shared expert', () => {
    const config = parseHfConfig({ ...COMMON, model_type: 'qwen2_moe', num_experts: 4, moe_intermediate_size: 16, shared_expert_intermediate_size: 24 });
    expect(config).toMatchObject({ qkNorm: false, feedForward: { topK: 4, sharedHidden: 24, sharedGate: true, normTopK: false } });
  });
  it('of qwen3 is dense', () => {
    expect(parseHfConfig({ ...COMMON, model_type: 'qwen3', intermediate_size: 48 }).feedForward).toEqual({ kind: 'dense', hidden: 48 });
  });
  it('takes end-of-text ids from both files and rotary settings from either place', () => {
    expect(parseHfConfig(QWEN3_MOE, { eos_token_id: [5, 0] }).endOfText).toEqual([5, 0]);
    expect(parseHfConfig({ ...QWEN3_MOE, eos_token_id: null }).endOfText).toEqual([]);
    expect(parseHfConfig({ ...QWEN3_MOE, rope_parameters: { rope_type: 'default', rope_theta: 500 } }).ropeTheta).toBe(500);
  });
});

describe('a configuration is refused', () => {
  const cases: readonly [string, unknown, string][] = [
    ['that is no object', [], 'config.json cannot be used: it is not a JSON object.'],
    ['of an unknown type', { ...QWEN3_MOE, model_type: 'gpt2' }, `config.json cannot be used: model_type is "gpt2"; known ones are ${KNOWN_MODEL_TYPES.join(', ')}.`],
    ['of a type that every object inherits', { ...QWEN3_MOE, model_type: 'toString' }, 'model_type is "toString"'],
    ['without a width', { ...QWEN3_MOE, hidden_size: undefined }, 'hidden_size is missing, but a whole number of at least 1 is needed.'],
    ['with a width that is not a multiple of 4', { ...QWEN3_MOE, hidden_size: 34 }, 'the model width (hidden_size) is 34, but it has to be a multiple of 4.'],
    ['with a head width that is not', { ...QWEN3_MOE, head_dim: 6 }, 'the head width (head_dim) is 6, but it has to be a multiple of 4.'],
    ['with an expert width that is not', { ...QWEN3_MOE, moe_intermediate_size: 18 }, 'the expert width is 18, but it has to be a multiple of 4.'],
    ['that chooses more experts than there are', { ...QWEN3_MOE, num_experts_per_tok: 7 }, 'num_experts_per_tok is 7, but there are only 6 experts.'],
    ['with query heads that cannot be grouped', { ...QWEN3_MOE, num_key_value_heads: 3 }, 'not a multiple of num_key_value_heads'],
    ['with another activation', { ...QWEN3_MOE, hidden_act: 'gelu' }, 'hidden_act is "gelu"'],
    ['with biases', { ...QWEN3_MOE, attention_bias: true }, 'attention_bias is true'],
    ['with scaled positions', { ...QWEN3_MOE, rope_scaling: { type: 'yarn', factor: 4 } }, 'rope_scaling asks for "yarn"'],
    ['with a sliding window', { ...QWEN3_MOE, use_sliding_window: true, sliding_window: 16 }, 'sliding_window is 16'],
    ['with dense layers in between', { ...QWEN3_MOE, mlp_only_layers: [1] }, 'make some layers dense'],
    ['with clipped projections', { ...QWEN3_MOE, clip_qkv: 8 }, 'clip_qkv is set'],
    ['with an end of text that is no id', { ...QWEN3_MOE, eos_token_id: 'end' }, 'eos_token_id holds "end"'],
    ['with a flag that is a text', { ...QWEN3_MOE, norm_topk_prob: 'yes' }, 'norm_topk_prob is "yes"'],
    ['with an epsilon of 0', { ...QWEN3_MOE, rms_norm_eps: 0 }, 'rms_norm_eps is 0'],
  ];
  for (const [what, json, sentence] of cases) {
    it(`${what}`, () => {
      try {
        parseHfConfig(json);
      } catch (error) {
        expect(errorCode(error)).toBe('bad-file');
        expect(errorMessage(error)).toContain(sentence);
        return;
      }
      expect.unreachable('accepted');
    });
  }
});
