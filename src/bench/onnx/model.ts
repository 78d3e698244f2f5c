/**
 * A whole model as one ONNX graph, with the fused operators that exporters for ONNX Runtime use: GroupQueryAttention with
 * rotary embedding and key-value cache, SimplifiedLayerNormalization, QuickGelu. No routing is recorded: it does less than ours.
 */
import type { Checkpoint } from '../../model/checkpoint';
import type { ModelConfig } from '../../model/config';
import { embeddingWeights, finalNormWeights, headWeights, layerWeights, type LayerWeights } from '../../model/weights';
import { blockOf, transposed } from '../tasks';
import { addBlock, type BlockForm, rmsNorm } from './block';
import { OnnxGraph } from './builder';

const MICROSOFT = { domain: 'com.microsoft' };

/** (cos, sin) tables [context, headDim / 2]. */
function ropeTables({ context, headDim, ropeTheta }: ModelConfig): { readonly cos: Float32Array; readonly sin: Float32Array } {
  const half = headDim / 2;
  const angle = (i: number): number => Math.floor(i / half) * ropeTheta ** ((-2 * (i % half)) / headDim);
  return { cos: Float32Array.from({ length: context * half }, (_, i) => Math.cos(angle(i))), sin: Float32Array.from({ length: context * half }, (_, i) => Math.sin(angle(i))) };
}

interface AttentionInputs {
  readonly graph: OnnxGraph;
  readonly config: ModelConfig;
  readonly lengths: readonly [seqlens: string, total: string];
  readonly tables: readonly [cos: string, sin: string];
  readonly past: boolean;
}

/**
 * @param past false for the first call of a text, true for those that follow
 * @returns bytes of a model with inputs `ids`, `seqlens`, `total` and, with past, `key_<l>` and `value_<l>`;
 *   outputs `logits` of every position given, `present_key_<l>`, `present_value_<l>`
 */
export function modelGraph(checkpoint: Checkpoint, form: BlockForm, past: boolean): Uint8Array {
  const { config } = checkpoint;
  const graph = new OnnxGraph();
  const tokens = form === 'gather' ? 1 : -1;
  const ids = graph.input('ids', 'int64', [1, tokens === 1 ? 1 : 'T']);
  const lengths = [graph.input('seqlens', 'int32', [1]), graph.input('total', 'int32', [1])] as const;
  const { cos, sin } = ropeTables(config);
  const half = config.headDim / 2;
  const tables = [graph.floats([config.context, half], cos), graph.floats([config.context, half], sin)] as const;
  const embedding = graph.floats([config.vocabulary, config.width], embeddingWeights(checkpoint).toFloat32());
  let x = graph.node('Gather', [embedding, ids], { axis: 0 });
  for (let l = 0; l < config.layers; l++) {
    const attended = attention({ graph, config, lengths, tables, past }, x, layerWeights(checkpoint, l), l);
    x = addBlock(graph, graph.node('Add', [x, attended]), blockOf(checkpoint, l), form, [1, tokens]);
  }
  const normed = rmsNorm(graph, x, finalNormWeights(checkpoint).toFloat32(), config.normEpsilon);
  const head = transposed(headWeights(checkpoint).toFloat32(), config.vocabulary, config.width);
  graph.node('MatMul', [normed, graph.floats([config.width, config.vocabulary], head)], {}, { outputs: ['logits'] });
  graph.output('logits', 'float', [1, tokens === 1 ? 1 : 'T', config.vocabulary]);
  return graph.finish();
}

function attention({ graph, config, lengths, tables, past }: AttentionInputs, x: string, layer: LayerWeights, l: number): string {
  const { width, heads, kvHeads, headDim, normEpsilon } = config;
  const normed = rmsNorm(graph, x, layer.attentionNorm.toFloat32(), normEpsilon);
  const project = (tensor: { readonly toFloat32: () => Float32Array }, columns: number): string =>
    graph.node('MatMul', [normed, graph.floats([width, columns], transposed(tensor.toFloat32(), columns, width))]);
  const perHead = (vector: string, count: number, gain: Float32Array | undefined): string => {
    if (gain === undefined) return vector;
    const split = graph.node('Reshape', [vector, graph.integers(1, -1, count, headDim)]);
    return graph.node('Reshape', [rmsNorm(graph, split, gain, normEpsilon), graph.integers(1, -1, count * headDim)]);
  };
  const query = perHead(project(layer.query, heads * headDim), heads, layer.queryNorm?.toFloat32());
  const key = perHead(project(layer.key, kvHeads * headDim), kvHeads, layer.keyNorm?.toFloat32());
  const value = perHead(project(layer.value, kvHeads * headDim), kvHeads, undefined);
  const cache = past ? [graph.input(`key_${l}`, 'float', [1, kvHeads, 'P', headDim]), graph.input(`value_${l}`, 'float', [1, kvHeads, 'P', headDim])] : ['', ''];
  const out = [`attended_${l}`, `present_key_${l}`, `present_value_${l}`];
  graph.node('GroupQueryAttention', [query, key, value, ...cache, ...lengths, ...tables], { num_heads: heads, kv_num_heads: kvHeads, do_rotary: 1, rotary_interleaved: 0 }, { ...MICROSOFT, outputs: out });
  for (const name of out.slice(1)) graph.output(name, 'float', [1, kvHeads, 'N', headDim]);
  return graph.node('MatMul', [out[0] ?? '', graph.floats([heads * headDim, width], transposed(layer.output.toFloat32(), width, heads * headDim))]);
}
