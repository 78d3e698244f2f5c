/** Arms of the suite top-p: plans by name, and the p of each, matched on other texts. */
import type { ModelAccess } from '../../engine/access';
import type { RoutingBatch } from '../../engine/engine';
import { ROUTER_AS_TRAINED, type RoutingPlan } from '../../routing/plan';
import { randomCutPlan } from '../../methods/top-p/control';
import { estimatedMean, massesOf } from '../../methods/top-p/counts';
import { matchMean } from '../../methods/top-p/match';
import { topKPlan, topPPlan, type RouterSize, type TopPSettings } from '../../methods/top-p/settings';

export type Arm =
  | { readonly name: string; readonly kind: 'static'; readonly k: number }
  /** Between one expert and `max`; p is matched so that tokens get `mean` experts on the average. */
  | { readonly name: string; readonly kind: 'top-p'; readonly mean: number; readonly max: number; readonly mass: TopPSettings['mass'] }
  /** As many experts, handed out by chance. */
  | { readonly name: string; readonly kind: 'random'; readonly mean: number }
  /** The paper's own rule, p 0.4 and weights as they are. */
  | { readonly name: string; readonly kind: 'paper' };

/** Up to the trained k with the mass of the top-k, beyond it with the mass of all experts: the better of the two on validation text. */
export function armsOf({ experts, topK }: RouterSize): readonly Arm[] {
  const capped = [0.25, 0.5, 0.75].map((share) => 1 + share * (topK - 1));
  const word = (mean: number): string => String(mean).replace('.', '_');
  return [
    ...[...new Set([1, topK, topK + 1, topK + 2])].map((k): Arm => ({ name: `top${k}`, kind: 'static', k })),
    ...capped.map((mean): Arm => ({ name: `p${word(mean)}`, kind: 'top-p', mean, max: topK, mass: 'topk' })),
    ...capped.map((mean): Arm => ({ name: `random${word(mean)}`, kind: 'random', mean })),
    ...[topK, topK + 1].map((mean): Arm => ({ name: `p${word(mean)}`, kind: 'top-p', mean, max: experts, mass: 'all' })),
    { name: 'paper', kind: 'paper' },
  ];
}

export interface Matched {
  readonly p: number;
  /** Mean experts that this p would give on the calibration texts. What it gave on the reported ones stands beside it. */
  readonly estimated: number;
}

/**
 * The p of every top-p arm, from the router's distributions under the unchanged model.
 * @param texts token ids of texts that nothing is reported on
 */
export async function calibrate(access: ModelAccess, arms: readonly Arm[], texts: readonly (readonly number[])[], size: RouterSize): Promise<Record<string, Matched>> {
  const plain: RoutingBatch[] = [];
  for (const ids of texts) {
    const { routing } = await access.score(ids, ROUTER_AS_TRAINED, { routing: true });
    if (routing !== undefined) plain.push(routing);
  }
  const out: Record<string, Matched> = {};
  for (const arm of arms) {
    if (arm.kind !== 'top-p') continue;
    const { mean: target, max, mass } = arm;
    const bounds = { min: 1, max };
    const masses = plain.map((routing) => massesOf(routing, mass, size.topK));
    const { p, mean } = await matchMean((q) => estimatedMean(masses, { p: q, ...bounds }, size.experts), bounds, { target, tolerance: 0.001, trials: 20 });
    out[arm.name] = { p, estimated: mean };
  }
  return out;
}

/** The plan of an arm for a text of so many tokens. */
export function planOf(arm: Arm, matched: Readonly<Record<string, Matched>>, { experts }: RouterSize, text: { readonly tokens: number; readonly layers: number; readonly seed: number }): RoutingPlan {
  switch (arm.kind) {
    case 'static':
      return topKPlan(arm.k);
    case 'top-p':
      return topPPlan({ p: matched[arm.name]?.p ?? NaN, min: 1, max: arm.max, mass: arm.mass, renormalise: true });
    case 'random':
      return randomCutPlan({ ...text, mean: arm.mean });
    case 'paper':
      return topPPlan({ p: 0.4, min: 1, max: experts, mass: 'all', renormalise: false });
  }
}
