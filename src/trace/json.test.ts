import { describe, expect, test } from 'vitest';
import { Faults } from './faults';
import { copyJson, copyObject, isObject, isTooLarge, MAX_FILE_BYTES, parseJson, refuseHarmful, tooLarge } from './json';

function harm(value: unknown): unknown {
  const faults = new Faults();
  refuseHarmful(value, faults);
  return faults.list();
}

function parsed(text: string): unknown {
  const faults = new Faults();
  const value = parseJson(text, faults);
  return faults.count > 0 ? faults.list() : value;
}

const nest = (depth: number, inner: unknown, list = true): unknown => {
  let value = inner;
  for (let i = 0; i < depth; i++) value = list ? [value] : { a: value };
  return value;
};

test('objects are told from lists and from nothing', () => {
  expect([{}, Object.create(null), [], null, undefined, 'x', 3].map(isObject)).toEqual([true, true, false, false, false, false, false]);
});

describe('text', () => {
  test('is parsed with or without a byte order mark', () => {
    expect(parsed('{"a":[1]}')).toEqual({ a: [1] });
    expect(parsed('\uFEFF[1]')).toEqual([1]);
    expect(parsed('\uFEFF\uFEFF[1]')).toMatchObject([{ path: '' }]);
    expect(parsed('')).toEqual([{ path: '', message: 'The file is not JSON: Unexpected end of JSON input. Choose a trace, a .json file that this page or its command line wrote.' }]);
  });

  test('is measured in bytes of UTF-8', () => {
    expect(MAX_FILE_BYTES).toBe(67_108_864);
    expect(isTooLarge('x'.repeat(67_108_865))).toBe(true);
    const most = 28;
    const measured = (text: string): boolean => isTooLarge(text, most);
    expect([measured('x'.repeat(most)), measured('x'.repeat(most + 1))]).toEqual([false, true]);
    // Two bytes a letter, three a letter, four a pair.
    expect([measured('\u00e9'.repeat(most / 2)), measured(`${'\u00e9'.repeat(most / 2)}x`)]).toEqual([false, true]);
    expect([measured('\u20ac'.repeat(Math.floor(most / 3))), measured('\u20ac'.repeat(Math.ceil(most / 3)))]).toEqual([false, true]);
    expect([measured('\u{1f98a}'.repeat(most / 4)), measured(`${'\u{1f98a}'.repeat(most / 4)}x`)]).toEqual([false, true]);
    expect([measured('\u007f'.repeat(most)), measured('\u0080'.repeat(most / 2)), measured('\u0080'.repeat(most / 2 + 1)), measured('\u07ff'.repeat(most / 2)), measured('\u0800'.repeat(most / 2)), measured('\ue000'.repeat(most / 2))]).toEqual([false, false, true, false, true, true]);
  });

  test('that is too large says by how much', () => {
    expect(tooLarge(65 * 1024 * 1024)).toBe('The file is too large: 65 MiB, and at most 64 MiB are read. Export fewer tokens, leave out the logits, or choose packed arrays.');
    expect(tooLarge(64 * 1024 * 1024 + 600_000)).toContain('too large: 64.6 MiB, and');
    expect(tooLarge(undefined)).toContain('too large: it inflates to more than 64 MiB, and at most 64 MiB are read.');
  });
});

describe('what could do harm', () => {
  test('is a key named __proto__, wherever it is', () => {
    expect(harm(JSON.parse('{"__proto__":1}'))).toEqual([{ path: '', message: 'The file has a key named __proto__, which no trace needs and which can do harm. Remove it.' }]);
    expect(harm(JSON.parse('{"a":[0,{"b":{"__proto__":{}}}]}'))).toEqual([{ path: 'a[1].b', message: 'a[1].b has a key named __proto__, which no trace needs and which can do harm. Remove it.' }]);
    expect(harm(JSON.parse('[[{"__proto__":null}]]'))).toMatchObject([{ path: '[0][0]' }]);
    expect(harm({ proto: 1, constructor: 2, a: '__proto__', b: ['__proto__'] })).toEqual([]);
    for (const value of [null, undefined, 3, 'x', [], {}]) expect(harm(value)).toEqual([]);
  });

  test('is nesting of more than 32', () => {
    expect(harm(nest(32, {}))).toEqual([]);
    expect(harm(nest(32, 1, false))).toEqual([]);
    const message = 'The file nests lists and objects more than 32 deep, which no trace does. Choose a file that this page or its command line wrote.';
    expect(harm(nest(33, {}))).toEqual([{ path: '[0][0][0]', message }]);
    expect(harm(nest(33, [], false))).toEqual([{ path: 'a.a.a', message }]);
  });
});

test('copies share nothing and leave out nothing', () => {
  const source = { a: [1, { b: null }], c: 'x', d: [] as unknown[], e: {} };
  const copy = copyObject(source);
  expect(copy).toEqual(source);
  expect([copy['a'] === source.a, copy['d'] === source.d, copy['e'] === source.e]).toEqual([false, false, false]);
  expect([copyJson(3), copyJson(null), copyJson([[1]])]).toEqual([3, null, [[1]]]);
});
