import { expect, test } from 'vitest';
import { digits } from '../../analysis/testing/routed';
import { cacheSizes, hitRateSteps } from './hitRates';

const example = digits('01 01 02 01 12 23 23 23 32 13 03 01 01 10 02 01', 4);

test('the curve of the published example', () => {
  const rates = [...hitRateSteps([example], ['lru', 'sch', 'belady'], [1, 2, 3, 4], 4)].flatMap((step) => step ?? []);
  const of = (policy: string): number[] => rates.filter((r) => r.policy === policy).map(({ rate }) => rate);
  expect(of('lru')).toEqual([0.34375, 0.71875, 0.90625, 1]);
  expect(of('sch')).toEqual([0.34375, 0.75, 0.90625, 1]);
  expect(of('belady')).toEqual([0.34375, 0.75, 0.90625, 1]);
});

test('layers add up', () => {
  const [both] = [...hitRateSteps([example, example], ['lru'], [2], 4)].flatMap((step) => step ?? []);
  expect(both).toEqual({ policy: 'lru', size: 2, rate: 0.71875 });
});

test('sizes: all of a few, a spread of many', () => {
  expect(cacheSizes(4, 2)).toEqual([1, 2, 3, 4]);
  expect(cacheSizes(64, 17)).toEqual([1, 5, 9, 14, 17, 18, 22, 26, 30, 35, 39, 43, 47, 51, 56, 60, 64]);
});
