import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { rampTable } from './ramp';
import { DIFFERENCE_DOMAIN, SHARE_DOMAIN, SIGNED_STOPS, signedColour, signedGradient, signedPosition, signedTicks, signedTurns } from './signed';

describe('the signed scale', () => {
  it('puts 0 in the middle and clamps at both ends of its fixed domain', () => {
    expect([-1, -0.5, 0, 0.25, 0.5, 9].map((d) => signedPosition(d, DIFFERENCE_DOMAIN))).toEqual([0, 0, 0.5, 0.75, 1, 1]);
    expect([-3, 0, 3].map((x) => signedPosition(x, SHARE_DOMAIN))).toEqual([0, 0.5, 1]);
  });

  it('is grey at 0, blue below, orange above', () => {
    expect(signedColour(0, 0.5)).toBe('color-mix(in oklab, var(--pos-1) 0%, var(--zero))');
    expect(signedColour(-0.5, 0.5)).toBe('color-mix(in oklab, var(--neg-3) 0%, var(--neg-4))');
    expect(signedColour(0.5, 0.5)).toBe('color-mix(in oklab, var(--pos-4) 100%, var(--pos-3))');
    expect(signedColour(0.0625, 0.5)).toBe('color-mix(in oklab, var(--pos-1) 50%, var(--zero))');
  });

  it('draws its legend from itself', () => {
    expect(signedTicks(3)).toEqual([{ at: 0, value: -3 }, { at: 0.25, value: -1.5 }, { at: 0.5, value: 0 }, { at: 0.75, value: 1.5 }, { at: 1, value: 3 }]);
    expect(signedGradient(3)).toBe(`linear-gradient(to right, ${signedColour(-1, 1)} 0%, ${signedColour(0, 1)} 50%, ${signedColour(1, 1)} 100%)`);
  });
});

describe('figures on the signed scale', () => {
  const sheet = readFileSync('src/ui/tokens.css', 'utf8');
  const at = sheet.indexOf('[data-theme="dark"]');
  const light = sheet.slice(0, at);
  const dark = sheet.slice(at);
  const colour = (part: string, name: string): string => new RegExp(`${name}: (#[0-9a-f]{6})`).exec(part)?.[1] ?? '';
  const luminance = (bytes: readonly number[]): number => {
    const [r = 0, g = 0, b = 0] = bytes.map((byte) => (byte / 255 <= 0.04045 ? byte / 255 / 12.92 : ((byte / 255 + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  for (const [theme, part] of [['light', light], ['dark', dark]] as const) {
    it(`keep 4.5 : 1 everywhere, ${theme}`, () => {
      const table = rampTable(SIGNED_STOPS.map((name) => colour(part, name)));
      const ratios = Array.from({ length: 256 }, (_, i) => {
        const turned = signedTurns((2 * i) / 255 - 1, 1)[theme];
        const white = (theme === 'dark') !== turned;
        const y = luminance([...table.subarray(4 * i, 4 * i + 3)]);
        return white ? 1.05 / (y + 0.05) : (y + 0.05) / 0.05;
      });
      expect(Math.min(...ratios)).toBeGreaterThanOrEqual(4.5);
    });
  }
});
