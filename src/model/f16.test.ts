import { expect, it } from 'vitest';
import { fromHalf } from '../base/half';
import { bfloat16ToFloat32, float16ToFloat32 } from './f16';

it('known halves have known values', () => {
  const halves = Uint16Array.of(0x0000, 0x8000, 0x3c00, 0xc000, 0x7bff, 0x0400, 0x0001, 0x83ff, 0x7c00, 0xfc00, 0x3555);
  expect([...float16ToFloat32(halves)]).toEqual([0, -0, 1, -2, 65504, 2 ** -14, 2 ** -24, -1023 * 2 ** -24, Infinity, -Infinity, 0.333251953125]);
  expect(float16ToFloat32(Uint16Array.of(0x7e00))[0]).toBeNaN();
});

it('every one of the 65,536 halves agrees with the formula of the format', () => {
  const all = Uint16Array.from({ length: 65536 }, (_, i) => i);
  expect(float16ToFloat32(all).every((value, i) => Object.is(value, fromHalf(i)))).toBe(true);
});

it('bfloat16 is the upper half of a float32', () => {
  expect([...bfloat16ToFloat32(Uint16Array.of(0x3f80, 0xc040, 0x0000, 0x7f80))]).toEqual([1, -3, 0, Infinity]);
});
