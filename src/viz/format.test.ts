import { describe, expect, it } from 'vitest';
import { formatBytes, formatShare, formatSmall, formatSigned, inUnit } from './format';

describe('numbers as the page writes them', () => {
  it('leaves out the zero before the point and never rounds up to a false 1.00', () => {
    expect(formatShare(0.384)).toBe('.38');
    expect(formatShare(0)).toBe('.00');
    expect(formatShare(0.994)).toBe('.99');
    expect(formatShare(0.996)).toBe('1.0');
    expect(formatShare(1.0005)).toBe('1.0');
    expect(formatShare(1.306)).toBe('1.31');
    expect(formatShare(0.0512, 3)).toBe('.051');
    expect(formatShare(1, 3)).toBe('1.00');
    expect(formatShare(Number.NaN)).toBe('\u2013');
  });

  it('writes a real minus sign and no negative zero', () => {
    expect(formatSigned(-1.5)).toBe('\u22121.50');
    expect(formatSigned(-0.001)).toBe('0.00');
  });

  it('counts bytes in decimal units', () => {
    expect(formatBytes(14_508_232)).toBe('14.5 MB');
    expect(formatBytes(257_795)).toBe('258 kB');
  });

  it('turns nats into bits', () => {
    expect(inUnit(Math.LN2, 'bits')).toBe(1);
    expect(inUnit(2, 'nats')).toBe(2);
  });

  it('writes small numbers with two significant digits', () => {
    expect([1.5, 0.6, 0.032, 0.0041, 1e-9, Number.NaN].map(formatSmall)).toEqual(['1.50', '.60', '.032', '.0041', '0', '\u2013']);
  });
});
