/** What a decision looks at, read from a text that is there: nothing is run. */
import type { Gate } from '../../methods/collaboration/settings';
import type { Trace } from '../../trace/trace';
import type { SettingValues } from '../settings';
import { candidateCount } from '../stepEntropy';
import type { StepRow } from './rows';

/** Likeliest probabilities before a token, descending; undefined where the trace does not list them. */
function listedBefore({ output: { top } }: Trace, token: number): Float32Array | undefined {
  return top === undefined || token < 1 ? undefined : top.prob.slice((token - 1) * top.count, token * top.count).sort().reverse();
}

/**
 * Score of a step by a gate, higher is less sure: entropy in nats, else in [0, 1]; NaN where the text does not say.
 * The formulas are those of `Gate` in methods/collaboration/settings.ts.
 * @param vocabulary tokens of the model
 */
export function scoreOf(trace: Trace, row: StepRow, gate: Gate, candidates: SettingValues['candidates']): number {
  if (gate === 'entropy') return row.first;
  const top = row.recorded === undefined ? listedBefore(trace, row.from) : row.recorded.top;
  const n = candidateCount(candidates);
  if (top === undefined || top.length === 0 || (n !== undefined && top.length < n)) return Number.NaN;
  const kept = Array.from(top.slice(0, n ?? top.length));
  const sum = n === undefined ? 1 : kept.reduce((total, p) => total + p, 0);
  if (gate === 'maxProbability') return 1 - (kept[0] ?? 0) / sum;
  const size = n ?? trace.model.vocabulary ?? 0;
  const squares = n === undefined ? row.recorded?.squares : kept.reduce((total, p) => total + (p / sum) ** 2, 0);
  // Var(q) = (sum of squares)/V - 1/V^2, and that of a one-hot (V - 1)/V^2.
  return squares === undefined || size < 2 ? Number.NaN : 1 - (size * squares - 1) / (size - 1);
}
