/** Two models that write one text in turns. */
import type { ModelAccess } from '../../engine/access';
import { ROUTER_AS_TRAINED, type RoutingPlan } from '../../routing/plan';
import type { CollaborationEvent, CollaborationResult } from './events';
import type { CollaborationSettings } from './settings';

/** A model that writes, and the rules it writes under. */
export interface Writer {
  /** For people: a checkpoint's name. */
  readonly name: string;
  readonly access: ModelAccess;
  readonly plan: RoutingPlan;
}

export interface CollaborationOptions {
  readonly signal?: AbortSignal;
  /** Whether events carry the routing of the tokens, for a trace. */
  readonly routing?: boolean;
}

/** The form with one model: the mixture with one expert a token writes, and the mixture as it was trained takes over. Our variant. */
export function oneModelPair(name: string, access: ModelAccess): { readonly small: Writer; readonly large: Writer } {
  const one: RoutingPlan = { ...ROUTER_AS_TRAINED, entries: [{ layers: 'all', tokens: 'all', k: 1 }] };
  return { small: { name: `${name} with one expert`, access, plan: one }, large: { name, access, plan: ROUTER_AS_TRAINED } };
}

export type Collaborate = (
  small: Writer,
  large: Writer,
  promptIds: readonly number[],
  settings: CollaborationSettings,
  options?: CollaborationOptions,
) => AsyncGenerator<CollaborationEvent, CollaborationResult>;
