/**
 * The forward pass of one token through the whole model, in float64. Written from the papers and the
 * `transformers` classes, not from our shaders: it is what they are tested against.
 */
import type { Checkpoint } from '../../model/checkpoint';
import type { ModelConfig } from '../../model/config';
import { embeddingWeights, finalNormWeights, headWeights, layerWeights } from '../../model/weights';
import type { RoutingRule } from '../../routing/plan';
import { attention, attentionScratch, attentionWeights, type AttentionScratch, type AttentionWeights, type LayerCache } from './attention';
import { expert, feedForwardScratch, moe, readFeedForward, type FeedForward, type FeedForwardScratch, type RoutedToken } from './feed-forward';
import { addScaled, matVec, rmsNorm } from './linear';

interface Block {
  readonly attentionNorm: Float32Array;
  readonly attention: AttentionWeights;
  readonly feedForwardNorm: Float32Array;
  readonly feedForward: FeedForward;
}

/** All weights of a model as float32, and buffers for one token. */
export interface ReferenceModel {
  readonly config: ModelConfig;
  readonly embedding: Float32Array;
  readonly blocks: readonly Block[];
  readonly finalNorm: Float32Array;
  readonly head: Float32Array;
  readonly scratch: {
    readonly normed: Float64Array;
    readonly update: Float64Array;
    readonly attention: AttentionScratch;
    readonly feedForward: FeedForwardScratch;
  };
}

/** The widest inner layer of any feed-forward block. */
function widestHidden(config: ModelConfig): number {
  const { feedForward } = config;
  return feedForward.kind === 'moe' ? Math.max(feedForward.hidden, feedForward.sharedHidden) : feedForward.hidden;
}

export function readModel(checkpoint: Checkpoint): ReferenceModel {
  const { config } = checkpoint;
  const settings = config.feedForward.kind === 'moe' ? config.feedForward : undefined;
  const embedding = embeddingWeights(checkpoint).toFloat32();
  return {
    config,
    embedding,
    blocks: Array.from({ length: config.layers }, (_, l) => {
      const layer = layerWeights(checkpoint, l);
      return {
        attentionNorm: layer.attentionNorm.toFloat32(),
        attention: attentionWeights(layer),
        feedForwardNorm: layer.feedForwardNorm.toFloat32(),
        feedForward: readFeedForward(layer.feedForward, settings),
      };
    }),
    finalNorm: finalNormWeights(checkpoint).toFloat32(),
    head: config.tiedEmbedding ? embedding : headWeights(checkpoint).toFloat32(),
    scratch: {
      normed: new Float64Array(config.width),
      update: new Float64Array(config.width),
      attention: attentionScratch(config),
      feedForward: feedForwardScratch(config.width, widestHidden(config)),
    },
  };
}

/**
 * One block on the residual stream `x` [D], in place: x += attention(norm x); x += feedForward(norm x).
 * @returns how the token was routed; undefined in a dense block
 */
function block(model: ReferenceModel, weights: Block, x: Float64Array, position: number, cache: LayerCache, rule: RoutingRule | undefined): RoutedToken | undefined {
  const { config, scratch } = model;
  const { normed, update } = scratch;
  rmsNorm(x, weights.attentionNorm, config.normEpsilon, normed);
  attention(normed, position, config, weights.attention, cache, scratch.attention, update);
  addScaled(x, update, 1);
  rmsNorm(x, weights.feedForwardNorm, config.normEpsilon, normed);
  if (weights.feedForward.kind === 'dense') {
    addScaled(x, expert(normed, weights.feedForward.block, scratch.feedForward), 1);
    return undefined;
  }
  if (rule === undefined) throw new TypeError('a routed layer without a rule');
  const routed = moe(normed, weights.feedForward, rule, scratch.feedForward, update);
  addScaled(x, update, 1);
  return routed;
}

/** What one token left behind. */
export interface ForwardToken {
  /** Final-norm hidden state. [D] */
  readonly hidden: Float64Array;
  /** By MoE layer; empty for a dense model. */
  readonly routed: readonly RoutedToken[];
}

/**
 * Runs the token at `position` through all layers; the caches hold all tokens before it.
 * @param rules rule of each MoE layer for this token
 * @param observe sees the residual stream [D] after the embedding (layer -1) and after each block; copy it to keep it
 */
export function forwardToken(
  model: ReferenceModel,
  id: number,
  position: number,
  caches: readonly LayerCache[],
  rules: readonly RoutingRule[],
  observe?: (layer: number, x: Float64Array) => void,
): ForwardToken {
  const { width, normEpsilon } = model.config;
  const x = Float64Array.from(model.embedding.subarray(id * width, (id + 1) * width));
  observe?.(-1, x);
  const routed: RoutedToken[] = [];
  model.blocks.forEach((weights, layer) => {
    const cache = caches[layer];
    if (cache === undefined) throw new RangeError(`no KV cache for layer ${layer}`);
    const result = block(model, weights, x, position, cache, rules[layer]);
    if (result) routed.push(result);
    observe?.(layer, x);
  });
  rmsNorm(x, model.finalNorm, normEpsilon, x);
  return { hidden: x, routed };
}

/** Vocabulary logits [V] of a final-norm hidden state [D]. */
export function head(model: ReferenceModel, hidden: Float64Array): Float64Array {
  const { vocabulary, width } = model.config;
  const logits = new Float64Array(vocabulary);
  matVec(model.head, hidden, logits, vocabulary, width);
  return logits;
}
