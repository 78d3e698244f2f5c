/**
 * Routing rules as shaders/route.wgsl reads them. The layout of one rule stands at the head of that file.
 */
import type { RoutingRule } from '../../routing/plan';

const HEADER = 8;
const KINDS = { all: 1, topk: 2 } as const;
const RENORMALISE = { off: 0, 'before-scale': 1, 'after-scale': 2 } as const;

/** f32 words of one rule. */
export function ruleStride(experts: number): number {
  return HEADER + 5 * experts;
}

/** [rules, ruleStride(E)] */
export function encodeRules(rules: readonly RoutingRule[], experts: number): Float32Array<ArrayBuffer> {
  const stride = ruleStride(experts);
  const out = new Float32Array(rules.length * stride);
  rules.forEach((rule, i) => {
    const row = out.subarray(i * stride, (i + 1) * stride);
    const { selection } = rule;
    row[0] = selection.kind === 'top-k' ? 0 : KINDS[selection.mass];
    row[1] = selection.k;
    row[5] = RENORMALISE[rule.renormalise];
    row[6] = rule.override === undefined ? 0 : 1;
    if (selection.kind === 'top-p') {
      row[2] = selection.p;
      row[3] = selection.min;
      row[4] = selection.max;
    }
    row.set(rule.bias, HEADER);
    row.set(rule.selectionBias, HEADER + experts);
    row.set(rule.scale, HEADER + 2 * experts);
    if (rule.override !== undefined) row.set(rule.override, HEADER + 3 * experts);
    row.set(rule.masked.map(Number), HEADER + 4 * experts);
  });
  return out;
}
