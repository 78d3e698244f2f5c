/**
 * Writing a piece of text up to a stop, on a sequence that is kept: what a method that lets models take turns needs. The
 * types are data, so that the same call works through the worker.
 */
import { delimiterEnds, type StepDelimiter } from '../base/delimiter';
import { PlaygroundError } from '../base/errors';
import type { Tokenizer } from '../model/checkpoint';
import type { RoutingPlan } from '../routing/plan';
import type { Sampling, StepBatch } from './engine';
import type { StopReason } from './generate';
import { joinBatches } from './join';
import type { PrefixCache } from './prefix-cache';
import { checkSampling } from './sampling';

/** Where a piece ends, besides its length. The text that is looked at is that of the new tokens, and `before`. */
export interface WriteStop {
  /** Ends with the token that completes a delimiter; white space at the very beginning is none. */
  readonly delimiter?: StepDelimiter;
  /** Ends with the token that completes this text, where the piece begins with it, white space aside. */
  readonly marker?: string;
  /** What stands before the new tokens and belongs to the same piece. */
  readonly before?: string;
}

export interface WriteRequest {
  /** 0 only reads the given text and tells what would follow. */
  readonly maxNewTokens: number;
  readonly sampling: Sampling;
  readonly stop?: WriteStop;
}

/** The distribution of a next token at temperature 1: what a decision looks at. */
export interface Glimpse {
  /** Of the whole vocabulary, nats. */
  readonly entropy: number;
  /** Sum of the squared probabilities of the whole vocabulary, from 1/V to 1. */
  readonly squares: number;
  /** Most likely tokens, descending, ties to the lower id. [CANDIDATES] */
  readonly topIds: Uint32Array;
  readonly topProb: Float32Array;
}

export type WriteReason = 'delimiter' | 'marker' | Exclude<StopReason, 'cancelled'>;

export interface WrittenText {
  /** New tokens. */
  readonly ids: readonly number[];
  /** Printable text of each. */
  readonly text: readonly string[];
  /** Entropy in nats of the distribution that each new token was drawn from. [ids.length] */
  readonly entropy: Float32Array;
  /** Natural-log probability of each new token at temperature 1. [ids.length] */
  readonly logProb: Float32Array;
  /** What could have come after the given ids. */
  readonly first: Glimpse;
  /** Text of each candidate of `first`. */
  readonly candidates: readonly string[];
  readonly reason: WriteReason;
  /** The given tokens that were run by this call, those that a recent call had not run yet; none where there was nothing to run. */
  readonly read?: StepBatch;
  /** The new tokens as they were run, each row with the distribution after its token. */
  readonly written?: StepBatch;
  readonly ms: { readonly read: number; readonly write: number };
}

/** Longest time that a visitor's pattern gets for one token, ms. */
const PATTERN_MS = 20;

/**
 * Why the text of a piece ends here; undefined where it goes on.
 * @throws PlaygroundError `bad-input` with the sentence why a pattern is not run, or that it took too long
 */
export function stopReason(text: string, { delimiter, marker = '' }: WriteStop): WriteReason | undefined {
  const piece = text.trimStart();
  if (marker !== '' && piece.startsWith(marker)) return 'marker';
  if (delimiter === undefined || piece === '') return undefined;
  const found = delimiterEnds(piece, delimiter, { limitMs: PATTERN_MS });
  if ('refused' in found) throw new PlaygroundError('bad-input', found.refused);
  if (found.searched < piece.length) throw new PlaygroundError('bad-input', `The pattern that ends a step took longer than ${PATTERN_MS} ms on ${piece.length} characters, so it was stopped. Choose a simpler one.`);
  return found.ends.some((end) => end > 0) ? 'delimiter' : undefined;
}

/** Runs one piece on kept sequences. Throws `bad-input` for wrong settings before anything is run. */
export async function writeText(
  cache: PrefixCache,
  tokenizer: Tokenizer | undefined,
  ids: readonly number[],
  plan: RoutingPlan,
  { maxNewTokens, sampling, stop }: WriteRequest,
  { routing = false, signal }: { readonly routing?: boolean; readonly signal?: AbortSignal },
): Promise<WrittenText> {
  checkSampling(sampling);
  if (!Number.isInteger(maxNewTokens) || maxNewTokens < 0) {
    throw new PlaygroundError('bad-input', `The number of new tokens is ${maxNewTokens}; it has to be a whole number of at least 0.`);
  }
  if (stop !== undefined) stopReason('a', stop);
  const textOf = (id: number): string => {
    if (tokenizer === undefined) throw new PlaygroundError('bad-file', 'This model has no tokenizer, so it cannot tell where a step ends.');
    return tokenizer.tokenText(id);
  };
  const text: string[] = [];
  const piece = await cache.write(ids, plan, {
    maxNewTokens,
    sampling,
    routing,
    ...(signal ? { signal } : {}),
    watch: (id) => {
      text.push(textOf(id));
      return stop === undefined ? undefined : stopReason((stop.before ?? '') + text.join(''), stop);
    },
  });
  const written = piece.written.length === 0 ? undefined : joinBatches(piece.written, 'none');
  const fresh = [...(written?.ids ?? [])];
  return {
    ids: fresh,
    text: fresh.map(textOf),
    entropy: Float32Array.from(piece.entropy),
    logProb: written?.logProb ?? new Float32Array(),
    first: piece.first,
    candidates: Array.from(piece.first.topIds, textOf),
    reason: piece.reason,
    ...(piece.read === undefined ? {} : { read: piece.read }),
    ...(written === undefined ? {} : { written }),
    ms: piece.ms,
  };
}
