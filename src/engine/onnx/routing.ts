/**
 * One MoE layer's routing as a graph: from router logits and the rows of the rule table to chosen experts and their
 * weights. In float64, so that it decides as `src/routing/select.ts` does; order of the hooks: `src/routing/plan.ts`.
 * ONNX TopK sorts descending and gives ties to the lower index, as the rules ask.
 */
import type { MoeFeedForward } from '../../model/config';
import type { GraphBuilder, Value } from './graph-builder';
import { ELEMENT } from './proto';
import { EXPERT_FIELDS, SINGLE_FIELDS } from './rules';

const FLOAT = { int: ELEMENT.float };
const DOUBLE = { int: ELEMENT.double };

/** Taken from the score of a masked expert, which then stands behind all others. */
const OUT_OF_REACH = 1e30;

type Field = (typeof EXPERT_FIELDS)[number] | (typeof SINGLE_FIELDS)[number];

/** What a layer decided, for slots in the order of selection; T tokens, `slots` columns. */
export interface Routed {
  /** Ids, of whatever expert past the count. int64 */
  readonly ids: Value;
  /** 1 for slots in use, 0 past the count. float */
  readonly used: Value;
  /** Ids with 0 past the count. int64 */
  readonly chosen: Value;
  /** Gate probability, 0 past the count. float */
  readonly prob: Value;
  /** Weight in the layer's sum, 0 past the count. float */
  readonly mix: Value;
  /** Experts in use, [T, 1]. int64 */
  readonly count: Value;
}

/** Fields of the rule of each token: [T, E] or [T, 1], double. */
function fields(b: GraphBuilder, rows: Value, experts: number): Record<Field, Value> {
  const names: readonly Field[] = [...EXPERT_FIELDS, ...SINGLE_FIELDS];
  const parts = b.split(rows, 1, names.map((_, i) => (i < EXPERT_FIELDS.length ? experts : 1)));
  return Object.fromEntries(names.map((name, i) => [name, parts[i]])) as Record<Field, Value>;
}

/** weights / their sum where `flag` is 1, and as they are where it is 0 or the sum is. */
function normalised(b: GraphBuilder, weights: Value, flag: Value): Value {
  const one = b.doubles([1], []);
  const sum = b.op('Add', [b.op('Mul', [b.sum(weights, 1), flag]), b.op('Sub', [one, flag])]);
  const isZero = b.cast(b.op('Equal', [sum, b.doubles([0], [])]), DOUBLE);
  return b.op('Div', [weights, b.op('Add', [sum, isZero])]);
}

/** How many of the experts in order the rule takes, [T, 1] double. */
function cut(b: GraphBuilder, ordered: Value, live: Value, ranks: Value, available: Value, rule: Record<Field, Value>): Value {
  const counted = b.op('Mul', [b.op('Mul', [ordered, live]), b.cast(b.op('Less', [ranks, rule.massLimit]), DOUBLE)]);
  const mass = b.op('CumSum', [counted, b.ints(1)]);
  // Sums of a model's top-k are taken as shares of their total.
  const total = b.op('Sub', [b.op('Add', [b.op('Mul', [b.sum(counted, 1), rule.massOfTopK]), b.doubles([1], [])]), rule.massOfTopK]);
  const share = b.op('Div', [mass, b.op('Add', [total, b.cast(b.op('Equal', [total, b.doubles([0], [])]), DOUBLE)])]);
  const below = b.sum(b.op('Mul', [b.cast(b.op('Less', [share, rule.p]), DOUBLE), live]), 1);
  const smallest = b.op('Add', [below, b.doubles([1], [])]);
  const byMass = b.op('Min', [b.op('Max', [smallest, rule.min]), rule.max, available]);
  return b.op('Where', [b.op('Greater', [rule.topP, b.doubles([0.5], [])]), byMass, b.op('Min', [rule.k, available])]);
}

/**
 * @param logits router logits before any hook, [T, E] float
 * @param rows rule of each token, [T, ruleWidth] double
 * @param slots K, [1] int64
 */
export function route(b: GraphBuilder, logits: Value, rows: Value, slots: Value, { experts, scoring }: Pick<MoeFeedForward, 'experts' | 'scoring'>): Routed {
  const rule = fields(b, rows, experts);
  const half = b.doubles([0.5], []);
  const biased = b.op('Add', [b.cast(logits, DOUBLE), rule.bias]);
  const gate = scoring === 'sigmoid' ? b.op('Sigmoid', [biased]) : b.op('Softmax', [biased], { axis: { int: 1 } });
  const prob = b.op('Where', [b.op('Greater', [rule.overridden, half]), rule.override, gate]);
  const score = b.op('Sub', [b.op('Add', [prob, rule.selectionBias]), b.op('Mul', [rule.masked, b.doubles([OUT_OF_REACH], [])])]);
  const [, order = ''] = b.ops('TopK', [score, b.ints(experts)], 2, { axis: { int: 1 } });
  const ranks = b.doubles(Array.from({ length: experts }, (_, rank) => rank), [1, experts]);
  const available = b.op('Sub', [b.doubles([experts], []), b.sum(rule.masked, 1)]);
  const live = b.cast(b.op('Less', [ranks, available]), DOUBLE);
  const ordered = b.op('GatherElements', [prob, order], { axis: { int: 1 } });
  const count = cut(b, ordered, live, ranks, available, rule);
  const kept = b.cast(b.op('Less', [ranks, count]), DOUBLE);
  const weights = normalised(b, b.op('Mul', [ordered, kept]), rule.normaliseBefore);
  const scaled = b.op('Mul', [weights, b.op('GatherElements', [rule.scale, order], { axis: { int: 1 } })]);
  const mix = normalised(b, scaled, rule.normaliseAfter);
  const firstSlots = (value: Value): Value => b.op('Slice', [value, b.ints(0), slots, b.ints(1)]);
  const ids = firstSlots(order);
  const used = firstSlots(kept);
  return {
    ids,
    used: b.cast(used, FLOAT),
    chosen: b.op('Mul', [ids, b.cast(used, { int: ELEMENT.int64 })]),
    prob: b.cast(b.op('Mul', [firstSlots(ordered), used]), FLOAT),
    mix: b.cast(firstSlots(mix), FLOAT),
    count: b.cast(count, { int: ELEMENT.int64 }),
  };
}
