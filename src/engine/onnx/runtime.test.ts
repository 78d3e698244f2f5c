import { describe, expect, it } from 'vitest';
import { threadCount } from './runtime';

describe('threads', () => {
  it.each([
    [false, 8, 1],
    [true, 1, 1],
    [true, 2, 2],
    [true, 4, 4],
    [true, 16, 4],
    // A browser that does not tell.
    [true, 0, 1],
  ])('isolated: %s, processors: %i', (isolated, processors, count) => {
    expect(threadCount(isolated, processors)).toBe(count);
  });
});
