/** Online rerouting on the text on screen: its first part is fitted, the rest is held out. */
import { rerouteCycle, type CycleReport } from '../../methods/rerouting/cycle';
import { deltaNorms, deltaPlan, randomDelta } from '../../methods/rerouting/delta';
import { editDistance, gateEntropy } from '../../methods/rerouting/measure';
import type { RerouteStep } from '../../methods/rerouting/optimise';
import type { ReroutingSettings } from '../../methods/rerouting/settings';
import { ROUTER_AS_TRAINED, type RoutingPlan } from '../../routing/plan';
import type { App } from '../app';
import { onModel, type CardText, type Outcome } from './work';

export { LAYER_CHOICES, OPTIMISERS, REROUTING_DEFAULTS, SIGNS, type ReroutingSettings } from '../../methods/rerouting/settings';
export type { RerouteStep } from '../../methods/rerouting/optimise';

export interface ReroutingReport {
  readonly settings: ReroutingSettings;
  readonly text: CardText;
  readonly cycle: CycleReport;
  readonly plan: RoutingPlan;
  readonly norms: readonly number[];
  readonly editDistance: readonly number[];
  readonly entropyBefore: readonly number[];
  readonly entropyAfter: readonly number[];
  /** Change of the held-out loss under random logits of the same size, nats. */
  readonly randomHeldOut: number;
}

/** @param share part of the text that is the context, above 0 and below 1 */
export function runRerouting(app: App, settings: ReroutingSettings, share: number, observe: (step: RerouteStep) => void): Promise<Outcome<ReroutingReport>> {
  return onModel(app, async (access, text, signal) => {
    const context = Math.max(2, Math.min(text.ids.length - 1, Math.round(share * text.ids.length)));
    const cycle = await rerouteCycle(access, text.ids, { settings, context, observe, signal });
    const plan = deltaPlan(cycle.delta);
    const plain = await access.score(text.ids, ROUTER_AS_TRAINED, { routing: true, signal });
    const adapted = await access.score(text.ids, plan, { routing: true, signal });
    const random = await access.score(text.ids, deltaPlan(randomDelta(cycle.delta, settings.seed)), { signal });
    const heldOut = (logProb: Float32Array): number => -logProb.slice(context).reduce((a, b) => a + b, 0) / (logProb.length - context);
    return {
      settings,
      text,
      cycle,
      plan,
      norms: deltaNorms(cycle.delta),
      editDistance: plain.routing && adapted.routing ? editDistance(plain.routing, adapted.routing) : [],
      entropyBefore: plain.routing ? gateEntropy(plain.routing) : [],
      entropyAfter: adapted.routing ? gateEntropy(adapted.routing, cycle.delta) : [],
      randomHeldOut: heldOut(random.logProb) - heldOut(plain.logProb),
    };
  });
}
