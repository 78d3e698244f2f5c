/** First tokens of the text's steps with the uncertainty before each: what the threshold cuts. */
import { entropyBefore, firstTokenEntropies } from '../analysis/first-token-entropy';
import { spanOf } from '../analysis/choices';
import { stepStarts } from '../analysis/steps';
import { shareAbove } from '../analysis/threshold';
import type { Trace } from '../trace/trace';
import { patch, type App } from './app';
import type { PatternSearch } from './entropy/state';
import { clampSetting, type SettingValues } from './settings';

export interface StepEntropy {
  /** First token of each step with a known entropy, ascending. [n] */
  readonly tokens: Uint32Array;
  /** Entropy of the distribution that it was drawn from, nats. [n] */
  readonly nats: Float64Array;
}

/** The fields of the page that say what a step is and what its entropy is over. */
export interface StepChoice {
  readonly end: SettingValues['stepEnd'];
  readonly candidates: SettingValues['candidates'];
  /** What the visitor's own pattern found, where steps end by one. */
  readonly pattern: PatternSearch;
}

const NONE = new Uint32Array();

/** Numbers that are worked out once a trace. */
function perTrace<T>(): (trace: Trace, key: string, make: () => T) => T {
  const known = new WeakMap<Trace, Map<string, T>>();
  return (trace, key, make) => {
    const kept = known.get(trace) ?? new Map<string, T>();
    known.set(trace, kept);
    const value = kept.get(key) ?? make();
    kept.set(key, value);
    return value;
  };
}

const keptSteps = perTrace<StepEntropy>();
const keptEntropy = perTrace<Float32Array>();

/** How many candidates an entropy is over; undefined is the whole vocabulary. */
export function candidateCount(candidates: SettingValues['candidates']): number | undefined {
  return candidates === 'all' ? undefined : Number(candidates);
}

/** Steps of what the model wrote, or of the whole text where it wrote nothing. Kept for each trace; the threshold does not enter. */
export function stepEntropy(trace: Trace, { end, candidates, pattern }: StepChoice): StepEntropy {
  const over = candidateCount(candidates);
  if (end === 'pattern') {
    if (pattern.phase !== 'found' || pattern.created !== trace.created) return { tokens: NONE, nats: new Float64Array() };
    return keptSteps(trace, `${candidates} ${pattern.source} ${pattern.starts.length}`, () => firstTokenEntropies(trace, pattern.starts, over));
  }
  return keptSteps(trace, `${candidates} ${end}`, () => {
    const written = trace.run.promptTokens < trace.tokens.ids.length;
    const starts = stepStarts(trace, { kind: end }, spanOf(trace, written ? 'generated' : 'all'));
    return firstTokenEntropies(trace, 'refused' in starts ? NONE : starts.tokens, over);
  });
}

/** Entropy after each token over the chosen candidates, nats; NaN where the trace has too few. Undefined where it has none at all. [T] */
export function tokenEntropy(trace: Trace, candidates: SettingValues['candidates']): Float32Array | undefined {
  const over = candidateCount(candidates);
  if (over === undefined) return trace.output.entropy;
  return keptEntropy(trace, candidates, () => Float32Array.from(trace.tokens.ids, (_, t) => entropyBefore(trace, t + 1, over)));
}

/** Moves the threshold; nothing runs again, since it only cuts what was recorded. */
export function setTau(app: App, nats: number): void {
  const tau = clampSetting('tau', nats);
  if (tau !== undefined) patch(app, 'view', { tau });
}

/** How many first tokens reach the threshold. */
export function shareCount(steps: StepEntropy, tau: number): { readonly above: number; readonly n: number } {
  const { above, n } = shareAbove(steps.nats, tau);
  return { above, n };
}
