/** The evaluation in the page: which settings are run on each question, what is kept of a run, and the figures of all of them. */
import { wilson, type Share } from '../../analysis/paired';
import { thresholdForShare } from '../../analysis/threshold';
import type { CollaborationResult } from '../../methods/collaboration/events';
import { chosenExperts, tokenFlops } from '../../methods/collaboration/flops';
import { COLLABORATION_DEFAULTS, type CollaborationSettings } from '../../methods/collaboration/settings';
import type { Writer } from '../../methods/collaboration/writer';

/** One arm on one question. */
export interface BenchCounts {
  readonly right: boolean;
  /** Decided steps, and those of the large model. */
  readonly steps: number;
  readonly largeSteps: number;
  /** Operations of all but the large model's first reading of the prompt, which it needs alone as well. */
  readonly flops: number;
  /** Measured once for each piece of text; arms that walk the same text share it. */
  readonly ms: number;
}

export interface BenchItem {
  readonly id: string;
  readonly family: string;
  readonly arms: Readonly<Record<string, BenchCounts>>;
}

export interface BenchArm {
  readonly name: string;
  readonly group: 'small' | 'large' | 'entropy' | 'random';
  /** Aimed share of the large model, where there is one. */
  readonly target?: number;
  readonly settings: CollaborationSettings;
}

export interface HandoverBench {
  readonly phase: 'idle' | 'running' | 'stopped' | 'done' | 'failed';
  /** Questions asked for; 0 is all. */
  readonly count: number;
  /** In the order in which the questions were asked. */
  readonly results: readonly BenchItem[];
  /** Questions of this run. */
  readonly total: number;
  /** What the results depend on, as text: a run of anything else begins anew. */
  readonly basis: string;
  /** Wall time spent on the results. */
  readonly milliseconds: number;
  readonly message: string;
}

export const NO_HANDOVER_BENCH: HandoverBench = { phase: 'idle', count: 20, results: [], total: 0, basis: '', milliseconds: 0, message: '' };

/** Shares that thresholds and coins aim at. */
const TARGETS = [0.15, 0.3, 0.5, 0.75] as const;

/** As in `npm run evaluate -- --suite glimprouter`: no step is cut, equal steps are no fault in counting, and an answer stays with its step's writer. */
const BASE: CollaborationSettings = { ...COLLABORATION_DEFAULTS, finalByLarge: false, repeats: 0, delimiter: { kind: 'blank-line' }, maxStepTokens: 48, maxSteps: 14 };

/**
 * The arms on one question.
 * @param scores first-token entropies of the calibration set, nats; where there are none, the threshold of the page is the one arm
 * @param item number of the question: its coins are its own
 */
export function benchArms(scores: Float64Array | undefined, tau: number, item: number): readonly BenchArm[] {
  const entropy: readonly BenchArm[] =
    scores === undefined
      ? [{ name: 'entropy', group: 'entropy', settings: { ...BASE, threshold: tau } }]
      : TARGETS.map((target) => ({ name: `entropy${100 * target}`, group: 'entropy', target, settings: { ...BASE, threshold: thresholdForShare(scores, target).threshold } }));
  return [
    { name: 'small', group: 'small', settings: { ...BASE, method: 'small' } },
    ...entropy,
    ...TARGETS.map((target): BenchArm => ({ name: `random${100 * target}`, group: 'random', target, settings: { ...BASE, method: 'random', largeShare: target, seed: 1 + 101 * item } })),
    { name: 'large', group: 'large', settings: { ...BASE, method: 'large' } },
  ];
}

/** The last line of a text, white space aside: the answer with its marker. */
export function lastLine(text: string): string {
  return text.trimEnd().split('\n').at(-1)?.trim() ?? '';
}

export function countsOf({ steps, costs, total, text }: CollaborationResult, answer: string, large: Writer, promptTokens: number): BenchCounts {
  const decided = steps.filter(({ final }) => !final);
  const { config } = large.access;
  const readPrompt = costs.largePrefill.tokens > 0 ? tokenFlops(config, chosenExperts(config, large.plan), 0, promptTokens, 1) : 0;
  return {
    right: lastLine(text) === `${COLLABORATION_DEFAULTS.answerMarker} ${answer}`,
    steps: decided.length,
    largeSteps: decided.filter(({ writer }) => writer === 1).length,
    flops: total.flops - readPrompt,
    ms: total.ms,
  };
}

export interface BenchRow extends Share {
  readonly arm: string;
  readonly group: BenchArm['group'];
  readonly target: number | undefined;
  /** Steps of the large model / steps. */
  readonly largeShare: number;
  /** Operations in parts of the large model alone. */
  readonly cost: number;
}

const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);

/** One row for each arm that all questions have, in the order of the first. */
export function benchRows(results: readonly BenchItem[]): readonly BenchRow[] {
  const names = Object.keys(results[0]?.arms ?? {}).filter((name) => results.every(({ arms }) => arms[name] !== undefined));
  const of = (name: string): readonly BenchCounts[] => results.flatMap(({ arms }) => arms[name] ?? []);
  const alone = sum(of('large').map(({ flops }) => flops));
  return names.map((arm) => {
    const rows = of(arm);
    const steps = sum(rows.map((row) => row.steps));
    return {
      arm,
      group: groupOf(arm),
      target: /\d+$/.test(arm) ? Number(/\d+$/.exec(arm)?.[0]) / 100 : undefined,
      ...wilson(rows.filter(({ right }) => right).length, rows.length),
      largeShare: steps === 0 ? 0 : sum(rows.map(({ largeSteps }) => largeSteps)) / steps,
      cost: alone === 0 ? Number.NaN : sum(rows.map(({ flops }) => flops)) / alone,
    };
  });
}

function groupOf(arm: string): BenchArm['group'] {
  return arm.startsWith('entropy') ? 'entropy' : arm.startsWith('random') ? 'random' : arm === 'large' ? 'large' : 'small';
}
