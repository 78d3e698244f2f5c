import { describe, expect, it } from 'vitest';
import { benchArms, benchRows, lastLine, type BenchCounts, type BenchItem } from './bench';

const counts = (right: boolean, largeSteps: number, flops: number): BenchCounts => ({ right, steps: 4, largeSteps, flops, ms: 1 });
const item = (id: string, small: BenchCounts, entropy: BenchCounts, large: BenchCounts): BenchItem => ({ id, family: 'chain', arms: { small, entropy30: entropy, large } });

describe('the rules that are measured', () => {
  const scores = Float64Array.from({ length: 100 }, (_, i) => i / 100);

  it('aim at the same shares by thresholds and by coins', () => {
    const arms = benchArms(scores, 1, 0);
    expect(arms.map(({ name }) => name)).toEqual(['small', 'entropy15', 'entropy30', 'entropy50', 'entropy75', 'random15', 'random30', 'random50', 'random75', 'large']);
    // 30 of the 100 scores are 0.70 and more.
    expect(arms[2]?.settings.threshold).toBeCloseTo(0.695, 9);
    expect(arms[6]?.settings).toMatchObject({ method: 'random', largeShare: 0.3, seed: 1 });
    expect(benchArms(scores, 1, 2)[6]?.settings.seed).toBe(203);
  });

  it('are the one threshold of the page where there is no calibration', () => {
    const arms = benchArms(undefined, 0.42, 0);
    expect(arms.filter(({ group }) => group === 'entropy').map(({ settings }) => settings.threshold)).toEqual([0.42]);
  });
});

describe('the figures', () => {
  const results = [item('a', counts(false, 0, 10), counts(true, 1, 30), counts(true, 4, 100)), item('b', counts(true, 0, 20), counts(false, 3, 90), counts(true, 4, 100))];

  it('are shares of right answers, of steps and of operations', () => {
    const rows = benchRows(results);
    expect(rows.map(({ arm, group, target, count, n }) => [arm, group, target, count, n])).toEqual([['small', 'small', undefined, 1, 2], ['entropy30', 'entropy', 0.3, 1, 2], ['large', 'large', undefined, 2, 2]]);
    expect(rows[1]?.largeShare).toBe(0.5);
    expect(rows[1]?.cost).toBeCloseTo(0.6, 12);
    expect(rows[2]?.cost).toBe(1);
  });

  it('are none before the first question', () => {
    expect(benchRows([])).toEqual([]);
  });
});

describe('the last line', () => {
  it('is that of the text without white space around it', () => {
    expect(lastLine('4 + 2 = 6\n\nanswer: 6\n')).toBe('answer: 6');
    expect(lastLine('')).toBe('');
  });
});
