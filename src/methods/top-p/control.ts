/** The control of top-p: as many experts on the average, but handed out by chance. */
import { permutation } from '../../base/pcg';
import type { PlanEntry, RoutingPlan } from '../../routing/plan';

export interface RandomCut {
  readonly tokens: number;
  readonly layers: number;
  /** Mean experts wanted, at least 1. Whole numbers give every token the same. */
  readonly mean: number;
  readonly seed: number;
}

/**
 * In every layer, tokens drawn by the seed get one expert more than the rest, as many of them as the mean asks for
 * (rounded to whole tokens).
 */
export function randomCutPlan({ tokens, layers, mean, seed }: RandomCut): RoutingPlan {
  const low = Math.floor(mean);
  const more = Math.round((mean - low) * tokens);
  const entries: PlanEntry[] = [{ layers: 'all', tokens: 'all', k: low }];
  if (more > 0) {
    for (let layer = 0; layer < layers; layer++) {
      const drawn = permutation(tokens, (seed + layer * 7919) >>> 0).slice(0, more);
      entries.push({ layers: [layer], tokens: drawn.sort((a, b) => a - b), k: low + 1 });
    }
  }
  return { format: 'moe-plan', version: '1.0', entries };
}
