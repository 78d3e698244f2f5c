import { expect, test } from 'vitest';
import { feedForwardOf, productOf, transposed, wideBlock, type Block } from './tasks';
import { workOf } from './work';
import { SHAPE } from './models';

test('a product, batch by batch', () => {
  const task = { batch: 2, rows: 1, inner: 2, columns: 2, a: Float32Array.of(1, 2, 3, 4), w: Float32Array.of(1, 2, 3, 4, 5, 6, 7, 8) };
  expect([...productOf(task)]).toEqual([7, 10, 43, 50]);
});

/** Two experts of one hidden number on two numbers; expert 1 is chosen where x[1] > x[0]. */
const BLOCK: Block = {
  width: 2, experts: 2, topK: 1, hidden: 1, epsilon: 0,
  gain: Float32Array.of(1, 2), router: Float32Array.of(1, 0, 0, 1),
  gate: Float32Array.of(1, 0, 0, 1), up: Float32Array.of(0, 1, 1, 0), down: Float32Array.of(10, 20, 30, 40),
};

test('the block: norm, choice, SwiGLU of the chosen expert alone, residual', () => {
  const x = Float32Array.of(3, 1);
  // rms = sqrt(5); normed = (3, 2) / sqrt(5); logits the same, so expert 0; gate 3 / sqrt(5), up 2 / sqrt(5).
  const [gate, up] = [3 / Math.sqrt(5), 2 / Math.sqrt(5)];
  const hidden = (gate / (1 + Math.exp(-gate))) * up;
  const got = feedForwardOf({ checkpoint: undefined as never, layer: 0, tokens: 1, x, block: BLOCK });
  expect(got[0]).toBeCloseTo(3 + 10 * hidden, 5);
  expect(got[1]).toBeCloseTo(1 + 20 * hidden, 5);
});

test('wide matrices put the experts side by side', () => {
  const { router, gate, down } = wideBlock(BLOCK);
  expect([...router]).toEqual([1, 0, 0, 1]);
  expect([...gate]).toEqual([1, 0, 0, 1]);
  // [E F, D]: the columns of expert 0, then of expert 1.
  expect([...down]).toEqual([10, 20, 30, 40]);
  expect([...transposed(Float32Array.of(1, 2, 3, 4, 5, 6), 2, 3)]).toEqual([1, 4, 2, 5, 3, 6]);
});

test('the work of a task, counted by hand for d = 128, 16 experts of 128, k = 2', () => {
  // Router 128 x 16, two experts of 3 x 128 x 128.
  expect(workOf(SHAPE, { block: 1 })).toEqual({ flops: 2 * (2048 + 2 * 49152), bytes: 4 * (2048 + 2 * 49152) });
  // 64 tokens reach all 16 experts: each is read once.
  expect(workOf(SHAPE, { block: 64 })).toEqual({ flops: 128 * (2048 + 2 * 49152), bytes: 4 * (2048 + 16 * 49152) });
  // Two layers; attention 128 x 256 + 128 x 128 weights; a head of 128 x 512; two keys and one, of 4 heads x 32.
  const perLayer = 2 * (49152 + 2048 + 98304) + 2 * 128 * 3;
  expect(workOf(SHAPE, { prefill: 2 }).flops).toBe(2 * (2 * perLayer + 2 * 65536));
  expect(workOf(SHAPE, { decode: 1, after: 1 }).bytes).toBe(4 * (2 * (49152 + 2048 + 98304) + 65536 + 2 * 2 * 64 * 2));
});
