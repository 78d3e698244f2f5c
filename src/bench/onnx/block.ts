/**
 * The MoE feed-forward block as ONNX graphs, in the ways that ONNX Runtime can run it:
 *   all     every expert takes every token, as two wide products; works everywhere, E / k times the work
 *   gather  the weights of the chosen experts are gathered; for one token
 *   moe     com.microsoft.MoE, one node; ONNX Runtime Web has it on the CPU only
 */
import { transposed, wideBlock, type Block } from '../tasks';
import type { OnnxGraph } from './builder';

export type BlockForm = 'all' | 'gather' | 'moe';

const MICROSOFT = { domain: 'com.microsoft' };

export function rmsNorm(graph: OnnxGraph, x: string, gain: Float32Array, epsilon: number): string {
  return graph.node('SimplifiedLayerNormalization', [x, graph.floats([gain.length], gain)], { axis: -1, epsilon: { float: epsilon }, stash_type: 1 });
}

/** x [...lead, D] -> x + block(x); a size of -1 is known at run time only. */
export function addBlock(graph: OnnxGraph, x: string, block: Block, form: BlockForm, lead: readonly number[]): string {
  const { width, experts, topK } = block;
  const normed = rmsNorm(graph, x, block.gain, block.epsilon);
  const logits = graph.node('MatMul', [normed, graph.floats([width, experts], transposed(block.router, experts, width))]);
  if (form === 'moe') return graph.node('Add', [x, fused(graph, normed, logits, block)]);
  const [values, ids] = [`top_values_${logits}`, `top_ids_${logits}`];
  graph.node('TopK', [logits, graph.integers(topK)], { axis: -1, largest: 1, sorted: 1 }, { outputs: [values, ids] });
  const y = form === 'all' ? everyExpert(graph, normed, logits, values, block, lead) : gathered(graph, normed, values, ids, block);
  return graph.node('Add', [x, y]);
}

function silu(graph: OnnxGraph, x: string): string {
  return graph.node('QuickGelu', [x], { alpha: { float: 1 } }, MICROSOFT);
}

function everyExpert(graph: OnnxGraph, normed: string, logits: string, values: string, block: Block, lead: readonly number[]): string {
  const { width, experts, hidden, topK } = block;
  const wide = wideBlock(block);
  const cut = graph.node('Slice', [values, graph.integers(topK - 1), graph.integers(topK), graph.integers(-1)]);
  const kept = graph.node('Where', [graph.node('GreaterOrEqual', [logits, cut]), logits, graph.floats([1], Float32Array.of(-1e30))]);
  const mix = graph.node('Softmax', [kept], { axis: -1 });
  const gate = graph.node('MatMul', [normed, graph.floats([width, experts * hidden], wide.gate)]);
  const up = graph.node('MatMul', [normed, graph.floats([width, experts * hidden], wide.up)]);
  const inner = graph.node('Reshape', [graph.node('Mul', [silu(graph, gate), up]), graph.integers(...lead, experts, hidden)]);
  const weighted = graph.node('Mul', [inner, graph.node('Reshape', [mix, graph.integers(...lead, experts, 1)])]);
  return graph.node('MatMul', [graph.node('Reshape', [weighted, graph.integers(...lead, experts * hidden)]), graph.floats([experts * hidden, width], wide.down)]);
}

/** Of one matrix an expert, [E, rows, columns], each turned over. */
function turned(values: Float32Array, experts: number, rows: number, columns: number): Float32Array {
  const out = new Float32Array(values.length);
  const size = rows * columns;
  for (let e = 0; e < experts; e++) out.set(transposed(values.subarray(e * size, (e + 1) * size), rows, columns), e * size);
  return out;
}

function gathered(graph: OnnxGraph, normed: string, values: string, ids: string, block: Block): string {
  const { width, experts, hidden, topK } = block;
  const chosen = graph.node('Reshape', [ids, graph.integers(topK)]);
  const pick = (weights: Float32Array, rows: number, columns: number): string =>
    graph.node('Gather', [graph.floats([experts, rows, columns], weights), chosen], { axis: 0 });
  const x = graph.node('Reshape', [normed, graph.integers(1, 1, width)]);
  const gate = graph.node('MatMul', [x, pick(turned(block.gate, experts, hidden, width), width, hidden)]);
  const up = graph.node('MatMul', [x, pick(turned(block.up, experts, hidden, width), width, hidden)]);
  const inner = graph.node('Mul', [silu(graph, gate), up]);
  const y = graph.node('MatMul', [inner, pick(turned(block.down, experts, width, hidden), hidden, width)]);
  const mix = graph.node('Reshape', [graph.node('Softmax', [values], { axis: -1 }), graph.integers(1, topK)]);
  return graph.node('MatMul', [mix, graph.node('Reshape', [y, graph.integers(topK, width)])]);
}

/** com.microsoft.MoE with gate and up interleaved row by row (swiglu_fusion 1). */
function fused(graph: OnnxGraph, normed: string, logits: string, block: Block): string {
  const { width, experts, hidden, topK } = block;
  const first = new Float32Array(2 * experts * hidden * width);
  for (let row = 0; row < experts * hidden; row++) {
    first.set(block.gate.subarray(row * width, (row + 1) * width), 2 * row * width);
    first.set(block.up.subarray(row * width, (row + 1) * width), (2 * row + 1) * width);
  }
  const inputs = [normed, logits, graph.floats([experts, 2 * hidden, width], first), '', graph.floats([experts, width, hidden], block.down)];
  const attributes = { k: topK, activation_type: 'swiglu', swiglu_fusion: 1, normalize_routing_weights: 1, activation_alpha: { float: 1 }, activation_beta: { float: 0 } };
  return graph.node('MoE', inputs, attributes, MICROSOFT);
}
