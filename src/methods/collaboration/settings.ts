/**
 * Settings of two models that write one text in turns, step by step: GlimpRouter (https://arxiv.org/abs/2601.05110), what
 * it is compared with, and our variants. docs/METHODS.md says what each does.
 */
import { PlaygroundError } from '../../base/errors';
import type { StepDelimiter } from '../../base/delimiter';
import { patternFault } from '../../base/pattern';
import { GREEDY, type Sampling } from '../../engine/engine';

/**
 * Who writes a step.
 * `small`, `large`: always the same model. `glimprouter`: the score of the step's first token decides, before anything
 * of the step is written. `random`: a coin with the chance `largeShare`. `relay`: the large model writes the first
 * `relaySteps` steps. `stepMean`, `selfCheck`: the small model writes the step, then it is judged, and thrown away
 * for one of the large model where the judgement reaches the threshold: by the mean entropy of its tokens, or by the
 * chance that the small model itself gives to another text (the contrast of AdaSwitch, https://arxiv.org/abs/2410.13181,
 * whose trained self-check this is not).
 */
export const COLLABORATION_METHODS = ['glimprouter', 'small', 'large', 'random', 'stepMean', 'selfCheck', 'relay'] as const;
export type CollaborationMethod = (typeof COLLABORATION_METHODS)[number];

/** `two`: a small and a large checkpoint. `one`: the same mixture with one expert a token and with as many as trained; our variant. */
export const COLLABORATION_PAIRS = ['two', 'one'] as const;
export type CollaborationPair = (typeof COLLABORATION_PAIRS)[number];

/**
 * The score of a glimpse, higher is less sure. `entropy`: nats. `maxProbability`: 1 - the highest probability.
 * `variance`: 1 - Var(q) / Var(one-hot), the dispersion of Mowst (https://arxiv.org/abs/2311.05185). The last two lie in [0, 1].
 */
export const GATES = ['entropy', 'maxProbability', 'variance'] as const;
export type Gate = (typeof GATES)[number];

/** Which tokens the score looks at: the whole vocabulary, or the likeliest ones renormalised (the paper's code takes 20). */
export const GATE_CANDIDATES = ['all', 20, 10] as const;
export type GateCandidates = (typeof GATE_CANDIDATES)[number];

export interface CollaborationSettings {
  readonly method: CollaborationMethod;
  readonly gate: Gate;
  readonly candidates: GateCandidates;
  /** The large model writes where the score is at least this: nats for entropies, else in [0, 1]. */
  readonly threshold: number;
  /** Chance of the large model, `random` only. */
  readonly largeShare: number;
  /** Of the coin, unsigned 32-bit. The coin of step s depends on (seed, s) alone: a higher share only adds steps. */
  readonly seed: number;
  /** Steps that the large model writes first, `relay` only. */
  readonly relaySteps: number;
  /** `discard`: the writer begins the step anew (the paper). `keep`: the step begins with the small model's first token, whoever goes on. */
  readonly probe: 'discard' | 'keep';
  /** The text after the answer marker is written by the large model, whatever the method. */
  readonly finalByLarge: boolean;
  /** A step that begins with this text is the final answer. Empty: no step is. */
  readonly answerMarker: string;
  readonly delimiter: StepDelimiter;
  /** The text ends when so many steps in a row are the same, once there are more than two; 0 or 1: never. The paper's code takes 2. */
  readonly repeats: number;
  readonly maxStepTokens: number;
  /** The answer included. */
  readonly maxSteps: number;
  /** Of both models. */
  readonly sampling: Sampling;
}

export interface NumberRange {
  readonly min: number;
  readonly max: number;
  readonly whole?: boolean;
}

export const COLLABORATION_RANGES = {
  threshold: { min: 0, max: 20 },
  largeShare: { min: 0, max: 1 },
  seed: { min: 0, max: 4_294_967_295, whole: true },
  relaySteps: { min: 0, max: 64, whole: true },
  repeats: { min: 0, max: 64, whole: true },
  maxStepTokens: { min: 1, max: 512, whole: true },
  maxSteps: { min: 1, max: 128, whole: true },
} as const satisfies Readonly<Partial<Record<keyof CollaborationSettings, NumberRange>>>;

/** The paper's setting where it has one, but greedy. */
export const COLLABORATION_DEFAULTS: CollaborationSettings = {
  method: 'glimprouter',
  gate: 'entropy',
  candidates: 'all',
  threshold: 1,
  largeShare: 0.25,
  seed: 1,
  relaySteps: 1,
  probe: 'discard',
  finalByLarge: true,
  answerMarker: 'answer:',
  delimiter: { kind: 'blank-line' },
  repeats: 2,
  maxStepTokens: 64,
  maxSteps: 24,
  sampling: GREEDY,
};

const NAMES: Readonly<Record<keyof typeof COLLABORATION_RANGES, string>> = {
  threshold: 'The threshold',
  largeShare: 'The share of the large model',
  seed: 'The seed',
  relaySteps: 'The number of steps of the relay',
  repeats: 'The number of equal steps that end the text',
  maxStepTokens: 'The longest step in tokens',
  maxSteps: 'The number of steps',
};

/** Throws `bad-input` with the first fault as a sentence. */
export function checkCollaboration(settings: CollaborationSettings): void {
  for (const [key, { min, max, ...range }] of Object.entries(COLLABORATION_RANGES) as [keyof typeof COLLABORATION_RANGES, NumberRange][]) {
    const value = settings[key];
    // No threshold is too high: Infinity hands nothing over.
    if (value >= min && (value <= max || key === 'threshold') && (range.whole !== true || Number.isInteger(value))) continue;
    throw new PlaygroundError('bad-input', `${NAMES[key]} is ${value}, but a ${range.whole === true ? 'whole ' : ''}number from ${min} to ${max} is wanted.`);
  }
  const fault = settings.delimiter.kind === 'pattern' ? patternFault(settings.delimiter.source) : undefined;
  if (fault !== undefined) throw new PlaygroundError('bad-input', fault);
}
