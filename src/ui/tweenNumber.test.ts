import { expect, test } from 'vitest';
import { tweenAt } from './TweenNumber';

test('a number starts where it was, is seven eighths on its way at half the time, and stays at its end', () => {
  expect([0, 75, 150, 900].map((ms) => tweenAt(0.2, 0.6, ms, 150).toFixed(3))).toEqual(['0.200', '0.550', '0.600', '0.600']);
  expect(tweenAt(1, 0, -5, 150)).toBe(1);
});
