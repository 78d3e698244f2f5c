import { expect, it } from 'vitest';
import { linearAxis, logAxis, tickLabel } from './axis';

it('starts linear axes at 0 and ends them on a round number', () => {
  const axis = linearAxis(2.58, 0, 300, 3);
  expect(axis.ticks.map(({ label }) => label)).toEqual(['0', '1', '2', '3']);
  expect(axis.at(1.5)).toBe(150);
  expect(axis.at(9)).toBe(300);
});

it('gives logarithmic axes whole powers of ten, and 0 the left end', () => {
  const axis = logAxis(0.02, 1.2, 0, 300);
  expect(axis.ticks.map(({ label }) => label)).toEqual(['.01', '.1', '1', '10']);
  expect(axis.at(0.1)).toBeCloseTo(100);
  expect(axis.at(0)).toBe(0);
});

it('writes ticks without a leading zero', () => {
  expect([0, 0.25, 0.001, 1, 1.5].map(tickLabel)).toEqual(['0', '.25', '.001', '1', '1.5']);
});
