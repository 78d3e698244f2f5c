/** Good inputs that are not files of the repository already. */
import { deflateRawSync } from 'node:zlib';

const COMMON = { vocab_size: 96, hidden_size: 32, num_hidden_layers: 2, num_attention_heads: 4, num_key_value_heads: 2, max_position_embeddings: 64, eos_token_id: 0 };

export const CONFIGS: readonly string[] = [
  { ...COMMON, model_type: 'qwen3_moe', head_dim: 16, num_experts: 6, num_experts_per_tok: 2, moe_intermediate_size: 16, norm_topk_prob: true, rope_parameters: { rope_type: 'default', rope_theta: 500 } },
  { ...COMMON, model_type: 'olmoe', num_experts: 8, num_experts_per_tok: 4, intermediate_size: 20, eos_token_id: [0, 1] },
  { ...COMMON, model_type: 'mixtral', num_local_experts: 4, intermediate_size: 20, sliding_window: null },
  { ...COMMON, model_type: 'qwen2_moe', num_experts: 4, moe_intermediate_size: 16, shared_expert_intermediate_size: 24, decoder_sparse_step: 1, mlp_only_layers: [] },
  { ...COMMON, model_type: 'qwen3', intermediate_size: 48, rope_scaling: null, hidden_act: 'silu' },
].map((config) => JSON.stringify(config));

/** Headers of safetensors files, and how many bytes of data they want. */
export const HEADERS: readonly { readonly json: string; readonly data: number }[] = [
  { json: '{"__metadata__":{"format":"pt"},"a":{"dtype":"F32","shape":[2,3],"data_offsets":[0,24]},"b":{"dtype":"U8","shape":[5],"data_offsets":[24,29]}}', data: 29 },
  { json: '{"h":{"dtype":"F16","shape":[2],"data_offsets":[0,4]},"i":{"dtype":"I64","shape":[],"data_offsets":[4,12]},"z":{"dtype":"BF16","shape":[0,4],"data_offsets":[12,12]}} ', data: 12 },
];

/** Byte-level BPE of a few words. */
export const TOKENIZER = JSON.stringify({
  version: '1.0',
  truncation: null,
  padding: null,
  added_tokens: [{ id: 0, content: '<|endoftext|>', single_word: false, lstrip: false, rstrip: false, normalized: false, special: true }],
  normalizer: { type: 'NFC' },
  pre_tokenizer: {
    type: 'Sequence',
    pretokenizers: [
      { type: 'Split', pattern: { Regex: '\\p{L}+|\\p{N}|\\s+' }, behavior: 'Isolated', invert: false },
      { type: 'ByteLevel', add_prefix_space: false, trim_offsets: true, use_regex: false },
    ],
  },
  post_processor: null,
  decoder: { type: 'ByteLevel', add_prefix_space: true, trim_offsets: true, use_regex: true },
  model: {
    type: 'BPE',
    dropout: null,
    unk_token: null,
    fuse_unk: false,
    byte_fallback: false,
    vocab: Object.fromEntries(['<|endoftext|>', 'l', 'o', 'w', 'e', 'r', 'n', 's', 't', '\u0120', 'lo', 'low', 'er', 'es', 'est'].map((entry, id) => [entry, id])),
    merges: [['l', 'o'], ['lo', 'w'], ['e', 'r'], ['e', 's'], ['es', 't']],
  },
});

export const PLANS: readonly string[] = [
  { format: 'moe-plan', version: '1.0', entries: [{ layers: 'all', tokens: 'all', k: 1 }] },
  { format: 'moe-plan', version: '1.0', entries: [{ layers: [0, 2], tokens: { from: 1, to: 3 }, topP: { p: 0.6, mass: 'all', min: 1, max: 4 }, mask: [1, 15], bias: { 0: 5 }, scale: { 2: 0.5 } }] },
  { format: 'moe-plan', version: '1.0', entries: [{ layers: 'all', tokens: 'last', override: 'uniform', renormalise: 'off' }, { layers: [1], tokens: [0], selectionBias: { 1: -0.25 }, override: Array.from({ length: 16 }, (_, e) => e / 120) }] },
].map((plan) => JSON.stringify(plan));

const packed = (text: string): string => deflateRawSync(text).toString('base64url');

export const LINKS: readonly string[] = [
  '#v=1&p=Once%20upon%20a%20time&T=0.5&k=40&P=0.9&seed=7&n=32&t=12&l=3&speed=2&view=trace',
  '#v=1&ab=3.7,5.2@4&rk=3:1&rp=0.9&bias=3.8:%2B5&mix=3.8:0.7_13:0.3&scale=3.8:2!&force=21:513&draw=21:7',
  `#v=1&plan=${packed(PLANS[1] ?? '')}&trace=traces%2Fexample.json&pins=3.7,2.1&group=1.2`,
  `#v=1&pz=${packed('Once upon a time. '.repeat(30))}&item=single-test-away-3&c3po=method:mode,k:5,layers:6.7,token:last-1&who=method:random,largeShare:0.4`,
];
