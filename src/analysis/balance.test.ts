import { expect, test } from 'vitest';
import { layerBalance, traceBalance } from './balance';
import { routedTrace } from './testing/routed';

/** Four tokens, two layers, four experts; the first two tokens are the prompt. Layer 0 is top-2, layer 1 chooses expert 3 or nothing. */
const trace = routedTrace({
  experts: 4,
  promptTokens: 2,
  chosen: [[[0, 1], [3]], [[0, 2], [3]], [[0, 1], []], [[0, 3], [3]]],
});

test('load of a layer: counts 4 2 1 1 of mean 2', () => {
  const balance = layerBalance(trace, 0);
  expect([...balance.counts]).toEqual([4, 2, 1, 1]);
  expect([...balance.shares]).toEqual([0.5, 0.25, 0.125, 0.125]);
  expect(balance).toMatchObject({ layer: 0, n: 4, choices: 8, maxVio: 1, maxOverMean: 2, dead: [] });
  // Deviations 2 0 -1 -1: variance 6/4, over mean 2. Entropy 1.75 bits of 2.
  expect(balance.variation).toBeCloseTo(0.6123724, 7);
  expect(balance.entropy).toBeCloseTo(0.875, 12);
});

test('load of prompt and answer apart', () => {
  expect([...layerBalance(trace, 0, 'prompt').counts]).toEqual([2, 1, 1, 0]);
  expect(layerBalance(trace, 0, 'prompt')).toMatchObject({ n: 2, choices: 4, maxVio: 1, dead: [3] });
  expect([...layerBalance(trace, 0, 'generated').counts]).toEqual([2, 1, 0, 1]);
});

test('a layer of one busy expert is as uneven as can be', () => {
  // Counts 0 0 0 3, mean .75: MaxVio 3, CV sqrt(3).
  const balance = layerBalance(trace, 1);
  expect(balance).toMatchObject({ layer: 1, n: 4, choices: 3, maxVio: 3, maxOverMean: 4, entropy: 0, dead: [0, 1, 2] });
  expect(balance.variation).toBeCloseTo(1.7320508, 7);
});

test('a trace has the mean of its layers', () => {
  const { mean, n, layers } = traceBalance(trace);
  expect([n, layers.length, mean.maxVio, mean.entropy]).toEqual([4, 2, 2, 0.4375]);
  expect(mean.variation).toBeCloseTo(1.1722116, 7);
});

test('nothing generated is even, of n = 0', () => {
  const short = { ...trace, run: { promptTokens: 4 } };
  expect(traceBalance(short, 'generated')).toMatchObject({ n: 0, mean: { maxVio: 0, entropy: 1, variation: 0 } });
});
