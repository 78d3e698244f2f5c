/** Comparisons of what a kernel wrote with the oracle. */
import { expect } from 'vitest';
import { type Bounded, UNTOUCHED } from './oracle';

/** Every value within its bound; the worst one is named. */
export function expectWithin(got: ArrayLike<number>, want: readonly Bounded[], what: string): void {
  expect(got.length, `length of ${what}`).toBe(want.length);
  let worst = 0;
  let message = '';
  want.forEach(({ value, bound }, i) => {
    if (got[i] === value) return;
    const ratio = Number.isFinite(got[i]!) ? Math.abs(got[i]! - value) / bound : Infinity;
    if (ratio <= worst) return;
    worst = ratio;
    message = `${what}, value ${i}: got ${got[i]}, want ${value} within ${bound}`;
  });
  expect(worst, message).toBeLessThanOrEqual(1);
}

export function expectUntouched(got: Float32Array, what: string): void {
  expect(got.every((value) => value === UNTOUCHED), `memory beyond ${what} is untouched`).toBe(true);
}
