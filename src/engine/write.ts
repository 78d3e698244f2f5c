/**
 * Writing a piece of text up to a stop, on a sequence that is kept: what a method that lets models take turns needs. The
 * types are data, so that the same call works through the worker.
 */
import type { StepDelimiter } from '../base/delimiter';
import type { Sampling, StepBatch } from './engine';
import type { StopReason } from './generate';

/** Where a piece ends, besides its length. The text that is looked at is that of the new tokens alone. */
export interface WriteStop {
  /** Ends with the token that completes a delimiter; white space at the very beginning is none. */
  readonly delimiter?: StepDelimiter;
  /** Ends with the token that completes this text, where the piece begins with it, white space aside. */
  readonly marker?: string;
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
  readonly reason: WriteReason;
  /** The given tokens that were run by this call, those that a recent call had not run yet; none where there was nothing to run. */
  readonly read?: StepBatch;
  /** The new tokens as they were run, each row with the distribution after its token. */
  readonly written?: StepBatch;
  readonly ms: { readonly read: number; readonly write: number };
}
