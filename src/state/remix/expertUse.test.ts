import { describe, expect, it } from 'vitest';
import { defaultSettings } from '../../methods/c3po/settings';
import { withUse } from './expertUse';

const settings = { ...defaultSettings({ layers: 8, experts: 4, topK: 2 }), layers: [6, 7] };
const plan = { format: 'moe-plan', version: '1.0', entries: [{ layers: [6], tokens: 'last', override: 'uniform' }] } as const;
const router = Float32Array.of(0.5, 0.3, 0.1, 0.1, 0.1, 0.1, 0.2, 0.6);
const omega = Float32Array.of(0.5, 0.1, 0.3, 0.1, 0.1, 0.1, 0.2, 0.6);

describe('experts in use', () => {
  it('are those inside the cut, summed over questions', () => {
    const one = withUse(undefined, { settings, router, omega, plan }, 2);
    expect(one).toEqual({ questions: 1, layers: [6, 7], before: [1, 1, 0, 0, 0, 0, 1, 1], after: [1, 0, 1, 0, 0, 0, 1, 1] });
    expect(withUse(one, { settings, router, omega: router, plan }, 2)).toEqual({ questions: 2, layers: [6, 7], before: [2, 2, 0, 0, 0, 0, 2, 2], after: [2, 1, 1, 0, 0, 0, 2, 2] });
  });
  it('are not counted for what moves no mix of the last token', () => {
    for (const other of [{ method: 'base' as const }, { method: 'ngdLogits' as const }, { token: { place: 'first' as const, count: 1 } }]) expect(withUse(undefined, { settings: { ...settings, ...other }, router, omega, plan }, 2)).toBeUndefined();
  });
});
