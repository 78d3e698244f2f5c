/** Runs a part of a text again under another plan: the cached prefix stays, and only what can differ is run. */
import { PlaygroundError } from '../base/errors';
import type { RoutingPlan } from '../routing/plan';
import type { LoadedModel, Recording, Sampling, Sequence, StepBatch } from './engine';
import { continueText, type StopReason } from './generate';

export interface RerunRequest {
  /** First token that is run again; the tokens before it are those of `ids`, with the state they left. */
  readonly from: number;
  /** Tokens of the sequence as it stands; where the prompt was forced to differ, its own ids. */
  readonly ids: readonly number[];
  readonly promptLength: number;
  /** Tokens of the whole text, at most. */
  readonly length: number;
  /** Ids that stand at these positions whatever is given or drawn there. */
  readonly forced: ReadonlyMap<number, number>;
  /** Seeds from the token at these positions on; before them, and where there are none, the one of `sampling`. */
  readonly redrawn?: ReadonlyMap<number, number>;
  readonly plan: RoutingPlan;
  /** Of the run before: the same seed draws the same token at the same position. */
  readonly sampling: Sampling;
  readonly record: Recording;
  readonly signal?: AbortSignal;
}

/** Tokens that are given, not drawn, from `from` on: the rest of the prompt, or the one token whose draw came before. */
function givenFrom({ from, ids, promptLength, forced }: RerunRequest): number[] {
  const given: number[] = [];
  for (let position = from; position < Math.max(promptLength, from + 1); position += 1) {
    const id = forced.get(position) ?? ids[position];
    if (id === undefined) break;
    given.push(id);
  }
  return given;
}

/**
 * Rewinds the sequence to `from` and runs from there to the end of the text. The token at `from` was drawn (or given)
 * before anything differed, so it stays, unless another one is forced. Runs nothing when `from` is the end of the text.
 * @throws PlaygroundError `bad-input` when `from` lies outside the text; whatever the engine throws but `cancelled`
 */
export async function* rerun(model: LoadedModel, sequence: Sequence, request: RerunRequest): AsyncGenerator<StepBatch, StopReason> {
  const { from, ids, promptLength, length, forced, redrawn = new Map(), plan, sampling, record, signal } = request;
  if (!Number.isInteger(from) || from < 0 || from > ids.length || ids.length !== sequence.length) {
    throw new PlaygroundError('bad-input', `A text of ${ids.length} tokens cannot be run again from token ${from}.`);
  }
  const given = givenFrom(request);
  if (given.length === 0) return 'length';
  sequence.rewind(from);
  const options = { plan, promptLength, sampling, record, ...(signal ? { signal } : {}) };
  return yield* continueText(model, sequence, given, { options, length, forced, redrawn });
}
