/** A model that writes, and the rules it writes under. */
import type { ModelAccess } from '../../engine/access';
import { ROUTER_AS_TRAINED, type RoutingPlan } from '../../routing/plan';

export interface Writer {
  /** For people: a checkpoint's name. */
  readonly name: string;
  /** Only `write` is called, and `config` read: a caller may keep answers. */
  readonly access: Pick<ModelAccess, 'config' | 'write'>;
  readonly plan: RoutingPlan;
}

/** The form with one model: the mixture with one expert a token writes, and the mixture as it was trained takes over. Our variant. */
export function oneModelPair(name: string, access: Writer['access']): { readonly small: Writer; readonly large: Writer } {
  const one: RoutingPlan = { ...ROUTER_AS_TRAINED, entries: [{ layers: 'all', tokens: 'all', k: 1 }] };
  return { small: { name: `${name} with one expert`, access, plan: one }, large: { name, access, plan: ROUTER_AS_TRAINED } };
}
