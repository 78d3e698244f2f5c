/** State of the rerouting card. */
import type { CycleReport } from '../../methods/rerouting/cycle';
import type { Delta } from '../../methods/rerouting/delta';
import type { RerouteStep } from '../../methods/rerouting/optimise';
import { REROUTING_DEFAULTS, type ReroutingSettings } from '../../methods/rerouting/settings';
import type { RoutingPlan } from '../../routing/plan';
import { AT_REST, type CardRun } from './cardRun';
import type { CardText } from './work';

/** A cycle as it goes on: its steps so far, and its end once it is there. */
export interface LiveCycle {
  /** Tokens that are fitted. */
  readonly context: number;
  readonly steps: readonly RerouteStep[];
  readonly report?: CycleReport;
}

/** `reading` takes the text on screen as if it came in; `writing` lets the model write on after its prompt. */
export const REROUTING_SOURCES = ['reading', 'writing'] as const;
export type ReroutingSource = (typeof REROUTING_SOURCES)[number];

export interface ReroutingReport {
  readonly settings: ReroutingSettings;
  readonly source: ReroutingSource;
  readonly text: CardText;
  /** Tokens of the last context. */
  readonly context: number;
  readonly plan: RoutingPlan;
  /** By layer. [L] */
  readonly confidence: readonly number[];
  readonly layers: readonly number[];
  readonly norms: readonly number[];
  readonly editDistance: readonly number[];
  /** Nats. [L] */
  readonly entropyBefore: readonly number[];
  readonly entropyAfter: readonly number[];
  /** Change of each token's loss under the last logits, nats; undefined for the first token. [T] */
  readonly change: readonly (number | undefined)[];
  /** Change of the loss of what no cycle was fitted to, nats: under these logits, and under random ones of the same size. NaN when writing. */
  readonly heldOut: number;
  readonly randomHeldOut: number;
  /** What the model wrote as trained, and rerouted. */
  readonly written?: { readonly plain: string; readonly rerouted: string };
  /** Milliseconds a token: the unchanged model, and with all cycles. */
  readonly pace: { readonly plain: number; readonly rerouted: number };
}

export interface ReroutingCard extends CardRun {
  readonly settings: ReroutingSettings;
  readonly source: ReroutingSource;
  /** Per cent of the text that the first cycle fits, when reading. */
  readonly first: number;
  /** When writing. */
  readonly newTokens: number;
  /** Every run starts from 0; otherwise from the logits of the run before. */
  readonly fresh: boolean;
  readonly cycles: readonly LiveCycle[];
  /** The cycle whose logits are shown; the newest where undefined. */
  readonly shown: number | undefined;
  readonly report: ReroutingReport | undefined;
  /** Of the last run. */
  readonly carried: Delta | undefined;
}

/** The interval is short because the texts are. */
export const REROUTING_CARD: ReroutingCard = {
  ...AT_REST,
  settings: { ...REROUTING_DEFAULTS, interval: 16 },
  source: 'reading',
  first: 40,
  newTokens: 32,
  fresh: true,
  cycles: [],
  shown: undefined,
  report: undefined,
  carried: undefined,
};
