/** What a decision looks at, read from a text that is there: nothing is run. */
import { gateScore } from '../../methods/collaboration/gate';
import type { Gate } from '../../methods/collaboration/settings';
import type { Trace } from '../../trace/trace';
import type { SettingValues } from '../settings';
import type { StepRow } from './rows';
import { candidateNames } from './settings';

const NO_IDS = new Uint32Array();

/** Likeliest probabilities before a token, descending; undefined where the trace does not list them. */
function listedBefore({ output: { top } }: Trace, token: number): Float32Array | undefined {
  return top === undefined || token < 1 ? undefined : top.prob.slice((token - 1) * top.count, token * top.count).sort().reverse();
}

/** Score of a step by a gate, higher is less sure: entropy in nats, else in [0, 1]; NaN where the text does not say. */
export function scoreOf(trace: Trace, row: StepRow, gate: Gate, candidates: SettingValues['candidates']): number {
  if (gate === 'entropy') return row.first;
  const top = row.recorded === undefined ? listedBefore(trace, row.from) : row.recorded.top;
  const over = candidateNames[candidates];
  if (top === undefined || top.length === 0 || (over !== 'all' && top.length < over)) return Number.NaN;
  const glimpse = { entropy: row.first, squares: row.recorded?.squares ?? Number.NaN, topIds: NO_IDS, topProb: Float32Array.from(top) };
  return gateScore(glimpse, { gate, candidates: over }, trace.model.vocabulary ?? 0);
}
