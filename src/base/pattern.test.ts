import { describe, expect, test } from 'vitest';
import { matchEnds, patternFault } from './pattern';

describe('a pattern', () => {
  test.each<[string, string, number[]]>([
    ['\\n\\n', 'a\n\nb\n\nc', [3, 6]],
    ['Step \\d+:', 'Step 1: a Step 22: b', [7, 18]],
    ['^#', '#a\n#b #c', [1, 4]],
    ['(?=Step)', 'a Step b', [2]],
    ['(?<=\\.) ', 'a. b c. d', [3, 8]],
    ['(?:ab)+', 'ababxab', [4, 7]],
    ['x', '', []],
    ['😀', 'a😀b😀', [3, 6]],
  ])('%s is found wherever it stands', (source, text, ends) => {
    expect(matchEnds(source, text)).toEqual({ kind: 'matched', ends });
  });

  test('is found at every seam between windows', () => {
    const text = 'aaaaaa;'.repeat(300);
    const result = matchEnds(';', text);
    expect(result.kind === 'matched' && result.ends.length).toBe(300);
    expect(result.kind === 'matched' && result.ends.at(-1)).toBe(2100);
    // ^ does not match where a window happens to begin.
    expect(matchEnds('^a', text)).toEqual({ kind: 'matched', ends: [1] });
  });
});

describe('what could take forever is refused', () => {
  test.each(['(a+)+$', '(a|aa)+b', '(?:a?)*b', '((a+)b)*', '(a*){2,}', '([ab]+|c){3}', '(a)\\1', '(?<x>a)\\k<x>', 'a*a*a*a*a*b', 'a?'.repeat(9), 'a'.repeat(101), '', '(', '[z-a]'])('%s', (source) => {
    expect(patternFault(source)).toMatch(/\.$/);
    expect(matchEnds(source, 'a'.repeat(40))).toMatchObject({ kind: 'refused' });
  });
  test.each(['[(a+)+]', '\\(a+\\)+', 'a{2,}', '(a|b)', '(a+)?', '^\\s*(Step|Phase)\\s+\\d+[:.]\\s*', '[|*+]{2}', '\\n{2,}', '(ab)+'])('but not %s', (source) => {
    expect(patternFault(source)).toBeUndefined();
  });
});

test('the deadline ends the search and keeps what was found', () => {
  let time = 0;
  const now = (): number => (time += 10);
  const result = matchEnds('a', 'ab'.repeat(1000), { limitMs: 25, now });
  // The clock reads 10 at the start, then 20, 30 before an attempt each; 40 is past 35.
  expect(result).toEqual({ kind: 'timed-out', ends: [1], searched: 2 });
});

test('even a slow pattern leaves an attempt soon', () => {
  const began = performance.now();
  expect(matchEnds('a*a*a*b', 'a'.repeat(5000), { limitMs: 20 }).kind).toBe('timed-out');
  expect(performance.now() - began).toBeLessThan(5_000);
});
