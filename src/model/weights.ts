/**
 * Typed access to a checkpoint's tensors, so that engines do not spell Hugging Face names.
 * Every linear weight is [out, in], row-major, as PyTorch stores it: y = W x.
 */
import { PlaygroundError } from '../base/errors';
import type { Checkpoint, Tensor } from './checkpoint';
import type { ModelConfig } from './config';

/** down(silu(gate x) * up x), inner width F. */
export interface SwigluWeights {
  /** [F, D] */
  readonly gate: Tensor;
  /** [F, D] */
  readonly up: Tensor;
  /** [D, F] */
  readonly down: Tensor;
}

export type FeedForwardWeights =
  | { readonly kind: 'dense'; readonly block: SwigluWeights }
  | {
      readonly kind: 'moe';
      /** [E, D] */
      readonly router: Tensor;
      /** E of them */
      readonly experts: readonly SwigluWeights[];
      /** The expert that every token passes; `gate` [1, D] when its output is gated. */
      readonly shared: { readonly block: SwigluWeights; readonly gate: Tensor | undefined } | undefined;
    };

export interface LayerWeights {
  /** Before attention, [D] */
  readonly attentionNorm: Tensor;
  /** [H * headDim, D] */
  readonly query: Tensor;
  /** [kvHeads * headDim, D] */
  readonly key: Tensor;
  /** [kvHeads * headDim, D] */
  readonly value: Tensor;
  /** [D, H * headDim] */
  readonly output: Tensor;
  /** Present when the config has `qkNorm`: [headDim], or all heads side by side when the norm spans them. */
  readonly queryNorm: Tensor | undefined;
  readonly keyNorm: Tensor | undefined;
  /** Before the feed-forward, [D] */
  readonly feedForwardNorm: Tensor;
  readonly feedForward: FeedForwardWeights;
}

/** Name and shape of one tensor that a config asks for. */
export interface ExpectedTensor {
  readonly name: string;
  readonly shape: readonly number[];
}

interface SwigluNames {
  readonly gate: string;
  readonly up: string;
  readonly down: string;
}

const MIXTRAL: SwigluNames = { gate: 'w1', up: 'w3', down: 'w2' };
const PROJECTIONS: SwigluNames = { gate: 'gate_proj', up: 'up_proj', down: 'down_proj' };

/** How a family spells its feed-forward; all else is spelled alike. */
function feedForwardNames(modelType: string): { readonly prefix: string; readonly parts: SwigluNames } {
  return modelType === 'mixtral' ? { prefix: 'block_sparse_moe', parts: MIXTRAL } : { prefix: 'mlp', parts: PROJECTIONS };
}

const EMBEDDING = 'model.embed_tokens.weight';
const FINAL_NORM = 'model.norm.weight';
const HEAD = 'lm_head.weight';

/** Gives the tensor with a name after checking its shape. */
type Lookup = (name: string, shape: readonly number[]) => Tensor;

function swiglu(prefix: string, parts: SwigluNames, width: number, hidden: number, get: Lookup): SwigluWeights {
  return {
    gate: get(`${prefix}.${parts.gate}.weight`, [hidden, width]),
    up: get(`${prefix}.${parts.up}.weight`, [hidden, width]),
    down: get(`${prefix}.${parts.down}.weight`, [width, hidden]),
  };
}

function feedForward(config: ModelConfig, layer: number, get: Lookup): FeedForwardWeights {
  const { prefix, parts } = feedForwardNames(config.modelType);
  const base = `model.layers.${layer}.${prefix}`;
  const width = config.width;
  const block = config.feedForward;
  if (block.kind === 'dense') return { kind: 'dense', block: swiglu(base, parts, width, block.hidden, get) };
  return {
    kind: 'moe',
    router: get(`${base}.gate.weight`, [block.experts, width]),
    experts: Array.from({ length: block.experts }, (_, e) => swiglu(`${base}.experts.${e}`, parts, width, block.hidden, get)),
    shared:
      block.sharedHidden === 0
        ? undefined
        : {
            block: swiglu(`${base}.shared_expert`, parts, width, block.sharedHidden, get),
            gate: block.sharedGate ? get(`${base}.shared_expert_gate.weight`, [1, width]) : undefined,
          },
  };
}

function layerFrom(config: ModelConfig, layer: number, get: Lookup): LayerWeights {
  const base = `model.layers.${layer}`;
  const { width, headDim } = config;
  const queries = config.heads * headDim;
  const keys = config.kvHeads * headDim;
  const acrossHeads = config.qkNormSpan === 'all-heads';
  return {
    attentionNorm: get(`${base}.input_layernorm.weight`, [width]),
    query: get(`${base}.self_attn.q_proj.weight`, [queries, width]),
    key: get(`${base}.self_attn.k_proj.weight`, [keys, width]),
    value: get(`${base}.self_attn.v_proj.weight`, [keys, width]),
    output: get(`${base}.self_attn.o_proj.weight`, [width, queries]),
    queryNorm: config.qkNorm ? get(`${base}.self_attn.q_norm.weight`, [acrossHeads ? queries : headDim]) : undefined,
    keyNorm: config.qkNorm ? get(`${base}.self_attn.k_norm.weight`, [acrossHeads ? keys : headDim]) : undefined,
    feedForwardNorm: get(`${base}.post_attention_layernorm.weight`, [width]),
    feedForward: feedForward(config, layer, get),
  };
}

function lookupIn(checkpoint: Checkpoint): Lookup {
  return (name, shape) => {
    const tensor = checkpoint.tensors.get(name);
    if (tensor === undefined) {
      throw new PlaygroundError('bad-file', `The weights of "${checkpoint.name}" lack the tensor ${name}, which its config.json asks for.`);
    }
    if (tensor.shape.length !== shape.length || tensor.shape.some((n, i) => n !== shape[i])) {
      throw new PlaygroundError(
        'bad-file',
        `The tensor ${name} of "${checkpoint.name}" has shape [${tensor.shape.join(', ')}], but its config.json asks for [${shape.join(', ')}].`,
      );
    }
    return tensor;
  };
}

/** The weights of layer `layer`, 0-based. Throws `bad-file` when one is missing or misshapen. */
export function layerWeights(checkpoint: Checkpoint, layer: number): LayerWeights {
  return layerFrom(checkpoint.config, layer, lookupIn(checkpoint));
}

/** Token embedding [V, D]. */
export function embeddingWeights(checkpoint: Checkpoint): Tensor {
  return lookupIn(checkpoint)(EMBEDDING, [checkpoint.config.vocabulary, checkpoint.config.width]);
}

/** RMSNorm before the output head, [D]. */
export function finalNormWeights(checkpoint: Checkpoint): Tensor {
  return lookupIn(checkpoint)(FINAL_NORM, [checkpoint.config.width]);
}

/** Output head [V, D]; the embedding itself where the two are tied. */
export function headWeights(checkpoint: Checkpoint): Tensor {
  if (checkpoint.config.tiedEmbedding) return embeddingWeights(checkpoint);
  return lookupIn(checkpoint)(HEAD, [checkpoint.config.vocabulary, checkpoint.config.width]);
}

/** Every tensor that a config asks for, with its Hugging Face name and shape. */
export function expectedTensors(config: ModelConfig): ExpectedTensor[] {
  const out: ExpectedTensor[] = [];
  const nothing: Tensor = { dtype: 'F32', shape: [], toFloat32: () => new Float32Array() };
  const note: Lookup = (name, shape) => {
    out.push({ name, shape });
    return nothing;
  };
  note(EMBEDDING, [config.vocabulary, config.width]);
  for (let layer = 0; layer < config.layers; layer++) layerFrom(config, layer, note);
  note(FINAL_NORM, [config.width]);
  if (!config.tiedEmbedding) note(HEAD, [config.vocabulary, config.width]);
  return out;
}

/** Stored by some exporters, derived or shared by definition: safe to leave aside. */
function isRedundant(name: string, config: ModelConfig): boolean {
  return name.endsWith('.rotary_emb.inv_freq') || (config.tiedEmbedding && name === HEAD);
}

/**
 * Checks that a checkpoint holds exactly the tensors that its config asks for. A tensor that nothing
 * would read (a bias, say) is a fault too: leaving it out would give wrong numbers without a word.
 * @throws PlaygroundError `bad-file` with every fault in `details`.
 */
export function checkWeights(checkpoint: Checkpoint): void {
  const get = lookupIn(checkpoint);
  const faults: string[] = [];
  const expected = expectedTensors(checkpoint.config);
  for (const { name, shape } of expected) {
    try {
      get(name, shape);
    } catch (error) {
      faults.push(error instanceof Error ? error.message : String(error));
    }
  }
  const known = new Set(expected.map((tensor) => tensor.name));
  for (const name of checkpoint.tensors.keys()) {
    if (!known.has(name) && !isRedundant(name, checkpoint.config)) {
      faults.push(`The weights of "${checkpoint.name}" hold the tensor ${name}, which a ${checkpoint.config.modelType} model of this config has no use for.`);
    }
  }
  const first = faults[0];
  if (first !== undefined) {
    const more = faults.length > 1 ? ` (${faults.length - 1} more faults of this kind.)` : '';
    throw new PlaygroundError('bad-file', first + more, faults);
  }
}
