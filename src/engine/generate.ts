/** Runs over the Engine interface, as streams of batches: text generation here, scoring of long texts in score.ts. */
import { errorCode, PlaygroundError, throwIfCancelled } from '../base/errors';
import type { RoutingPlan } from '../routing/plan';
import type { LoadedModel, Recording, RunOptions, Sampling, Sequence, StepBatch } from './engine';
import { checkSampling } from './sampling';

/** Why a run ended. */
export type StopReason = 'length' | 'end-of-text' | 'context' | 'cancelled';

export interface GenerateRequest {
  readonly promptIds: readonly number[];
  /** 0 runs the prompt only. */
  readonly maxNewTokens: number;
  readonly sampling: Sampling;
  readonly plan: RoutingPlan;
  readonly record: Recording;
  /** Token ids that stand at these positions whatever is drawn there. */
  readonly forced?: ReadonlyMap<number, number>;
  readonly signal?: AbortSignal;
}

/** Tokens of one decode call, at most. */
const MAX_CHUNK = 8;
/** Shorter calls are grown: each has a fixed cost. */
const SHORT_MS = 50;
/** Longer ones are shrunk: Stop waits for the call, and tokens should arrive as they are made. */
const LONG_MS = 120;

function nextChunk(chunk: number, elapsedMs: number): number {
  if (elapsedMs < SHORT_MS) return Math.min(chunk * 2, MAX_CHUNK);
  return elapsedMs > LONG_MS ? Math.max(1, chunk >> 1) : chunk;
}

/** Throws `bad-input` naming what was got and what fits. */
export function checkPrompt(promptIds: readonly number[], context: number): void {
  if (promptIds.length === 0) throw new PlaygroundError('bad-input', 'The prompt is empty: type at least one character.');
  if (promptIds.length > context) {
    throw new PlaygroundError(
      'bad-input',
      `The prompt is ${promptIds.length} tokens long, but this model reads at most ${context} tokens: shorten it.`,
    );
  }
}

function checkRequest(model: LoadedModel, sequence: Sequence, request: GenerateRequest): void {
  checkPrompt(request.promptIds, Math.min(model.config.context, sequence.capacity - sequence.length));
  checkSampling(request.sampling);
  if (!Number.isInteger(request.maxNewTokens) || request.maxNewTokens < 0) {
    throw new PlaygroundError('bad-input', `The number of new tokens is ${request.maxNewTokens}; it has to be a whole number of at least 0.`);
  }
}

/**
 * Appends the prompt to a sequence and continues it. Every yielded token was run through the model, the last
 * one too. Cancelling is an ending like the others: what was yielded before stands.
 * @param sequence usually empty; a prompt given to a longer one continues it
 * @throws PlaygroundError `bad-input` before anything is run; whatever the engine throws but `cancelled`
 */
export async function* generate(model: LoadedModel, sequence: Sequence, request: GenerateRequest): AsyncGenerator<StepBatch, StopReason> {
  checkRequest(model, sequence, request);
  const { promptIds, maxNewTokens, sampling, plan, record, forced, signal } = request;
  const promptLength = sequence.length + promptIds.length;
  const options: RunOptions = { plan, promptLength, sampling, record, ...(signal ? { signal } : {}) };
  return yield* continueText(model, sequence, promptIds, { options, length: promptLength + maxNewTokens, ...(forced ? { forced } : {}) });
}

export interface Continuation {
  readonly options: RunOptions;
  /** Where to end, in tokens of the whole sequence. */
  readonly length: number;
  /** Token ids that stand at these positions whatever is drawn there. */
  readonly forced?: ReadonlyMap<number, number>;
  /** Seeds that take the place of the run's from the token at these positions on. */
  readonly redrawn?: ReadonlyMap<number, number>;
}

/** The seed with which the token at a position is drawn: that of the last position at or before it. */
export function seedAt(seed: number, redrawn: ReadonlyMap<number, number>, position: number): number {
  const last = Math.max(-1, ...[...redrawn.keys()].filter((from) => from <= position));
  return redrawn.get(last) ?? seed;
}

/** Appends given tokens, then draws until the text is as long as asked for. Ends and fails like `generate`. */
export async function* continueText(
  model: LoadedModel,
  sequence: Sequence,
  given: readonly number[],
  { options, length, forced = new Map(), redrawn = new Map() }: Continuation,
): AsyncGenerator<StepBatch, StopReason> {
  const { signal } = options;
  const nextForced = (): number => Math.min(length, ...[...forced.keys()].filter((position) => position >= sequence.length));
  /** A call that ends before this length draws no token under another seed than its first. */
  const nextSeed = (): number => Math.min(Infinity, ...[...redrawn.keys()].filter((position) => position > sequence.length + 1)) - 1;
  /** Options of a call whose first draw is the token at `position`. */
  const drawing = (position: number): RunOptions => (redrawn.size === 0 ? options : { ...options, sampling: { ...options.sampling, seed: seedAt(options.sampling.seed, redrawn, position) } });
  /** The token that follows a batch is the forced one where there is one. */
  const followed = (batch: StepBatch): StepBatch => {
    const next = sequence.length < length ? forced.get(sequence.length) : undefined;
    if (next === undefined) return batch;
    const chosen = batch.chosen.slice();
    chosen[chosen.length - 1] = next;
    return { ...batch, chosen };
  };
  try {
    throwIfCancelled(signal);
    yield followed(await sequence.append(given, drawing(sequence.length + given.length)));
    let chunk = 1;
    while (sequence.length < length) {
      if (sequence.length >= sequence.capacity) return 'context';
      throwIfCancelled(signal);
      const start = performance.now();
      const id = forced.get(sequence.length);
      const now = drawing(sequence.length + 1);
      const batch = id === undefined ? await sequence.decode(Math.min(chunk, Math.min(nextForced(), nextSeed()) - sequence.length), now) : await sequence.append([id], now);
      chunk = nextChunk(chunk, performance.now() - start);
      yield followed(batch);
      const last = batch.ids.at(-1);
      if (last !== undefined && model.config.endOfText.includes(last)) return 'end-of-text';
      if (last === undefined) return 'context';
    }
    return 'length';
  } catch (error) {
    if (errorCode(error) === 'cancelled') return 'cancelled';
    throw error;
  }
}
