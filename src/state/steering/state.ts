/** The slice of the cards of rerouting, RICE and top-p: settings and what was found, kept while other tabs are open. */
import { TOP_P_CARD, type TopPCard } from './topPCard';
import { REROUTING_CARD, type ReroutingCard } from './reroutingCard';
import { RICE_CARD, type RiceCard } from './riceCard';

export interface SteeringState {
  readonly rerouting: ReroutingCard;
  readonly rice: RiceCard;
  readonly topP: TopPCard;
}

export const NO_STEERING: SteeringState = { rerouting: REROUTING_CARD, rice: RICE_CARD, topP: TOP_P_CARD };
