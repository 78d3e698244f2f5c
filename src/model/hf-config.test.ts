import { describe, expect, it } from 'vitest';
import { errorCode, errorMessage, PlaygroundError } from '../base/errors';
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

describe('what a family leaves unsaid', () => {
  const OF = {
    qwen3_moe: { num_experts: 8, moe_intermediate_size: 16 },
    olmoe: { num_experts: 8, intermediate_size: 20 },
    mixtral: { num_local_experts: 4, intermediate_size: 20 },
    qwen2_moe: { num_experts: 4, moe_intermediate_size: 16 },
    qwen3: { intermediate_size: 48 },
  };
  const moe = { kind: 'moe', scoring: 'softmax', sharedHidden: 0, sharedGate: false };
  it.each([
    ['qwen3_moe', { ropeTheta: 10_000, normEpsilon: 1e-6, qkNorm: true, tiedEmbedding: false, feedForward: { ...moe, experts: 8, topK: 8, hidden: 16, normTopK: false } }],
    ['olmoe', { ropeTheta: 10_000, normEpsilon: 1e-5, qkNorm: true, tiedEmbedding: false, feedForward: { ...moe, experts: 8, topK: 8, hidden: 20, normTopK: false } }],
    ['mixtral', { ropeTheta: 1_000_000, normEpsilon: 1e-5, qkNorm: false, tiedEmbedding: false, feedForward: { ...moe, experts: 4, topK: 2, hidden: 20, normTopK: true } }],
    ['qwen2_moe', { ropeTheta: 10_000, normEpsilon: 1e-6, qkNorm: false, tiedEmbedding: false, feedForward: { ...moe, experts: 4, topK: 4, hidden: 16, normTopK: false } }],
    ['qwen3', { ropeTheta: 10_000, normEpsilon: 1e-6, qkNorm: true, tiedEmbedding: false, feedForward: { kind: 'dense', hidden: 48 } }],
  ] as const)('%s', (model_type, defaults) => {
    const config = parseHfConfig({ ...COMMON, num_key_value_heads: undefined, ...OF[model_type], model_type, eos_token_id: undefined });
    expect(config).toEqual({ modelType: model_type, layers: 2, width: 32, heads: 4, kvHeads: 4, headDim: 8, vocabulary: 96, context: 64, endOfText: [], ...(model_type === 'olmoe' ? { qkNormSpan: 'all-heads' } : {}), ...defaults });
  });
  it('is said by the file where it says it', () => {
    expect(parseHfConfig({ ...QWEN3_MOE, rope_theta: 500, rms_norm_eps: 0.5, tie_word_embeddings: false, norm_topk_prob: false, hidden_act: 'silu', attention_bias: false, clip_qkv: null, rope_scaling: { rope_type: 'default' }, sliding_window: null, use_sliding_window: false, decoder_sparse_step: 1, mlp_only_layers: [] })).toMatchObject({ ropeTheta: 500, normEpsilon: 0.5, tiedEmbedding: false, feedForward: { normTopK: false } });
    expect(parseHfConfig({ ...QWEN3_MOE, rope_parameters: { rope_theta: 700 }, rope_theta: 500 }).ropeTheta).toBe(700);
    expect(parseHfConfig({ ...QWEN3_MOE, rope_parameters: {}, rope_theta: 500 }).ropeTheta).toBe(10_000);
    expect(parseHfConfig({ ...QWEN3_MOE, rope_scaling: {} })).toMatchObject({ ropeTheta: 10_000 });
    // Only Qwen2-MoE knows a shared expert.
    expect(parseHfConfig({ ...QWEN3_MOE, shared_expert_intermediate_size: 24 }).feedForward).toMatchObject({ sharedHidden: 0, sharedGate: false });
    expect(parseHfConfig({ ...QWEN3_MOE, num_experts_per_tok: 6 }).feedForward).toMatchObject({ topK: 6, experts: 6 });
    expect(parseHfConfig({ ...QWEN3_MOE, num_experts_per_tok: 1, vocab_size: 1 })).toMatchObject({ vocabulary: 1, feedForward: { topK: 1 } });
  });
  it('of a window that reaches as far as the context, or is not used, changes nothing', () => {
    for (const more of [{ sliding_window: 64 }, { sliding_window: 64, use_sliding_window: true }, { sliding_window: 4, use_sliding_window: false }, { use_sliding_window: true }]) expect(parseHfConfig({ ...QWEN3_MOE, ...more }).context).toBe(64);
  });
  it('of the end of the text comes from both files, each id once', () => {
    expect(parseHfConfig({ ...QWEN3_MOE, eos_token_id: [1, 2] }, { eos_token_id: 2 }).endOfText).toEqual([2, 1]);
    for (const generation of [undefined, null, [], 'x', { eos_token_id: null }, {}]) expect(parseHfConfig(QWEN3_MOE, generation).endOfText).toEqual([0]);
  });
});

describe('the whole sentence', () => {
  it.each([
    [null, 'it is not a JSON object.'],
    ['text', 'it is not a JSON object.'],
    [{ ...QWEN3_MOE, model_type: undefined }, `model_type is missing; known ones are ${KNOWN_MODEL_TYPES.join(', ')}.`],
    [{ ...QWEN3_MOE, model_type: ['qwen3'] }, `model_type is ["qwen3"]; known ones are ${KNOWN_MODEL_TYPES.join(', ')}.`],
    [{ ...QWEN3_MOE, model_type: 5 }, `model_type is 5; known ones are ${KNOWN_MODEL_TYPES.join(', ')}.`],
    [{ ...QWEN3_MOE, hidden_size: 0 }, 'hidden_size is 0, but a whole number of at least 1 is needed.'],
    [{ ...QWEN3_MOE, hidden_size: 32.5 }, 'hidden_size is 32.5, but a whole number of at least 1 is needed.'],
    [{ ...QWEN3_MOE, hidden_size: '32' }, 'hidden_size is "32", but a whole number of at least 1 is needed.'],
    [{ ...QWEN3_MOE, num_key_value_heads: 3 }, 'num_attention_heads is 4, which is not a multiple of num_key_value_heads, 3.'],
    [{ ...QWEN3_MOE, head_dim: undefined, num_attention_heads: 64, num_key_value_heads: 64 }, 'head_dim is 0.5, but a whole number of at least 1 is needed.'],
    [{ ...QWEN3_MOE, rms_norm_eps: -1 }, 'rms_norm_eps is -1, but a number above 0 is needed.'],
    [{ ...QWEN3_MOE, rms_norm_eps: '1' }, 'rms_norm_eps is "1", but a number above 0 is needed.'],
    [{ ...QWEN3_MOE, rope_theta: Infinity }, 'rope_theta is null, but a number above 0 is needed.'],
    [{ ...QWEN3_MOE, norm_topk_prob: 1 }, 'norm_topk_prob is 1, but true or false is needed.'],
    [{ ...QWEN3_MOE, eos_token_id: [0, -1] }, 'eos_token_id holds -1, but token ids are needed.'],
    [{ ...QWEN3_MOE, eos_token_id: 0.5 }, 'eos_token_id holds 0.5, but token ids are needed.'],
    [{ ...QWEN3_MOE, hidden_act: 'gelu' }, 'hidden_act is "gelu", but only "silu" is supported.'],
    [{ ...QWEN3_MOE, attention_bias: true }, 'attention_bias is true, but projections with a bias are not supported.'],
    [{ ...QWEN3_MOE, clip_qkv: 0 }, 'clip_qkv is set, but clipped projections are not supported.'],
    [{ ...QWEN3_MOE, rope_scaling: { type: 'yarn' } }, 'rope_scaling asks for "yarn", but only plain rotary positions are supported.'],
    [{ ...QWEN3_MOE, rope_scaling: { type: 'default', rope_type: 'linear' } }, 'rope_scaling asks for "linear", but only plain rotary positions are supported.'],
    [{ ...QWEN3_MOE, rope_parameters: { rope_type: 'yarn' } }, 'rope_parameters asks for "yarn", but only plain rotary positions are supported.'],
    [{ ...QWEN3_MOE, rope_scaling: 'dynamic' }, 'rope_scaling asks for "dynamic", but only plain rotary positions are supported.'],
    [{ ...QWEN3_MOE, sliding_window: 63 }, 'sliding_window is 63, but only attention over the whole context of 64 tokens is supported.'],
    [{ ...QWEN3_MOE, sliding_window: '32' }, 'sliding_window is "32", but a whole number of at least 1 is needed.'],
    [{ ...QWEN3_MOE, decoder_sparse_step: 2 }, 'decoder_sparse_step or mlp_only_layers make some layers dense, but only models with experts in every layer are supported.'],
    [{ ...QWEN3_MOE, mlp_only_layers: 'x' }, 'decoder_sparse_step or mlp_only_layers make some layers dense, but only models with experts in every layer are supported.'],
    [{ ...QWEN3_MOE, num_experts_per_tok: 7 }, 'num_experts_per_tok is 7, but there are only 6 experts.'],
    [{ ...COMMON, model_type: 'qwen3', intermediate_size: 46 }, 'the feed-forward width (intermediate_size) is 46, but it has to be a multiple of 4.'],
    [{ ...COMMON, model_type: 'qwen2_moe', num_experts: 4, moe_intermediate_size: 16, shared_expert_intermediate_size: 6 }, 'the shared expert width (shared_expert_intermediate_size) is 6, but it has to be a multiple of 4.'],
    [{ ...COMMON, model_type: 'qwen2_moe', num_experts: 4, moe_intermediate_size: 16, shared_expert_intermediate_size: -4 }, 'shared_expert_intermediate_size is -4, but a whole number of at least 0 is needed.'],
  ])('of %j', (json, sentence) => expect(() => parseHfConfig(json)).toThrow(new PlaygroundError('bad-file', `config.json cannot be used: ${sentence}`)));
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
