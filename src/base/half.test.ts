import { expect, test } from 'vitest';
import { fromHalf, toHalf } from './half';

test('well known halves have their bits', () => {
  const table: [number, number][] = [
    [0, 0x0000], [-0, 0x8000], [1, 0x3c00], [-2, 0xc000], [65504, 0x7bff], [0.333251953125, 0x3555],
    [2 ** -14, 0x0400], [2 ** -24, 0x0001], [Infinity, 0x7c00], [-Infinity, 0xfc00],
  ];
  for (const [value, half] of table) {
    expect(toHalf(value)).toBe(half);
    expect(Object.is(fromHalf(half), value)).toBe(true);
  }
});

test('rounding is to nearest, ties to even, and overflows to infinity', () => {
  expect(toHalf(1 + 2 ** -11)).toBe(0x3c00);
  expect(toHalf(1 + 3 * 2 ** -11)).toBe(0x3c02);
  expect(toHalf(65519.99)).toBe(0x7bff);
  expect(toHalf(65520)).toBe(0x7c00);
  expect(toHalf(2 ** -25)).toBe(0x0000);
  expect(toHalf(2 ** -25 * 1.0001)).toBe(0x0001);
  expect(toHalf(2 ** -14 - 2 ** -26)).toBe(0x0400);
});

test('every half survives the way to a number and back', () => {
  for (let half = 0; half < 65536; half++) {
    const value = fromHalf(half);
    if (Number.isNaN(value)) expect(toHalf(value) & 0x7c00).toBe(0x7c00);
    else if (toHalf(value) !== half) throw new Error(`half ${half.toString(16)} came back as ${toHalf(value).toString(16)}`);
  }
});
