/** How often each expert of the re-mixed layers was inside the cut, before a method and after it: sums over the questions of a benchmark. */
import type { C3poResult } from '../../methods/c3po/result';
import { ranked, rowOf } from './omega';

export interface ExpertUse {
  readonly questions: number;
  readonly layers: readonly number[];
  /** Questions at whose last token the expert was chosen. [C, E] */
  readonly before: readonly number[];
  readonly after: readonly number[];
}

/** Adds one question; of a method that moved no mix of the last token, nothing. @param topK experts inside the cut */
export function withUse(use: ExpertUse | undefined, { settings, router, omega, plan }: Pick<C3poResult, 'settings' | 'router' | 'omega' | 'plan'>, topK: number): ExpertUse | undefined {
  const { layers, method, token } = settings;
  if (method === 'base' || method === 'ngdLogits' || token.place !== 'last' || token.count !== 1 || plan.entries.length === 0) return use;
  const experts = router.length / layers.length;
  const add = (sums: readonly number[] | undefined, rows: Float32Array): number[] => {
    const out = sums === undefined ? Array<number>(rows.length).fill(0) : [...sums];
    layers.forEach((_, c) => {
      for (const expert of ranked(rowOf(rows, c, experts)).slice(0, topK)) out[c * experts + expert] = (out[c * experts + expert] ?? 0) + 1;
    });
    return out;
  };
  return { questions: (use?.questions ?? 0) + 1, layers, before: add(use?.before, router), after: add(use?.after, omega) };
}
