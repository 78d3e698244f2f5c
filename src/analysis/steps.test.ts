import { describe, expect, test } from 'vitest';
import { stepStarts, type StepDelimiter } from './steps';
import { routedTrace } from './testing/routed';

function starts(text: string[], delimiter: StepDelimiter, span?: { from: number; to: number }): number[] {
  const found = stepStarts(routedTrace({ experts: 1, chosen: text.map(() => [[0]]), text }), delimiter, span);
  return 'refused' in found ? [] : [...found.tokens];
}

describe('a blank line', () => {
  test('of its own token', () => {
    expect(starts(['A', '.', '\n\n', 'B', '.', '\n\n', 'C'], { kind: 'blank-line' })).toEqual([0, 3, 6]);
  });
  test('over two tokens, with spaces, or with the step it begins', () => {
    expect(starts(['A', '\n', ' \n', '  ', ' B', 'b'], { kind: 'blank-line' })).toEqual([0, 4]);
    expect(starts(['A', '.\n\nB', 'b'], { kind: 'blank-line' })).toEqual([0, 1]);
  });
  test('is not one newline, and begins nothing at the end', () => {
    expect(starts(['A', '\n', 'B', '\n\n'], { kind: 'blank-line' })).toEqual([0]);
  });
});

test('newlines', () => {
  expect(starts(['A', '\n', 'B', '\n\n', 'C'], { kind: 'newline' })).toEqual([0, 2, 4]);
});

test('sentences end in punctuation and space', () => {
  expect(starts(['Hi', '!"', ' She', ' ran', ' 3', '.', '5', '...', ' And'], { kind: 'sentence' })).toEqual([0, 2, 8]);
  expect(starts(['Title', '\n\n', 'Text'], { kind: 'sentence' })).toEqual([0, 2]);
  expect(starts(['你', '好', '。', '我'], { kind: 'sentence' })).toEqual([0, 3]);
});

test('a pattern of one’s own, behind or in front', () => {
  expect(starts(['a', ';', 'b', ';', 'c'], { kind: 'pattern', source: ';' })).toEqual([0, 2, 4]);
  expect(starts(['a', ' ', 'Step', ' 1', ' Step', ' 2'], { kind: 'pattern', source: '(?=Step)' })).toEqual([0, 2, 4]);
});

test('a part of the text begins its own first step', () => {
  expect(starts(['a', '\n', 'b', '\n', 'c', 'd'], { kind: 'newline' }, { from: 2, to: 6 })).toEqual([2, 4]);
  expect(starts(['a'], { kind: 'newline' }, { from: 1, to: 1 })).toEqual([]);
});

test('a pattern that is refused says why', () => {
  const trace = routedTrace({ experts: 1, chosen: [[[0]]] });
  expect(stepStarts(trace, { kind: 'pattern', source: '(a+)+' })).toHaveProperty('refused');
});

test('a search that ran out of time lists the tokens it finished', () => {
  let time = 0;
  const text = Array.from({ length: 200 }, (_, t) => (t % 2 ? ';' : 'x'));
  const trace = routedTrace({ experts: 1, chosen: text.map(() => [[0]]), text });
  // The clock goes from 10 past 1010 at its 101st look: 100 characters are searched, each a token.
  const found = stepStarts(trace, { kind: 'pattern', source: ';' }, undefined, { limitMs: 1000, now: () => (time += 10) });
  expect(found).toMatchObject({ n: 100, timedOut: true });
  expect('tokens' in found && found.tokens.length).toBe(50);
});
