/** What a plan makes one layer of a traced model do with one token. */
import type { RoutingPlan, RoutingRule } from '../routing/plan';
import { resolveRule } from '../routing/resolve';
import type { Trace } from '../trace/trace';

export type { RoutingRule };

/** @param layer number of the layer in the model */
export function ruleAt(plan: RoutingPlan, { model, run }: Trace, layer: number, token: number): RoutingRule {
  return resolveRule(plan, { experts: model.experts, topK: model.topK, normTopK: model.normTopk }, { layer, token, promptLength: run.promptTokens });
}
