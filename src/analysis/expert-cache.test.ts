import { describe, expect, test } from 'vitest';
import { joinLayers } from './choices';
import { cachePerLayer, simulateCache, type CachePolicy } from './expert-cache';
import { digits } from './testing/routed';

/** The published vector: four experts, two of them at each of sixteen tokens. */
const example = digits('01 01 02 01 12 23 23 23 32 13 03 01 01 10 02 01', 4);
const rates = (policy: CachePolicy, segment?: number): number[] =>
  [1, 2, 3, 4].map((size) => simulateCache(example, { policy, size, ...(segment && { segment }) }).hitRate);

describe('the published sixteen tokens', () => {
  test('have SCH .75 at C = 2, m = 4', () => {
    expect(rates('sch', 4)).toEqual([0.34375, 0.75, 0.90625, 1]);
  });
  test('have SCH .71875 at C = 2, m = 1', () => {
    expect(simulateCache(example, { policy: 'sch', size: 2, segment: 1 }).hitRate).toBe(0.71875);
  });
  test('have their LRU and Belady hit rates', () => {
    expect(rates('lru')).toEqual([0.34375, 0.71875, 0.90625, 1]);
    expect(rates('belady')).toEqual([0.34375, 0.75, 0.90625, 1]);
  });
  test('pinned: loads 10 9 7 6 of 32', () => {
    // Counted by hand in the vector: 0 stands in 10 tokens, 1 in 9, 2 in 7, 3 in 6.
    expect(rates('pinned')).toEqual([10 / 32, 19 / 32, 26 / 32, 1]);
  });
});

describe('one expert at a time, two places', () => {
  // 0 first touch, 0 hit, 1 first touch, then 2 pushes one out: LRU the 0 (older), LFU and Belady the 1.
  test.each<[CachePolicy, number]>([['lru', 3], ['lfu', 4], ['belady', 4]])('0 0 1 2 0 with %s hits %i of 5', (policy, hits) => {
    expect(simulateCache(digits('0 0 1 2 0', 3), { policy, size: 2 })).toMatchObject({ hits, firstTouches: 2, n: 5 });
  });
  // 0 hits twice and stays under LFU for good, although only 1 and 2 follow.
  test.each<[CachePolicy, number[]]>([
    ['lru', [0, 0, 0, 0, 1, 0, 0, 0]],
    ['lfu', [0, 0, 0, 0, 1, 1, 1, 1]],
    ['belady', [0, 0, 0, 0, 1, 0, 0, 0]],
  ])('0 0 0 1 2 1 2 1 with %s', (policy, misses) => {
    expect([...simulateCache(digits('0 0 0 1 2 1 2 1', 3), { policy, size: 2 }).misses]).toEqual(misses);
  });
  test('Belady keeps what is needed first', () => {
    // 0 1 fill; 2 pushes out 1 (needed at 5, 0 at 3); 0 hit; 2 hit; 1 misses.
    expect([...simulateCache(digits('0 1 2 0 2 1', 3), { policy: 'belady', size: 2 }).misses]).toEqual([0, 0, 1, 0, 0, 1]);
    // LRU pushes out 0 at the 2, then 1 at the 0, then hits 2, misses 1.
    expect([...simulateCache(digits('0 1 2 0 2 1', 3), { policy: 'lru', size: 2 }).misses]).toEqual([0, 0, 1, 1, 0, 1]);
  });
});

test('an even cycle one larger than the cache defeats LRU, not Belady', () => {
  // 0 1 2 0 1 2 with two places: LRU misses all but the two first touches. Belady at 2 drops 1, keeps 0: hit; 1 drops 0: miss; 2 hit.
  const cycle = digits('0 1 2 0 1 2', 3);
  expect(simulateCache(cycle, { policy: 'lru', size: 2 }).hits).toBe(2);
  expect(simulateCache(cycle, { policy: 'belady', size: 2 }).hits).toBe(4);
});

test('layers have a cache each, and sum up by their choices', () => {
  const other = digits('0 1 2 3 0 1 2 3 0 1 2 3 0 1 2 3', 4);
  const { layers, total } = cachePerLayer([example, other], { policy: 'lru', size: 2 });
  expect(layers.map(({ hitRate }) => hitRate)).toEqual([0.71875, 2 / 16]);
  expect(total).toMatchObject({ hits: 25, n: 48, hitRate: 25 / 48, firstTouches: 4 });
  expect(total.misses.reduce((sum, count) => sum + count, 0)).toBe(23);
});

test('one cache can serve all layers', () => {
  // Two layers of one expert each: 0 and 1 at every token. Two places hold both, one place none after the first token.
  const joined = joinLayers([digits('0 0 0', 1), digits('0 0 0', 1)]);
  expect(simulateCache(joined, { policy: 'lru', size: 2 }).hits).toBe(6);
  expect(simulateCache(joined, { policy: 'lru', size: 1 }).hits).toBe(3);
});

test('a cache has a place, and a segment a token', () => {
  expect(() => simulateCache(example, { policy: 'lru', size: 0 })).toThrow('from 1 up');
  expect(() => simulateCache(example, { policy: 'sch', size: 1, segment: 0 })).toThrow('from 1 up');
  expect(simulateCache(digits('', 4), { policy: 'lru', size: 9 })).toMatchObject({ hits: 0 });
});
