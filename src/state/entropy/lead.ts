/** The sentence over the steps, from the labels that are on screen. */
import { strings } from '../strings';
import type { LabelRule, RowLabel, StepRow } from './rows';

/** @param would the text is another one: nothing of this has happened yet */
export function leadSentence(rows: readonly StepRow[], labels: readonly RowLabel[], { method, finalByLarge, score, threshold }: LabelRule, would: boolean): string {
  const text = strings.entropy.lead;
  if (rows.length === 0) return text.none;
  if (method === 'small' || method === 'large') return text[method](rows.length);
  // The answer that goes to the large model whatever is decided has a sentence of its own.
  const forced = (row: StepRow): boolean => finalByLarge && row.final && !(method === 'glimprouter' && score(row) >= threshold);
  const of = (by: 'small' | 'large'): readonly number[] => rows.filter((row, i) => labels[i]?.by === by && !forced(row)).map(({ step }) => step);
  const [large, small] = [of('large'), of('small')];
  const end = rows.some(forced) ? text.final : '';
  if (large.length + small.length === 0) return end.trim();
  return (method === 'glimprouter' ? text.unsure(large, small, would) : text.other(method, large, small, would)) + end;
}
