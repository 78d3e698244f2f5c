import { describe, expect, it } from 'vitest';
import { DIFFERENCE_DOMAIN, SHARE_DOMAIN, signedColour, signedGradient, signedPosition, signedTicks } from './signed';

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
