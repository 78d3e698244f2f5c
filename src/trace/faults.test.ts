import { expect, test } from 'vitest';
import { describeValue, Faults, MAX_FAULTS, pathText } from './faults';

test('values are said in words, long texts cut off', () => {
  const said: readonly (readonly [unknown, string])[] = [
    [undefined, 'nothing'],
    [null, 'null'],
    ['a"b', 'the text "a\\"b"'],
    ['x'.repeat(40), `the text "${'x'.repeat(40)}"`],
    ['x'.repeat(41), `the text "${'x'.repeat(40)}\u2026"`],
    [NaN, 'NaN'],
    [-0.5, 'the number -0.5'],
    [Infinity, 'the number Infinity'],
    [true, 'true'],
    [false, 'false'],
    [[1, 2], 'a list of 2'],
    [{ a: 1 }, 'an object'],
    [1n, 'a bigint'],
    [(): void => undefined, 'a function'],
  ];
  for (const [value, words] of said) expect(describeValue(value)).toBe(words);
});

test('paths are keys with dots and numbers in brackets', () => {
  expect(pathText(['a', 'b', 3, 'c'])).toBe('a.b[3].c');
  expect(pathText([0, 'a'])).toBe('[0].a');
  expect(pathText([])).toBe('');
});

test('faults are listed up to the cap, and counted beyond it without being worded', () => {
  const faults = new Faults();
  expect([faults.count, faults.list()]).toEqual([0, []]);
  for (let i = 0; i < MAX_FAULTS; i++) faults.add(`p${i}`, () => `m${i}`);
  expect(faults.list()).toHaveLength(MAX_FAULTS);
  expect(faults.list()[49]).toEqual({ path: 'p49', message: 'm49' });
  let worded = false;
  faults.add('over', () => {
    worded = true;
    return '';
  });
  expect([faults.count, worded, MAX_FAULTS]).toEqual([51, false, 50]);
  expect(faults.list().slice(49)).toEqual([{ path: 'p49', message: 'm49' }, { path: '', message: 'There is 1 more fault in this file: mend the 50 listed here first.' }]);
  faults.add('over', 'x');
  expect(faults.list().at(-1)?.message).toBe('There are 2 more faults in this file: mend the 50 listed here first.');
});
