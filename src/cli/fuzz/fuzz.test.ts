import fc from 'fast-check';
import { expect, test } from 'vitest';
import { draws, mutateBytes, mutatedJson, mutatedText } from './mutate';
import { fuzz } from './run';
import { fuzzTargets } from './targets';

test('thousands of damaged files and links are read or refused in words, each within its time', async () => {
  const seed = Number(process.env['FUZZ_SEED'] ?? 7);
  const reports = await fuzz({ inputs: 3_900, seed, limitMs: 20_000 });
  console.log(`fuzz seed ${seed}: ${reports.map(({ name, inputs, read }) => `${name} ${read}/${inputs}`).join(', ')}`);
  expect(reports.filter(({ failure }) => failure !== undefined)).toEqual([]);
  expect(reports).toHaveLength(13);
  for (const { inputs, read, refused, name } of reports) {
    expect([name, inputs]).toEqual([name, 300]);
    expect(read + refused).toBe(300);
    // A target whose inputs are all one or the other would test half a reader.
    expect(read, name).toBeGreaterThan(0);
    expect(refused, name).toBeGreaterThan(20);
  }
}, 120_000);

test('a reader that fails is reported with its seed and the smallest input', async () => {
  const real = fuzzTargets().find(({ name }) => name === 'plan JSON')!;
  const { failed, seed, counterexample } = await fc.check(fc.asyncProperty(real.inputs, async (input) => {
    await real.check(input);
    if (JSON.stringify(input)?.includes('override') === true) throw new Error('does not like it');
  }), { numRuns: 500, seed: 3 });
  expect([failed, seed]).toEqual([true, 3]);
  expect(JSON.stringify(counterexample)).toContain('override');
  await expect(fuzz({ inputs: 10, seed: 1, limitMs: 1_000, only: 'nothing of that name' })).rejects.toThrow('There is no target nothing of that name; there are safetensors header; config.json;');
});

test('damage is drawn from the seed alone, and reaches text, trees and bytes', () => {
  const sample = <T>(arbitrary: fc.Arbitrary<T>): T[] => fc.sample(arbitrary, { numRuns: 50, seed: 5 });
  const seeds = ['{"a":[1,2],"b":{"c":"d"}}', '[1]'];
  expect(sample(mutatedText(seeds))).toEqual(sample(mutatedText(seeds)));
  expect(sample(mutatedText(seeds)).some((text) => text.includes('__proto__'))).toBe(true);
  expect(new Set(sample(mutatedJson(seeds)).map((value) => JSON.stringify(value))).size).toBeGreaterThan(30);
  const bytes = Uint8Array.of(1, 2, 3);
  expect(sample(draws(1)).map((changes) => changes.reduce(mutateBytes, bytes).length)).toEqual(expect.arrayContaining([0, 3, 4]));
});
