import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PlaygroundError } from '../base/errors';
import { MAX_HEADER_BYTES, parseSafetensors } from './safetensors';

/** A file with a header (as text or object), some data bytes, and optionally a false header length. */
function file(header: unknown, dataBytes = 0, claimed?: bigint): Uint8Array {
  const text = new TextEncoder().encode(typeof header === 'string' ? header : JSON.stringify(header));
  const bytes = new Uint8Array(8 + text.length + dataBytes);
  new DataView(bytes.buffer).setBigUint64(0, claimed ?? BigInt(text.length), true);
  bytes.set(text, 8);
  return bytes;
}

const tensor = (begin: number, end: number, shape: unknown = [(end - begin) / 4], dtype: unknown = 'F32') => ({ dtype, shape, data_offsets: [begin, end] });

function refusal(bytes: Uint8Array): string {
  try {
    parseSafetensors(bytes, 'x.safetensors');
  } catch (error) {
    expect(error).toBeInstanceOf(PlaygroundError);
    if (error instanceof PlaygroundError) {
      expect(error.code).toBe('bad-file');
      expect(error.message).toMatch(/^x\.safetensors is not a valid safetensors file: /);
      return error.message.replace('x.safetensors is not a valid safetensors file: ', '');
    }
  }
  return 'accepted';
}

describe('a well-formed file', () => {
  it('gives tensors by name with shape, dtype and values as float32', () => {
    const bytes = file({ __metadata__: { format: 'pt' }, a: tensor(4, 12), b: tensor(0, 4, [2], 'F16') }, 12);
    const data = new DataView(bytes.buffer, bytes.length - 12);
    data.setUint16(0, 0x3c00, true);
    data.setUint16(2, 0xc100, true);
    data.setFloat32(4, 1.5, true);
    data.setFloat32(8, -7, true);
    const { tensors, metadata } = parseSafetensors(bytes);
    expect(metadata).toEqual(new Map([['format', 'pt']]));
    expect(tensors.get('a')).toMatchObject({ dtype: 'F32', shape: [2] });
    expect([...tensors.get('a')!.toFloat32()]).toEqual([1.5, -7]);
    expect([...tensors.get('b')!.toFloat32()]).toEqual([1, -2.5]);
  });
  it('reads every dtype, also from a part of a larger buffer that starts at an odd byte', () => {
    const dtypes = { F32: 4, F16: 2, BF16: 2, I32: 4, I64: 8, U8: 1 };
    for (const [dtype, size] of Object.entries(dtypes)) {
      const bytes = file({ a: { dtype, shape: [1], data_offsets: [0, size] } }, size);
      bytes[bytes.length - size] = 3;
      const shifted = new Uint8Array(bytes.length + 1);
      shifted.set(bytes, 1);
      const value = parseSafetensors(shifted.subarray(1)).tensors.get('a')!.toFloat32()[0]!;
      if (dtype.startsWith('I') || dtype === 'U8') expect(value).toBe(3);
      else expect(value).toBeGreaterThan(0);
    }
  });
  it("reads a Node Buffer, whose slice is not a copy, like any other bytes", () => {
    const bytes = file({ a: tensor(0, 4), b: tensor(4, 8) }, 8);
    new DataView(bytes.buffer).setFloat32(bytes.length - 4, 2.5, true);
    expect([...parseSafetensors(Buffer.from(bytes)).tensors.get('b')!.toFloat32()]).toEqual([2.5]);
  });
  it('may pad its header with spaces behind it, and may be empty', () => {
    expect(parseSafetensors(file('{}   ')).tensors.size).toBe(0);
  });
  it('may hold tensors without values, which share an offset, and scalars', () => {
    expect(parseSafetensors(file({ a: tensor(0, 0, [2, 0]), b: tensor(0, 0, [0]), c: tensor(0, 4, []) }, 4)).tensors.size).toBe(3);
  });
  it('may name a tensor __proto__ without harm', () => {
    expect([...parseSafetensors(file('{"__proto__":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}', 4)).tensors.keys()]).toEqual(['__proto__']);
  });
});

describe('the bounds themselves', () => {
  it('are still inside: eight dimensions, 4,096 tensors, a header of a million bytes', () => {
    expect(parseSafetensors(file({ a: tensor(0, 4, Array(8).fill(1)) }, 4)).tensors.get('a')!.shape).toEqual(Array(8).fill(1));
    expect(parseSafetensors(file(Object.fromEntries(Array.from({ length: 4096 }, (_, i) => [`t${i}`, tensor(0, 0, [0])])))).tensors.size).toBe(4096);
    expect(parseSafetensors(file('{}'.padEnd(MAX_HEADER_BYTES))).tensors.size).toBe(0);
    expect(MAX_HEADER_BYTES).toBe(1_000_000);
    expect(parseSafetensors(file({ a: tensor(0, 4), b: tensor(4, 4, [0]) }, 4)).tensors.size).toBe(2);
  });
  it('a file of eight zero bytes has an empty header and is refused for that', () => {
    expect(refusal(new Uint8Array(8))).toBe('its header starts with "" instead of "{".');
    expect(refusal(new Uint8Array(0))).toBe('it has 0 bytes, but even an empty file has 8 for the length of its header.');
  });
  it('values are those of the bytes, whatever lies before and behind them', () => {
    const bytes = file({ a: tensor(0, 8, [2], 'I32'), b: tensor(8, 24, [2], 'I64'), c: tensor(24, 27, [3], 'U8'), d: tensor(27, 29, [1], 'BF16') }, 29);
    const data = new DataView(bytes.buffer, bytes.length - 29);
    data.setInt32(0, -5, true);
    data.setInt32(4, 70_000, true);
    data.setBigInt64(8, -3n, true);
    data.setBigInt64(16, 2n ** 40n, true);
    [1, 2, 255].forEach((value, i) => data.setUint8(24 + i, value));
    data.setUint16(27, 0xc040, true);
    const { tensors, metadata } = parseSafetensors(bytes);
    expect([...tensors].map(([name, { dtype, toFloat32 }]) => [name, dtype, [...toFloat32()]])).toEqual([['a', 'I32', [-5, 70_000]], ['b', 'I64', [-3, 2 ** 40]], ['c', 'U8', [1, 2, 255]], ['d', 'BF16', [-3]]]);
    expect(metadata).toEqual(new Map());
  });
  it('tensors may be listed in another order than they lie in', () => {
    const { tensors } = parseSafetensors(file({ z: tensor(8, 12, [4], 'U8'), y: tensor(0, 8, [8], 'U8'), x: tensor(8, 8, [0], 'U8') }, 12));
    expect([...tensors.keys()]).toEqual(['z', 'y', 'x']);
  });
});

describe('the whole sentence', () => {
  const one = tensor(0, 4);
  const sentences: readonly [Uint8Array, string][] = [
    [file({}, 0, BigInt(MAX_HEADER_BYTES) + 1n), 'its header claims 1000001 bytes, but at most 1000000 are accepted.'],
    [file({}, 0, 3n), 'its header claims 3 bytes, but only 2 follow: the file is cut off.'],
    [file('\uFEFF{}'), 'its header starts with "\uFEFF" instead of "{".'],
    [file('[1]'), 'its header starts with "[" instead of "{".'],
    [file('{"a":'), 'its header is not valid JSON.'],
    [file({ a: null }), 'tensor "a" is not described by a JSON object.'],
    [file({ a: [] }), 'tensor "a" is not described by a JSON object.'],
    [file({ a: 'text' }), 'tensor "a" is not described by a JSON object.'],
    [file({ 'a\0': one }, 4), 'the name of tensor "a\\u0000" contains a zero byte.'],
    [file({ ['n'.repeat(90)]: null }), `tensor "${'n'.repeat(80)}" is not described by a JSON object.`],
    [file({ a: { ...one, dtype: 5 } }, 4), 'tensor "a" has the dtype 5; known ones are F32, F16, BF16, I32, I64, U8.'],
    [file({ a: { ...one, dtype: ['F32'] } }, 4), 'tensor "a" has the dtype ["F32"]; known ones are F32, F16, BF16, I32, I64, U8.'],
    [file({ a: { ...one, dtype: undefined } }, 4), 'tensor "a" has the dtype undefined; known ones are F32, F16, BF16, I32, I64, U8.'],
    [file({ a: { ...one, shape: 1 } }, 4), 'the shape of tensor "a" is not a list of whole numbers.'],
    [file({ a: { ...one, shape: [1, '1'] } }, 4), 'the shape of tensor "a" is not a list of whole numbers.'],
    [file({ a: { ...one, shape: [0.5] } }, 4), 'the shape of tensor "a" is not a list of whole numbers.'],
    [file({ a: tensor(0, 4, Array(9).fill(1)) }, 4), 'tensor "a" has 9 dimensions, but at most 8 are accepted.'],
    [file({ a: { ...one, data_offsets: [0] } }, 4), 'the data_offsets of tensor "a" are not two whole numbers.'],
    [file({ a: { ...one, data_offsets: [0, '4'] } }, 4), 'the data_offsets of tensor "a" are not two whole numbers.'],
    [file({ a: { ...one, data_offsets: [-4, 0] } }, 4), 'the data_offsets of tensor "a" are not two whole numbers.'],
    [file({ a: { ...one, data_offsets: 4 } }, 4), 'the data_offsets of tensor "a" are not two whole numbers.'],
    [file({ a: { ...one, data_offsets: [4, 0] } }, 4), 'the data_offsets of tensor "a" end before they begin.'],
    [file({ a: tensor(0, 16, [4194305, 4194305, 211106198978564]) }, 16), 'the shape of tensor "a" is too large to count.'],
    [file({ a: tensor(0, 8, [1, 1]) }, 8), 'tensor "a" of shape [1, 1] needs 4 bytes, but its data_offsets span 8.'],
    [file({ a: one, b: tensor(4, 16, [2]) }, 16), 'tensor "b" of shape [2] needs 8 bytes, but its data_offsets span 12.'],
    [file({ a: tensor(4, 8) }, 8), 'tensor "a" begins at byte 4 of the data where 0 was expected: there is a hole.'],
    [file({ a: one, b: tensor(2, 6) }, 6), 'tensor "b" begins at byte 2 of the data where 4 was expected: tensors overlap.'],
    [file({ a: one }, 8), 'its tensors need 4 bytes of data, but 8 follow the header: something is appended.'],
    [file({ a: one }, 3), 'its tensors need 4 bytes of data, but 3 follow the header: the file is cut off.'],
    [file({ __metadata__: { a: 1 } }), 'its __metadata__ has a value for "a" that is not text.'],
    [file({ __metadata__: null }), 'its __metadata__ is not a JSON object.'],
    [file({ __metadata__: 'text' }), 'its __metadata__ is not a JSON object.'],
    [file(Object.fromEntries(Array.from({ length: 4097 }, (_, i) => [`t${i}`, tensor(0, 0, [0])]))), 'it has 4097 tensors, but at most 4096 are accepted.'],
  ];
  it.each(sentences.map(([bytes, sentence]) => [sentence, bytes] as const))('%s', (sentence, bytes) => expect(refusal(bytes)).toBe(sentence));
  it('names the file as the caller does, or as the weights file', () => {
    expect(() => parseSafetensors(new Uint8Array(7))).toThrow('The weights file is not a valid safetensors file: it has 7 bytes, but even an empty file has 8 for the length of its header.');
  });
});

describe('a file is refused', () => {
  const one = tensor(0, 4);
  const cases: readonly [string, Uint8Array, RegExp][] = [
    ['that is too short for a header', new Uint8Array(7), /^it has 7 bytes/],
    ['whose header claims too much', file({}, 0, BigInt(MAX_HEADER_BYTES) + 1n), /^its header claims 1000001 bytes, but at most 1000000/],
    ['whose header claims the largest number there is', file({}, 0, 2n ** 64n - 1n), /^its header claims 18446744073709551615 bytes/],
    ['whose header is cut off', file({}, 0, 3n), /^its header claims 3 bytes, but only 2 follow/],
    ['whose header is not UTF-8', (() => { const b = file('{"x"}'); b[9] = 0xff; return b; })(), /not valid UTF-8/],
    ['whose header is not JSON', file('{"a":'), /not valid JSON/],
    ['whose header is a list', file('[]'), /starts with "\["/],
    ['whose header starts with a space', file(' {}'), /starts with " "/],
    ['whose header is empty', file(''), /starts with ""/],
    ['that names a tensor twice', file(`{"a":${JSON.stringify(one)},"a":${JSON.stringify(one)}}`, 4), /has the key "a" twice/],
    ['that names a tensor twice by an escape', file(`{"a":${JSON.stringify(one)},"\\u0061":${JSON.stringify(one)}}`, 4), /has the key "a" twice/],
    ['that gives a shape twice', file('{"a":{"dtype":"U8","shape":[1],"shape":[2],"data_offsets":[0,2]}}', 2), /has the key "shape" twice/],
    ['with metadata that is no text', file({ __metadata__: { a: 1 } }), /__metadata__ has a value for "a"/],
    ['with metadata that is no object', file({ __metadata__: [] }), /__metadata__ is not a JSON object/],
    ['with a zero byte in a name', file({ 'a\0b': one }, 4), /contains a zero byte/],
    ['with an entry that is no object', file({ a: null }), /"a" is not described/],
    ['with an unknown dtype', file({ a: tensor(0, 4, [1], 'F33') }, 4), /dtype "F33"; known ones are F32, F16/],
    ['with a dtype that every object inherits', file({ a: tensor(0, 0, [], 'toString') }), /dtype "toString"/],
    ['without a dtype', file({ a: { shape: [1], data_offsets: [0, 4] } }, 4), /dtype undefined/],
    ['with a negative size', file({ a: tensor(0, 4, [-1]) }, 4), /shape of tensor "a"/],
    ['with a size that is infinite', file('{"a":{"dtype":"F32","shape":[1e400],"data_offsets":[0,4]}}', 4), /shape of tensor "a"/],
    ['with nine dimensions', file({ a: tensor(0, 4, Array(9).fill(1)) }, 4), /9 dimensions/],
    ['whose shape overflows', file({ a: tensor(0, 16, [4194305, 4194305, 211106198978564]) }, 16), /too large to count/],
    ['whose offsets end early', file({ a: { dtype: 'F32', shape: [1], data_offsets: [4, 0] } }, 4), /end before they begin/],
    ['whose offsets are three', file({ a: { dtype: 'F32', shape: [1], data_offsets: [0, 4, 8] } }, 4), /not two whole numbers/],
    ['whose offsets do not fit the shape', file({ a: tensor(0, 8, [1]) }, 8), /needs 4 bytes, but its data_offsets span 8/],
    ['with a hole before a tensor', file({ a: tensor(4, 8) }, 8), /begins at byte 4 of the data where 0 was expected: there is a hole/],
    ['with tensors that overlap', file({ a: one, b: one }, 4), /tensors overlap/],
    ['with a tail', file({ a: one }, 8), /need 4 bytes of data, but 8 follow the header: something is appended/],
    ['whose data is cut off', file({ a: one }, 3), /need 4 bytes of data, but 3 follow the header: the file is cut off/],
    ['with too many tensors', file(Object.fromEntries(Array.from({ length: 4097 }, (_, i) => [`t${i}`, tensor(0, 0, [0])]))), /4097 tensors/],
  ];
  for (const [what, bytes, sentence] of cases) it(`${what}`, () => expect(refusal(bytes)).toMatch(sentence));
});

describe('any bytes', () => {
  const valid = file({ a: tensor(0, 24, [2, 3]), b: tensor(24, 29, [5], 'U8') }, 29);
  const mutated = fc.tuple(fc.uint8Array({ minLength: 1, maxLength: 4 }), fc.nat(valid.length - 1)).map(([change, at]) => {
    const bytes = valid.slice();
    change.forEach((byte, i) => (bytes[(at + i) % bytes.length] = byte));
    return bytes;
  });
  it('are read or refused with a sentence, never with another error', () => {
    let accepted = 0;
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array({ maxLength: 200 }), fc.json().map((json) => file(json, 4)), mutated), (bytes) => {
        if (refusal(bytes) !== 'accepted') return;
        accepted++;
        for (const { shape, toFloat32 } of parseSafetensors(bytes).tensors.values()) expect(toFloat32()).toHaveLength(shape.reduce((n, m) => n * m, 1));
      }),
      { numRuns: 2000 },
    );
    expect(accepted).toBeGreaterThan(0);
  });
  it('that follow the format come back as they were written', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.record({ name: fc.string({ maxLength: 12 }), size: fc.nat(9) }), { selector: ({ name }) => name, maxLength: 6 }), (parts) => {
        const named = parts.filter(({ name }) => name !== '__metadata__' && !name.includes('\0'));
        let at = 0;
        const entries = named.map(({ name, size }) => [name, tensor(at, (at += size), [size], 'U8')] as const);
        const read = parseSafetensors(file(`{${entries.map(([name, entry]) => `${JSON.stringify(name)}:${JSON.stringify(entry)}`).join()}}`, at));
        expect([...read.tensors].map(([name, { shape }]) => [name, shape[0]]).toSorted()).toEqual(named.map(({ name, size }) => [name, size]).toSorted());
      }),
      { numRuns: 200 },
    );
  });
});
