/** The router's view of one (token, layer), rebuilt from the recorded logits and the plan of the run. */
import { PlaygroundError } from '../base/errors';
import { decidingMargin } from '../routing/margin';
import { parsePlan } from '../routing/parse';
import { ROUTER_AS_TRAINED, type RoutingPlan, type RoutingRule } from '../routing/plan';
import { compilePlan } from '../routing/resolve';
import { gateProbabilities, selectionOrder, type Scoring } from '../routing/select';
import type { Trace, TraceModel } from '../trace/trace';

export interface Gate {
  /** The router's own logits, before the plan. [E] */
  readonly logits: Float32Array;
  /** Gate probabilities after bias and override. [E] */
  readonly prob: Float64Array;
  /** Experts that could be chosen, by descending selection score; masked ones are absent. */
  readonly order: readonly number[];
  /** Entropy in nats of `prob` divided by its sum; 0 for one sure expert, ln E for none preferred. */
  readonly entropyNats: number;
  /** Smallest change of score or cumulative mass that would alter the set of chosen experts; Infinity when none can. */
  readonly margin: number;
  readonly rule: RoutingRule;
}

/** Gate of token `token` in row `row` of the routing arrays (layer `model.moeLayers[row]`). */
export type GateReader = (token: number, row: number) => Gate;

/** Softmax over the chosen experts only is softmax over all, renormalised over the chosen ones. */
export function scoringOf(model: TraceModel): Scoring {
  return model.scoring === 'sigmoid' ? 'sigmoid' : 'softmax';
}

/** The plan of a run, checked against the trace's model; undefined when it does not fit it. */
export function planOf(trace: Trace): RoutingPlan | undefined {
  if (trace.run.plan === undefined) return ROUTER_AS_TRAINED;
  try {
    return parsePlan(trace.run.plan, { layers: trace.model.moeLayers.length, experts: trace.model.experts });
  } catch (error) {
    if (error instanceof PlaygroundError) return undefined;
    throw error;
  }
}

/** Rule of token `token` in row `row` of the routing arrays. */
export type RuleReader = (token: number, row: number) => RoutingRule;

/** Reader of what the run's plan made of each router; undefined for a plan that does not fit the model. */
export function ruleReader(trace: Trace): RuleReader | undefined {
  const { model, run, tokens } = trace;
  const plan = planOf(trace);
  if (plan === undefined || model.experts === 0) return undefined;
  const layers = model.moeLayers.length;
  const router = { experts: model.experts, topK: model.topK, normTopK: model.normTopk || model.scoring === 'softmax-after-topk' };
  const { rules, index } = compilePlan(plan, router, layers, { promptLength: run.promptTokens, from: 0, to: tokens.ids.length });
  return (token, row) => {
    const rule = rules[index[token * layers + row] ?? 0];
    if (rule === undefined || row >= layers || token >= tokens.ids.length) throw new RangeError(`no gate at token ${token}, row ${row}`);
    return rule;
  };
}

/** Reader of all gates of a trace; undefined when it has no router logits, or a plan that does not fit its model. */
export function gateReader(trace: Trace): GateReader | undefined {
  const { model } = trace;
  const logits = trace.routing.logits;
  const ruleAt = ruleReader(trace);
  if (logits === undefined || ruleAt === undefined) return undefined;
  const layers = model.moeLayers.length;
  const scoring = scoringOf(model);
  return (token, row) => {
    const cell = token * layers + row;
    const rule = ruleAt(token, row);
    const own = logits.subarray(cell * model.experts, (cell + 1) * model.experts);
    const prob = gateProbabilities(own, rule, scoring);
    return {
      logits: own,
      prob,
      order: selectionOrder(prob, rule).ids,
      entropyNats: entropyNats(prob),
      margin: decidingMargin(own, rule, scoring),
      rule,
    };
  };
}

/** -sum p ln p in nats of weights divided by their sum; 0 when all are 0. */
export function entropyNats(weights: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < weights.length; i++) sum += weights[i] ?? 0;
  if (sum === 0) return 0;
  let entropy = 0;
  for (let i = 0; i < weights.length; i++) {
    const p = (weights[i] ?? 0) / sum;
    if (p > 0) entropy -= p * Math.log(p);
  }
  return entropy;
}

/**
 * How close the choice was in the router's own unit: the logit (with the plan's bias) of the last chosen
 * expert minus that of the first not chosen. Where something else than the order of logits decides (top-p, an
 * override, a selection bias) it is the margin of the scores, in units of probability.
 * @param chosen how many experts were chosen
 */
export function logitMargin(gate: Gate, chosen: number): number {
  const { rule, order, logits } = gate;
  const byScore = rule.selection.kind === 'top-p' || rule.override !== undefined || rule.selectionBias.some((bias) => bias !== 0);
  if (byScore) return gate.margin;
  const last = order[chosen - 1];
  const next = order[chosen];
  if (last === undefined || next === undefined) return Infinity;
  const z = (expert: number): number => (logits[expert] ?? 0) + (rule.bias[expert] ?? 0);
  return z(last) - z(next);
}
