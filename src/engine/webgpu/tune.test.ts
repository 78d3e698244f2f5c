import { expect, test } from 'vitest';
import { formFor } from './tune';

test('each kind of adapter keeps its form when the measurement is close', () => {
  expect(formFor(true, 2.0, 1.9)).toBe('register');
  expect(formFor(false, 1.9, 2.0)).toBe('tiled');
});

test('a clear measurement overrules the kind of adapter', () => {
  expect(formFor(true, 4, 2)).toBe('tiled');
  expect(formFor(false, 2, 4)).toBe('register');
});
