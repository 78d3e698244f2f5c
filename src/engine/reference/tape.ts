/**
 * The upper layers of a model on some consecutive tokens of a sequence, with the derivative of a loss down to their routing.
 * What lies below the first of these layers, and keys and values of tokens before the first one, are constants.
 */
import type { RoutingRule } from '../../routing/plan';
import { logSumExp } from '../distribution';
import type { LayerCache } from './attention';
import { matVecBackward, rmsNormBackward } from './backward';
import { head, type ReferenceModel } from './forward';
import { addScaled, rmsNorm } from './linear';
import { attentionBackward, tapeAttention, type AttentionTape } from './tape-attention';
import { moeBackward, tapeMoe, type MoeTape, type RoutingGradient } from './tape-feed-forward';

/** One layer, one token: the residual stream before each half, and the tapes of both. */
interface BlockTape {
  readonly before: Float64Array;
  readonly between: Float64Array;
  readonly attention: AttentionTape;
  readonly moe: MoeTape;
}

export interface TailRun {
  /** By layer from the first one on, by token. */
  readonly tapes: readonly (readonly BlockTape[])[];
  /** Residual stream after the last layer, by token. [D] each */
  readonly outputs: readonly Float64Array[];
}

export interface Tail {
  /** First layer that is run. */
  readonly first: number;
  /** Absolute position of the first token. */
  readonly from: number;
  /** Residual stream that enters the first layer, by token. [D] each */
  readonly inputs: readonly Float64Array[];
  /** By layer from the first one on, with room for all tokens; rows of these tokens are overwritten by every run. */
  readonly caches: readonly LayerCache[];
}

function routed(model: ReferenceModel, layer: number): Extract<ReferenceModel['blocks'][number]['feedForward'], { kind: 'moe' }> {
  const weights = model.blocks[layer]?.feedForward;
  if (weights?.kind !== 'moe') throw new RangeError(`layer ${layer} has no routed experts`);
  return weights;
}

function normed(x: Float64Array, gain: Float32Array, epsilon: number): Float64Array {
  const out = new Float64Array(x.length);
  rmsNorm(x, gain, epsilon, out);
  return out;
}

/** @param ruleOf the rule of a layer, the same for all tokens of the tail */
export function runTail(model: ReferenceModel, tail: Tail, ruleOf: (layer: number) => RoutingRule): TailRun {
  const { normEpsilon } = model.config;
  const streams = tail.inputs.map((x) => x.slice());
  const tapes = model.blocks.slice(tail.first).map((block, i): BlockTape[] => {
    const layer = tail.first + i;
    const cache = tail.caches[i] as LayerCache;
    const rule = ruleOf(layer);
    return streams.map((x, n) => {
      const before = x.slice();
      const attention = tapeAttention(normed(x, block.attentionNorm, normEpsilon), tail.from + n, model.config, block.attention, cache);
      addScaled(x, attention.out, 1);
      const between = x.slice();
      const moe = tapeMoe(normed(x, block.feedForwardNorm, normEpsilon), routed(model, layer), rule);
      addScaled(x, moe.out, 1);
      return { before, between, attention: attention.tape, moe: moe.tape };
    });
  });
  return { tapes, outputs: streams };
}

/**
 * @param dOutputs gradient of each token's residual stream after the last layer, [D] each; used up
 * @param wanted experts of a layer whose gradient is asked for even where they were not chosen
 * @param observe gets the gradients of each layer (from the last one down) and token
 */
export function tailBackward(
  model: ReferenceModel,
  tail: Tail,
  run: TailRun,
  dOutputs: readonly Float64Array[],
  wanted: (layer: number) => readonly number[],
  observe: (layer: number, token: number, gradient: RoutingGradient) => void,
): void {
  const { config } = model;
  for (let i = run.tapes.length - 1; i >= 0; i--) {
    const layer = tail.first + i;
    const block = model.blocks[layer] as ReferenceModel['blocks'][number];
    const tapes = run.tapes[i] as readonly BlockTape[];
    tapes.forEach((tape, n) => {
      const dx = dOutputs[n] as Float64Array;
      const dNormed = new Float64Array(config.width);
      observe(layer, n, moeBackward(tape.moe, routed(model, layer), dx, dNormed, wanted(layer)));
      rmsNormBackward(tape.between, block.feedForwardNorm, config.normEpsilon, dNormed, dx);
    });
    const dAttention = attentionBackward(tapes.map(({ attention }) => attention), config, block.attention, tail.caches[i] as LayerCache, dOutputs);
    tapes.forEach((tape, n) => rmsNormBackward(tape.before, block.attentionNorm, config.normEpsilon, dAttention[n] as Float64Array, dOutputs[n] as Float64Array));
  }
}

/** The distribution after one token, and the way back from a loss on it. */
export interface HeadRun {
  /** [V] */
  readonly logits: Float64Array;
  /** -ln p(target), nats */
  readonly loss: number;
  /** dx += weight * d loss / dx for the residual stream x [D] that went in. */
  backward(weight: number, dx: Float64Array): void;
}

/** Final norm, vocabulary and the loss of one target. */
export function runHead(model: ReferenceModel, x: Float64Array, target: number): HeadRun {
  const { vocabulary, width, normEpsilon } = model.config;
  const logits = head(model, normed(x, model.finalNorm, normEpsilon));
  const normaliser = logSumExp(logits);
  return {
    logits,
    loss: normaliser - (logits[target] as number),
    backward: (weight, dx) => {
      const dLogits = logits.map((z) => weight * Math.exp(z - normaliser));
      dLogits[target] = (dLogits[target] as number) - weight;
      const dNormed = new Float64Array(width);
      matVecBackward(model.head, dLogits, dNormed, vocabulary, width);
      rmsNormBackward(x, model.finalNorm, normEpsilon, dNormed, dx);
    },
  };
}
