import { expect, test } from 'vitest';
import { tokenClass } from './token-class';

test.each([
  [' the', 'word'], ['\u00a0\u00e9t\u00e9', 'word'], ['ing', 'piece'], ['\u4e2d', 'piece'], ['x1', 'piece'],
  ['42', 'number'], [' 7', 'number'], ['.', 'sign'], [' =', 'sign'], ['\u20ac', 'sign'], ['\n\n', 'space'], [' ', 'space'],
  ['<0x0A>', 'special'], ['', 'special'],
])('%j is a %s', (text, name) => {
  expect(tokenClass(text)).toBe(name);
});

test('a control token is special whatever its text', () => {
  expect(tokenClass('end', 'special')).toBe('special');
});
