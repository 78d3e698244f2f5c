import { expect, it } from 'vitest';
import type { Trace } from '../trace/trace';
import { smallTrace } from '../trace/testing/small';
import { alignTexts, columnOf } from './alignment';

/** A trace of these ids, of which the first are prompt. */
const text = (prompt: readonly number[], written: readonly number[] = []): Trace => ({
  ...smallTrace,
  run: { promptTokens: prompt.length },
  tokens: { ...smallTrace.tokens, ids: Uint32Array.from([...prompt, ...written]) },
});

const pairs = (a: Trace, b: Trace): string => {
  const { a: left, b: right } = alignTexts(a, b);
  return Array.from(left, (i, column) => `${i < 0 ? '-' : i}:${(right[column] ?? -1) < 0 ? '-' : right[column]}`).join(' ');
};

it('sets equal prompts and what was written after them position by position', () => {
  expect(pairs(text([1, 2], [3, 4, 5]), text([1, 2], [9]))).toBe('0:0 1:1 2:2 3:- 4:-');
});

it('aligns different prompts by fewest edits', () => {
  expect(pairs(text([1, 2, 3, 4]), text([1, 3, 4]))).toBe('0:0 1:- 2:1 3:2');
  expect(pairs(text([1, 2, 3]), text([1, 9, 3]))).toBe('0:0 1:1 2:2');
  expect(pairs(text([1, 3], [7]), text([1, 2, 2, 3], [7, 8]))).toBe('0:0 -:1 -:2 1:3 2:4 -:5');
});

it('of equal ways replaces rather than leaving gaps', () => {
  expect(pairs(text([1, 2]), text([3, 4]))).toBe('0:0 1:1');
});

it('finds the column of a token on either side', () => {
  const alignment = alignTexts(text([1, 2, 3, 4]), text([1, 3, 4]));
  expect(columnOf(alignment, 'b', 1)).toBe(2);
  expect(columnOf(alignment, 'a', 1)).toBe(1);
  expect(columnOf(alignment, 'a', 4)).toBe(-1);
});
