import { describe, expect, test } from 'vitest';
import { randomChoices } from './chance';
import { countsOf } from './choices';
import { simulateCache } from './expert-cache';
import { consistency } from './local-consistency';

test('every token chooses k different experts, every expert about as often', () => {
  const choices = randomChoices({ tokens: 4000, experts: 8, k: 2 }, 1);
  expect(choices.ids).toHaveLength(8000);
  for (let t = 0; t < 4000; t++) expect(choices.ids[2 * t]).not.toBe(choices.ids[2 * t + 1]);
  // 1000 expected, standard deviation sqrt(4000 * 1/4 * 3/4) = 27
  for (const count of countsOf(choices)) expect(Math.abs(count - 1000)).toBeLessThan(110);
  expect(randomChoices({ tokens: 4000, experts: 8, k: 2 }, 1)).toEqual(choices);
});

test('k is at most E', () => {
  expect([...randomChoices({ tokens: 1, experts: 3, k: 9 }, 1).ids].sort()).toEqual([0, 1, 2]);
});

/** Published for i.i.d. routing at m = 16, cache of rho k experts for rho = 1, 1.5, 2, 3. */
describe('hit rates of chance are the published ones', () => {
  test.each([
    [8, 2, [0.32, 0.47, 0.6, 0.84]],
    [16, 4, [0.34, 0.49, 0.63, 0.85]],
    [32, 4, [0.23, 0.33, 0.42, 0.58]],
    [64, 8, [0.24, 0.35, 0.43, 0.59]],
  ])('%i experts, top-%i', (experts, k, published) => {
    const choices = randomChoices({ tokens: 20_000, experts, k }, 5);
    const rates = [1, 1.5, 2, 3].map((rho) => simulateCache(choices, { policy: 'sch', size: rho * k, segment: 16 }).hitRate);
    rates.forEach((rate, i) => expect(Math.abs(rate - published[i]!)).toBeLessThan(0.01));
  });

  test('and so is SRP: .464 at k/E = 1/8, m = 4', () => {
    expect(consistency([randomChoices({ tokens: 20_000, experts: 8, k: 1 }, 5)], 4).srp).toBeCloseTo(0.464, 2);
  });
});
