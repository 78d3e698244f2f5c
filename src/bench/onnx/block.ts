/**
 * The MoE feed-forward block as ONNX graphs, in the ways that ONNX Runtime can run it:
 *   all     every expert takes every token, as two wide products; works everywhere, E / k times the work
 *   gather  the weights of the chosen experts are gathered; for one token
 *   moe     com.microsoft.MoE, one node; ONNX Runtime Web has it on the CPU only
 */
import { transposed, wideBlock, type Block } from '../tasks';
import type { GraphBuilder, Value } from '../../engine/onnx/graph-builder';
import { rmsNorm } from '../../engine/onnx/attention';

export type BlockForm = 'all' | 'gather' | 'moe';

/** x [...lead, D] -> x + block(x); a size of -1 is known at run time only. */
export function addBlock(graph: GraphBuilder, x: Value, block: Block, form: BlockForm, lead: readonly number[]): Value {
  const { width, experts, topK } = block;
  const normed = rmsNorm(graph, x, block.gain, block.epsilon);
  const logits = graph.op('MatMul', [normed, graph.weight([width, experts], transposed(block.router, experts, width))]);
  // The operator takes rows and nothing else; a sum with [1, T, D] gives that shape back.
  const rows = (value: Value, columns: number): Value => (lead.length === 1 ? value : graph.reshape(value, -1, columns));
  if (form === 'moe') return graph.op('Add', [x, fused(graph, rows(normed, width), rows(logits, experts), block)]);
  const [values = '', ids = ''] = graph.ops('TopK', [logits, graph.ints(topK)], 2, { axis: { int: -1 }, largest: { int: 1 }, sorted: { int: 1 } });
  const y = form === 'all' ? everyExpert(graph, normed, logits, values, block, lead) : gathered(graph, normed, values, ids, block);
  return graph.op('Add', [x, y]);
}

function silu(graph: GraphBuilder, x: Value): Value {
  return graph.op('com.microsoft.QuickGelu', [x], { alpha: { float: 1 } });
}

function everyExpert(graph: GraphBuilder, normed: Value, logits: Value, values: Value, block: Block, lead: readonly number[]): Value {
  const { width, experts, hidden, topK } = block;
  const wide = wideBlock(block);
  const cut = graph.op('Slice', [values, graph.ints(topK - 1), graph.ints(topK), graph.ints(-1)]);
  const kept = graph.op('Where', [graph.op('GreaterOrEqual', [logits, cut]), logits, graph.weight([1], Float32Array.of(-1e30))]);
  const mix = graph.op('Softmax', [kept], { axis: { int: -1 } });
  const gate = graph.op('MatMul', [normed, graph.weight([width, experts * hidden], wide.gate)]);
  const up = graph.op('MatMul', [normed, graph.weight([width, experts * hidden], wide.up)]);
  const inner = graph.op('Reshape', [graph.op('Mul', [silu(graph, gate), up]), graph.ints(...lead, experts, hidden)]);
  const weighted = graph.op('Mul', [inner, graph.op('Reshape', [mix, graph.ints(...lead, experts, 1)])]);
  return graph.op('MatMul', [graph.op('Reshape', [weighted, graph.ints(...lead, experts * hidden)]), graph.weight([experts * hidden, width], wide.down)]);
}

/** Of one matrix an expert, [E, rows, columns], each turned over. */
function turned(values: Float32Array, experts: number, rows: number, columns: number): Float32Array {
  const out = new Float32Array(values.length);
  const size = rows * columns;
  for (let e = 0; e < experts; e++) out.set(transposed(values.subarray(e * size, (e + 1) * size), rows, columns), e * size);
  return out;
}

function gathered(graph: GraphBuilder, normed: string, values: Value, ids: Value, block: Block): Value {
  const { width, experts, hidden, topK } = block;
  const chosen = graph.op('Reshape', [ids, graph.ints(topK)]);
  const pick = (weights: Float32Array, rows: number, columns: number): Value =>
    graph.op('Gather', [graph.weight([experts, rows, columns], weights), chosen], { axis: { int: 0 } });
  const x = graph.op('Reshape', [normed, graph.ints(1, 1, width)]);
  const gate = graph.op('MatMul', [x, pick(turned(block.gate, experts, hidden, width), width, hidden)]);
  const up = graph.op('MatMul', [x, pick(turned(block.up, experts, hidden, width), width, hidden)]);
  const inner = graph.op('Mul', [silu(graph, gate), up]);
  const y = graph.op('MatMul', [inner, pick(turned(block.down, experts, width, hidden), hidden, width)]);
  const mix = graph.op('Reshape', [graph.op('Softmax', [values], { axis: { int: -1 } }), graph.ints(1, topK)]);
  return graph.op('MatMul', [mix, graph.op('Reshape', [y, graph.ints(topK, width)])]);
}

/** com.microsoft.MoE with gate and up interleaved row by row (swiglu_fusion 1). */
function fused(graph: GraphBuilder, normed: Value, logits: Value, block: Block): Value {
  const { width, experts, hidden, topK } = block;
  const first = new Float32Array(2 * experts * hidden * width);
  for (let row = 0; row < experts * hidden; row++) {
    first.set(block.gate.subarray(row * width, (row + 1) * width), 2 * row * width);
    first.set(block.up.subarray(row * width, (row + 1) * width), (2 * row + 1) * width);
  }
  const inputs = [normed, logits, graph.weight([experts, 2 * hidden, width], first), '', graph.weight([experts, width, hidden], block.down)];
  const attributes = { k: { int: topK }, activation_type: { text: 'swiglu' }, swiglu_fusion: { int: 1 }, normalize_routing_weights: { int: 1 }, activation_alpha: { float: 1 }, activation_beta: { float: 0 } };
  return graph.op('com.microsoft.MoE', inputs, attributes);
}
