/** Derivatives by central differences in float64, the oracle of the backward kernels. */
import { expect } from 'vitest';

/**
 * d f / d x[i] for each of `at`. The step is small enough for a third derivative of order 1 and large enough for float64.
 * @param f of a copy of `x` with one value changed
 */
export function slopes(f: (x: Float64Array) => number, x: ArrayLike<number>, at = Array.from({ length: x.length }, (_, i) => i)): Float64Array {
  const values = Float64Array.from(x);
  const step = 1e-5;
  return Float64Array.from(at, (i) => {
    const value = values[i]!;
    values[i] = value + step;
    const above = f(values);
    values[i] = value - step;
    const below = f(values);
    values[i] = value;
    return (above - below) / (2 * step);
  });
}

/** Whole arrays, as float32 computes them: the worst difference against the largest value wanted. */
export function expectAgree(got: ArrayLike<number>, want: ArrayLike<number>, what: string, tolerance = 2e-5): void {
  expect(got.length, `length of ${what}`).toBe(want.length);
  let size = 1e-6;
  let worst = 0;
  for (let i = 0; i < want.length; i++) {
    size = Math.max(size, Math.abs(want[i]!));
    const difference = Math.abs(got[i]! - want[i]!);
    worst = Number.isFinite(difference) ? Math.max(worst, difference) : Infinity;
  }
  expect(worst / size, what).toBeLessThan(tolerance);
}

/** sum a b */
export function inner(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}
