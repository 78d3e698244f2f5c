/**
 * IEEE 754 binary16 ("half") in both directions. Safetensors weights and small traces are stored so.
 */

const bits = new DataView(new ArrayBuffer(4));

/** Largest finite half. */
export const HALF_MAX = 65504;

/**
 * The half nearest to a number, ties to even, as its 16 bits. Beyond `HALF_MAX` it is infinity; NaN stays NaN.
 */
export function toHalf(value: number): number {
  bits.setFloat32(0, value);
  const word = bits.getUint32(0);
  const sign = (word >>> 16) & 0x8000;
  const exponent = (word >>> 23) & 0xff;
  const mantissa = word & 0x7fffff;
  if (exponent === 0xff) return sign | 0x7c00 | (mantissa === 0 ? 0 : 0x200);
  const shifted = exponent - 112;
  if (shifted >= 31) return sign | 0x7c00;
  if (shifted <= 0) {
    if (shifted < -10) return sign;
    return sign | roundedShift(mantissa | 0x800000, 14 - shifted);
  }
  // The carry out of the mantissa runs into the exponent, up to infinity: that is the right rounding.
  return sign | ((shifted << 10) + roundedShift(mantissa, 13));
}

/** `value >> places`, rounded to nearest, ties to even. */
function roundedShift(value: number, places: number): number {
  const kept = value >>> places;
  const rest = value & ((1 << places) - 1);
  const half = 1 << (places - 1);
  return rest > half || (rest === half && (kept & 1) === 1) ? kept + 1 : kept;
}

/** The number that 16 bits of a half stand for; exact in float32. */
export function fromHalf(half: number): number {
  const sign = half & 0x8000 ? -1 : 1;
  const exponent = (half >>> 10) & 0x1f;
  const mantissa = half & 0x3ff;
  if (exponent === 0) return sign * mantissa * 2 ** -24;
  if (exponent === 31) return mantissa === 0 ? sign * Infinity : NaN;
  return sign * (1 + mantissa / 1024) * 2 ** (exponent - 15);
}

/** The half nearest to a number, as a number. */
export function roundHalf(value: number): number {
  return fromHalf(toHalf(value));
}
