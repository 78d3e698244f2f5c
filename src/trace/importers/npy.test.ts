import { describe, expect, test } from 'vitest';
import { isNpy, readNpy, readRaw } from './npy';

/** A `.npy` file with a header text and raw data. */
function npy(header: string, data: readonly number[], version: readonly [number, number] = [1, 0]): Uint8Array {
  const text = new TextEncoder().encode(header);
  const length = version[0] === 1 ? [text.length & 255, text.length >> 8] : [text.length & 255, (text.length >> 8) & 255, text.length >> 16, 0];
  return Uint8Array.from([0x93, ...new TextEncoder().encode('NUMPY'), ...version, ...length, ...text, ...data]);
}

const header = (descr: string, shape: string, fortran = 'False'): string => `{'descr': '${descr}', 'fortran_order': ${fortran}, 'shape': (${shape}), }`;

describe('raw elements', () => {
  const BYTES = Uint8Array.of(1, 0, 255, 255, 255, 255, 255, 255);

  // By Python: numpy.frombuffer(bytes([1, 0, 255, 255, 255, 255, 255, 255]), type).
  test.each([
    ['int8', 'i1', [1, 0, -1, -1, -1, -1, -1, -1]],
    ['uint8', 'u1', [1, 0, 255, 255, 255, 255, 255, 255]],
    ['int16', 'i2', [1, -1, -1, -1]],
    ['uint16', 'u2', [1, 65535, 65535, 65535]],
    ['int32', 'i4', [-65535, -1]],
    ['uint32', 'u4', [4294901761, 4294967295]],
    ['int64', 'i8', [-65535]],
  ])('of %s and %s are read little endian', (long, short, values) => {
    for (const type of [long, short, `<${short}`, `|${short}`, `=${short}`]) expect(readRaw(BYTES, type, undefined)).toEqual({ shape: [values.length], values });
  });

  test('of unsigned 64 bits are read as far as numbers go', () => {
    const bytes = Uint8Array.of(7, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0);
    for (const type of ['uint64', 'u8']) expect(readRaw(bytes, type, [2])).toEqual({ shape: [2], values: [7, 8589934593] });
  });

  test('of signed 64 bits carry their sign in the upper half', () => {
    expect(readRaw(Uint8Array.of(5, 0, 0, 0, 0xfe, 0xff, 0xff, 0xff), 'i8', undefined)?.values).toEqual([-8_589_934_587]);
  });

  test('begin where the view begins, and fill the shape or are refused', () => {
    const shifted = Uint8Array.of(9, 1, 2, 3, 4).subarray(1);
    expect(readRaw(shifted, 'u1', [2, 1, 2])).toEqual({ shape: [2, 1, 2], values: [1, 2, 3, 4] });
    expect(readRaw(shifted, 'u1', [5])).toBeUndefined();
    expect(readRaw(shifted, 'u1', [2, 1])).toBeUndefined();
    expect(readRaw(shifted.subarray(0, 3), 'u2', undefined)).toBeUndefined();
    for (const type of ['float32', '>i2', '', 'toString', 'i16', 'u<1', '<<u1']) expect(readRaw(shifted, type, undefined)).toBeUndefined();
    expect(readRaw(new Uint8Array(0), 'i4', [0, 2])).toEqual({ shape: [0, 2], values: [] });
  });
});

describe('a .npy file', () => {
  test('of the versions 1 to 3 is read with its shape', () => {
    for (const version of [[1, 0], [2, 0], [3, 0]] as const) expect(readNpy(npy(header('<i2', '2, 1, 2'), [1, 0, 2, 0, 3, 0, 4, 0], version))).toEqual({ shape: [2, 1, 2], values: [1, 2, 3, 4] });
    expect(readNpy(npy(header('|u1', '3,'), [1, 2, 3]))).toEqual({ shape: [3], values: [1, 2, 3] });
    expect(readNpy(npy(header('=i1', ''), [5]))).toEqual({ shape: [], values: [5] });
    expect(readNpy(npy(header('<i2', '2, '), [1, 0, 2, 0]))).toEqual({ shape: [2], values: [1, 2] });
    expect(readNpy(npy(header('<i2', '0, 2'), []))).toEqual({ shape: [0, 2], values: [] });
    expect(readNpy(npy("{'descr':'<i8','fortran_order':False,'shape':(1,)}", [3, 0, 0, 0, 0, 0, 0, 0]))).toEqual({ shape: [1], values: [3] });
  });

  test('is known by its first six bytes', () => {
    const file = npy(header('<i2', '1,'), [1, 0]);
    expect(isNpy(file)).toBe(true);
    expect(isNpy(file.with(0, 0x92))).toBe(false);
    expect(isNpy(file.with(5, 0x58))).toBe(false);
    expect(isNpy(file.subarray(0, 5))).toBe(false);
    expect(isNpy(new Uint8Array(0))).toBe(false);
    expect(readNpy(file.with(0, 0x92))).toBeUndefined();
  });

  test.each([
    ['cut off in its prefix', npy(header('<i2', '1,'), [1, 0]).subarray(0, 9)],
    ['cut off after its version', npy(header('<i2', '1,'), [1, 0], [2, 0]).subarray(0, 11)],
    ['cut off in its header', npy(header('<i2', '1,'), []).subarray(0, 40)],
    ['cut off in its data', npy(header('<i2', '2,'), [1, 0, 2])],
    ['with more data than its shape', npy(header('<i2', '1,'), [1, 0, 2, 0])],
    ['of version 0', npy(header('<i2', '1,'), [1, 0], [0, 1])],
    ['of version 4', npy(header('<i2', '1,'), [1, 0], [4, 0])],
    ['cut off in the padding of its header, with no data to miss', npy(header('<i2', '0,').padEnd(80), []).subarray(0, 80)],
    ['whose header length needs more than 16 bits', npy(header('<i2', '32769,').padEnd(65_536 + 80), [1, 0], [2, 0])],
    ['of real numbers', npy(header('<f4', '1,'), [0, 0, 0, 0])],
    ['in big endian', npy(header('>i2', '1,'), [1, 0])],
    ['in Fortran order', npy(header('<i2', '1,', 'True'), [1, 0])],
    ['without a shape', npy("{'descr': '<i2', 'fortran_order': False}", [1, 0])],
    ['without a type', npy("{'fortran_order': False, 'shape': (1,)}", [1, 0])],
    ['with a header of more than 10,000 characters', npy(`${header('<i2', '1,')}${' '.repeat(10_000)}`, [1, 0])],
  ])('%s is not read', (_, bytes) => expect(readNpy(bytes)).toBeUndefined());

  test('with a header of 10,000 characters is still read', () => {
    expect(readNpy(npy(header('<i2', '1,').padEnd(10_000), [6, 0]))).toEqual({ shape: [1], values: [6] });
  });
});
