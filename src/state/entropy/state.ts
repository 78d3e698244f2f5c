/** The Entropy view's slice: plain data. */
import type { CalibrationScore } from '../calibration';
import { NO_HANDOVER_BENCH, type HandoverBench } from './bench';
import type { LoadStage } from '../../engine/worker/protocol';
import type { CollaborationPair, CollaborationSettings } from '../../methods/collaboration/settings';

/** What the visitor's own regular expression found in the text on the page. */
export type PatternSearch =
  | { readonly phase: 'none' }
  | { readonly phase: 'searching'; readonly source: string }
  /** First tokens of steps in the run that was begun at `created`. A note says where the search ended early. */
  | { readonly phase: 'found'; readonly source: string; readonly created: string; readonly starts: Uint32Array; readonly note: string }
  /** The pattern is not run, or was stopped; the reason is a sentence. */
  | { readonly phase: 'refused'; readonly source: string; readonly reason: string };

/** Settings of the method that the view holds itself; delimiter, candidates, threshold and sampling are the page's. */
export type OwnSettings = Pick<CollaborationSettings, 'method' | 'gate' | 'largeShare' | 'seed' | 'relaySteps' | 'probe' | 'finalByLarge' | 'maxStepTokens' | 'maxSteps'> & {
  readonly pair: CollaborationPair;
  /** Threshold of judgements and scores that are no entropy, 0 to 1. */
  readonly doubt: number;
};

/** Scores of steps of the calibration set, by what is scored: what a share of steps is a quantile of. Entropies in nats. */
export type Calibration = { readonly phase: 'unknown' | 'loading' | 'absent' } | { readonly phase: 'ready'; readonly lists: Readonly<Record<CalibrationScore, Float64Array>> };

/** The small model beside the page's own. */
export type SecondModel =
  | { readonly phase: 'idle' | 'stopped' }
  | { readonly phase: 'loading'; readonly stage: LoadStage; /** Bytes while downloading. */ readonly done: number; readonly total: number }
  | { readonly phase: 'ready'; readonly name: string; readonly sha256: string; readonly downloadedBytes: number }
  | { readonly phase: 'failed'; readonly message: string };

/** A question of the benchmark whose answer takes several steps. */
export interface StepItem {
  readonly id: string;
  readonly family: string;
  readonly level: number;
  readonly template: string;
  readonly prompt: string;
  readonly answer: string;
}

/** The questions, fetched when the first one is asked for. */
export type StepItems = { readonly phase: 'idle' | 'loading' } | { readonly phase: 'ready'; readonly items: readonly StepItem[] } | { readonly phase: 'failed'; readonly message: string };

export interface EntropyState {
  readonly pattern: PatternSearch;
  readonly calibration: Calibration;
  readonly second: SecondModel;
  readonly items: StepItems;
  /** What the large model alone took for a prompt. */
  readonly alone: { readonly prompt: string; readonly ms: number; readonly flops: number } | undefined;
  readonly bench: HandoverBench;
  /** The question in the prompt field. */
  readonly item: StepItem | undefined;
  /** Settings that differ from the defaults. */
  readonly changes: Partial<OwnSettings>;
  /** The line of further settings is open. */
  readonly more: boolean;
}

export const NO_ENTROPY: EntropyState = {
  pattern: { phase: 'none' },
  calibration: { phase: 'unknown' },
  second: { phase: 'idle' },
  items: { phase: 'idle' },
  bench: NO_HANDOVER_BENCH,
  item: undefined,
  alone: undefined,
  changes: {},
  more: false,
};
