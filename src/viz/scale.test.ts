import { describe, expect, it } from 'vitest';
import { figureTurns, magnitudeColour, magnitudePosition, magnitudeTicks, slotLetter } from './scale';

describe('magnitude scale', () => {
  it('has a fixed domain from 0 to 1 at the power 0.6', () => {
    expect(magnitudePosition(0)).toBe(0);
    expect(magnitudePosition(1)).toBe(1);
    expect(magnitudePosition(0.25)).toBeCloseTo(0.435275, 6);
    expect(magnitudePosition(-1)).toBe(0);
    expect(magnitudePosition(2)).toBe(1);
  });

  it('mixes neighbouring steps of the ramp and ends on the last one', () => {
    expect(magnitudeColour(0)).toBe('color-mix(in oklab, var(--mag-1) 0%, var(--mag-0))');
    expect(magnitudeColour(1)).toBe('color-mix(in oklab, var(--mag-8) 100%, var(--mag-7))');
  });

  it('turns the figure earlier in the dark theme', () => {
    expect(figureTurns(0.39)).toEqual({ light: false, dark: false });
    expect(figureTurns(0.45)).toEqual({ light: false, dark: true });
    expect(figureTurns(0.6)).toEqual({ light: true, dark: true });
  });

  it('labels the uniform share and drops a round value that would stand on it', () => {
    expect(magnitudeTicks(16).map(({ value }) => value)).toEqual([0, 0.0625, 0.25, 0.5, 1]);
    expect(magnitudeTicks(4).map(({ value }) => value)).toEqual([0, 0.25, 0.5, 1]);
    expect(magnitudeTicks(64).map(({ value }) => value)).toEqual([1 / 64, 0.25, 0.5, 1]);
    expect(magnitudeTicks(4).find(({ uniform }) => uniform)?.value).toBe(0.25);
  });

  it('has eight slots and no ninth', () => {
    expect([0, 1, 7, 8, -1].map(slotLetter)).toEqual(['a', 'b', 'h', '', '']);
  });
});
