/** Sliders over several powers: each step of the slider is the same factor, and the left end may be 0. */

export interface PowerScale {
  /** Value of step 1 where the left end is 0, of step 0 otherwise. */
  readonly least: number;
  readonly most: number;
  /** Steps to a factor of two. */
  readonly perDouble: number;
  readonly zero: boolean;
}

/** beta: 0, then 1/4 to 512 in half doublings. */
export const BETA_SCALE: PowerScale = { least: 0.25, most: 512, perDouble: 2, zero: true };
/** Step size: .001 to .512 in thirds of doublings. */
export const RATE_SCALE: PowerScale = { least: 0.001, most: 0.512, perDouble: 3, zero: false };

/** Steps of the slider, its right end. */
export function lastStep({ least, most, perDouble, zero }: PowerScale): number {
  return Math.round(Math.log2(most / least) * perDouble) + (zero ? 1 : 0);
}

/** Value at a step, to two significant digits; doublings of `least` from 1 on in full. */
export function valueAt(scale: PowerScale, step: number): number {
  if (scale.zero && step <= 0) return 0;
  const value = scale.least * 2 ** ((step - (scale.zero ? 1 : 0)) / scale.perDouble);
  return Number.isInteger(value) ? value : Number(value.toPrecision(2));
}

/** Nearest step of a value; values outside stand at the ends. */
export function stepOf(scale: PowerScale, value: number): number {
  if (!(value > 0)) return 0;
  const step = Math.round(Math.log2(value / scale.least) * scale.perDouble) + (scale.zero ? 1 : 0);
  return Math.min(lastStep(scale), Math.max(scale.zero ? 1 : 0, step));
}
