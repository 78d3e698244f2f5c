/** TensorFlow.js on WebGPU. */
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-webgpu';
import type { Contender } from '../race';
import { type FeedForwardTask, type ProductTask, wideBlock } from '../tasks';

async function ready(): Promise<void> {
  if (!(await tf.setBackend('webgpu'))) throw new Error('TensorFlow.js could not start its WebGPU backend');
  await tf.ready();
}

/** Runs `compute` and reads its result; every tensor it made is freed. */
async function read(compute: () => tf.Tensor): Promise<Float32Array> {
  const out = tf.tidy(compute);
  const data = await out.data<'float32'>();
  out.dispose();
  return data;
}

export async function tfjsProduct({ batch, rows, inner, columns, a, w }: ProductTask): Promise<Contender> {
  await ready();
  const shape = (m: number, n: number): number[] => (batch === 1 ? [m, n] : [batch, m, n]);
  const weights = tf.tensor(w, shape(inner, columns));
  return {
    how: 'matMul',
    run: async () => await read(() => tf.matMul(tf.tensor(a, shape(rows, inner)), weights)),
    dispose: () => weights.dispose(),
  };
}

export async function tfjsFeedForward({ tokens, x, block }: FeedForwardTask): Promise<Contender> {
  await ready();
  const { width, experts, hidden, topK } = block;
  const wide = wideBlock(block);
  const gain = tf.tensor(block.gain, [width]);
  const router = tf.tensor(wide.router, [width, experts]);
  const gate = tf.tensor(wide.gate, [width, experts * hidden]);
  const up = tf.tensor(wide.up, [width, experts * hidden]);
  const down = tf.tensor(wide.down, [experts * hidden, width]);
  const compute = (): tf.Tensor => {
    const input = tf.tensor(x, [tokens, width]);
    const normed = tf.mul(tf.mul(input, tf.rsqrt(tf.add(tf.mean(tf.square(input), 1, true), block.epsilon))), gain);
    const logits = tf.matMul(normed, router);
    const cut = tf.slice(tf.topk(logits, topK).values, [0, topK - 1], [tokens, 1]);
    const mix = tf.softmax(tf.where(tf.greaterEqual(logits, cut), logits, tf.fill(logits.shape, -1e30)));
    const g = tf.matMul(normed, gate);
    const inner = tf.mul(tf.mul(g, tf.sigmoid(g)), tf.matMul(normed, up));
    const weighted = tf.mul(tf.reshape(inner, [tokens, experts, hidden]), tf.reshape(mix, [tokens, experts, 1]));
    return tf.add(input, tf.matMul(tf.reshape(weighted, [tokens, experts * hidden]), down));
  };
  return {
    how: 'all experts, two wide products',
    run: async () => await read(compute),
    dispose: () => {
      for (const tensor of [gain, router, gate, up, down]) tensor.dispose();
    },
  };
}
