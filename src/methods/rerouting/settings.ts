/**
 * Online rerouting: additive router logits, fitted to the text so far by its own next-token loss and used for what
 * comes next. "Rewiring Experts on the Fly" (https://arxiv.org/abs/2510.14853). What the paper leaves open is set here and
 * named in docs/METHODS.md: optimiser, share of layers, what happens between cycles, keys and values.
 */
import { PlaygroundError } from '../../base/errors';

/** Which layers are updated: by confidence, cut off or as weights of the step, or by their place. */
export const LAYER_CHOICES = ['hard', 'soft', 'all', 'random', 'first', 'last'] as const;
export type LayerChoice = (typeof LAYER_CHOICES)[number];
export const OPTIMISERS = ['adam', 'plain'] as const;
/** `most` confident layers are those with the smallest C_l: the paper's formula is large where a layer is unsure. */
export const SIGNS = ['most', 'least'] as const;

export interface ReroutingSettings {
  /** Step size. */
  readonly rate: number;
  /** Gradient steps of a cycle. */
  readonly steps: number;
  /** Tokens between two cycles; the first cycle comes after the prompt. */
  readonly interval: number;
  readonly choice: LayerChoice;
  /** Share of the layers that is updated, at least one; not used by `all` and `soft`. */
  readonly share: number;
  readonly sign: (typeof SIGNS)[number];
  readonly optimiser: (typeof OPTIMISERS)[number];
  /** A cycle starts from the logits of the one before; otherwise from 0. */
  readonly warmStart: boolean;
  /** Bound on each added logit; Infinity is none. */
  readonly clamp: number;
  /** Of the random choice of layers and of the control. */
  readonly seed: number;
}

/** Rate 0.05 and 5 steps are the paper's; its interval is 128 tokens, shorter here as texts are; the rest is ours. */
export const REROUTING_DEFAULTS: ReroutingSettings = {
  rate: 0.05,
  steps: 5,
  interval: 32,
  choice: 'hard',
  share: 0.3,
  sign: 'most',
  optimiser: 'adam',
  warmStart: true,
  clamp: Infinity,
  seed: 1,
};

/** Throws `bad-input` with one sentence for each setting that cannot be. */
export function checkRerouting({ rate, steps, interval, share, clamp }: ReroutingSettings): void {
  const faults: string[] = [];
  if (!(rate > 0 && Number.isFinite(rate))) faults.push(`The step size is ${rate}, but a number above 0 is wanted.`);
  if (!Number.isInteger(steps) || steps < 0 || steps > 50) faults.push(`The number of steps is ${steps}, but a whole number from 0 to 50 is wanted.`);
  if (!Number.isInteger(interval) || interval < 1) faults.push(`The interval is ${interval} tokens, but a whole number of at least 1 is wanted.`);
  if (!(share > 0 && share <= 1)) faults.push(`The share of layers is ${share}, but a number above 0 and at most 1 is wanted.`);
  if (!(clamp > 0)) faults.push(`The bound on added logits is ${clamp}, but a number above 0 is wanted.`);
  if (faults.length > 0) throw new PlaygroundError('bad-input', faults.join(' '));
}
