import { expect, test } from 'vitest';
import { choicesFrom } from './choices';
import { labelInformation } from './label-information';
import { numberLabels } from './specialisation';
import { digits } from './testing/routed';

test('an expert for each label tells all of it', () => {
  // Two even labels: ln 2 = .6931472 nats. The second-ranked expert does not count.
  const found = labelInformation(digits('02 12 02 12', 3), numberLabels(['a', 'b', 'a', 'b']));
  expect(found.nats).toBeCloseTo(0.6931472, 7);
  expect(found.labelNats).toBeCloseTo(0.6931472, 7);
  expect(found.n).toBe(4);
});

test('independent choices tell nothing', () => {
  expect(labelInformation(digits('0 1 0 1', 2), numberLabels(['a', 'a', 'b', 'b'])).nats).toBe(0);
});

test('part of it', () => {
  // Table a: 3 1, b: 1 3 of 8: ln 2 - H(3/4, 1/4) = .6931472 - .5623351 = .1308120
  const found = labelInformation(digits('0 0 0 1 0 1 1 1', 2), numberLabels('aaaabbbb'.split('')));
  expect(found.nats).toBeCloseTo(0.130812, 6);
});

test('shuffled labels tell what chance tells, the same for the same seed', () => {
  // 400 tokens, labels and experts in step: ln 2, against a bias of about 1/800 = .00125 nats.
  const choices = choicesFrom(Array.from({ length: 400 }, (_, t) => [t % 2]), 2);
  const labels = numberLabels(Array.from({ length: 400 }, (_, t) => t % 2));
  const found = labelInformation(choices, labels, { shuffles: 20, seed: 7 });
  expect(found.nats).toBeCloseTo(0.6931472, 7);
  expect(found.shuffledMeanNats).toBeGreaterThan(0);
  expect(found.shuffledMeanNats).toBeLessThan(0.005);
  expect(found.shuffledMaxNats).toBeLessThan(0.03);
  expect(labelInformation(choices, labels, { shuffles: 20, seed: 7 })).toEqual(found);
  expect(labelInformation(choices, labels, { shuffles: 20, seed: 8 }).shuffledMeanNats).not.toBe(found.shuffledMeanNats);
});

test('tokens without label or expert are left out; of nothing nothing is known', () => {
  expect(labelInformation(choicesFrom([[0], [], [1]], 2), numberLabels(['a', 'a', undefined]), { shuffles: 0, seed: 1 })).toEqual({ nats: 0, labelNats: 0, shuffledMeanNats: NaN, shuffledMaxNats: NaN, shuffles: 0, n: 1 });
});
