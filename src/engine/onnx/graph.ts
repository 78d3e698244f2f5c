/** A whole checkpoint as an ONNX model: weights, key-value cache and routing plan as inputs, logits and trace as outputs. */
import type { Checkpoint } from '../../model/checkpoint';
import { embeddingWeights, finalNormWeights, headWeights, layerWeights } from '../../model/weights';
import { attention, places, rmsNorm } from './attention';
import { denseBlock, expertStack, routedExperts } from './experts';
import { GraphBuilder, type Value } from './graph-builder';
import { type GraphProto, modelBytes } from './proto';
import { route, type Routed } from './routing';
import { ruleWidth } from './rules';

/** Names of the inputs. T tokens after `past` others. */
export const INPUT = {
  /** [T] int32 */
  ids: 'ids',
  /** Absolute positions, [T] int32 */
  positions: 'positions',
  /** Added to attention scores, [T, past + T]: 0 where a token sees a position, far below where not. */
  mask: 'mask',
  /** Keys and values of all layers, [past, 2 L kvHeads headDim]: those of a layer stand side by side. */
  past: 'past',
  /** Rule table, [rules, ruleWidth] double */
  rules: 'rules',
  /** Rule of each token and layer, [T, L] int32 */
  ruleIndex: 'rule_index',
  /** K, [1] int64 */
  slots: 'slots',
} as const;

/** Names of the outputs. Those after `cache` are the trace, row-major over (token, layer, ...), of models with a router. */
export const OUTPUT = {
  /** [T, V] */
  logits: 'logits',
  /** What this run adds to `past`, [T, 2 L kvHeads headDim] */
  cache: 'cache',
  routerLogits: 'router_logits',
  chosen: 'chosen',
  prob: 'prob',
  mix: 'mix',
  outputNorm: 'output_norm',
  count: 'count',
} as const;

/** What the layers of a model leave for the trace. */
interface LayerTrace extends Routed {
  readonly logits: Value;
  readonly norms: Value;
}

function traceOutputs(b: GraphBuilder, layers: readonly LayerTrace[]): void {
  const all = (of: (layer: LayerTrace) => Value): Value => b.concat(layers.map(of), 1);
  b.named(OUTPUT.routerLogits, all((l) => l.logits), 'float', ['tokens', 'router_logits']);
  b.named(OUTPUT.chosen, b.cast(all((l) => l.chosen), { int: 6 }), 'int32', ['tokens', 'layer_slots']);
  b.named(OUTPUT.prob, all((l) => l.prob), 'float', ['tokens', 'layer_slots']);
  b.named(OUTPUT.mix, all((l) => l.mix), 'float', ['tokens', 'layer_slots']);
  b.named(OUTPUT.outputNorm, all((l) => l.norms), 'float', ['tokens', 'layer_slots']);
  b.named(OUTPUT.count, b.cast(all((l) => l.count), { int: 6 }), 'int32', ['tokens', 'layers']);
}

/** The graph of a checkpoint whose weights were checked. */
export function modelGraph(checkpoint: Checkpoint): GraphProto {
  const { config } = checkpoint;
  const { layers, width, vocabulary, normEpsilon, feedForward } = config;
  const keyWidth = config.kvHeads * config.headDim;
  const b = new GraphBuilder();
  const ids = b.input(INPUT.ids, 'int32', ['tokens']);
  const at = places(b, config, b.input(INPUT.positions, 'int32', ['tokens']), b.input(INPUT.mask, 'float', ['tokens', 'seen']));
  const past = b.split(b.input(INPUT.past, 'float', ['past', 2 * layers * keyWidth]), 1, Array.from({ length: 2 * layers }, () => keyWidth));
  const embedding = b.weight([vocabulary, width], embeddingWeights(checkpoint).toFloat32());
  const isSingle = b.op('Equal', [b.op('Squeeze', [b.op('Shape', [ids])]), b.op('Squeeze', [b.ints(1)])]);
  const moe = feedForward.kind === 'moe' ? feedForward : undefined;
  const plan = moe && {
    rules: b.input(INPUT.rules, 'double', ['rules', ruleWidth(moe.experts)]),
    index: b.split(b.input(INPUT.ruleIndex, 'int32', ['tokens', layers]), 1, Array.from({ length: layers }, () => 1)),
    slots: b.input(INPUT.slots, 'int64', [1]),
  };
  const cache: Value[] = [];
  const traced: LayerTrace[] = [];
  let x = b.op('Gather', [embedding, ids]);
  for (let l = 0; l < layers; l++) {
    const weights = layerWeights(checkpoint, l);
    const attended = attention(b, config, weights, rmsNorm(b, x, weights.attentionNorm.toFloat32(), normEpsilon), { keys: past[2 * l] ?? '', values: past[2 * l + 1] ?? '' }, at);
    cache.push(attended.keys, attended.values);
    x = b.op('Add', [x, attended.out]);
    const normed = rmsNorm(b, x, weights.feedForwardNorm.toFloat32(), normEpsilon);
    if (weights.feedForward.kind === 'dense') {
      x = b.op('Add', [x, denseBlock(b, normed, weights.feedForward.block)]);
      continue;
    }
    if (moe === undefined || plan === undefined) throw new TypeError('routed experts without settings');
    const { router, experts, shared } = weights.feedForward;
    const logits = b.op('Gemm', [normed, b.weight(router.shape, router.toFloat32())], { transB: { int: 1 } });
    const rows = b.op('Gather', [plan.rules, b.reshape(plan.index[l] ?? '', -1)]);
    const routed = route(b, logits, rows, plan.slots, moe);
    const { sum, norms } = routedExperts(b, normed, isSingle, logits, routed, expertStack(b, experts));
    traced.push({ ...routed, logits, norms });
    x = b.op('Add', [x, sum]);
    if (shared === undefined) continue;
    const always = denseBlock(b, normed, shared.block);
    const gate = shared.gate && b.op('Sigmoid', [b.op('Gemm', [normed, b.weight(shared.gate.shape, shared.gate.toFloat32())], { transB: { int: 1 } })]);
    x = b.op('Add', [x, gate === undefined ? always : b.op('Mul', [always, gate])]);
  }
  const hidden = rmsNorm(b, x, finalNormWeights(checkpoint).toFloat32(), normEpsilon);
  const head = config.tiedEmbedding ? embedding : b.weight([vocabulary, width], headWeights(checkpoint).toFloat32());
  b.named(OUTPUT.logits, b.op('Gemm', [hidden, head], { transB: { int: 1 } }), 'float', ['tokens', vocabulary]);
  b.named(OUTPUT.cache, b.concat(cache, 1), 'float', ['tokens', 2 * layers * keyWidth]);
  if (moe !== undefined) traceOutputs(b, traced);
  return b.finish(checkpoint.name);
}

/** A checkpoint as the bytes of an .onnx file. Throws `bad-file` when a tensor is missing or misshapen. */
export function onnxModel(checkpoint: Checkpoint): Uint8Array<ArrayBuffer> {
  return modelBytes(modelGraph(checkpoint));
}
