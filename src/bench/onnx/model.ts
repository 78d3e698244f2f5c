/**
 * A whole model as one ONNX graph that records no routing: it does less than ours. Its attention comes in two ways:
 *   fused   com.microsoft.GroupQueryAttention, as exporters for ONNX Runtime write it, with rotary embedding and cache
 *   plain   products and a softmax (src/engine/onnx/attention.ts)
 */
import { attention as plainAttention, places, type Places, rmsNorm } from '../../engine/onnx/attention';
import { GraphBuilder, type Value } from '../../engine/onnx/graph-builder';
import { modelBytes } from '../../engine/onnx/proto';
import type { Checkpoint, Tensor } from '../../model/checkpoint';
import type { ModelConfig } from '../../model/config';
import { embeddingWeights, finalNormWeights, headWeights, layerWeights, type LayerWeights } from '../../model/weights';
import { blockOf, transposed } from '../tasks';
import { addBlock, type BlockForm } from './block';

export type AttentionForm = 'fused' | 'plain';

export interface GraphForm {
  readonly attention: AttentionForm;
  readonly block: BlockForm;
  /** False for the first call of a text, true for those that follow. */
  readonly past: boolean;
}

/** Names under which the cache of a layer goes in. */
export const cacheNames = (layer: number): readonly [string, string] => [`key_${layer}`, `value_${layer}`];

/** Adds the attention of one layer to a graph, with the cache as outputs. */
type AddAttention = (normed: Value, layer: LayerWeights, l: number) => Value;

/**
 * Inputs: `ids`, with plain attention `positions` [T] and `mask` [T, N], with fused `seqlens` [1] and `total` [1], and the cache.
 * Outputs in order: the cache after these tokens, keys and values of each layer; last the logits of every token given.
 */
export function modelGraph(checkpoint: Checkpoint, form: GraphForm): Uint8Array {
  const { config } = checkpoint;
  const graph = new GraphBuilder();
  const tokens = form.block === 'gather' ? 1 : -1;
  const count = tokens === 1 ? 1 : 'T';
  const fused = form.attention === 'fused';
  const ids = graph.input('ids', 'int64', fused ? [1, count] : [count]);
  const attend = fused ? fusedAttention(graph, config, form.past) : unfusedAttention(graph, config, form.past);
  let x = graph.op('Gather', [graph.weight([config.vocabulary, config.width], embeddingWeights(checkpoint).toFloat32()), ids], { axis: { int: 0 } });
  for (let l = 0; l < config.layers; l++) {
    const layer = layerWeights(checkpoint, l);
    const attended = attend(rmsNorm(graph, x, layer.attentionNorm.toFloat32(), config.normEpsilon), layer, l);
    x = addBlock(graph, graph.op('Add', [x, attended]), blockOf(checkpoint, l), form.block, fused ? [1, tokens] : [tokens]);
  }
  const normed = rmsNorm(graph, x, finalNormWeights(checkpoint).toFloat32(), config.normEpsilon);
  graph.output(graph.op('MatMul', [normed, matrix(graph, headWeights(checkpoint), config.vocabulary, config.width)]), { type: 'float', dims: fused ? [1, count, config.vocabulary] : [count, config.vocabulary] });
  return modelBytes(graph.finish('bench'));
}

/** [columns, rows] of a checkpoint as a constant [rows, columns]. */
function matrix(graph: GraphBuilder, tensor: Tensor, columns: number, rows: number): Value {
  return graph.weight([rows, columns], transposed(tensor.toFloat32(), columns, rows));
}

function unfusedAttention(graph: GraphBuilder, config: ModelConfig, past: boolean): AddAttention {
  const keyWidth = config.kvHeads * config.headDim;
  const shared: Places = places(graph, config, graph.input('positions', 'int32', ['T']), graph.input('mask', 'float', ['T', 'N']));
  const nothing = past ? '' : graph.weight([0, keyWidth], new Float32Array());
  return (normed, layer, l) => {
    const [key, value] = cacheNames(l);
    const before = past ? { keys: graph.input(key, 'float', ['P', keyWidth]), values: graph.input(value, 'float', ['P', keyWidth]) } : { keys: nothing, values: nothing };
    const { out, keys, values } = plainAttention(graph, config, layer, normed, before, shared);
    const present = (old: Value, fresh: Value): void => graph.output(past ? graph.concat([old, fresh], 0) : fresh, { type: 'float', dims: ['N', keyWidth] });
    present(before.keys, keys);
    present(before.values, values);
    return out;
  };
}

function fusedAttention(graph: GraphBuilder, config: ModelConfig, past: boolean): AddAttention {
  const { width, heads, kvHeads, headDim, normEpsilon, context, ropeTheta } = config;
  const half = headDim / 2;
  const angle = (i: number): number => Math.floor(i / half) * ropeTheta ** ((-2 * (i % half)) / headDim);
  const table = (of: (angle: number) => number): Value => graph.weight([context, half], Float32Array.from({ length: context * half }, (_, i) => of(angle(i))));
  const shared = [graph.input('seqlens', 'int32', [1]), graph.input('total', 'int32', [1]), table(Math.cos), table(Math.sin)];
  return (normed, layer, l) => {
    const project = (tensor: Tensor, count: number, gain: Tensor | undefined): Value => {
      const product = graph.op('MatMul', [normed, matrix(graph, tensor, count * headDim, width)]);
      if (gain === undefined) return product;
      return graph.reshape(rmsNorm(graph, graph.reshape(product, 1, -1, count, headDim), gain.toFloat32(), normEpsilon), 1, -1, count * headDim);
    };
    const inputs = [project(layer.query, heads, layer.queryNorm), project(layer.key, kvHeads, layer.keyNorm), project(layer.value, kvHeads, undefined)];
    const cache = cacheNames(l).map((name) => (past ? graph.input(name, 'float', [1, kvHeads, 'P', headDim]) : ''));
    const attributes = { num_heads: { int: heads }, kv_num_heads: { int: kvHeads }, do_rotary: { int: 1 } };
    const [out = '', ...present] = graph.ops('com.microsoft.GroupQueryAttention', [...inputs, ...cache, ...shared], 3, attributes);
    for (const value of present) graph.output(value, { type: 'float', dims: [1, kvHeads, 'N', headDim] });
    return graph.op('MatMul', [out, matrix(graph, layer.output, width, heads * headDim)]);
  };
}
