/** State of the top-p card. */
import type { TopPSettings } from '../../methods/top-p/settings';
import { AT_REST, type CardRun } from './cardRun';
import type { CardText } from './work';

export interface TopPReport {
  readonly settings: TopPSettings;
  readonly text: CardText;
  readonly mean: number;
  /** Mean over tokens. [L] */
  readonly perLayer: readonly number[];
  /** histogram[t]: pairs of token and layer that got t experts. */
  readonly histogram: readonly number[];
  /** Mean experts over the layers. [T] */
  readonly perToken: readonly number[];
  /** Loss of the token after each, nats; one fewer than tokens. */
  readonly nextLoss: readonly number[];
  /** Mean router entropy, nats. [L] */
  readonly entropy: readonly number[];
  /** Mean next-token loss as trained and with these settings, nats. */
  readonly lossBefore: number;
  readonly lossAfter: number;
  /** Rank correlations of a token's experts with the loss of the token after it, and with the router's entropy. */
  readonly withLoss: number;
  readonly withEntropy: number;
}

export interface TopPCard extends CardRun {
  /** Undefined: the defaults of the model on screen. */
  readonly settings: TopPSettings | undefined;
  /** Mean experts that "match" aims at. */
  readonly target: number;
  readonly report: TopPReport | undefined;
}

export const TOP_P_CARD: TopPCard = { ...AT_REST, settings: undefined, target: 1.5, report: undefined };
