/** jax-js on WebGPU, as its README uses it: `jit` fuses, arrays are consumed unless `.ref` keeps them. */
import { init, jit, nn, numpy as np, defaultDevice, type Array as JaxArray } from '@jax-js/jax';
import type { Contender } from '../race';
import { type FeedForwardTask, type ProductTask, wideBlock } from '../tasks';

async function ready(): Promise<void> {
  const devices = await init('webgpu');
  if (!devices.includes('webgpu')) throw new Error('jax-js found no WebGPU device');
  defaultDevice('webgpu');
}

const put = (values: Float32Array<ArrayBuffer>, shape: number[]): JaxArray => np.array(values, { shape });

async function result(array: JaxArray): Promise<Float32Array> {
  const data: unknown = await array.data();
  if (!(data instanceof Float32Array)) throw new Error('jax-js gave no float32 numbers');
  return data;
}

export async function jaxProduct({ batch, rows, inner, columns, a, w }: ProductTask): Promise<Contender> {
  await ready();
  const shape = (m: number, n: number): number[] => (batch === 1 ? [m, n] : [batch, m, n]);
  const weights = put(Float32Array.from(w), shape(inner, columns));
  const product = jit((x: JaxArray, y: JaxArray) => np.matmul(x, y));
  const input = Float32Array.from(a);
  return {
    how: 'jit(matmul)',
    run: async () => await result(product(put(input, shape(rows, inner)), weights.ref)),
    dispose: () => {
      weights.dispose();
      product.dispose();
    },
  };
}

export async function jaxFeedForward({ tokens, x, block }: FeedForwardTask): Promise<Contender> {
  await ready();
  const { width, experts, hidden, topK } = block;
  const wide = wideBlock(block);
  const kept = [put(Float32Array.from(block.gain), [width]), put(wide.router, [width, experts]), put(wide.gate, [width, experts * hidden]), put(wide.up, [width, experts * hidden]), put(wide.down, [experts * hidden, width])];
  const run = jit((input: JaxArray, gain: JaxArray, router: JaxArray, gate: JaxArray, up: JaxArray, down: JaxArray): JaxArray => {
    const scale = np.sqrt(np.mean(np.square(input.ref), 1, { keepdims: true }).add(block.epsilon));
    const normed = input.ref.div(scale).mul(gain);
    const logits = np.matmul(normed.ref, router);
    // The k-th largest logit by taking the maximum away k - 1 times.
    let left = logits.ref;
    for (let i = 1; i < topK; i++) {
      const top = np.max(left.ref, 1, { keepdims: true });
      left = np.where(np.greaterEqual(left.ref, top), -1e30, left);
    }
    const cut = np.max(left, 1, { keepdims: true });
    const mix = nn.softmax(np.where(np.greaterEqual(logits.ref, cut), logits, -1e30), 1);
    const inner = nn.silu(np.matmul(normed.ref, gate)).mul(np.matmul(normed, up));
    const weighted = inner.reshape([tokens, experts, hidden]).mul(mix.reshape([tokens, experts, 1]));
    return input.add(np.matmul(weighted.reshape([tokens, experts * hidden]), down));
  });
  const input = Float32Array.from(x);
  return {
    how: 'all experts, two wide products under jit',
    run: async () => {
      const [gain, router, gate, up, down] = kept.map((array) => array.ref);
      if (gain === undefined || router === undefined || gate === undefined || up === undefined || down === undefined) throw new Error('unreachable');
      return await result(run(put(input, [tokens, width]), gain, router, gate, up, down));
    },
    dispose: () => {
      for (const array of kept) array.dispose();
      run.dispose();
    },
  };
}
