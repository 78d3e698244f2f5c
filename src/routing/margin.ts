/** How close a routing decision was: two engines may differ where rounding can turn it. */
import type { RoutingRule } from './plan';
import { cumulativeMass, gateProbabilities, selectExperts, selectionOrder, type Scoring } from './select';

/**
 * The least change of a selection score or of cumulative mass that would alter the set of chosen experts:
 * last chosen minus first not chosen, and for top-p also the distance of the mass from p on both sides of
 * the cut. Infinity when nothing can alter it (all or none chosen, a floor or a cap decides).
 */
export function decidingMargin(logits: ArrayLike<number>, rule: RoutingRule, scoring: Scoring): number {
  const prob = gateProbabilities(logits, rule, scoring);
  const { ids, score } = selectionOrder(prob, rule);
  const { count } = selectExperts(logits, rule, scoring);
  const last = ids[count - 1];
  const next = ids[count];
  const gap = last === undefined || next === undefined ? Infinity : (score[last] ?? 0) - (score[next] ?? 0);
  const { selection } = rule;
  if (selection.kind === 'top-k') return gap;

  const cumulative = cumulativeMass(ids, prob, selection);
  const distance = (j: number): number => Math.abs((cumulative[j] ?? 0) - selection.p);
  const most = Math.min(selection.max, ids.length);
  // A floor or a cap that holds the count makes the mass on that side irrelevant.
  const couldBeFewer = count > Math.max(selection.min, 1) ? distance(count - 2) : Infinity;
  const couldBeMore = count < most ? distance(count - 1) : Infinity;
  return Math.min(gap, couldBeFewer, couldBeMore);
}
