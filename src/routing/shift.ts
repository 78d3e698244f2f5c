/** Plans for a part of a text whose positions start anew. */
import type { PlanEntry, RoutingPlan, TokenSelector } from './plan';

function shiftSelector(selector: TokenSelector, by: number): TokenSelector | undefined {
  if (typeof selector === 'string') return selector;
  if ('from' in selector) {
    const from = Math.max(0, selector.from - by);
    if (selector.to === undefined) return { from };
    return selector.to < by ? undefined : { from, to: selector.to - by };
  }
  return selector.filter((token) => token >= by).map((token) => token - by);
}

/**
 * The same plan for a window that begins at position `by` of the text: its position 0 is the text's `by`.
 * `last` is resolved by the run's `promptLength`, which the caller shifts alike.
 */
export function shiftPlan(plan: RoutingPlan, by: number): RoutingPlan {
  const entries = plan.entries.flatMap((entry): PlanEntry[] => {
    const tokens = shiftSelector(entry.tokens, by);
    return tokens === undefined ? [] : [{ ...entry, tokens }];
  });
  return { ...plan, entries };
}
