/** First tokens of the text's steps with the uncertainty before each: what the threshold cuts. */
import { firstTokenEntropies } from '../analysis/first-token-entropy';
import { spanOf } from '../analysis/choices';
import { stepStarts } from '../analysis/steps';
import { shareAbove } from '../analysis/threshold';
import type { Trace } from '../trace/trace';
import { patch, type App } from './app';
import { clampSetting, type SettingValues } from './settings';

export interface StepEntropy {
  /** First token of each step with a known entropy, ascending. [n] */
  readonly tokens: Uint32Array;
  /** Entropy of the distribution that it was drawn from, nats. [n] */
  readonly nats: Float64Array;
}

const known = new WeakMap<Trace, Map<string, StepEntropy>>();

/** Steps of what the model wrote, or of the whole text where it wrote nothing. Kept for each trace; the threshold does not enter. */
export function stepEntropy(trace: Trace, end: SettingValues['stepEnd']): StepEntropy {
  const kept = known.get(trace) ?? new Map<string, StepEntropy>();
  known.set(trace, kept);
  const before = kept.get(end);
  if (before !== undefined) return before;
  const written = trace.run.promptTokens < trace.tokens.ids.length;
  const starts = stepStarts(trace, { kind: end }, spanOf(trace, written ? 'generated' : 'all'));
  const { tokens, nats } = firstTokenEntropies(trace, 'refused' in starts ? new Uint32Array() : starts.tokens);
  const found = { tokens, nats };
  kept.set(end, found);
  return found;
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
