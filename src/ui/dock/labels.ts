/** Labels of the tokens of the open text, and what one expert has to do with them. */
import { choicesOf, type Choices } from '../../analysis/choices';
import { labelInformation } from '../../analysis/label-information';
import { association, labelTable, numberLabels, type Association, type Labels, type LabelTable } from '../../analysis/specialisation';
import { TOKEN_CLASSES, tokenClass, type TokenClass } from '../../analysis/token-class';
import type { Trace } from '../../trace/trace';

export interface Labelled<T> {
  readonly labels: Labels<T>;
  readonly table: LabelTable;
}

/** Token texts as labels: the same text under two ids is one label. */
export function byText(trace: Trace, choices: Choices): Labelled<string> {
  const labels = numberLabels(trace.tokens.text);
  return { labels, table: labelTable(choices, labels) };
}

/** Kinds of token as labels, in the order of `TOKEN_CLASSES`, those that occur. */
export function byClass(trace: Trace, choices: Choices): Labelled<TokenClass> {
  const names = trace.tokens.text.map((text, t) => tokenClass(text, trace.tokens.kind[t]));
  const labels = { names: TOKEN_CLASSES, of: Int32Array.from(names, (name) => TOKEN_CLASSES.indexOf(name)) };
  return { labels, table: labelTable(choices, labels) };
}

/** The labels of one expert: those with enough tokens by falling lift, then the rest by count. */
export function ofExpert({ table }: Labelled<unknown>, expert: number): Association[] {
  return Array.from({ length: table.labels }, (_, label) => association(table, expert, label))
    .filter(({ count }) => count > 0)
    .sort((a, b) => Number(b.enough) - Number(a.enough) || (a.enough ? b.lift - a.lift : 0) || b.count - a.count || a.label - b.label);
}

/** Share of the tokens that chose `expert` in each of `parts` equal stretches of the text; NaN for an empty stretch. */
export function alongText({ ids, start, tokens }: Choices, expert: number, parts: number): number[] {
  const of = new Float64Array(parts);
  const taken = new Float64Array(parts);
  for (let t = 0; t < tokens; t++) {
    const part = Math.min(parts - 1, Math.floor((t * parts) / tokens));
    of[part] = (of[part] ?? 0) + 1;
    for (let i = start[t] ?? 0; i < (start[t + 1] ?? 0); i++) if (ids[i] === expert) taken[part] = (taken[part] ?? 0) + 1;
  }
  return Array.from(of, (n, part) => (n === 0 ? Number.NaN : (taken[part] ?? 0) / n));
}

export interface ClassInformation {
  readonly bits: number;
  readonly shuffledBits: number;
  /** bits / shuffledBits; NaN where chance gives nothing to compare with. */
  readonly ratio: number;
}

/** What the kind of a token tells of its first expert in one layer, beside the same for shuffled kinds. */
export function classInformation(trace: Trace, row: number): ClassInformation {
  const choices = choicesOf(trace, row);
  const { nats, shuffledMeanNats } = labelInformation(choices, byClass(trace, choices).labels);
  return { bits: nats / Math.LN2, shuffledBits: shuffledMeanNats / Math.LN2, ratio: nats / shuffledMeanNats };
}
