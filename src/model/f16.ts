/** IEEE 754 half precision, because `Float16Array` is missing in engines that we support. */

const scratchFloat = new Float32Array(1);
const scratchBits = new Uint32Array(scratchFloat.buffer);

/** Bits of a float32 that equals the half with these 16 bits (every half is a float32). */
function float32BitsOfHalf(half: number): number {
  const sign = (half & 0x8000) << 16;
  const exponent = (half >>> 10) & 0x1f;
  const fraction = half & 0x3ff;
  if (exponent === 0x1f) return sign | 0x7f800000 | (fraction << 13);
  if (exponent !== 0) return sign | ((exponent + 112) << 23) | (fraction << 13);
  if (fraction === 0) return sign;
  // Subnormal halves are normal float32 numbers: shift the leading one out.
  const shift = Math.clz32(fraction) - 21;
  return sign | ((113 - shift) << 23) | (((fraction << shift) & 0x3ff) << 13);
}

/** Upcasts halves to float32, exactly. */
export function float16ToFloat32(halves: Uint16Array): Float32Array {
  const out = new Float32Array(halves.length);
  const bits = new Uint32Array(out.buffer);
  for (let i = 0; i < halves.length; i++) bits[i] = float32BitsOfHalf(halves[i] ?? 0);
  return out;
}

/** Upcasts bfloat16 to float32, exactly: its bits are the upper half of a float32. */
export function bfloat16ToFloat32(halves: Uint16Array): Float32Array {
  const out = new Float32Array(halves.length);
  const bits = new Uint32Array(out.buffer);
  for (let i = 0; i < halves.length; i++) bits[i] = (halves[i] ?? 0) << 16;
  return out;
}

/** The 16 bits of the half nearest to a number (ties to even, overflow to infinity). */
export function float16Bits(value: number): number {
  scratchFloat[0] = value;
  const bits = scratchBits[0] ?? 0;
  const sign = (bits >>> 16) & 0x8000;
  const magnitude = bits & 0x7fffffff;
  if (magnitude > 0x7f800000) return sign | 0x7e00;
  if (magnitude >= 0x47800000) return sign | 0x7c00;
  if (magnitude >= 0x38800000) {
    // Rebias the exponent; a carry out of the rounded fraction moves into it, as it should.
    const half = (magnitude - 0x38000000) >>> 13;
    const rest = magnitude & 0x1fff;
    return sign | (half + (rest > 0x1000 || (rest === 0x1000 && (half & 1) === 1) ? 1 : 0));
  }
  const steps = Math.abs(scratchFloat[0] ?? 0) * 0x1000000;
  const low = Math.floor(steps);
  const rest = steps - low;
  return sign | (low + (rest > 0.5 || (rest === 0.5 && (low & 1) === 1) ? 1 : 0));
}

/** The half nearest to a number, as a number. */
export function roundToFloat16(value: number): number {
  scratchBits[0] = float32BitsOfHalf(float16Bits(value));
  return scratchFloat[0] ?? 0;
}
