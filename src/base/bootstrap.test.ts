import { describe, expect, it } from 'vitest';
import { bootstrap } from './bootstrap';

describe('bootstrap', () => {
  it('of equal units has no width', () => {
    expect(bootstrap([2, 2, 2])).toEqual({ mean: 2, low: 2, high: 2, n: 3 });
  });

  it('is near the normal interval where that holds', () => {
    // 0 to 99: mean 49.5, standard error 28.87 / 10
    const { mean, low, high } = bootstrap(Array.from({ length: 100 }, (_, i) => i));
    expect(mean).toBe(49.5);
    expect(low).toBeGreaterThan(43);
    expect(low).toBeLessThan(45);
    expect(high).toBeGreaterThan(54);
    expect(high).toBeLessThan(56);
  });

  it('of a ratio weighs units by their denominator', () => {
    expect(bootstrap([10, 1], [10, 10]).mean).toBe(0.55);
    expect(bootstrap([1, 3], [1, 3])).toMatchObject({ mean: 1, low: 1, high: 1 });
  });

  it('is the same for the same seed', () => {
    const values = Array.from({ length: 50 }, (_, i) => Math.sqrt(i));
    expect(bootstrap(values, undefined, 7)).toEqual(bootstrap(values, undefined, 7));
    expect(bootstrap(values, undefined, 7).low).not.toBe(bootstrap(values, undefined, 8).low);
  });

  it('of nothing is no number', () => {
    expect(bootstrap([]).mean).toBeNaN();
  });
});
