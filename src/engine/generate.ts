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
  const { promptIds, maxNewTokens, sampling, plan, record, signal } = request;
  const options: RunOptions = { plan, promptLength: sequence.length + promptIds.length, sampling, record, ...(signal ? { signal } : {}) };
  try {
    throwIfCancelled(signal);
    yield await sequence.append(promptIds, options);
    let left = maxNewTokens;
    let chunk = 1;
    while (left > 0) {
      if (sequence.length >= sequence.capacity) return 'context';
      throwIfCancelled(signal);
      const start = performance.now();
      const batch = await sequence.decode(Math.min(chunk, left), options);
      chunk = nextChunk(chunk, performance.now() - start);
      left -= batch.ids.length;
      yield batch;
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
