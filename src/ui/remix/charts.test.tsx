import type { ReactElement } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { describe, expect, it } from 'vitest';
import { parseResults } from '../../state/results';
import { AblationChart } from './AblationChart';
import { ablationAxes } from './AblationPanel';
import { ArmsChart, type ArmRow } from './ArmsChart';
import { CostChart } from './CostChart';
import { costPoints } from './CostPanel';
import { EffectRows } from './EffectRows';
import { LossChart } from './LossChart';
import { lossSentence } from './LossPanel';
import { OmegaHeat, omegaSentence, type OmegaRow } from './OmegaHeat';
import { ReferenceMap } from './ReferenceMap';
import { StepsChart } from './StepsChart';
import { seriesOf } from './StepsPanel';
import { UseChart } from './UseChart';
import { rowsInUse } from './UsePanel';

const omega: OmegaRow[] = [
  { layer: 6, before: [0.5, 0.3, 0.15, 0.05], after: [0.2, 0.3, 0.45, 0.05], chosenBefore: [0, 1], chosenAfter: [2, 1] },
  { layer: 7, before: [0.1, 0.1, 0.2, 0.6], after: [0.1, 0.1, 0.2, 0.6], chosenBefore: [3, 2], chosenAfter: [3, 2] },
];
const losses = [
  { step: 0, surrogate: 1.2, truth: 2 },
  { step: 1, surrogate: 1, truth: 1.9 },
  { step: 2, surrogate: 0.9, truth: 1.85 },
];
const share = (accuracy: number, n: number) => ({ n, accuracy, low: accuracy - 0.05, high: accuracy + 0.05 });
const arms: ArmRow[] = [
  { arm: 'base', name: 'base', here: share(0.45, 20), shipped: share(0.5, 1000), gap: undefined, usesLabel: false },
  { arm: 'ngd', name: 'NGD', here: share(0.55, 20), shipped: undefined, gap: 0.25, usesLabel: false },
  { arm: 'random', name: 'random neighbours (control)', here: undefined, shipped: share(0.49, 1000), gap: -0.02, usesLabel: false },
  { arm: 'oracle', name: 'oracle', here: share(0.85, 20), shipped: share(0.9, 1000), gap: undefined, usesLabel: true },
];

const stepAt = (step: number, count: number, fixed: number, broken: number) => ({ step, accuracy: { n: 20, count, share: count / 20, low: count / 20 - 0.1, high: count / 20 + 0.1 }, fixed, broken });
const byStep = { ngd: [stepAt(0, 10, 0, 0), stepAt(1, 11, 2, 1), stepAt(2, 12, 4, 2)], oracle: [stepAt(0, 10, 0, 0), stepAt(1, 14, 4, 0)] };
const summary = { n: 20, count: 10, gapClosed: NaN, gapInterval: { low: NaN, high: NaN }, fixed: 0, broken: 0, p: 1, milliseconds: 1, change: NaN };
const costs = [{ ...summary, arm: 'base', share: 0.5, low: 0.45, high: 0.55, cost: 1 }, { ...summary, arm: 'ngd', share: 0.52, low: 0.47, high: 0.57, cost: 15.6 }, { ...summary, arm: 'random', share: 0.51, low: 0.46, high: 0.56, cost: 16.3 }, { ...summary, arm: 'oracle', share: 0.7, low: 0.65, high: 0.75, cost: 1.7 }, { ...summary, arm: 'ngdLogits', share: 0.48, low: 0.43, high: 0.53, cost: NaN }];
const row = (axis: string, value: string, count: number) => ({ axis, value, n: 100, count, share: count / 100, low: count / 100 - 0.1, high: count / 100 + 0.1, fixed: 1, broken: 0, p: 1, cost: 2 });
const ablation = parseResults({
  format: 'moe-results', version: '1.0', suite: 'c3po', created: '2026-01-01T00:00:00.000Z', command: 'x', model: { id: 'm', sha256: '0'.repeat(64) }, engine: 'reference',
  settings: { varied: { k: 3, kernel: 'gaussian' } }, summary: { n: 100, base: 0.5 }, items: [],
  ablation: [row('k', '1', 48), row('k', '3', 53), row('kernel', 'gaussian', 53), row('kernel', 'linear', 50), row('layers', 'L2', 52), row('token', 'first3', 47)],
});

describe('the figures of Re-mix', () => {
  const charts: Record<string, ReactElement> = {
    'map.svg': (
      <ReferenceMap
        points={{ x: [0, 1, 2, -1], y: [0, 1, -1, 0.5], slot: [0, -1, 1, -1] }}
        marks={[{ index: 2, x: 2, y: -1, name: '1' }]}
        question={{ index: -1, x: 1.5, y: -0.5, name: 'question' }}
        hover={1}
        width={300}
        height={200}
        label="four references"
      />
    ),
    'loss.svg': <LossChart points={losses} steps={10} width={320} height={176} label={lossSentence(losses)} />,
    'loss-together.svg': <LossChart points={losses.map((point) => ({ ...point, truth: point.surrogate }))} steps={2} width={320} height={176} label="" />,
    'arms.svg': <ArmsChart rows={arms} width={640} label="arms" />,
    'arms-narrow.svg': <ArmsChart rows={arms} width={358} label="arms" />,
    'steps.svg': <StepsChart series={seriesOf(byStep)} width={480} label="steps" />,
    'cost.svg': <CostChart points={costPoints(costs)} width={437} height={262} label="cost" />,
    'use.svg': <UseChart rows={rowsInUse({ questions: 3, layers: [6, 7], before: [3, 2, 1, 0, 0, 0, 3, 3], after: [3, 0, 3, 0, 1, 0, 3, 2] })} width={320} label="use" />,
    'ablation.svg': <AblationChart title="neighbours" rows={ablationAxes(ablation)[0]!.values} base={0.5} span={[0.38, 0.63]} width={300} label="neighbours" />,
    'omega.html': <OmegaHeat rows={omega} experts={4} cell={24} />,
    'effect.html': (
      <EffectRows
        label="options"
        rows={[
          { key: ' 7', name: ' 7', before: 0.31, after: 0.49, win: true, note: 'correct' },
          { key: ' 8', name: ' 8', before: 0.42, after: 0.29, win: false },
          { key: '', name: 'other tokens', before: 0.27, after: 0.22, win: false, quiet: true },
        ]}
      />
    ),
  };
  it.each(Object.entries(charts))('%s is drawn as before', async (name, chart) => {
    await expect(renderToStaticMarkup(chart)).toMatchFileSnapshot(`./__snapshots__/${name}`);
  });

  it('say in a sentence what the numbers say', () => {
    expect(lossSentence(losses)).toBe('Loss over 2 steps. surrogate from 1.20 to 0.90. true from 2.00 to 1.85.');
    expect(omegaSentence(omega[0]!, 2)).toBe('Layer 6, expert 2: .150 before, .450 after, comes into the cut');
    expect(omegaSentence(omega[0]!, 0)).toBe('Layer 6, expert 0: .500 before, .200 after, drops out of the cut');
    expect(omegaSentence(omega[1]!, 3)).toBe('Layer 7, expert 3: .600 before, .600 after, inside the cut in both');
  });

  it('leave out arms whose cost is not known', () => {
    expect(costPoints(costs).map(({ arm, name }) => [arm, name])).toEqual([['base', 'base'], ['ngd', 'NGD'], ['random', 'random neighbours'], ['oracle', 'oracle']]);
  });

  it('name the values of an ablation and mark the one that the benchmark runs with', () => {
    expect(ablationAxes(ablation).map(({ title, values }) => [title, ...values.map(({ value, used }) => (used ? `${value}*` : value))])).toEqual([['neighbours', '1', '3*'], ['kernel', 'Gaussian*', 'linear'], ['layers', 'last 2'], ['token', 'first 3']]);
  });
});
