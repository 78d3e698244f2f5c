/** Table of docs/METHODS.md for the suite glimprouter, from its results file (`npm run tables`). */
import type { Estimate } from '../../base/bootstrap';
import type { Results } from '../../state/results';
import type { HandoverPoint } from './glimprouter-summary';

interface FamilyRow {
  readonly family: string;
  readonly n: number;
  readonly small: number;
  readonly large: number;
  readonly areaAboveRandom: Estimate;
}

const percent = (share: number): string => (100 * share).toFixed(1);

const between = ({ low, high }: Pick<Estimate, 'low' | 'high'>): string => `${percent(low)} to ${percent(high)}`;

const NAMES: Readonly<Record<string, string>> = {
  entropy: 'first-token entropy', random: 'chance', relay: 'relay', stepMean: 'step-mean entropy, afterwards', selfCheck: "the small model's own doubt, afterwards",
  maxProbability: 'first-token 1 - max p', variance: 'first-token 1 - dispersion (Mowst)', top20: 'first-token entropy of the 20 likeliest', keptProbe: 'first-token entropy, probe kept',
  finalByLarge: 'first-token entropy, answer by large', oneModel: 'one model, k = 1 and 2: first-token entropy', oneExpert: 'one model, k = 1 alone', small: 'small alone', large: 'large alone',
};

/** Tosses of one coin as one row: the mean of all its numbers. */
function withoutTosses(points: readonly HandoverPoint[]): HandoverPoint[] {
  const out: HandoverPoint[] = [];
  for (const point of points) {
    if (point.group !== 'random') {
      out.push(point);
      continue;
    }
    const tosses = points.filter(({ group, target }) => group === 'random' && target === point.target);
    if (tosses[0] !== point) continue;
    const mean = (value: (toss: HandoverPoint) => number): number => tosses.reduce((sum, toss) => sum + value(toss), 0) / tosses.length;
    const accuracy = { ...point.accuracy, mean: mean(({ accuracy: a }) => a.mean), low: mean(({ accuracy: a }) => a.low), high: mean(({ accuracy: a }) => a.high) };
    out.push({ ...point, accuracy, share: mean(({ share }) => share), tokenShare: mean(({ tokenShare }) => tokenShare), flops: mean(({ flops }) => flops), ms: mean(({ ms }) => ms) });
  }
  return out;
}

function rowOf(point: HandoverPoint): string {
  const { arm, group, target, threshold, accuracy, share, flops, ms } = point;
  const aim = target === null ? (group === 'relay' ? `first ${arm.replace('relay', '')}` : '') : `${Math.round(100 * target)} %${threshold === null ? '' : `, at ${threshold.toPrecision(3)}`}`;
  return `| ${NAMES[group] ?? group} | ${aim} | ${percent(share)} | ${percent(accuracy.mean)} (${between(accuracy)}) | ${percent(flops)} | ${percent(ms)} | ${accuracy.n} |`;
}

export function glimprouterTable({ summary, command, engine, ...results }: Results): string[] {
  const number = (name: string, digits = 3): string => {
    const value = summary[name];
    return typeof value === 'number' ? value.toFixed(digits) : 'none';
  };
  const range = (name: string, digits = 3): string => `${number(name, digits)} [${number(`${name}Low`, digits)}, ${number(`${name}High`, digits)}]`;
  const arm = (name: string): string => (typeof summary[name] === 'string' ? ` (\`${summary[name]}\`)` : '');
  const points = withoutTosses(results['points'] as readonly HandoverPoint[]);
  const families = results['families'] as readonly FamilyRow[];
  return [
    '### What it gave here',
    '',
    `${number('n', 0)} items. Command: \`${command}\`; engine: ${engine}; 95 % bootstrap intervals over items.`,
    '',
    '| asked | holds | measured |',
    '|---|---|---|',
    `| accuracy rises with the large share, ${number('thresholds', 0)} thresholds | ${holds(summary['rankCorrelationLow'])} | rank correlation ${range('rankCorrelation')} |`,
    `| at equal large share (15 to 50 %) entropy beats chance | ${holds(summary['areaAboveRandomLow'])} | ${range('areaAboveRandom')} of accuracy, mean over the range |`,
    `| first-token entropy varies more than step-mean entropy | ${holds(summary['cvDifferenceLow'])} | coefficient of variation ${number('cvFirstToken')} against ${number('cvStepMean')}, difference ${range('cvDifference')}; on the small model's own steps ${number('cvFirstTokenOwnSteps')} against ${number('cvStepMeanOwnSteps')} |`,
    `| it goes with the large model's advantage in a step | ${holds(summary['advantageCorrelationLow'])} | correlation ${range('advantageCorrelation')}, of ranks ${number('advantageRankCorrelation')}, ${number('steps', 0)} given steps |`,
    `| 90 % of the gain at 60 % of the large model's decode FLOPs | ${typeof summary['flopsAt90PercentGain'] === 'number' && summary['flopsAt90PercentGain'] <= 0.6 ? 'yes' : 'no'} | at 60 %: ${number('gainShareAt60PercentFlops')} of the gain${arm('gainShareAt60PercentFlopsArm')}, any rule ${number('gainShareAt60PercentFlopsAnyRule')}${arm('gainShareAt60PercentFlopsAnyRuleArm')}; 90 % of the gain costs ${number('flopsAt90PercentGain')}${arm('flopsAt90PercentGainArm')}, any rule ${number('flopsAt90PercentGainAnyRule')}${arm('flopsAt90PercentGainAnyRuleArm')} |`,
    '',
    `Accuracy above chance at equal share by other rules: ${[['stepMean', 'step-mean entropy afterwards'], ['selfCheck', 'own doubt afterwards'], ['maxProbability', '1 - max p'], ['variance', '1 - dispersion'], ['top20', 'entropy of the 20 likeliest'], ['relay', 'relay']].map(([name, words]) => `${words} ${range(`area_${name ?? ''}`)}`).join('; ')}.`,
    '',
    '| family | items | small | large | entropy above chance |',
    '|---|---|---|---|---|',
    ...families.map(({ family, n, small, large, areaAboveRandom: { mean, low, high } }) => `| ${family} | ${n} | ${percent(small)} | ${percent(large)} | ${mean.toFixed(3)} [${low.toFixed(3)}, ${high.toFixed(3)}] |`),
    '',
    'Cost is a part of what the large model alone spends on writing; its own first reading of the prompt is left out on both sides, everything else counts. A target is a share of the reference items\' steps.',
    '',
    '| who writes | target share, threshold | large share of steps, % | right, % (95 %) | FLOPs, % | time, % | n |',
    '|---|---|---|---|---|---|---|',
    ...points.map(rowOf),
    '',
    `Time by measured pieces (${engine}): small ${number('msReadSmall')} ms a token read, ${number('msWriteSmall')} ms a token written; large ${number('msReadLarge')} and ${number('msWriteLarge')} ms.`,
  ];
}

function holds(low: unknown): string {
  return typeof low === 'number' && low > 0 ? 'yes' : 'no';
}
