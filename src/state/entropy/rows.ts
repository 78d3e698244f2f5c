/** The steps of a text as the Entropy view shows them, and who writes each under the rule that is set now: pure functions. */
import type { CollaborationMethod, Gate } from '../../methods/collaboration/settings';
import type { Trace } from '../../trace/trace';
import { candidateCount, tokenEntropy, type StepEntropy } from '../stepEntropy';
import type { SettingValues } from '../settings';
import { collaborationOf, type RecordedStep } from './record';

export type WriterName = 'small' | 'large';

export interface StepRow {
  /** From 0. */
  readonly step: number;
  /** Tokens of the text, the last one excluded. */
  readonly from: number;
  readonly to: number;
  /** Entropy of the first token's distribution, nats; NaN where unknown. */
  readonly first: number;
  /** Mean entropy of the distributions that its tokens were drawn from, nats; NaN where unknown. */
  readonly mean: number;
  /** Who wrote it; undefined where one model wrote the whole text. */
  readonly writer: WriterName | undefined;
  readonly final: boolean;
  readonly recorded: RecordedStep | undefined;
}

/** Steps of a text of one model, by the delimiter of the page; or those that two models wrote in turns. */
export function stepRows(trace: Trace, steps: StepEntropy, candidates: SettingValues['candidates']): readonly StepRow[] {
  const entropy = tokenEntropy(trace, candidates);
  const mean = (from: number, to: number): number => {
    let [sum, n] = [0, 0];
    for (let t = from; t < to; t += 1) {
      const h = entropy?.[t - 1] ?? Number.NaN;
      if (Number.isNaN(h)) continue;
      sum += h;
      n += 1;
    }
    return n === 0 ? Number.NaN : sum / n;
  };
  const record = collaborationOf(trace);
  if (record !== undefined) {
    return record.steps.map((recorded, step) => {
      const { position: from, length, writer, final } = recorded;
      return { step, from, to: from + length, first: firstEntropy(recorded, candidates) ?? (writer === 'small' ? (entropy?.[from - 1] ?? Number.NaN) : Number.NaN), mean: mean(from, from + length), writer, final, recorded };
    });
  }
  const end = trace.tokens.ids.length;
  return Array.from(steps.tokens, (from, step) => {
    const to = steps.tokens[step + 1] ?? end;
    return { step, from, to, first: steps.nats[step] ?? Number.NaN, mean: mean(from, to), writer: undefined, final: false, recorded: undefined };
  });
}

/** What the small model was asked; undefined where it was not, or too little of it was kept. */
function firstEntropy({ entropy, top }: RecordedStep, candidates: SettingValues['candidates']): number | undefined {
  const count = candidateCount(candidates);
  if (count === undefined || entropy === undefined) return entropy;
  return top === undefined || top.length < count ? Number.NaN : entropyOf(top.slice(0, count));
}

/** Entropy of likeliest candidates renormalised to 1, nats. */
function entropyOf(prob: readonly number[]): number {
  const sum = prob.reduce((total, p) => total + p, 0);
  return prob.reduce((nats, p) => (p > 0 ? nats - (p / sum) * Math.log(p / sum) : nats), 0);
}

/** What decides who writes a step. */
export interface LabelRule {
  readonly method: CollaborationMethod;
  readonly gate: Gate;
  /** Nats where the gate is an entropy, else in [0, 1]. */
  readonly threshold: number;
  readonly largeShare: number;
  readonly relaySteps: number;
  readonly finalByLarge: boolean;
  /** The coin of a step, in [0, 1). */
  readonly coin: (step: number) => number;
  /** Score of a step by the gate; NaN where the text does not say. */
  readonly score: (row: StepRow) => number;
}

export interface RowLabel {
  readonly by: WriterName | undefined;
  /** Another model wrote it, so it and all that follows would read otherwise. */
  readonly changed: boolean;
  readonly stale: boolean;
}

function labelOf(row: StepRow, rule: LabelRule): WriterName | undefined {
  if (rule.method === 'large') return 'large';
  if (row.final && rule.finalByLarge) return 'large';
  const over = (value: number): WriterName | undefined => (Number.isNaN(value) ? row.writer : value >= rule.threshold ? 'large' : 'small');
  switch (rule.method) {
    case 'small':
      return 'small';
    case 'random':
      return rule.coin(row.step) < rule.largeShare ? 'large' : 'small';
    case 'relay':
      return row.step < rule.relaySteps ? 'large' : 'small';
    case 'stepMean':
      return over(row.recorded === undefined ? row.mean : (row.recorded.judgement ?? Number.NaN));
    case 'selfCheck':
      return over(row.recorded?.judgement ?? Number.NaN);
    case 'glimprouter':
      return over(rule.score(row));
  }
}

/** Labels of all rows. From the first step that changes hands on, the text is no longer what it would be. */
export function labelRows(rows: readonly StepRow[], rule: LabelRule): readonly RowLabel[] {
  let stale = false;
  return rows.map((row) => {
    const by = labelOf(row, rule);
    const changed = row.writer !== undefined && by !== undefined && by !== row.writer;
    stale ||= changed;
    return { by, changed, stale };
  });
}
