/**
 * config.json of Hugging Face checkpoints. `model_type` selects defaults and flags, as the `transformers`
 * configuration classes define them (https://github.com/huggingface/transformers, src/transformers/models).
 * What our engines do not compute is refused by name, because to ignore it would give wrong numbers.
 */
import { PlaygroundError } from '../base/errors';
import type { ModelConfig } from './config';

/** What differs between families where config.json is silent or spells a field in its own way. */
interface Family {
  readonly qkNorm: 'none' | 'head' | 'all-heads';
  readonly hiddenKey: string;
  /** Absent where the layers are dense. */
  readonly experts?: {
    readonly key: string;
    /** `norm_topk_prob` where the file does not say; `always` where the class knows no such field. */
    readonly normTopK: 'always' | boolean;
    readonly topK: number;
    readonly shared?: boolean;
  };
  readonly ropeTheta: number;
  readonly normEpsilon: number;
  readonly tied: boolean;
}

const FAMILIES: Readonly<Record<string, Family>> = {
  qwen3_moe: { qkNorm: 'head', hiddenKey: 'moe_intermediate_size', experts: { key: 'num_experts', normTopK: false, topK: 8 }, ropeTheta: 10000, normEpsilon: 1e-6, tied: false },
  olmoe: { qkNorm: 'all-heads', hiddenKey: 'intermediate_size', experts: { key: 'num_experts', normTopK: false, topK: 8 }, ropeTheta: 10000, normEpsilon: 1e-5, tied: false },
  mixtral: { qkNorm: 'none', hiddenKey: 'intermediate_size', experts: { key: 'num_local_experts', normTopK: 'always', topK: 2 }, ropeTheta: 1e6, normEpsilon: 1e-5, tied: false },
  qwen2_moe: { qkNorm: 'none', hiddenKey: 'moe_intermediate_size', experts: { key: 'num_experts', normTopK: false, topK: 4, shared: true }, ropeTheta: 10000, normEpsilon: 1e-6, tied: false },
  qwen3: { qkNorm: 'head', hiddenKey: 'intermediate_size', ropeTheta: 10000, normEpsilon: 1e-6, tied: false },
};

/** The `model_type`s that can be read. */
export const KNOWN_MODEL_TYPES: readonly string[] = Object.keys(FAMILIES);

type JsonObject = Readonly<Record<string, unknown>>;

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function refuse(sentence: string): PlaygroundError {
  return new PlaygroundError('bad-file', `config.json cannot be used: ${sentence}`);
}

/** Reads fields with a sentence for each fault. */
class Fields {
  constructor(private readonly json: JsonObject) {}

  /** A value that the file may leave out or set to null. */
  get(key: string): unknown {
    return Object.hasOwn(this.json, key) ? (this.json[key] ?? undefined) : undefined;
  }

  count(key: string, fallback?: number, least = 1): number {
    const value = this.get(key) ?? fallback;
    if (typeof value === 'number' && Number.isSafeInteger(value) && value >= least) return value;
    throw refuse(`${key} is ${JSON.stringify(value) ?? 'missing'}, but a whole number of at least ${least} is needed.`);
  }

  positive(key: string, fallback: number): number {
    const value = this.get(key) ?? fallback;
    if (typeof value === 'number' && Number.isFinite(value) && value > 0) return value;
    throw refuse(`${key} is ${JSON.stringify(value)}, but a number above 0 is needed.`);
  }

  flag(key: string, fallback: boolean): boolean {
    const value = this.get(key) ?? fallback;
    if (typeof value === 'boolean') return value;
    throw refuse(`${key} is ${JSON.stringify(value)}, but true or false is needed.`);
  }
}

function ids(value: unknown): number[] {
  const list = Array.isArray(value) ? value : value === undefined || value === null ? [] : [value];
  return list.map((id: unknown) => {
    if (typeof id === 'number' && Number.isSafeInteger(id) && id >= 0) return id;
    throw refuse(`eos_token_id holds ${JSON.stringify(id)}, but token ids are needed.`);
  });
}

/** transformers 5 moved `rope_theta` into `rope_parameters`. */
function ropeTheta(fields: Fields, family: Family): number {
  const nested = fields.get('rope_parameters');
  if (!isObject(nested)) return fields.positive('rope_theta', family.ropeTheta);
  return new Fields(nested).positive('rope_theta', family.ropeTheta);
}

function ropeKind(value: unknown): unknown {
  if (value === undefined) return 'default';
  return isObject(value) ? (value['rope_type'] ?? value['type'] ?? 'default') : value;
}

/** Refuses settings that change the forward pass in a way that no engine here computes. */
function rejectUnsupported(fields: Fields, context: number): void {
  const activation = fields.get('hidden_act') ?? 'silu';
  if (activation !== 'silu') throw refuse(`hidden_act is ${JSON.stringify(activation)}, but only "silu" is supported.`);
  if (fields.flag('attention_bias', false)) throw refuse('attention_bias is true, but projections with a bias are not supported.');
  if (fields.get('clip_qkv') !== undefined) throw refuse('clip_qkv is set, but clipped projections are not supported.');
  for (const key of ['rope_scaling', 'rope_parameters']) {
    const kind = ropeKind(fields.get(key));
    if (kind !== 'default') throw refuse(`${key} asks for ${JSON.stringify(kind)}, but only plain rotary positions are supported.`);
  }
  const window = fields.flag('use_sliding_window', true) ? fields.count('sliding_window', context) : context;
  if (window < context) {
    throw refuse(`sliding_window is ${window}, but only attention over the whole context of ${context} tokens is supported.`);
  }
  const step = fields.count('decoder_sparse_step', 1);
  const denseLayers = fields.get('mlp_only_layers') ?? [];
  if (step !== 1 || !Array.isArray(denseLayers) || denseLayers.length > 0) {
    throw refuse('decoder_sparse_step or mlp_only_layers make some layers dense, but only models with experts in every layer are supported.');
  }
}

function feedForward(fields: Fields, family: Family): ModelConfig['feedForward'] {
  const hidden = fields.count(family.hiddenKey);
  if (family.experts === undefined) return { kind: 'dense', hidden };
  const { key, normTopK, shared = false } = family.experts;
  const experts = fields.count(key);
  const topK = fields.count('num_experts_per_tok', family.experts.topK);
  if (topK > experts) throw refuse(`num_experts_per_tok is ${topK}, but there are only ${experts} experts.`);
  const sharedHidden = shared ? fields.count('shared_expert_intermediate_size', 0, 0) : 0;
  return {
    kind: 'moe',
    experts,
    topK,
    hidden,
    scoring: 'softmax',
    normTopK: normTopK === 'always' || fields.flag('norm_topk_prob', normTopK),
    sharedHidden,
    sharedGate: sharedHidden > 0,
  };
}

/** Vector loads of the shaders take four numbers at a time. */
function requireMultiplesOfFour(config: ModelConfig): void {
  const { feedForward: block } = config;
  const sizes: readonly (readonly [string, number])[] = [
    ['the model width (hidden_size)', config.width],
    ['the head width (head_dim)', config.headDim],
    [block.kind === 'moe' ? 'the expert width' : 'the feed-forward width (intermediate_size)', block.hidden],
    ['the shared expert width (shared_expert_intermediate_size)', block.kind === 'moe' ? block.sharedHidden : 0],
  ];
  for (const [what, size] of sizes) {
    if (size % 4 !== 0) throw refuse(`${what} is ${size}, but it has to be a multiple of 4.`);
  }
}

/**
 * Reads a parsed config.json, and the end-of-text ids of generation_config.json where there is one.
 * @throws PlaygroundError `bad-file` with one sentence
 */
export function parseHfConfig(json: unknown, generation?: unknown): ModelConfig {
  if (!isObject(json)) throw refuse('it is not a JSON object.');
  const fields = new Fields(json);
  const modelType = fields.get('model_type');
  const family = typeof modelType === 'string' && Object.hasOwn(FAMILIES, modelType) ? FAMILIES[modelType] : undefined;
  if (family === undefined || typeof modelType !== 'string') {
    throw refuse(`model_type is ${JSON.stringify(modelType) ?? 'missing'}; known ones are ${KNOWN_MODEL_TYPES.join(', ')}.`);
  }
  const width = fields.count('hidden_size');
  const heads = fields.count('num_attention_heads');
  const kvHeads = fields.count('num_key_value_heads', heads);
  if (heads % kvHeads !== 0) throw refuse(`num_attention_heads is ${heads}, which is not a multiple of num_key_value_heads, ${kvHeads}.`);
  const context = fields.count('max_position_embeddings');
  rejectUnsupported(fields, context);
  const ends = [...ids(isObject(generation) ? generation['eos_token_id'] : undefined), ...ids(fields.get('eos_token_id'))];
  const config: ModelConfig = {
    modelType,
    layers: fields.count('num_hidden_layers'),
    width,
    heads,
    kvHeads,
    headDim: fields.count('head_dim', width / heads),
    vocabulary: fields.count('vocab_size'),
    context,
    ropeTheta: ropeTheta(fields, family),
    normEpsilon: fields.positive('rms_norm_eps', family.normEpsilon),
    qkNorm: family.qkNorm !== 'none',
    ...(family.qkNorm === 'all-heads' ? { qkNormSpan: 'all-heads' } : {}),
    tiedEmbedding: fields.flag('tie_word_embeddings', family.tied),
    endOfText: [...new Set(ends)],
    feedForward: feedForward(fields, family),
  };
  requireMultiplesOfFour(config);
  return config;
}
