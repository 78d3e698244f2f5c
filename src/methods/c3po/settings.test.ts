import { describe, expect, it } from 'vitest';
import { armSettings, defaultSettings, presetLayers } from './settings';

const SHAPE = { layers: 8, experts: 16, topK: 2 };

describe('layer presets', () => {
  it.each([
    ['F2', 8, [0, 1]],
    ['M1', 8, [3]],
    ['M2', 8, [3, 4]],
    ['L5', 16, [11, 12, 13, 14, 15]],
    ['L5', 3, [0, 1, 2]],
    ['all', 3, [0, 1, 2]],
  ] as const)('%s of %i', (preset, layers, wanted) => {
    expect(presetLayers(preset, layers)).toEqual(wanted);
  });
});

describe('defaults', () => {
  it('are the paper\'s on its model', () => {
    const paper = defaultSettings({ layers: 16, experts: 64, topK: 8 });
    expect(paper.layers).toEqual([11, 12, 13, 14, 15]);
    expect([paper.core, paper.k, paper.steps, paper.rateStart, paper.rateEnd]).toEqual([20, 3, 10, 0.01, 0.00001]);
  });

  it('keep the proportions on a smaller one', () => {
    expect(defaultSettings(SHAPE)).toMatchObject({ layers: [5, 6, 7], core: 5 });
  });
});

describe('arms', () => {
  it('change what their name says and nothing else', () => {
    const settings = { ...defaultSettings(SHAPE), k: 5 };
    expect(armSettings('random', settings, SHAPE)).toEqual({ ...settings, neighbourhood: 'random' });
    expect(armSettings('unsuccessful', settings, SHAPE)).toEqual({ ...settings, pool: 'unsuccessful' });
    expect(armSettings('ngdLogits', settings, SHAPE)).toMatchObject({ k: 24, layers: [0, 1, 2, 3, 4, 5, 6, 7], optimiser: 'adam', rateStart: 0.1, pool: 'all' });
    expect(armSettings('ngdLogits', settings, SHAPE, { k: 8, layers: [7] })).toMatchObject({ k: 8, layers: [7] });
  });
});
