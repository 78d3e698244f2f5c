import { expect, it } from 'vitest';
import { entropyNats, largestIds, logProbability, logSumExp, topCandidates } from './distribution';

it('the normaliser of two equal logits is the logit plus ln 2, however large', () => {
  expect(logSumExp([3, 3])).toBeCloseTo(3.69314718056, 10);
  expect(logSumExp([1000, 1000])).toBeCloseTo(1000.69314718056, 8);
  expect(logProbability([Math.log(3), 0], 0)).toBeCloseTo(-0.28768207245, 10);
});

it('entropy is ln V when all tokens are alike and 0 when one is certain', () => {
  expect(entropyNats([7, 7, 7, 7])).toBeCloseTo(1.38629436112, 10);
  expect(entropyNats([0, 5000, 0])).toBe(0);
  expect(entropyNats([Math.log(3), 0])).toBeCloseTo(0.56233514462, 10);
});

it('the largest logits come in descending order with ties to the lower id', () => {
  expect([...largestIds([1, 5, 3, 5, 3], 4)]).toEqual([1, 3, 2, 4]);
  expect([...largestIds([2, 2, 2], 2)]).toEqual([0, 1]);
  expect([...largestIds([1, 2], 20)]).toEqual([1, 0]);
  const long = Array.from({ length: 200 }, (_, i) => i % 100);
  expect([...largestIds(long, 100).subarray(0, 4)]).toEqual([99, 199, 98, 198]);
  expect([...largestIds([-Infinity, -Infinity], 1)]).toEqual([0]);
});

it('candidates carry probabilities over the whole vocabulary', () => {
  const { ids, prob } = topCandidates([Math.log(2), 0, Math.log(4), 0], 2);
  expect([...ids]).toEqual([2, 0]);
  expect(prob[0]).toBeCloseTo(0.5, 12);
  expect(prob[1]).toBeCloseTo(0.25, 12);
});
