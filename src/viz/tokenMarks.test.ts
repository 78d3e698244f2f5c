import { describe, expect, it } from 'vitest';
import { spokenToken, tokenLabel, tokenPieces } from './tokenMarks';

describe('token marks', () => {
  it('shows white space', () => {
    expect(tokenPieces(' the')).toEqual([{ kind: 'space', text: '\u00b7' }, { kind: 'text', text: 'the' }]);
    expect(tokenPieces('\n\n')).toEqual([{ kind: 'mark', text: '\u21b5\u21b5' }]);
    expect(tokenPieces('    ')).toEqual([{ kind: 'space', text: '\u00b7\u00b7\u00b7\u00b7' }]);
  });

  it('shows characters that would hide or reorder text', () => {
    expect(tokenLabel('a\u202eb')).toBe('a<U+202E>b');
    expect(tokenLabel('\u200b')).toBe('<U+200B>');
    expect(tokenLabel('\u0000')).toBe('<U+0000>');
    expect(tokenLabel('\ufeff')).toBe('<U+FEFF>');
  });

  it('leaves letters of any script and emoji alone', () => {
    for (const text of ['Stra\u00dfe', '\u05e9\u05dc\u05d5\u05dd', '\u{1f600}', '\u4f60\u597d']) expect(tokenPieces(text)).toEqual([{ kind: 'text', text }]);
  });

  it('marks an empty token, and names silent ones', () => {
    expect(tokenLabel('')).toBe('<>');
    expect(spokenToken('\n')).toBe('new line');
    expect(spokenToken(' the')).toBe('the');
  });
});
