/** State of the RICE card. */
import type { MarkerCounts } from '../../methods/rice/npmi';
import type { LayerExpert, RankedExpert } from '../../methods/rice/rank';
import { RICE_DEFAULTS, type RiceSettings } from '../../methods/rice/settings';
import { AT_REST, type CardRun } from './cardRun';
import type { CardText } from './work';

export const OWN_MARKER = 'own';
/** Which experts are steered; `manual` are those that the visitor chose in the map. */
export const RICE_SETS = ['top', 'bottom', 'random', 'manual'] as const;
export type RiceSet = (typeof RICE_SETS)[number];
export const RICE_SCOPES = ['all', 'after'] as const;
export type RiceScope = (typeof RICE_SCOPES)[number];

/** A marker, and the counts by which experts are ranked where they were made before. */
export interface RiceMarker {
  readonly name: string;
  readonly ids: readonly number[];
  readonly counts?: MarkerCounts;
}

/** What steering does to one marker on the text. */
export interface MarkerEffect {
  readonly name: string;
  readonly weight: number;
  /** Positions of the text where the marker stands. */
  readonly places: readonly number[];
  /** Mean probability over the text: as trained, steered, and with random experts of the same layers. */
  readonly before: number;
  readonly after: number;
  readonly random: readonly number[];
  /** After each token. [T] */
  readonly perTokenBefore: readonly number[];
  readonly perTokenAfter: readonly number[];
}

/** What the model wrote after the prompt. */
export interface WrittenText {
  readonly text: string;
  readonly tokens: number;
  /** Markers of positive weight in it. */
  readonly markers: number;
  /** Share of its four-token pieces that occurred before in it. */
  readonly repetition: number;
  /** Under the unsteered model. */
  readonly perplexity: number;
}

export interface RiceReport {
  readonly settings: RiceSettings;
  readonly scope: RiceScope;
  /** First token that is steered. */
  readonly from: number;
  readonly text: CardText;
  readonly steered: readonly LayerExpert[];
  readonly effects: readonly MarkerEffect[];
  /** Share of tokens where a steered expert was chosen anyway: elsewhere nothing changes. */
  readonly active: number;
  readonly plain?: WrittenText;
  readonly written?: WrittenText & { readonly degenerate: boolean };
}

/** One beta of the sweep on the text on screen. */
export interface SweepPoint {
  readonly beta: number;
  readonly steered: number;
  readonly random: number;
  /** Whether a text written with it fell apart; absent where none was written. */
  readonly degenerate?: boolean;
}

export interface RiceCard extends CardRun {
  readonly settings: RiceSettings;
  readonly set: RiceSet;
  readonly picked: readonly LayerExpert[];
  readonly scope: RiceScope;
  /** Weight of each marker in the score, -1 to 1; 0 or absent: not used. Undefined: the first marker alone. */
  readonly weights: Readonly<Record<string, number>> | undefined;
  /** Text of the visitor's own marker. */
  readonly own: string;
  /** Counts of the own marker on the text on screen, once they are made. */
  readonly ownCounts: { readonly own: string; readonly counts: MarkerCounts } | undefined;
  /** The marker that map, effect and sweep show. */
  readonly shown: string | undefined;
  readonly newTokens: number;
  readonly report: RiceReport | undefined;
  readonly sweep: readonly SweepPoint[];
  /** The marker of the sweep. */
  readonly swept: string;
}

export const RICE_CARD: RiceCard = {
  ...AT_REST,
  settings: RICE_DEFAULTS,
  set: 'top',
  picked: [],
  scope: 'all',
  weights: undefined,
  own: ' the',
  ownCounts: undefined,
  shown: undefined,
  newTokens: 24,
  report: undefined,
  sweep: [],
  swept: '',
};

/** What is known of the ranking before anything runs. */
export interface RiceRanking {
  readonly ranked: readonly RankedExpert[];
  /** nPMI of every expert with a marker [L E], -1 where the two never meet. */
  readonly maps: readonly { readonly name: string; readonly values: readonly number[]; readonly counts: MarkerCounts }[];
}
