/** Runs a given text without drawing anything, however long it is. */
import { PlaygroundError, throwIfCancelled } from '../base/errors';
import type { RoutingPlan } from '../routing/plan';
import { shiftPlan } from '../routing/shift';
import { GREEDY, type LoadedModel, type Recording, type StepBatch } from './engine';
import { sliceBatch } from './slice';

export interface ScoreRequest {
  /** Token positions refer to the whole text; `last` is its last token. */
  readonly plan: RoutingPlan;
  readonly record: Recording;
  readonly signal?: AbortSignal;
}

/** Tokens of one window that no window before had scored. */
export interface ScoredWindow {
  /** Position of the first token that the model saw in this window. */
  readonly windowStart: number;
  /** Rows of the new tokens only; positions refer to the whole text. */
  readonly batch: StepBatch;
}

/** One window: it sees the text from `start` to `end` and scores the part from `fresh` on. */
export interface ScoreWindow {
  readonly start: number;
  readonly fresh: number;
  /** Exclusive. */
  readonly end: number;
}

/**
 * Windows that overlap by half: each token is scored once, with at least half a window of context except in the first.
 * @param length tokens of the text
 * @param context tokens of a window, at least 2 when the text is longer
 */
export function scoreWindows(length: number, context: number): ScoreWindow[] {
  const out: ScoreWindow[] = [];
  const overlap = Math.ceil(context / 2);
  for (let fresh = 0; fresh < length; ) {
    const start = Math.max(0, fresh - (fresh === 0 ? 0 : overlap));
    const end = Math.min(length, start + context);
    if (end <= fresh) throw new PlaygroundError('bad-input', `A context of ${context} tokens is too short to score a longer text in windows.`);
    out.push({ start, fresh, end });
    fresh = end;
  }
  return out;
}

/** The window's batch as a part of the text: new rows only, the true next token, no log-probability missing at a seam. */
function textBatch(batch: StepBatch, window: ScoreWindow, next: number | undefined, logits: Recording['logits']): StepBatch {
  const part = sliceBatch(batch, window.fresh - window.start, window.end - window.start, logits);
  const chosen = part.chosen.slice();
  // The window drew a token after its last one; in the text another one follows.
  if (next !== undefined) chosen[chosen.length - 1] = next;
  return { ...part, start: window.fresh, chosen };
}

/**
 * Scores a text of any length: one batch for each window.
 * @throws PlaygroundError `bad-input` for an empty text or an unknown id; `cancelled` when the signal fires
 */
export async function* scoreText(model: LoadedModel, ids: readonly number[], request: ScoreRequest): AsyncGenerator<ScoredWindow, void> {
  if (ids.length === 0) throw new PlaygroundError('bad-input', 'The text is empty: there is nothing to score.');
  const { context } = model.config;
  const { record, signal } = request;
  const sequence = await model.createSequence(Math.min(context, ids.length));
  try {
    for (const window of scoreWindows(ids.length, context)) {
      throwIfCancelled(signal);
      sequence.rewind(0);
      const batch = await sequence.append(ids.slice(window.start, window.end), {
        plan: shiftPlan(request.plan, window.start),
        promptLength: ids.length - window.start,
        sampling: GREEDY,
        record,
        ...(signal ? { signal } : {}),
      });
      yield { windowStart: window.start, batch: textBatch(batch, window, ids[window.end], record.logits) };
    }
  } finally {
    sequence.dispose();
  }
}
