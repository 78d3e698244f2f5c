/** Arms of the suite glimprouter: settings by name. Thresholds are quantiles of the scores on reference items. */
import { thresholdForShare } from '../../analysis/threshold';
import { COLLABORATION_DEFAULTS, type CollaborationPair, type CollaborationSettings } from '../../methods/collaboration/settings';
import type { CalibrationScore } from '../../state/calibration';

export interface Arm {
  readonly name: string;
  /** Arms of a group are the points of one curve. */
  readonly group: string;
  readonly pair: CollaborationPair;
  /** Share of the reference items' steps at or above the threshold, or the chance of the coin; absent for fixed rules. */
  readonly target?: number;
  readonly settings: CollaborationSettings;
}

export type Scores = Readonly<Record<CalibrationScore, readonly number[]>>;

export interface ArmWishes {
  readonly delimiter: 'blank-line' | 'newline' | 'sentence';
  readonly maxStepTokens: number;
  readonly seed: number;
  /** Number of the item: its coins are its own. */
  readonly item: number;
}

/** Shares that the thresholds of first-token entropy aim at. */
export const TARGETS = [0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.97] as const;
const FEWER = [0.2, 0.4, 0.6, 0.8] as const;
const COIN = [0.1, 0.2, 0.3, 0.4, 0.5, 0.7, 0.85] as const;
/** Coins tossed for each share; the curve of chance is their mean. */
const COINS = 3;

/** Steps are few enough that none has to be cut, equal steps are no fault in counting, and the answer stays with its step's writer. */
export function baseSettings({ delimiter, maxStepTokens }: Pick<ArmWishes, 'delimiter' | 'maxStepTokens'>): CollaborationSettings {
  return { ...COLLABORATION_DEFAULTS, finalByLarge: false, repeats: 0, delimiter: { kind: delimiter }, maxStepTokens, maxSteps: delimiter === 'blank-line' ? 14 : 40 };
}

/**
 * @param two scores of the small checkpoint on reference items
 * @param one of the mixture with one expert; its arms are left out when absent
 */
export function armsOf(two: Scores, one: Scores | undefined, wishes: ArmWishes): readonly Arm[] {
  const base = baseSettings(wishes);
  const fixed = (name: string, pair: CollaborationPair, settings: Partial<CollaborationSettings>, group = name): Arm => ({ name, group, pair, settings: { ...base, ...settings } });
  const curve = (group: string, score: CalibrationScore, targets: readonly number[], settings: Partial<CollaborationSettings>, from: { readonly scores: Scores; readonly pair: CollaborationPair } = { scores: two, pair: 'two' }): Arm[] =>
    targets.map((target) => ({ name: `${group}${Math.round(100 * target)}`, group, pair: from.pair, target, settings: { ...base, ...settings, threshold: thresholdForShare(from.scores[score], target).threshold } }));
  return [
    fixed('small', 'two', { method: 'small' }),
    fixed('large', 'two', { method: 'large' }),
    ...curve('entropy', 'entropy', TARGETS, {}),
    ...COIN.flatMap((largeShare) => Array.from({ length: COINS }, (_, coin): Arm => ({ name: `random${Math.round(100 * largeShare)}-${coin + 1}`, group: 'random', pair: 'two', target: largeShare, settings: { ...base, method: 'random', largeShare, seed: (wishes.seed * COINS + coin) * 100_003 + wishes.item } }))),
    ...[1, 2, 3, 4].map((relaySteps) => fixed(`relay${relaySteps}`, 'two', { method: 'relay', relaySteps }, 'relay')),
    ...curve('stepMean', 'stepMean', FEWER, { method: 'stepMean' }),
    ...curve('selfCheck', 'selfCheck', FEWER, { method: 'selfCheck' }),
    ...curve('maxProbability', 'maxProbability', FEWER, { gate: 'maxProbability' }),
    ...curve('variance', 'variance', FEWER, { gate: 'variance' }),
    ...curve('top20', 'top20', FEWER, { candidates: 20 }),
    ...curve('keptProbe', 'entropy', FEWER.slice(1), { probe: 'keep' }),
    ...curve('finalByLarge', 'entropy', FEWER.slice(0, 3), { finalByLarge: true }),
    ...(one === undefined ? [] : [fixed('oneExpert', 'one', { method: 'small' }), ...curve('oneModel', 'entropy', FEWER, {}, { scores: one, pair: 'one' })]),
  ];
}
