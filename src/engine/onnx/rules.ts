/** Routing rules as rows of a table: what the graph reads of a RoutingPlan. */
import type { RoutingRule } from '../../routing/plan';

/** Columns of E values each, then single ones. */
export const EXPERT_FIELDS = ['bias', 'override', 'selectionBias', 'masked', 'scale'] as const;
export const SINGLE_FIELDS = ['overridden', 'topP', 'k', 'p', 'min', 'max', 'massOfTopK', 'massLimit', 'normaliseBefore', 'normaliseAfter'] as const;

/** Columns of the table for a model of E experts. */
export const ruleWidth = (experts: number): number => EXPERT_FIELDS.length * experts + SINGLE_FIELDS.length;

function singles({ selection, override, renormalise }: RoutingRule, experts: number): Record<(typeof SINGLE_FIELDS)[number], number> {
  const byMass = selection.kind === 'top-p';
  const ofTopK = byMass && selection.mass === 'topk';
  return {
    overridden: Number(override !== undefined),
    topP: Number(byMass),
    k: selection.k,
    p: byMass ? selection.p : 1,
    min: byMass ? selection.min : 1,
    max: byMass ? selection.max : experts,
    massOfTopK: Number(ofTopK),
    massLimit: ofTopK ? selection.k : experts,
    normaliseBefore: Number(renormalise === 'before-scale'),
    normaliseAfter: Number(renormalise === 'after-scale'),
  };
}

/** [rules, ruleWidth], float64, in which the graph decides as the selection rules of `src/routing/` do. */
export function ruleTable(rules: readonly RoutingRule[], experts: number): Float64Array {
  const width = ruleWidth(experts);
  const table = new Float64Array(rules.length * width);
  rules.forEach((rule, row) => {
    const byExpert = {
      bias: rule.bias,
      override: rule.override ?? [],
      selectionBias: rule.selectionBias,
      masked: rule.masked.map(Number),
      scale: rule.scale,
    };
    EXPERT_FIELDS.forEach((field, i) => table.set(byExpert[field], row * width + i * experts));
    const single = singles(rule, experts);
    table.set(SINGLE_FIELDS.map((field) => single[field]), row * width + EXPERT_FIELDS.length * experts);
  });
  return table;
}
