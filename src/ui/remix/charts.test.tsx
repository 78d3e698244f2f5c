import type { ReactElement } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { describe, expect, it } from 'vitest';
import { ArmsChart, type ArmRow } from './ArmsChart';
import { EffectRows } from './EffectRows';
import { LossChart } from './LossChart';
import { lossSentence } from './LossPanel';
import { OmegaHeat, omegaSentence, type OmegaRow } from './OmegaHeat';
import { ReferenceMap } from './ReferenceMap';

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
});
