/** The feed-forward half of a block as a graph: dense, shared, and the chosen of the routed experts. */
import type { SwigluWeights } from '../../model/weights';
import type { GraphBuilder, Value } from './graph-builder';
import { ELEMENT } from './proto';
import type { Routed } from './routing';
import { stackedDown, stackedGateUp } from './weights';

/** Experts of one shape in two stacks: [E, D, 2 F] (gate, up) and [E, F, D]. */
export interface ExpertStack {
  readonly gateUp: Value;
  readonly down: Value;
  readonly experts: number;
  readonly hidden: number;
  readonly width: number;
}

export function expertStack(b: GraphBuilder, blocks: readonly SwigluWeights[]): ExpertStack {
  const [hidden = 0, width = 0] = blocks[0]?.gate.shape ?? [];
  const experts = blocks.length;
  return {
    gateUp: b.weight([experts, width, 2 * hidden], stackedGateUp(blocks)),
    down: b.weight([experts, hidden, width], stackedDown(blocks)),
    experts,
    hidden,
    width,
  };
}

/** down(silu(gate x) * up x) over the last axis (https://arxiv.org/abs/2002.05202). */
function swiglu(b: GraphBuilder, x: Value, gateUp: Value, down: Value, hidden: number): Value {
  const [gate = '', up = ''] = b.split(b.op('MatMul', [x, gateUp]), -1, [hidden, hidden]);
  const active = b.op('Mul', [b.op('Mul', [gate, b.op('Sigmoid', [gate])]), up]);
  return b.op('MatMul', [active, down]);
}

/** One block for all tokens. @param x [T, D] */
export function denseBlock(b: GraphBuilder, x: Value, block: SwigluWeights): Value {
  const [hidden = 0, width = 0] = block.gate.shape;
  return swiglu(b, x, b.weight([width, 2 * hidden], stackedGateUp([block])), b.weight([hidden, width], stackedDown([block])), hidden);
}

/** What the chosen experts gave: their weighted sum [T, D], and the norm of each output [T, slots]. */
export interface ExpertsOutput {
  readonly sum: Value;
  readonly norms: Value;
}

/** One token: the weights of its experts are gathered, and nothing else is read. */
function single(b: GraphBuilder, x: Value, routed: Routed, stack: ExpertStack): Value[] {
  const ids = b.reshape(routed.ids, -1);
  const rows = (weights: Value): Value => b.op('Gather', [weights, ids]);
  const each = swiglu(b, b.reshape(x, 1, 1, stack.width), rows(stack.gateUp), rows(stack.down), stack.hidden);
  const norms = b.reshape(b.op('ReduceL2', [each, b.ints(2)]), 1, -1);
  return [b.op('MatMul', [routed.mix, b.reshape(each, -1, stack.width)]), b.op('Mul', [norms, routed.used])];
}

/**
 * Many tokens: each expert has as many rows as the busiest one needs, and the rows of the tokens that chose it come
 * first. Work grows with chosen experts and imbalance, not with E.
 */
function grouped(b: GraphBuilder, x: Value, logits: Value, routed: Routed, { gateUp, down, experts, hidden, width }: ExpertStack): Value[] {
  const shape = b.op('Shape', [logits]);
  const zeros = b.op('ConstantOfShape', [shape]);
  const chosen = b.op('ScatterElements', [zeros, routed.ids, routed.used], { axis: { int: 1 } });
  // Row of each token among those of its expert, and of that expert among all.
  const place = b.op('CumSum', [chosen, b.ints(0)], { exclusive: { int: 1 } });
  const busiest = b.op('Max', [b.op('ReduceMax', [b.sum(chosen, 0)], { keepdims: { int: 0 } }), b.float(1)]);
  const ids = b.weight([1, experts], Float32Array.from({ length: experts }, (_, e) => e));
  const row = b.op('GatherElements', [b.op('Add', [place, b.op('Mul', [ids, busiest])]), routed.ids], { axis: { int: 1 } });
  const dump = b.op('Mul', [busiest, b.float(experts)]);
  const isUsed = b.op('Greater', [routed.used, b.float(0.5)]);
  const int = { int: ELEMENT.int64 };
  const target = b.reshape(b.cast(b.op('Where', [isUsed, row, dump]), int), -1);
  const slotsShape = b.op('Shape', [routed.ids]);
  const token = b.reshape(b.cast(b.op('CumSum', [b.op('Add', [b.op('ConstantOfShape', [slotsShape]), b.float(1)]), b.ints(0)], { exclusive: { int: 1 } }), int), -1);
  const places = b.op('Add', [b.reshape(b.cast(dump, int), 1), b.ints(1)]);
  const empty = b.cast(b.op('ConstantOfShape', [places]), int);
  const tokenOfRow = b.op('Slice', [b.op('ScatterElements', [empty, target, token]), b.ints(0), b.ints(-1), b.ints(0)]);
  const rows = b.reshape(b.op('Gather', [x, tokenOfRow]), experts, -1, width);
  const outputs = b.reshape(swiglu(b, rows, gateUp, down, hidden), -1, width);
  const each = b.op('Gather', [outputs, b.cast(b.op('Mul', [row, routed.used]), int)]);
  const norms = b.op('Mul', [b.op('ReduceL2', [each, b.ints(2)], { keepdims: { int: 0 } }), routed.used]);
  const mix = b.op('Unsqueeze', [routed.mix, b.ints(1)]);
  return [b.op('Squeeze', [b.op('MatMul', [mix, each]), b.ints(1)]), norms];
}

/**
 * @param x normed hidden state [T, D]
 * @param isSingle whether T is 1
 */
export function routedExperts(b: GraphBuilder, x: Value, isSingle: Value, logits: Value, routed: Routed, stack: ExpertStack): ExpertsOutput {
  const [sum = '', norms = ''] = b.either(
    isSingle,
    [
      { type: 'float', dims: ['tokens', stack.width] },
      { type: 'float', dims: ['tokens', 'slots'] },
    ],
    (inner) => single(inner, x, routed, stack),
    (inner) => grouped(inner, x, logits, routed, stack),
  );
  return { sum, norms };
}
