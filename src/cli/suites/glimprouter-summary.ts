/** Figures of the suite glimprouter from the results of its items. */
import type { Estimate } from '../../base/bootstrap';
import { rankCorrelation } from '../../methods/top-p/correlation';
import type { Arm, Scores } from './glimprouter-arms';
import { correlation, curveOf, meanDifference, resampled, variation, type ArmColumns, type Groups } from './glimprouter-curve';
import { unpackCounts, type ArmCounts, type Measured } from './glimprouter-run';
import type { GivenSteps } from './glimprouter-steps';
import { flat, rounded, shown } from './paired';
import type { Summary, UnitResult } from './suite';

interface ItemResult {
  readonly kind: 'item';
  readonly family: string;
  readonly arms: Readonly<Record<string, string>>;
  readonly given: GivenSteps;
  readonly measured: Readonly<Record<'small' | 'large' | 'one', Measured>>;
}

/** An arm as a point: accuracy against share and cost. Costs are parts of what the large model alone spends on writing. */
export interface HandoverPoint {
  readonly arm: string;
  readonly group: string;
  readonly pair: string;
  readonly target: number | null;
  readonly threshold: number | null;
  readonly accuracy: Estimate;
  /** Steps of the large model / steps. */
  readonly share: number;
  /** Tokens of the large model / tokens. */
  readonly tokenShare: number;
  readonly flops: number;
  readonly ms: number;
  /** Tokens run for an item, by part, and their time. */
  readonly tokens: Readonly<Record<PartName, number>>;
  readonly time: Readonly<Record<PartName, number>>;
}

const PART_NAMES = ['probe', 'smallDecode', 'largePrefill', 'largeDecode'] as const;
type PartName = (typeof PART_NAMES)[number];

/** Most of the large model's decode FLOPs that the question allows. */
const BUDGET = 0.6;

const sumOf = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);

/** Milliseconds a token of each part. */
type Rates = Readonly<Record<'read' | 'write', number>>;

function ratesOf(items: readonly ItemResult[], who: 'small' | 'large' | 'one'): Rates {
  const total = (field: keyof Measured): number => sumOf(items.map(({ measured }) => measured[who][field]));
  const per = (ms: number, tokens: number): number => (tokens === 0 ? 0 : ms / tokens);
  return { read: per(total('readMs'), total('readTokens')), write: per(total('writeMs'), total('writtenTokens')) };
}

export function summarise(results: readonly UnitResult[], arms: readonly Arm[], calibration: Scores): Summary {
  const all = results.filter((row) => row['kind'] === 'item') as unknown as readonly ItemResult[];
  const rates = { small: ratesOf(all, 'small'), large: ratesOf(all, 'large'), one: ratesOf(all, 'one') };
  const of = (arm: string): readonly ItemResult[] => all.filter((item) => item.arms[arm] !== undefined);
  const counts = (arm: string, items: readonly ItemResult[] = of(arm)): ArmCounts[] => items.flatMap((item) => (item.arms[arm] === undefined ? [] : [unpackCounts(item.arms[arm])]));
  const timeOf = ({ run: [probe, smallDecode, largePrefill, largeDecode] }: ArmCounts, pair: Arm['pair']): readonly number[] => {
    const small = pair === 'two' ? rates.small : rates.one;
    return [probe * small.read, smallDecode * small.write, largePrefill * rates.large.read, largeDecode * rates.large.write];
  };

  const points = arms.flatMap((arm): HandoverPoint[] => {
    const items = of(arm.name);
    if (items.length === 0) return [];
    const rows = counts(arm.name, items);
    const alone = counts('large', items);
    const n = rows.length;
    const per = (values: readonly number[]): Record<PartName, number> => Object.fromEntries(PART_NAMES.map((name, part) => [name, rounded((values[part] ?? 0) / n, 3)])) as Record<PartName, number>;
    const times = rows.map((row) => timeOf(row, arm.pair));
    const ofParts = (lists: readonly (readonly number[])[]): number[] => PART_NAMES.map((_, part) => sumOf(lists.map((list) => list[part] ?? 0)));
    // The large model's own reading of the prompt is left out on both sides, as in kiloFlops.
    const promptMs = sumOf(rows.map(({ run }, i) => (run[2] > 0 ? (alone[i]?.run[2] ?? 0) * rates.large.read : 0)));
    const aloneMs = sumOf(alone.map(({ run }) => run[3] * rates.large.write));
    return [{
      arm: arm.name, group: arm.group, pair: arm.pair, target: arm.target ?? null,
      threshold: arm.settings.method === 'random' || arm.target === undefined || !Number.isFinite(arm.settings.threshold) ? null : rounded(arm.settings.threshold),
      accuracy: estimate(resampled(n, (pick) => sumOf(pick.map((i) => (rows[i]?.right === true ? 1 : 0))) / n)),
      share: rounded(sumOf(rows.map(({ largeSteps }) => largeSteps)) / sumOf(rows.map(({ steps }) => steps)), 4),
      tokenShare: rounded(sumOf(rows.map(({ largeTokens }) => largeTokens)) / sumOf(rows.map(({ tokens }) => tokens)), 4),
      flops: rounded(sumOf(rows.map(({ kiloFlops }) => kiloFlops)) / sumOf(alone.map(({ kiloFlops }) => kiloFlops)), 4),
      ms: rounded((sumOf(times.flat()) - promptMs) / aloneMs, 4),
      tokens: per(ofParts(rows.map(({ run }) => run))),
      time: per(ofParts(times)),
    }];
  });

  const columns = (arm: string, items: readonly ItemResult[]): ArmColumns => {
    const rows = counts(arm, items);
    return { right: rows.map(({ right }) => (right ? 1 : 0)), largeSteps: rows.map(({ largeSteps }) => largeSteps), steps: rows.map(({ steps }) => steps) };
  };
  const groupOf = (group: string, items: readonly ItemResult[]): Groups => {
    const targets = new Map<string, string[]>();
    for (const { name, group: own, target } of arms) if (own === group) targets.set(String(target ?? name), [...(targets.get(String(target ?? name)) ?? []), name]);
    return { points: [['small'], ['large'], ...targets.values()].map((names) => names.map((name) => columns(name, items))) };
  };
  const areaOf = (group: string, items: readonly ItemResult[] = all): Estimate => {
    const [own, chance] = [groupOf(group, items), groupOf('random', items)];
    return resampled(items.length, (pick) => meanDifference(curveOf(own, pick), curveOf(chance, pick)));
  };

  const entropy = arms.filter(({ group }) => group === 'entropy').map(({ name }) => columns(name, all));
  const shareAndAccuracy = (pick: readonly number[]): number => {
    const curve = entropy.map((arm) => [sumOf(pick.map((i) => arm.largeSteps[i] ?? 0)), sumOf(pick.map((i) => arm.right[i] ?? 0))] as const);
    return rankCorrelation(curve.map(([share]) => share), curve.map(([, right]) => right));
  };
  const stepsOf = (pick: readonly number[], field: keyof GivenSteps): number[] => pick.flatMap((i) => all[i]?.given[field] ?? []);
  const everyone = all.map((_, i) => i);
  const area = areaOf('entropy');
  const steps = (pick: readonly number[], how: (a: readonly number[], b: readonly number[]) => number): number => how(stepsOf(pick, 'first'), stepsOf(pick, 'advantage'));
  const advantage = resampled(all.length, (pick) => steps(pick, correlation));
  const advantageRank = steps(everyone, rankCorrelation);
  const trend = resampled(all.length, shareAndAccuracy);
  const variations = resampled(all.length, (pick) => variation(stepsOf(pick, 'first')) - variation(stepsOf(pick, 'mean')));

  const named = (name: string): HandoverPoint | undefined => points.find(({ arm }) => arm === name);
  const [small, large] = [named('small')?.accuracy.mean ?? NaN, named('large')?.accuracy.mean ?? NaN];
  const gain = ({ accuracy }: HandoverPoint): number => (accuracy.mean - small) / (large - small);
  const own = points.filter(({ group, share }) => group === 'entropy' && share < 1);
  const others = points.filter(({ pair, group }) => pair === 'two' && group !== 'random' && group !== 'small' && group !== 'large');
  const most = (candidates: readonly HandoverPoint[], value: (point: HandoverPoint) => number): HandoverPoint | undefined => candidates.reduce<HandoverPoint | undefined>((best, point) => (best === undefined || value(point) > value(best) ? point : best), undefined);
  const best = most(own, ({ accuracy }) => accuracy.mean);
  const within = most(own.filter(({ flops }) => flops <= BUDGET), gain);
  const anyWithin = most(others.filter(({ flops }) => flops <= BUDGET), gain);
  const nine = most(own.filter((point) => gain(point) >= 0.9), ({ flops }) => -flops);
  const anyNine = most(others.filter((point) => gain(point) >= 0.9), ({ flops }) => -flops);
  const number = (value: number | undefined, digits = 4): number | null => (value === undefined || !Number.isFinite(value) ? null : rounded(value, digits));
  const groups = ['stepMean', 'selfCheck', 'maxProbability', 'variance', 'top20', 'relay'] as const;
  const areas = Object.fromEntries(groups.map((group) => [group, areaOf(group)])) as Record<(typeof groups)[number], Estimate>;

  const figures = {
    n: all.length,
    small: number(small),
    large: number(large),
    bestHandover: number(best?.accuracy.mean),
    bestHandoverShare: number(best?.share),
    ...flat('areaAboveRandom', area),
    cvFirstToken: number(variation(stepsOf(everyone, 'first'))),
    cvStepMean: number(variation(stepsOf(everyone, 'mean'))),
    ...flat('cvDifference', variations),
    cvFirstTokenOwnSteps: number(variation(calibration.entropy)),
    cvStepMeanOwnSteps: number(variation(calibration.stepMean)),
    gainShareAt60PercentFlops: number(within === undefined ? undefined : gain(within)),
    gainShareAt60PercentFlopsArm: within?.arm ?? null,
    gainShareAt60PercentFlopsAnyRule: number(anyWithin === undefined ? undefined : gain(anyWithin)),
    gainShareAt60PercentFlopsAnyRuleArm: anyWithin?.arm ?? null,
    flopsAt90PercentGain: number(nine?.flops),
    flopsAt90PercentGainArm: nine?.arm ?? null,
    flopsAt90PercentGainAnyRule: number(anyNine?.flops),
    flopsAt90PercentGainAnyRuleArm: anyNine?.arm ?? null,
    thresholds: entropy.length,
    ...flat('rankCorrelation', trend),
    ...flat('advantageCorrelation', advantage),
    advantageRankCorrelation: number(advantageRank),
    steps: stepsOf(everyone, 'first').length,
    ...Object.assign({}, ...groups.map((group) => flat(`area_${group}`, areas[group]))) as Record<string, number | null>,
    msReadSmall: number(rates.small.read), msWriteSmall: number(rates.small.write), msReadLarge: number(rates.large.read), msWriteLarge: number(rates.large.write),
  };
  const families = [...new Set(all.map(({ family }) => family))].sort().map((family) => {
    const items = all.filter((item) => item.family === family);
    const share = (arm: string): number => rounded(counts(arm, items).filter(({ right }) => right).length / items.length, 4);
    return { family, n: items.length, small: share('small'), large: share('large'), areaAboveRandom: estimate(areaOf('entropy', items)) };
  });
  return {
    figures,
    details: { points, families },
    lines: [
      `${all.length} items: small ${figures.small}, large ${figures.large}; best hand-over ${figures.bestHandover} at a large share of ${figures.bestHandoverShare}`,
      ...points.filter(({ group }) => group !== 'random').map((point) => `${point.arm.padEnd(16)} accuracy ${shown(point.accuracy, 3)}  share ${point.share.toFixed(3)}  FLOPs ${point.flops.toFixed(3)}  ms ${point.ms.toFixed(3)}  gain ${gain(point).toFixed(2)}`),
      `Accuracy above random hand-over at equal share, mean over 15 to 50 %: ${shown(area)}`,
      ...groups.map((group) => `  by ${group}: ${shown(areas[group])}`),
      `Rank correlation of accuracy with share over ${entropy.length} thresholds: ${shown(trend)}`,
      `First-token entropy with the advantage of the large model, ${figures.steps} given steps: ${shown(advantage)}, ranks ${advantageRank.toFixed(4)}`,
      `Coefficient of variation: first token ${figures.cvFirstToken}, step mean ${figures.cvStepMean} (difference ${shown(variations)})`,
      `Share of the gain at no more than 60 % of the large model's own decode FLOPs: ${figures.gainShareAt60PercentFlops} (${figures.gainShareAt60PercentFlopsArm}); any rule ${figures.gainShareAt60PercentFlopsAnyRule} (${figures.gainShareAt60PercentFlopsAnyRuleArm})`,
      `FLOPs at 90 % of the gain: ${figures.flopsAt90PercentGain} (${figures.flopsAt90PercentGainArm}); any rule ${figures.flopsAt90PercentGainAnyRule} (${figures.flopsAt90PercentGainAnyRuleArm})`,
    ],
  };
}

function estimate({ mean, low, high, n }: Estimate): Estimate {
  return { mean: rounded(mean, 4), low: rounded(low, 4), high: rounded(high, 4), n };
}
