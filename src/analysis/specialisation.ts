/**
 * Which labels (tokens, classes, domains) go with which experts of a layer. Labels are correlations, not roles.
 * Lift is that of association rules (Brin et al., SIGMOD 1997), nPMI that of Bouma (GSCL 2009), domain variation that of
 * https://arxiv.org/abs/2505.16056 ("coefficient of variation over domains of the activation rate").
 */
import type { Choices } from './choices';

/** Below this many tokens with both label and expert a lift is mostly chance. */
export const MINIMUM_COUNT = 5;

/** Labels numbered 0 to count - 1 in the order of first appearance. */
export interface Labels<T> {
  /** Number of each token's label, or -1 for a token without one. [T] */
  readonly of: Int32Array;
  /** The labels themselves. [count] */
  readonly names: readonly T[];
}

/** Numbers the labels of all tokens, e.g. token ids or domains; undefined leaves a token out. */
export function numberLabels<T extends number | string>(labels: Iterable<T | undefined>): Labels<T> {
  const known = new Map<T, number>();
  const of: number[] = [];
  for (const label of labels) {
    if (label !== undefined && !known.has(label)) known.set(label, known.size);
    of.push(label === undefined ? -1 : (known.get(label) ?? -1));
  }
  return { of: Int32Array.from(of), names: [...known.keys()] };
}

export interface LabelTable {
  readonly experts: number;
  readonly labels: number;
  /** Tokens with a label. */
  readonly n: number;
  /** Tokens with label y that chose expert e. [E, labels] */
  readonly both: Uint32Array;
  /** Tokens that chose each expert. [E] */
  readonly ofExpert: Uint32Array;
  /** Tokens with each label. [labels] */
  readonly ofLabel: Uint32Array;
}

/** Counts labels by expert. O(T K + E labels) */
export function labelTable<T>(choices: Choices, labels: Labels<T>): LabelTable {
  const { experts, tokens, ids, start } = choices;
  const count = labels.names.length;
  const both = new Uint32Array(experts * count);
  const ofExpert = new Uint32Array(experts);
  const ofLabel = new Uint32Array(count);
  let n = 0;
  for (let t = 0; t < tokens; t++) {
    const label = labels.of[t] ?? -1;
    if (label < 0) continue;
    n++;
    ofLabel[label] = (ofLabel[label] ?? 0) + 1;
    for (let i = start[t] ?? 0; i < (start[t + 1] ?? 0); i++) {
      const expert = ids[i] ?? 0;
      ofExpert[expert] = (ofExpert[expert] ?? 0) + 1;
      both[expert * count + label] = (both[expert * count + label] ?? 0) + 1;
    }
  }
  return { experts, labels: count, n, both, ofExpert, ofLabel };
}

export interface Association {
  readonly expert: number;
  readonly label: number;
  /** Tokens with the label that chose the expert. */
  readonly count: number;
  readonly ofExpert: number;
  readonly ofLabel: number;
  /** P(expert | label): share of the label's tokens that activate the expert. */
  readonly rate: number;
  /** P(expert | label) / P(expert): 1 when independent, n / ofExpert at most. */
  readonly lift: number;
  /** ln lift / -ln P(expert, label): -1 never together, 0 independent, 1 always together. */
  readonly nPmi: number;
  /** `count` reaches the minimum. */
  readonly enough: boolean;
}

/** One expert against one label; lift and nPMI are NaN where one was never seen. Where both fill the whole text nPMI is 0. */
export function association(table: LabelTable, expert: number, label: number, minimum = MINIMUM_COUNT): Association {
  const count = table.both[expert * table.labels + label] ?? 0;
  const [ofExpert, ofLabel] = [table.ofExpert[expert] ?? 0, table.ofLabel[label] ?? 0];
  const lift = (count * table.n) / (ofExpert * ofLabel);
  const seen = ofExpert > 0 && ofLabel > 0;
  const nPmi = !seen ? NaN : count === 0 ? -1 : count === table.n ? 0 : Math.log(lift) / -Math.log(count / table.n);
  return { expert, label, count, ofExpert, ofLabel, rate: count / ofLabel, lift, nPmi, enough: count >= minimum };
}

export interface RankOptions {
  readonly by?: 'lift' | 'nPmi' | 'count';
  readonly limit?: number;
  /** Pairs of fewer tokens are left out. */
  readonly minimum?: number;
}

/** The labels that an expert sees more often than others do; ties go to the larger count, then to the earlier label. */
export function labelsOfExpert(table: LabelTable, expert: number, options: RankOptions = {}): Association[] {
  return ranked(Array.from({ length: table.labels }, (_, label) => [expert, label]), table, options);
}

/** The experts that see a label more often than the rest of the text. */
export function expertsOfLabel(table: LabelTable, label: number, options: RankOptions = {}): Association[] {
  return ranked(Array.from({ length: table.experts }, (_, expert) => [expert, label]), table, options);
}

function ranked(pairs: readonly (readonly number[])[], table: LabelTable, options: RankOptions): Association[] {
  const { by = 'lift', limit = 10, minimum = MINIMUM_COUNT } = options;
  return pairs
    .map(([expert = 0, label = 0]) => association(table, expert, label, minimum))
    .filter(({ count, enough }) => enough && count > 0)
    .sort((a, b) => b[by] - a[by] || b.count - a.count || a.expert - b.expert || a.label - b.label)
    .slice(0, limit);
}

/**
 * How unevenly each expert is activated over the labels: sample standard deviation over mean of P(expert | label),
 * labels with a rate up to 1e-5 left out as in the paper's code. From 0 to sqrt(labels); NaN with fewer than two labels. [E]
 */
export function domainVariation(table: LabelTable): Float64Array {
  return Float64Array.from({ length: table.experts }, (_, expert) => {
    const rates: number[] = [];
    for (let label = 0; label < table.labels; label++) {
      const rate = (table.both[expert * table.labels + label] ?? 0) / (table.ofLabel[label] ?? 0);
      if (rate > 1e-5) rates.push(rate);
    }
    const mean = rates.reduce((sum, rate) => sum + rate, 0) / rates.length;
    const variance = rates.reduce((sum, rate) => sum + (rate - mean) ** 2, 0) / (rates.length - 1);
    return Math.sqrt(variance) / mean;
  });
}

export interface VocabularySpecialisation {
  /** Mean, over the labels that go mostly to the expert, of its share of their occurrences: 1/E to 1; NaN without such labels. [E] */
  readonly score: Float64Array;
  /** Labels that go mostly to each expert: the n of its score. [E] */
  readonly assigned: Uint32Array;
}

/**
 * How firmly single tokens go to one expert (arXiv 2505.16056): each occurrence counts for its top-1 expert alone, each
 * label for the expert that has most of its occurrences (the lower id of equals). O(T + E labels)
 * @param minimum occurrences below which a label is left out; the paper takes 20
 */
export function vocabularySpecialisation<T>(choices: Choices, labels: Labels<T>, minimum = 20): VocabularySpecialisation {
  const { experts, tokens, start } = choices;
  const first = { ...choices, ids: new Uint32Array(tokens), start: Uint32Array.from({ length: tokens + 1 }, (_, t) => t) };
  const of = labels.of.slice(0, tokens);
  for (let t = 0; t < tokens; t++) {
    const at = start[t] ?? 0;
    if (at < (start[t + 1] ?? 0)) first.ids[t] = choices.ids[at] ?? 0;
    else of[t] = -1;
  }
  const table = labelTable(first, { of, names: labels.names });
  const score = new Float64Array(experts);
  const assigned = new Uint32Array(experts);
  for (let label = 0; label < table.labels; label++) {
    const occurrences = table.ofLabel[label] ?? 0;
    if (occurrences < minimum || occurrences === 0) continue;
    let best = 0;
    for (let e = 1; e < experts; e++) if ((table.both[e * table.labels + label] ?? 0) > (table.both[best * table.labels + label] ?? 0)) best = e;
    score[best] = (score[best] ?? 0) + (table.both[best * table.labels + label] ?? 0) / occurrences;
    assigned[best] = (assigned[best] ?? 0) + 1;
  }
  return { score: score.map((sum, e) => sum / (assigned[e] ?? 0)), assigned };
}
