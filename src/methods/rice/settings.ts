/** Steering by scaled mixing weights: chosen experts count beta times as much where the router has chosen them anyway. */
import { PlaygroundError } from '../../base/errors';
import type { PlanEntry, RoutingPlan, TokenSelector } from '../../routing/plan';
import type { ExpertSet, LayerExpert } from './rank';

export interface RiceSettings {
  /** Experts to steer, over all layers together. */
  readonly l: number;
  /** Factor on their mixing weight; 0 switches them off, 1 changes nothing. */
  readonly beta: number;
  /** The weights of a token are divided by their sum after scaling: only ratios count then. */
  readonly renormalise: boolean;
  readonly set: ExpertSet;
}

/** The paper steers two experts with beta 64 in models of 671 and 235 billion parameters; a small model starts lower. */
export const RICE_DEFAULTS: RiceSettings = { l: 2, beta: 4, renormalise: true, set: 'top' };

export const BETA_MAX = 512;
export const L_MAX = 10;

/** Throws `bad-input` with one sentence for each setting that cannot be. */
export function checkRice({ l, beta }: Pick<RiceSettings, 'l' | 'beta'>): void {
  const faults: string[] = [];
  if (!Number.isInteger(l) || l < 0 || l > L_MAX) faults.push(`The number of experts is ${l}, but a whole number from 0 to ${L_MAX} is wanted.`);
  if (!(beta >= 0 && beta <= BETA_MAX)) faults.push(`Beta is ${beta}, but a number from 0 to ${BETA_MAX} is wanted.`);
  if (faults.length > 0) throw new PlaygroundError('bad-input', faults.join(' '));
}

/** The plan that scales the mixing weights of these experts (hook D), on all tokens or on those from a position on. */
export function ricePlan(experts: readonly LayerExpert[], { beta, renormalise }: Pick<RiceSettings, 'beta' | 'renormalise'>, tokens: TokenSelector = 'all'): RoutingPlan {
  const byLayer = new Map<number, Record<string, number>>();
  for (const { layer, expert } of experts) byLayer.set(layer, { ...byLayer.get(layer), [String(expert)]: beta });
  const entries = [...byLayer].sort(([a], [b]) => a - b).map(([layer, scale]): PlanEntry => ({
    layers: [layer],
    tokens,
    scale,
    ...(renormalise ? { renormalise: 'after-scale' } : {}),
  }));
  return { format: 'moe-plan', version: '1.0', entries };
}
