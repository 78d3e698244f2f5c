/** ONNX Runtime Web on a whole model: prefill and greedy decode, the cache kept on the device. */
import type { InferenceSession, Tensor } from 'onnxruntime-web';
import { modelGraph } from '../onnx/model';
import type { Contender } from '../race';
import type { TextTask } from '../text';
import { largest } from '../text';
import { loadOrt, numbersOf, openSession, type Ort, type Provider } from './ort';

type Cache = Readonly<Record<string, Tensor>>;

interface Runner {
  readonly ort: Ort;
  readonly session: InferenceSession;
  readonly layers: number;
}

async function open(provider: Provider, { checkpoint }: TextTask, past: boolean): Promise<Runner> {
  const ort = await loadOrt(provider);
  const form = provider === 'wasm' ? 'moe' : past ? 'gather' : 'all';
  const { layers } = checkpoint.config;
  const places: Record<string, 'gpu-buffer' | 'cpu'> = { logits: 'cpu' };
  for (let l = 0; l < layers; l++) Object.assign(places, { [`present_key_${l}`]: 'gpu-buffer', [`present_value_${l}`]: 'gpu-buffer' });
  const session = await openSession(ort, provider, modelGraph(checkpoint, form, past), provider === 'webgpu' ? { preferredOutputLocation: places } : {});
  return { ort, session, layers };
}

/** One call: logits of the last token, and the cache after it. */
async function call({ ort, session, layers }: Runner, ids: readonly number[], length: number, cache: Cache, vocabulary: number): Promise<{ readonly logits: Float32Array; readonly cache: Cache }> {
  const out = await session.run({
    ids: new ort.Tensor('int64', BigInt64Array.from(ids, BigInt), [1, ids.length]),
    seqlens: new ort.Tensor('int32', Int32Array.of(length + ids.length - 1), [1]),
    total: new ort.Tensor('int32', Int32Array.of(length + ids.length), [1]),
    ...cache,
  });
  const next: Record<string, Tensor> = {};
  for (let l = 0; l < layers; l++) {
    for (const part of ['key', 'value'] as const) {
      const tensor = out[`present_${part}_${l}`];
      if (tensor === undefined) throw new Error('ONNX Runtime gave no cache');
      next[`${part}_${l}`] = tensor;
    }
  }
  return { logits: (await numbersOf(out.logits)).slice(-vocabulary), cache: next };
}

function release(cache: Cache): void {
  for (const tensor of Object.values(cache)) tensor.dispose();
}

const how = (provider: Provider, past: boolean): string =>
  `GroupQueryAttention, ${provider === 'wasm' ? 'com.microsoft.MoE' : past ? 'weights of the chosen experts gathered' : 'all experts, two wide products'}`;

export async function ortPrefill(provider: Provider, task: TextTask): Promise<Contender> {
  const runner = await open(provider, task, false);
  return {
    how: how(provider, false),
    run: async () => {
      const { logits, cache } = await call(runner, task.prompt, 0, {}, task.checkpoint.config.vocabulary);
      release(cache);
      return logits;
    },
    dispose: () => void runner.session.release(),
  };
}

export async function ortDecode(provider: Provider, task: TextTask): Promise<Contender> {
  const { vocabulary } = task.checkpoint.config;
  const first = await open(provider, task, false);
  const start = await call(first, task.prompt, 0, {}, vocabulary);
  const runner = await open(provider, task, true);
  return {
    how: how(provider, true),
    run: async () => {
      let cache = start.cache;
      let id = largest(start.logits);
      const ids = [id];
      for (let i = 0; i < task.decoded; i++) {
        const next = await call(runner, [id], task.prompt.length + i, cache, vocabulary);
        if (cache !== start.cache) release(cache);
        cache = next.cache;
        id = largest(next.logits);
        ids.push(id);
      }
      release(cache);
      return ids;
    },
    dispose: () => {
      release(start.cache);
      void first.session.release();
      void runner.session.release();
    },
  };
}
