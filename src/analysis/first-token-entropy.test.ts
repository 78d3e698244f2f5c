import { expect, test } from 'vitest';
import type { Trace } from '../trace/trace';
import { entropyBefore, firstTokenEntropies, stepMeanEntropies } from './first-token-entropy';
import { routedTrace } from './testing/routed';

const trace: Trace = {
  ...routedTrace({ experts: 1, chosen: [[[0]], [[0]], [[0]], [[0]]] }),
  output: {
    entropy: Float32Array.of(1, 0.5, 2, 0.25),
    top: { count: 3, ids: new Uint32Array(12), prob: Float32Array.of(0.25, 0.5, 0.125, 1, 0, 0, 0.25, 0.25, 0.25, 0, 0, 0) },
  },
};

test('a step’s entropy is that before its first token', () => {
  const { tokens, nats, n } = firstTokenEntropies(trace, Uint32Array.of(0, 1, 3));
  expect([[...tokens], [...nats], n]).toEqual([[1, 3], [1, 2], 2]);
});

test('of the likeliest candidates alone', () => {
  // 1/2 and 1/4 renormalised are 2/3 and 1/3: .6365142 nats; a sure one 0; three even ones ln 3 = 1.0986123
  expect(entropyBefore(trace, 1, 2)).toBeCloseTo(0.6365142, 6);
  expect(entropyBefore(trace, 2, 3)).toBe(0);
  expect(entropyBefore(trace, 3, 3)).toBeCloseTo(1.0986123, 6);
  expect(entropyBefore(trace, 3, 4)).toBeNaN();
});

test('step means take every token of the step', () => {
  // Step 0-2: tokens 1, 2 with 1 and .5 before them; step 3: 2.
  const { tokens, nats, n } = stepMeanEntropies(trace, Uint32Array.of(0, 3));
  expect([[...tokens], [...nats], n]).toEqual([[0, 3], [0.75, 2], 2]);
});

test('nothing is known of a trace without entropies, nor of the first token alone', () => {
  expect(firstTokenEntropies({ ...trace, output: {} }, Uint32Array.of(1)).n).toBe(0);
  expect(stepMeanEntropies(trace, Uint32Array.of(0), 1).n).toBe(0);
});
