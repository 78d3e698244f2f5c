import { useMemo } from 'react';
import { leadSentence } from '../../state/entropy/lead';
import { labelRows, stepRows, type LabelRule, type RowLabel, type StepRow } from '../../state/entropy/rows';
import { scoreOf } from '../../state/entropy/scores';
import { byTau, ownSettings, thresholdNow } from '../../state/entropy/settings';
import { stepCoin } from '../../state/entropy/types';
import type { Trace } from '../../trace/trace';
import { inUnit, type EntropyUnit } from '../../viz/format';
import { useAppState } from '../context';
import { useSteps } from '../useSteps';
import type { ChartRow, ChartToken } from './StepChart';
import { tokenEntropy } from '../../state/stepEntropy';

export interface StepView {
  readonly rows: readonly StepRow[];
  readonly labels: readonly RowLabel[];
  readonly chart: readonly ChartRow[];
  readonly rule: LabelRule;
  readonly lead: string;
  readonly unit: EntropyUnit;
  /** Nats; undefined where the rule has no threshold of entropy. */
  readonly tau: number | undefined;
  /** First-token entropies of this text, nats. */
  readonly firsts: Float64Array;
  /** One model wrote the text: labels say what would be. */
  readonly alone: boolean;
}

/** The steps of the open text under the rule that is set. Moving a threshold makes new labels and nothing else. */
export function useStepView(trace: Trace): StepView {
  const steps = useSteps(trace);
  const candidates = useAppState((state) => state.view.candidates);
  const unit = useAppState((state) => state.view.unit);
  const tau = useAppState((state) => state.view.tau);
  const changes = useAppState((state) => state.entropy.changes);
  const rows = useMemo(() => stepRows(trace, steps, candidates), [trace, steps, candidates]);
  const tokens = useMemo(() => rowTokens(trace, rows, candidates, unit), [trace, rows, candidates, unit]);
  const own = useMemo(() => ownSettings({ changes }), [changes]);
  const rule = useMemo((): LabelRule => {
    const { method, gate, largeShare, relaySteps, finalByLarge, seed } = own;
    return { method, gate, threshold: thresholdNow(own, tau), largeShare, relaySteps, finalByLarge, coin: (step) => stepCoin(seed, step), score: (row) => scoreOf(trace, row, gate, candidates) };
  }, [own, tau, trace, candidates]);
  const labels = useMemo(() => labelRows(rows, rule), [rows, rule]);
  const chart = useMemo(
    () =>
      rows.map((row, i): ChartRow => {
        const label = labels[i];
        return { step: row.step, h: inUnit(row.first, unit), above: row.first >= tau, label: label?.by, stale: label?.stale === true, mean: inUnit(row.mean, unit), tokens: tokens[i] ?? [] };
      }),
    [rows, labels, unit, tau, tokens],
  );
  const firsts = useMemo(() => Float64Array.from(rows.map(({ first }) => first).filter(Number.isFinite)), [rows]);
  const alone = rows.every(({ writer }) => writer === undefined);
  return { rows, labels, chart, rule, lead: leadSentence(rows, labels, rule, alone || labels.some(({ changed }) => changed)), unit, tau: byTau(own) ? tau : undefined, firsts, alone };
}

function rowTokens(trace: Trace, rows: readonly StepRow[], candidates: 'all' | '20' | '10', unit: EntropyUnit): readonly (readonly ChartToken[])[] {
  const entropy = tokenEntropy(trace, candidates);
  return rows.map(({ from, to, first, recorded }) =>
    Array.from({ length: to - from }, (_, i) => {
      const token = from + i;
      // A probe's own entropy is the small model's, whoever wrote the token then.
      const nats = i === 0 && recorded?.entropy !== undefined ? first : (entropy?.[token - 1] ?? Number.NaN);
      return { token, text: trace.tokens.text[token] ?? '', h: inUnit(nats, unit) };
    }),
  );
}
