/** The first token that another plan routes otherwise: everything before it stays as it was recorded. */
import type { RoutingPlan, RoutingRule } from '../routing/plan';
import { resolveRule, type RouterSettings } from '../routing/resolve';
import { selectExperts } from '../routing/select';
import type { Trace } from '../trace/trace';

/** Two lists of numbers hold the same values. */
function same(a: ArrayLike<number>, b: ArrayLike<number>): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i += 1) if (a[i] !== b[i]) return false;
  return true;
}

/** Rules under which the gate distribution itself, which a trace records, is the same for any logits. */
function sameGate(a: RoutingRule, b: RoutingRule): boolean {
  if (a.override === undefined || b.override === undefined) return a.override === b.override && same(a.bias, b.bias);
  return same(a.override, b.override);
}

/** Chosen experts weigh the same once they are chosen. */
function sameWeighting(a: RoutingRule, b: RoutingRule, chosen: ArrayLike<number>): boolean {
  return a.renormalise === b.renormalise && Array.from(chosen).every((expert) => a.scale[expert] === b.scale[expert]);
}

/**
 * Position of the first token with a layer in which `after` changes what is recorded: the gate distribution, the chosen
 * experts, their order or their weights. The number of tokens when there is none. Masking an expert that a token did not
 * choose changes nothing for it; a bias, an override or a `k` changes the first token that they cover.
 * @param trace a run under `before`; without router logits every token whose rule differs counts as changed
 */
export function firstAffectedToken(trace: Trace, before: RoutingPlan, after: RoutingPlan): number {
  const { model, routing, tokens, run } = trace;
  const router: RouterSettings = { experts: model.experts, topK: model.topK, normTopK: model.normTopk };
  const layers = model.moeLayers.length;
  const scoring = model.scoring === 'sigmoid' ? 'sigmoid' : 'softmax';
  for (let token = 0; token < tokens.ids.length; token += 1) {
    for (let row = 0; row < layers; row += 1) {
      const place = { layer: model.moeLayers[row] ?? row, token, promptLength: run.promptTokens };
      const [old, next] = [resolveRule(before, router, place), resolveRule(after, router, place)];
      if (JSON.stringify(old) === JSON.stringify(next)) continue;
      const at = token * layers + row;
      const chosen = routing.experts.subarray(at * routing.slots, at * routing.slots + (routing.count?.[at] ?? routing.slots));
      const logits = routing.logits?.subarray(at * model.experts, (at + 1) * model.experts);
      if (logits === undefined || !sameGate(old, next) || !sameWeighting(old, next, chosen)) return token;
      // The recorded choice too: an engine in float32 may have decided a tie otherwise.
      if (!same(selectExperts(logits, next, scoring).chosen, chosen) || !same(selectExperts(logits, old, scoring).chosen, chosen)) return token;
    }
  }
  return tokens.ids.length;
}
