/**
 * Dynamic routing by a probability mass instead of a number of experts: "Harder Tasks Need More Experts"
 * (https://arxiv.org/abs/2403.07652), used at test time on a model that was trained with a fixed top-k.
 */
import { PlaygroundError } from '../../base/errors';
import type { PlanEntry, RoutingPlan } from '../../routing/plan';

export interface TopPSettings {
  /** Wanted cumulative probability, 0 to 1. */
  readonly p: number;
  /** Fewest experts of a token and layer. */
  readonly min: number;
  /** Most experts. */
  readonly max: number;
  /** Whose probability is cumulated: of all experts, or of the model's own top-k renormalised to 1. */
  readonly mass: 'all' | 'topk';
  /** Mixing weights are divided by their sum. The paper does not, its model being trained that way. */
  readonly renormalise: boolean;
}

/** What of a model bounds the settings. */
export interface RouterSize {
  /** E */
  readonly experts: number;
  /** The k that the model was trained with. */
  readonly topK: number;
}

/** After the fact: p 0.9, between one expert and the model's own k, weights renormalised. */
export function topPDefaults({ topK }: RouterSize): TopPSettings {
  return { p: 0.9, min: 1, max: topK, mass: 'all', renormalise: true };
}

/** The paper's own rule for a model trained with it: p 0.4, no bounds, weights as they are. */
export function topPOfPaper({ experts }: RouterSize): TopPSettings {
  return { p: 0.4, min: 1, max: experts, mass: 'all', renormalise: false };
}

/** Throws `bad-input` with one sentence for each setting that cannot be. */
export function checkTopP(settings: TopPSettings, { experts }: RouterSize): void {
  const faults: string[] = [];
  const { p, min, max } = settings;
  if (!(p >= 0 && p <= 1)) faults.push(`p is ${p}, but a number from 0 to 1 is wanted.`);
  if (!Number.isInteger(min) || min < 1 || min > experts) faults.push(`The fewest experts are ${min}, but a whole number from 1 to ${experts} is wanted.`);
  if (!Number.isInteger(max) || max < 1 || max > experts) faults.push(`The most experts are ${max}, but a whole number from 1 to ${experts} is wanted.`);
  if (min > max) faults.push(`The fewest experts (${min}) are more than the most (${max}).`);
  if (faults.length > 0) throw new PlaygroundError('bad-input', faults.join(' '));
}

function entry(settings: TopPSettings): PlanEntry {
  const { p, min, max, mass, renormalise } = settings;
  return { layers: 'all', tokens: 'all', topP: { p, min, max, mass }, renormalise: renormalise ? 'before-scale' : 'off' };
}

/** The plan that routes every token of every layer by these settings. */
export function topPPlan(settings: TopPSettings): RoutingPlan {
  return { format: 'moe-plan', version: '1.0', entries: [entry(settings)] };
}

/** The same number of experts everywhere: what top-p is compared with. */
export function topKPlan(k: number): RoutingPlan {
  return { format: 'moe-plan', version: '1.0', entries: [{ layers: 'all', tokens: 'all', k }] };
}
