import { describe, expect, it } from 'vitest';
import { permutation } from '../../base/pcg';
import { rankCorrelation, ranks } from './correlation';
import { randomCutPlan } from './control';
import { estimatedMean, expertsPerToken, expertUse, massesOf, routerEntropyPerToken } from './counts';
import { matchMean } from './match';
import { checkTopP, topPDefaults, topPOfPaper, topPPlan } from './settings';

const SIZE = { experts: 4, topK: 2 };
/** Two tokens, one layer: probabilities 0.4, 0.3, 0.2, 0.1 and 0.7, 0.1, 0.1, 0.1. */
const ROUTING = { layers: 1, experts: 4, logits: Float32Array.from([0.4, 0.3, 0.2, 0.1, 0.7, 0.1, 0.1, 0.1].map(Math.log)) };
const masses = [massesOf(ROUTING, 'all', 2)];
const meanAt = (p: number, min = 1, max = 4): number => estimatedMean(masses, { p, min, max }, 4);

describe('number of experts by probability mass', () => {
  it('is one at p 0 and all at p 1', () => {
    expect(meanAt(0)).toBe(1);
    // A sum of float32 probabilities may stay a hair below 1: what counts is that nothing is left out.
    expect(meanAt(1)).toBe(4);
  });

  it('is the smallest set that reaches p', () => {
    expect(meanAt(0.39)).toBe(1);
    expect(meanAt(0.5)).toBe(1.5);
    expect(meanAt(0.75)).toBe((3 + 2) / 2);
    expect(meanAt(0.95)).toBe(4);
  });

  it('never falls as p rises', () => {
    const means = Array.from({ length: 101 }, (_, i) => meanAt(i / 100));
    for (let i = 1; i < means.length; i++) expect(means[i]).toBeGreaterThanOrEqual(means[i - 1]!);
  });

  it('of an even distribution is p N, rounded up', () => {
    const even = (experts: number): number => estimatedMean([massesOf({ experts, logits: new Float32Array(experts) }, 'all', 2)], { p: 0.4, min: 1, max: experts }, experts);
    expect([even(8), even(16), even(64)]).toEqual([4, 7, 26]);
  });

  it('keeps to floor and cap', () => {
    expect(meanAt(0, 2)).toBe(2);
    expect(meanAt(1, 1, 2)).toBe(2);
  });

  it('may go by the mass of the top-k alone', () => {
    const top2 = [massesOf(ROUTING, 'topk', 2)];
    // 0.4 / 0.7 = 0.571, 0.7 / 0.8 = 0.875
    expect(estimatedMean(top2, { p: 0.57, min: 1, max: 2 }, 4)).toBe(1);
    expect(estimatedMean(top2, { p: 0.6, min: 1, max: 2 }, 4)).toBe(1.5);
    expect(estimatedMean(top2, { p: 0.9, min: 1, max: 2 }, 4)).toBe(2);
  });
});

describe('experts used', () => {
  const texts = [{ layers: 2, count: Uint16Array.from([1, 2, 3, 2]) }, { layers: 2, count: Uint16Array.from([1, 4]) }];

  it('is counted by layer and by size', () => {
    expect(expertUse(texts)).toEqual({ tokens: 3, mean: 13 / 6, perLayer: [5 / 3, 8 / 3], histogram: [0, 2, 2, 1, 1] });
    expect(expertsPerToken(texts[0]!)).toEqual([1.5, 2.5]);
  });

  it('of nothing is no number', () => {
    expect(expertUse([]).mean).toBeNaN();
  });

  it('is set against the entropy of the router', () => {
    const [flat, sure] = routerEntropyPerToken(ROUTING);
    expect(flat).toBeCloseTo(1.2799, 3);
    expect(sure).toBeCloseTo(0.9404, 3);
  });
});

describe('matching a mean', () => {
  it('finds p by halving, starting from a guess', async () => {
    const match = await matchMean((p) => 1 + 3 * p, { min: 1, max: 4 }, { target: 1.75, tolerance: 0.001, trials: 20 });
    expect(match).toEqual({ p: 0.25, mean: 1.75, tried: [{ p: 0.5, mean: 2.5 }, { p: 0.25, mean: 1.75 }] });
    expect((await matchMean((p) => 1 + 3 * p, { min: 1, max: 4 }, { target: 2.2, tolerance: 0.001, trials: 20, guess: 0.4 })).tried).toHaveLength(1);
  });

  it('keeps the nearest where the mean jumps', async () => {
    const match = await matchMean((p) => (p < 0.3 ? 1 : 2), { min: 1, max: 4 }, { target: 1.4, tolerance: 0.01, trials: 8 });
    expect(match.mean).toBe(1);
    expect(match.tried).toHaveLength(8);
  });

  it('says what can be reached', async () => {
    await expect(matchMean(() => 1, { min: 1, max: 2 }, { target: 3, tolerance: 0.01, trials: 8 })).rejects.toThrow('A mean of 3 experts cannot be matched: these bounds allow 1 to 2.');
  });
});

describe('settings', () => {
  it('become a plan', () => {
    expect(topPPlan(topPDefaults(SIZE)).entries).toEqual([{ layers: 'all', tokens: 'all', topP: { p: 0.9, min: 1, max: 2, mass: 'all' }, renormalise: 'before-scale' }]);
    expect(topPPlan(topPOfPaper(SIZE)).entries).toEqual([{ layers: 'all', tokens: 'all', topP: { p: 0.4, min: 1, max: 4, mass: 'all' }, renormalise: 'off' }]);
  });

  it('that cannot be get a sentence', () => {
    const bad = (part: object) => () => checkTopP({ ...topPDefaults(SIZE), ...part }, SIZE);
    expect(bad({})).not.toThrow();
    expect(bad({ p: NaN })).toThrow('p is NaN, but a number from 0 to 1 is wanted.');
    expect(bad({ min: 0 })).toThrow('The fewest experts are 0, but a whole number from 1 to 4 is wanted.');
    expect(bad({ max: 5 })).toThrow('The most experts are 5');
    expect(bad({ min: 2, max: 1 })).toThrow('The fewest experts (2) are more than the most (1).');
  });
});

describe('the control', () => {
  it('hands out as many experts by chance, by layer', () => {
    const plan = randomCutPlan({ tokens: 10, layers: 2, mean: 1.3, seed: 5 });
    expect(plan.entries[0]).toEqual({ layers: 'all', tokens: 'all', k: 1 });
    expect(plan.entries.slice(1).map(({ layers, tokens, k }) => [layers, (tokens as number[]).length, k])).toEqual([[[0], 3, 2], [[1], 3, 2]]);
    expect(plan.entries[1]!.tokens).not.toEqual(plan.entries[2]!.tokens);
    expect(new Set(permutation(10, 5))).toEqual(new Set([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]));
    expect(randomCutPlan({ tokens: 10, layers: 2, mean: 2, seed: 5 }).entries).toHaveLength(1);
  });
});

describe('rank correlation', () => {
  it('gives equal values their mean rank', () => {
    expect(ranks([10, 20, 20, 5])).toEqual([2, 3.5, 3.5, 1]);
  });

  it('agrees with worked examples', () => {
    expect(rankCorrelation([1, 2, 3, 4], [10, 20, 40, 80])).toBe(1);
    expect(rankCorrelation([1, 2, 3, 4, 5], [5, 6, 7, 8, 7])).toBeCloseTo(0.8208, 4);
    expect(rankCorrelation([1, 1, 1], [1, 2, 3])).toBeNaN();
  });
});
