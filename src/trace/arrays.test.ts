import { describe, expect, test } from 'vitest';
import { DTYPE_BYTES, fitsHalf, packArray, plainArray, readArray, sizeOf, type ArrayRule, type PackedArray } from './arrays';
import { Faults } from './faults';

const PAIRS: ArrayRule = { kind: 'real', shape: [2, 2], letters: 'T, K' };
const WHOLE: ArrayRule = { kind: 'whole', shape: [3], letters: 'T', min: 0, max: 9 };

/** The numbers, or the faults where there are any. */
function read(value: unknown, rule: ArrayRule): readonly number[] | readonly string[] {
  const faults = new Faults();
  const numbers = readArray(value, 'x', rule, faults);
  expect(numbers === undefined).toBe(faults.count > 0);
  expect(faults.list().every(({ path }) => path === 'x')).toBe(true);
  return numbers === undefined ? faults.list().map(({ message }) => message) : [...numbers];
}

const packed = (dtype: PackedArray['dtype'], shape: readonly number[], bytes: readonly number[]): PackedArray => ({ dtype, shape, b64: Buffer.from(bytes).toString('base64') });

test('a shape holds the product of its lengths', () => {
  expect([sizeOf([2, 3, 4]), sizeOf([0, 5]), sizeOf([])]).toEqual([24, 0, 1]);
  expect(DTYPE_BYTES).toEqual({ u8: 1, u16: 2, u32: 4, i32: 4, f16: 2, f32: 4 });
});

describe('plain lists', () => {
  test('are nested as the shape, or flat', () => {
    expect(read([[1, 2], [3, -0.5]], PAIRS)).toEqual([1, 2, 3, -0.5]);
    expect(read([1, 2, 3, -0.5], PAIRS)).toEqual([1, 2, 3, -0.5]);
    expect(read([], { ...PAIRS, shape: [0, 2] })).toEqual([]);
    expect(read([[[1], [2]]], { ...PAIRS, shape: [1, 2, 1], letters: 'T, L, K' })).toEqual([1, 2]);
  });

  test('of another shape are refused at the first place that does not fit', () => {
    const fill = ': the numbers must fill the shape [T, K] = [2, 2], 4 in all.';
    expect(read([1, 2, 3], PAIRS)).toEqual([`x has 3 elements, but 4 are wanted${fill}`]);
    expect(read([[1, 2]], PAIRS)).toEqual([`x has 1 elements, but 2 are wanted${fill}`]);
    expect(read([[1, 2], [3]], PAIRS)).toEqual([`x[1] has 1 elements, but 2 are wanted${fill}`]);
    expect(read([[1, 2], 3], PAIRS)).toEqual([`x[1] is the number 3, but a list of 2 is wanted${fill}`]);
    expect(read([[1, 2], [3, [4]]], PAIRS)).toEqual(['x[1][1] is a list of 1, but a finite number is wanted.']);
  });

  test('name the first element that is no number, and what null may have meant', () => {
    expect(read([1, 2, '3', null], PAIRS)).toEqual(['x[1][0] is the text "3", but a finite number is wanted.']);
    expect(read([1, null, 3, 4], PAIRS)).toEqual(['x[0][1] is null, but a finite number is wanted. null stands for NaN in many programs: leave the field out if it is not known.']);
    expect(read([1, null, 3, 4], { ...PAIRS, nullable: true })).toEqual([1, NaN, 3, 4]);
    expect(read([1, NaN, 3, 4], { ...PAIRS, nullable: true })).toEqual([1, NaN, 3, 4]);
    expect(read([1, undefined, 3, 4], { ...PAIRS, nullable: true })).toEqual(['x[0][1] is nothing, but a finite number is wanted.']);
  });
});

describe('bounds', () => {
  test('are inclusive, and every element outside is counted', () => {
    expect(read([0, 9, 5], WHOLE)).toEqual([0, 9, 5]);
    expect(read([0, 10, 5], WHOLE)).toEqual(['x[1] is the number 10, but a whole number from 0 to 9 is wanted.']);
    expect(read([-1, 10, 0.5], WHOLE)).toEqual(['x[0] is the number -1, but a whole number from 0 to 9 is wanted. 2 more of its elements are out of bounds.']);
    expect(read([1, 2, Infinity], WHOLE)).toEqual(['x[2] is the number Infinity, but a whole number from 0 to 9 is wanted.']);
    // A whole number that no float32 holds is still one.
    expect(read([16_777_217, 0, 0], { kind: 'whole', shape: [3], letters: 'T' })).toEqual([16_777_217, 0, 0]);
    expect(read([NaN, 0, 0], WHOLE)).toEqual(['x[0] is NaN, but a whole number from 0 to 9 is wanted.']);
  });

  test('are said as they are: both, one, or none', () => {
    const one = (rule: Partial<ArrayRule>): readonly unknown[] => read([1e39], { kind: 'real', shape: [1], letters: 'T', ...rule });
    expect(one({})).toEqual(['x[0] is the number 1e+39, but a finite number is wanted.']);
    expect(one({ min: -1 })).toEqual(['x[0] is the number 1e+39, but a finite number of at least -1 is wanted.']);
    expect(one({ max: 1 })).toEqual(['x[0] is the number 1e+39, but a finite number of at most 1 is wanted.']);
    expect(one({ min: 0, max: 1 })).toEqual(['x[0] is the number 1e+39, but a finite number from 0 to 1 is wanted.']);
  });

  test('give way by as much as rounding may take', () => {
    const rule = { kind: 'real', shape: [2], letters: 'T', min: 0, max: 1, slack: 0.01 } as const;
    expect(read([-0.01, 1.01], rule)).toEqual([-0.01, 1.01]);
    expect(read([-0.011, 1.011], rule)).toEqual(['x[0] is the number -0.011, but a finite number from 0 to 1 is wanted. 1 more of its elements are out of bounds.']);
    expect(read([-0.001, 0], { ...rule, slack: undefined } as never)).toHaveLength(1);
  });
});

describe('packed arrays', () => {
  test('of every type are little endian', () => {
    const rule = { ...WHOLE, shape: [2], max: 2 ** 32 };
    expect(read(packed('u8', [2], [1, 255]), rule)).toEqual([1, 255]);
    expect(read(packed('u16', [2], [1, 0, 255, 1]), rule)).toEqual([1, 511]);
    expect(read(packed('u32', [2], [1, 0, 0, 0, 255, 255, 255, 255]), rule)).toEqual([1, 4294967295]);
    expect(read(packed('i32', [2], [1, 0, 0, 0, 254, 255, 255, 255]), { ...rule, min: -9 })).toEqual([1, -2]);
    // 1.5 and -2 as halves and as float32, by Python's struct.
    expect(read(packed('f16', [2], [0, 62, 0, 192]), { ...PAIRS, shape: [2] })).toEqual([1.5, -2]);
    expect(read(packed('f32', [2], [0, 0, 192, 63, 0, 0, 0, 192]), { ...PAIRS, shape: [2] })).toEqual([1.5, -2]);
  });

  test('go out as they come in, halves that overflow as float32', () => {
    for (const [dtype, numbers] of [['u8', [0, 255]], ['u16', [0, 65535]], ['u32', [7, 4294967295]], ['i32', [-7, 7]], ['f16', [0.5, -65504]], ['f32', [0.25, 1e30]]] as const) {
      const { b64, ...rest } = packArray(numbers, [2], dtype);
      expect(rest).toEqual({ dtype, shape: [2] });
      const back = read({ ...rest, b64 }, { kind: dtype.startsWith('f') ? 'real' : 'whole', shape: [2], letters: 'T' });
      expect(back).toEqual(numbers.map((x) => (dtype === 'f32' ? Math.fround(x) : x)));
    }
    expect(packArray([65520], [1], 'f16')).toMatchObject({ dtype: 'f32' });
    expect(packArray([-65520], [1], 'f16').dtype).toBe('f32');
    expect([fitsHalf([65504, -65504]), fitsHalf([0, 65505]), fitsHalf([]), fitsHalf([NaN])]).toEqual([true, false, true, true]);
  });

  test('have to be objects of dtype, shape and b64', () => {
    const good = packed('f32', [2, 2], Array<number>(16).fill(0));
    expect(read(good, PAIRS)).toEqual([0, 0, 0, 0]);
    const wanted = 'but a list of numbers or an object with dtype, shape and b64 is wanted.';
    for (const value of [{ ...good, dtype: 'f64' }, { ...good, dtype: 4 }, { ...good, dtype: 'toString' }, { ...good, dtype: ['f32'] }, { ...good, shape: '2,2' }, { ...good, shape: [2, '2'] }, { ...good, b64: 5 }, { dtype: 'f32', shape: [2, 2] }, { dtype: 'f32', b64: '' }, { shape: [2, 2], b64: '' }]) expect(read(value, PAIRS)).toEqual([`x is an object, ${wanted}`]);
    expect(read(null, PAIRS)).toEqual([`x is null, ${wanted}`]);
    expect(read('AAAA', PAIRS)).toEqual([`x is the text "AAAA", ${wanted}`]);
  });

  test('have to be of the kind, the shape and the length that is wanted', () => {
    expect(read(packed('u8', [2, 2], [0, 0, 0, 0]), PAIRS)).toEqual(['x has dtype u8, but f16 or f32 are wanted for real numbers.']);
    for (const dtype of ['f16', 'f32'] as const) expect(read(packed(dtype, [3], []), WHOLE)).toEqual([`x has dtype ${dtype}, but u8, u16, u32 or i32 are wanted for whole numbers.`]);
    expect(read(packed('f32', [4], Array<number>(16).fill(0)), PAIRS)).toEqual(['x says its shape is [4], but [T, K] = [2, 2] is wanted.']);
    expect(read(packed('f32', [2], Array<number>(16).fill(0)), PAIRS)).toEqual(['x says its shape is [2], but [T, K] = [2, 2] is wanted.']);
    expect(read(packed('f32', [2, 3], []), PAIRS)).toEqual(['x says its shape is [2, 3], but [T, K] = [2, 2] is wanted.']);
    expect(read(packed('f32', Array<number>(20).fill(7), []), PAIRS)).toEqual(['x says its shape is [7, 7, 7, 7, 7, 7, 7, 7], but [T, K] = [2, 2] is wanted.']);
    expect(read(packed('f32', [2, 2], [0, 0, 0]), PAIRS)).toEqual(['x.b64 has 4 characters, but 4 numbers of dtype f32 take 16 bytes, which are 24 characters of base64.']);
    expect(read({ dtype: 'u8', shape: [3], b64: 'A AA' }, WHOLE)).toEqual(['x.b64 is not base64: use the letters A-Z a-z 0-9 + / and = at the end, without white space.']);
  });
});

describe('lists that go out', () => {
  test('are nested as the shape, with the shortest decimals that come back as the same float32', () => {
    expect(plainArray(Float32Array.of(0.1, 1 / 3, 1e-8, 16_777_216, NaN, -2), [3, 2])).toEqual([[0.1, 0.33333334], [1e-8, 16_777_216], [null, -2]]);
    expect(plainArray([1, 2], [2])).toEqual([1, 2]);
    expect(plainArray([], [0, 3])).toEqual([]);
    // Nine digits where eight do not do.
    expect(plainArray(Float32Array.of(8.589973e9, 0.100000024), [2])).toEqual([8589973504, 0.100000024]);
  });
});
