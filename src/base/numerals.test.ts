import { afterEach, describe, expect, it } from 'vitest';
import { bare, fixed, grouped, localised, plain, typedNumber, writeNumbersAs } from './numerals';

afterEach(() => writeNumbersAs('en'));

describe('numbers in the language of the page', () => {
  it('writes a point in English and a comma in German', () => {
    expect([fixed(1.25, 1), fixed(0.5, 2), bare(0.384, 2), bare(-0.5, 1), plain(0.05), plain(3), grouped(1_234_567), grouped(1234.5), localised('1.5')]).toEqual(['1.3', '0.50', '.38', '-.5', '0.05', '3', '1,234,567', '1,234.5', '1.5']);
    writeNumbersAs('de');
    expect([fixed(1.25, 1), fixed(0.5, 2), bare(0.384, 2), bare(-0.5, 1), plain(0.05), plain(3), grouped(1_234_567), grouped(1234.5), localised('1.5')]).toEqual(['1,3', '0,50', ',38', '-,5', '0,05', '3', '1.234.567', '1.234,5', '1,5']);
  });

  it('keeps Latin digits where the language has its own', () => {
    writeNumbersAs('ar-EG');
    expect(grouped(1234)).toMatch(/^1\D234$/);
  });

  it('reads both signs, and says NaN for what is no number', () => {
    expect([typedNumber('0,5'), typedNumber(' 0.5 '), typedNumber('\u22122'), typedNumber('')]).toEqual([0.5, 0.5, -2, Number.NaN]);
    expect(typedNumber('1,2,3')).toBeNaN();
  });
});
