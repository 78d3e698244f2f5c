import { describe, expect, it } from 'vitest';
import { errorCode } from '../base/errors';
import { GREEDY, type Sampling } from './engine';
import { checkSampling, sampleToken } from './sampling';

/** Probabilities 0.5, 0.25, 0.125, 0.125 in a shuffled order of ids. */
const LOGITS = [Math.log(2), 0, Math.log(4), 0];
const PLAIN: Sampling = { temperature: 1, topK: 0, topP: 1, seed: 7 };

function counts(sampling: Partial<Sampling>, draws = 4000): number[] {
  const out = [0, 0, 0, 0];
  for (let position = 0; position < draws; position++) {
    const id = sampleToken(LOGITS, { ...PLAIN, ...sampling }, position);
    out[id] = (out[id] ?? 0) + 1;
  }
  return out;
}

describe('greedy sampling', () => {
  it('takes the largest logit, ties to the lower id', () => {
    expect(sampleToken(LOGITS, GREEDY, 0)).toBe(2);
    expect(sampleToken([1, 3, 3], GREEDY, 5)).toBe(1);
  });
});

describe('a seeded draw', () => {
  it('depends on seed and position alone', () => {
    const draw = (seed: number) => Array.from({ length: 20 }, (_, t) => sampleToken(LOGITS, { ...PLAIN, seed }, t));
    expect(draw(1)).toEqual(draw(1));
    expect(draw(1)).not.toEqual(draw(2));
  });
  it('follows the distribution', () => {
    const [a, b, c, d] = counts({});
    expect(a).toBeGreaterThan(900);
    expect(a).toBeLessThan(1100);
    expect(c).toBeGreaterThan(1900);
    expect(c).toBeLessThan(2100);
    expect(b).toBeGreaterThan(420);
    expect(d).toBeLessThan(580);
  });
  it('compares the number with cumulative probability in the order of ids', () => {
    // The numbers of seed 7 are 0.5025, 0.6542, 0.8584, 0.2155; ids 0 to 3 end at 0.25, 0.375, 0.875, 1.
    expect([0, 1, 2, 3].map((position) => sampleToken(LOGITS, PLAIN, position))).toEqual([2, 2, 2, 0]);
  });
  it('sharpens with a low temperature and flattens with a high one', () => {
    expect(counts({ temperature: 0.1 })[2]).toBeGreaterThan(3990);
    expect(counts({ temperature: 100 })[1]).toBeGreaterThan(900);
  });
});

describe('cuts', () => {
  it('keep the k largest logits, ties to the lower id', () => {
    expect(counts({ topK: 1 })).toEqual([0, 0, 4000, 0]);
    expect(counts({ topK: 3 })[3]).toBe(0);
    expect(counts({ topK: 4 })[3]).toBeGreaterThan(0);
  });
  it('keep the smallest set whose probability reaches p', () => {
    expect(counts({ topP: 1e-9 })).toEqual([0, 0, 4000, 0]);
    expect(counts({ topP: 0.5 })).toEqual([0, 0, 4000, 0]);
    expect(counts({ topP: 0.6 }).map((n) => n > 0)).toEqual([true, false, true, false]);
    expect(counts({ topP: 0.8 }).map((n) => n > 0)).toEqual([true, true, true, false]);
  });
  it('apply p to what k has left: 0.5 of 0.75 is 2/3', () => {
    expect(counts({ topK: 2, topP: 0.66 })).toEqual([0, 0, 4000, 0]);
    expect(counts({ topK: 2, topP: 0.67 })[0]).toBeGreaterThan(0);
  });
  it('work at temperatures where all but one weight underflows', () => {
    expect(counts({ temperature: 1e-6, topK: 3, topP: 0.9 })).toEqual([0, 0, 4000, 0]);
  });
});

it('settings out of their range are refused by name', () => {
  for (const [fault, word] of [
    [{ temperature: -1 }, 'Temperature'],
    [{ temperature: NaN }, 'Temperature'],
    [{ topK: 1.5 }, 'top-k'],
    [{ topP: 0 }, 'top-p'],
    [{ topP: 1.1 }, 'top-p'],
    [{ seed: -1 }, 'seed'],
    [{ seed: 2 ** 32 }, 'seed'],
  ] as const) {
    const check = () => checkSampling({ ...PLAIN, ...fault });
    expect(check).toThrow(word);
    try {
      check();
    } catch (error) {
      expect(errorCode(error)).toBe('bad-input');
    }
  }
  expect(() => checkSampling(PLAIN)).not.toThrow();
});
