import { expect, it } from 'vitest';
import { errorCode, errorMessage } from '../base/errors';
import { checkLayers, checkPathwayRequest, checkPrompts, checkSequences, checkValues } from './gradient-input';
import { TINY_CONFIG } from './testing/tiny-model';

function refusal(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    expect(errorCode(error)).toBe('bad-input');
    return errorMessage(error);
  }
  return '';
}

it('layers are those of the model, ascending', () => {
  expect(refusal(() => checkLayers([0, 1], TINY_CONFIG))).toBe('');
  expect(refusal(() => checkLayers([], TINY_CONFIG))).toBe('No layer was chosen: choose at least one.');
  expect(refusal(() => checkLayers([0, 2], TINY_CONFIG))).toBe('Layer 2 was chosen, but this model has the layers 0 to 1.');
  expect(refusal(() => checkLayers([1, 0], TINY_CONFIG))).toBe('Layers have to be given in ascending order, none twice; 0 follows 1.');
  expect(refusal(() => checkLayers([0.5], TINY_CONFIG))).toContain('Layer 0.5');
  expect(refusal(() => checkLayers([0], { ...TINY_CONFIG, feedForward: { kind: 'dense', hidden: 8 } }))).toContain('no routers');
});

it('prompts and texts fit the model', () => {
  expect(refusal(() => checkPrompts([[1, 2], [95]], TINY_CONFIG))).toBe('');
  expect(refusal(() => checkPrompts([], TINY_CONFIG))).toBe('There is no prompt to take gradients of.');
  expect(refusal(() => checkPrompts([[1], []], TINY_CONFIG))).toBe('Prompt 2 is empty: it needs at least one token.');
  expect(refusal(() => checkPrompts([[1, 96]], TINY_CONFIG))).toContain('token id 96');
  expect(refusal(() => checkPrompts([Array<number>(65).fill(1)], TINY_CONFIG))).toContain('65 tokens long');
  expect(refusal(() => checkSequences([{ ids: [1, 2], weights: [0.5, 0] }], TINY_CONFIG))).toBe('');
  expect(refusal(() => checkSequences([{ ids: [1, 2], weights: [1] }], TINY_CONFIG))).toContain('2 tokens but 1 weights');
  expect(refusal(() => checkSequences([{ ids: [1, 2], weights: [1, 1] }], TINY_CONFIG))).toContain('last weight of text 1 has to be 0');
  expect(refusal(() => checkSequences([{ ids: [1, 2], weights: [NaN, 0] }], TINY_CONFIG))).toContain('not a finite number');
});

it('values are shared or apart, finite, and not negative where they are weights', () => {
  expect(checkValues(new Float32Array(16), 'omega', 3, 2, 8, 'distribution')).toBe(true);
  expect(checkValues(new Float32Array(48), 'omega', 3, 2, 8, 'distribution')).toBe(false);
  expect(checkValues(new Float32Array(16).fill(-1), 'delta', 3, 2, 8, 'logits')).toBe(true);
  expect(refusal(() => checkValues(new Float32Array(17), 'omega', 3, 2, 8, 'distribution'))).toBe('omega has 17 values; 2 layers of 8 experts take 16, or 48 for 3 of them apart.');
  expect(refusal(() => checkValues(new Float32Array(16).fill(-1), 'omega', 3, 2, 8, 'distribution'))).toContain('cannot be negative');
  expect(refusal(() => checkValues(new Float32Array(16).fill(NaN), 'delta', 3, 2, 8, 'logits'))).toContain('NaN');
});

it('targets and core experts exist', () => {
  const gradient = { membership: 'hard', core: [[0, 7], [1]] } as const;
  expect(refusal(() => checkPathwayRequest({ targets: [1, 2], gradient }, 2, 2, 8, 96))).toBe('');
  expect(refusal(() => checkPathwayRequest({ targets: [1] }, 2, 2, 8, 96))).toContain('2 prompts but 1 tokens');
  expect(refusal(() => checkPathwayRequest({ targets: [1, 96] }, 2, 2, 8, 96))).toContain('Token id 96');
  expect(refusal(() => checkPathwayRequest({ targets: [1, 2], gradient }, 2, 3, 8, 96))).toContain('2 layers, but 3');
  expect(refusal(() => checkPathwayRequest({ targets: [1, 2], gradient }, 2, 2, 7, 96))).toContain('Expert 7');
});
