/** What happens while two models write a text in turns, and what it cost: plain data. */
import type { Glimpse, WriteReason } from '../../engine/write';
import type { StepBatch } from '../../engine/engine';

/** Index of a writer, as in a trace's `tokens.writer`. */
export const SMALL = 0;
export const LARGE = 1;
export type WriterIndex = typeof SMALL | typeof LARGE;

/**
 * Tokens that went through a model, in floating-point operations by the formula of flops.ts, and in measured time. Tokens
 * that a model kept from before are run once and counted once.
 */
export interface Cost {
  readonly tokens: number;
  readonly flops: number;
  readonly ms: number;
}

export const PARTS = ['probe', 'smallDecode', 'largePrefill', 'largeDecode'] as const;
/**
 * `probe`: what the small model reads to be asked, the prompt and the large model's steps included. `smallDecode`: what it
 * writes, thrown-away steps included. `largePrefill`: what the large model reads of the prompt and of the small model's steps.
 */
export type CostPart = (typeof PARTS)[number];
export type Costs = Readonly<Record<CostPart, Cost>>;

/** The first token of a step, before anything of it is written. */
export interface ProbeEvent {
  readonly type: 'probe';
  /** From 0. */
  readonly step: number;
  /** Position of the step's first token in the whole text. */
  readonly position: number;
  readonly glimpse: Glimpse;
  /** Text of each of the glimpse's candidates. */
  readonly candidates: readonly string[];
  /** By the gate of the settings; the large model writes where it reaches the threshold. */
  readonly score: number;
  readonly decision: WriterIndex;
  /** What the small model read of the text to tell. */
  readonly read: number;
  readonly costs: Partial<Costs>;
  readonly readBatch?: StepBatch;
}

/** A step, or the rest of one, that a model wrote. */
export interface StepEvent {
  readonly type: 'step';
  readonly step: number;
  readonly position: number;
  readonly writer: WriterIndex;
  /** Thrown away: the next event of the same step replaces it. */
  readonly discarded: boolean;
  /** The text after the answer marker, handed to the large model without a decision. */
  readonly final: boolean;
  /** Only the first token of the step, which the small model's probe left for the large one to go on from. */
  readonly probeToken: boolean;
  readonly ids: readonly number[];
  readonly text: readonly string[];
  /** Nats, of the distribution that each token was drawn from. [ids.length] */
  readonly entropy: Float32Array;
  /** Nats. [ids.length] */
  readonly logProb: Float32Array;
  /** Judged after the step: `stepMean` nats, `selfCheck` in [0, 1]; absent for other methods. */
  readonly judgement?: number;
  readonly reason: WriteReason;
  /** Tokens of the text before that this writer had to read first. */
  readonly read: number;
  /** Of this event alone. */
  readonly costs: Partial<Costs>;
  /** For the trace: what the writer read before, and its tokens as they were run. */
  readonly readBatch?: StepBatch;
  readonly batch?: StepBatch;
  readonly first: Glimpse;
}

export type CollaborationEvent = ProbeEvent | StepEvent;

/** Why the text ended. */
export type CollaborationEnd = 'answered' | 'end-of-text' | 'repeated' | 'steps' | 'context';

export interface CollaborationResult {
  readonly end: CollaborationEnd;
  readonly promptIds: readonly number[];
  /** New tokens. */
  readonly ids: readonly number[];
  readonly text: string;
  /** Writer of each new token. [ids.length] */
  readonly writer: Uint8Array;
  /** Steps that stand, in order. */
  readonly steps: readonly KeptStep[];
  readonly costs: Costs;
  /** Of all tokens of `costs`. */
  readonly total: Cost;
  /** Steps that were decided for the large model / all of them, answers that are its anyway left out; 0 to 1. */
  readonly largeShare: number;
  /** Tokens of the text that the large model wrote / all of them; 0 to 1. */
  readonly largeTokenShare: number;
}

export interface KeptStep {
  readonly step: number;
  readonly position: number;
  readonly length: number;
  readonly writer: WriterIndex;
  readonly text: string;
  /** Handed to the large model because it is the answer, not by a decision. */
  readonly final: boolean;
  /** Of the probe, where there was one. */
  readonly score?: number;
  readonly entropy?: number;
}
