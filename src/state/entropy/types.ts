/** What the view's components need to know of the method: `ui` reads it here, since it may not import methods. */
import { uniformAt } from '../../base/pcg';

export { PARTS } from '../../methods/collaboration/events';
export type { CostPart, Costs } from '../../methods/collaboration/events';
export { COLLABORATION_METHODS, GATES } from '../../methods/collaboration/settings';
export type { CollaborationMethod, Gate } from '../../methods/collaboration/settings';

/** The coin of a step: depends on seed and step alone. */
export function stepCoin(seed: number, step: number): number {
  return uniformAt(seed, step);
}
