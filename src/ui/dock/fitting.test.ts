import { expect, test } from 'vitest';
import { keptHeadlines } from './fitting';

test('headlines stay as long as there is room, the widest goes first', () => {
  expect(keptHeadlines([60, 100, 20], 500, 680)).toEqual([true, true, true]);
  expect(keptHeadlines([60, 100, 20], 500, 679)).toEqual([true, false, true]);
  expect(keptHeadlines([60, 100, 20], 500, 579)).toEqual([false, false, true]);
  expect(keptHeadlines([60, 100, 20], 500, 400)).toEqual([false, false, false]);
  // Of two of one width the later one stays.
  expect(keptHeadlines([50, 50], 100, 150)).toEqual([false, true]);
});
