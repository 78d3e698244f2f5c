import { describe, expect, it } from 'vitest';
import { clampSetting, DEFAULTS } from './settings';
import { decodeUrl, encodeUrl } from './url';

describe('link state', () => {
  it('is empty at the defaults and names only what differs', async () => {
    expect(await encodeUrl(DEFAULTS)).toBe('');
    expect(await encodeUrl({ ...DEFAULTS, temperature: 0.5, token: 20, layer: 3 })).toBe('#v=1&T=0.5&t=20&l=3');
  });

  it('brings back every setting, a long prompt included', async () => {
    const values = { ...DEFAULTS, prompt: 'Once upon a time. \u{1f600}\n'.repeat(40), temperature: 0, topK: 0, topP: 1, seed: 4_294_967_295, unit: 'nats' as const, theme: 'dark' as const, panel: 'load' as const };
    const hash = await encodeUrl(values);
    expect(hash).toContain('pz=');
    const decoded = await decodeUrl(hash);
    expect(decoded.notices).toEqual([]);
    expect({ ...DEFAULTS, ...decoded.values }).toEqual(values);
  });

  it('drops bad values with a notice, clamps ranges and ignores unknown keys', async () => {
    const { values, notices } = await decodeUrl('#v=1&T=hot&k=1000&unit=hartley&foo=1&tp=');
    expect(values).toEqual({ topK: 100 });
    expect(notices).toHaveLength(4);
  });

  it('refuses a packed prompt that is broken', async () => {
    const { values, notices } = await decodeUrl('#v=1&pz=!!!');
    expect(values).toEqual({});
    expect(notices).toHaveLength(1);
  });
});

describe('clampSetting', () => {
  it('keeps range and decimals, and knows what is no number', () => {
    expect(clampSetting('temperature', 0.123)).toBe(0.12);
    expect(clampSetting('temperature', 9)).toBe(2);
    expect(clampSetting('topK', -3)).toBe(0);
    expect(clampSetting('topK', 3.6)).toBe(4);
    expect(clampSetting('seed', Number.NaN)).toBeUndefined();
  });
});
