/** The RoutingPlan of a mix. */
import { pathwayPlan } from '../../methods/c3po/run';
import type { RoutingPlan } from '../../routing/plan';

/** Puts rows of weights in the place of the router's at the last prompt token, one layer each. [C, E] */
export function mixPlan(layers: readonly number[], omega: Float32Array): RoutingPlan {
  return pathwayPlan(omega, layers, omega.length / Math.max(1, layers.length));
}
