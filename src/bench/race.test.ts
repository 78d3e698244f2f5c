import { expect, test } from 'vitest';
import { type Contender, differenceFrom, race } from './race';

const PACE = { rounds: 6, budgetMs: 10_000, fewest: 2, tolerance: 0.01 };

/** Gives `result` and writes its name down each time. */
function fake(name: string, result: readonly number[], log: string[]): readonly [string, () => Promise<Contender>] {
  return [name, () => Promise.resolve({
    how: `as ${name}`,
    prepare: () => Promise.resolve(void log.push(`prepare ${name}`)),
    run: async () => {
      log.push(name);
      // Longer than a sample has to be: no repeats.
      await new Promise((done) => setTimeout(done, 25));
      return result;
    },
    dispose: () => void log.push(`dispose ${name}`),
  })];
}

test('contenders take turns in alternating order, each prepared before each run and disposed at the end', async () => {
  const log: string[] = [];
  const rows = await race([fake('a', [1, 2], log), fake('b', [1, 2], log)], [1, 2], { ...PACE, rounds: 2 });
  expect(log).toEqual([
    ...['a', 'b'].flatMap((name) => Array.from({ length: 3 }, () => [`prepare ${name}`, name]).flat()),
    'prepare a', 'a', 'prepare b', 'b', 'prepare b', 'b', 'prepare a', 'a', 'dispose a', 'dispose b',
  ]);
  expect(rows.map(({ name, how, ms, ratio }) => [name, how, ms?.length, ratio?.n])).toEqual([['a', 'as a', 2, undefined], ['b', 'as b', 2, 2]]);
});

test('who is wrong gets a row without a time, and takes no part in the rounds', async () => {
  const log: string[] = [];
  const [right, wrong] = await race([fake('right', [1, 2], log), fake('wrong', [1, 2.2], log)], [1, 2], PACE);
  expect(right?.median).toBeGreaterThan(20);
  expect(wrong).toEqual({ name: 'wrong', how: 'as wrong', difference: 0.10000000000000009, error: 'wrong: differs by 1.0e-1 of the largest number' });
  expect(log.filter((entry) => entry === 'wrong')).toHaveLength(1);
});

test('who cannot be made says why', async () => {
  const rows = await race([fake('a', [1], []), ['b', () => Promise.reject(new Error('no such device'))]], [1], { ...PACE, rounds: 1 });
  expect(rows[1]).toEqual({ name: 'b', how: '', error: 'no such device' });
});

test('time that is spent ends the rounds, but not before there are enough', async () => {
  const rows = await race([fake('a', [1], [])], [1], { ...PACE, rounds: 50, budgetMs: 0, fewest: 3 });
  expect(rows[0]?.ms).toHaveLength(3);
});

test('a result that is no number or of another length differs infinitely', () => {
  expect(differenceFrom([1, 4], [1, 2])).toBe(0.5);
  expect(differenceFrom([1, 2], [1])).toBe(Infinity);
  expect(differenceFrom([1, 2], [NaN, 2])).toBe(Infinity);
});
