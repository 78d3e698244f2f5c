/** ONNX Runtime Web on a whole model: prefill and greedy decode, the cache kept on the device. */
import type { InferenceSession, Tensor } from 'onnxruntime-web';
import { type AttentionForm, cacheNames, type GraphForm, modelGraph } from '../onnx/model';
import type { Contender } from '../race';
import { largest, type TextTask } from '../text';
import { BLOCK_WAYS, loadOrt, numbersOf, openSession, type Ort, type Provider } from './ort';

type Cache = Readonly<Record<string, Tensor>>;

interface Runner {
  readonly ort: Ort;
  readonly session: InferenceSession;
  readonly form: GraphForm;
  readonly how: string;
  readonly vocabulary: number;
}

const ATTENTION_WAYS: Readonly<Record<AttentionForm, string>> = { fused: 'GroupQueryAttention', plain: 'attention of plain products' };

async function open(provider: Provider, attention: AttentionForm, { checkpoint }: TextTask, past: boolean): Promise<Runner> {
  const ort = await loadOrt(provider);
  const form = { attention, block: provider === 'wasm' ? 'moe' : past ? 'gather' : 'all', past } as const;
  const bytes = modelGraph(checkpoint, form);
  const session = await openSession(ort, provider, bytes, provider === 'webgpu' ? { preferredOutputLocation: 'gpu-buffer' } : {});
  return { ort, session, form, how: `${ATTENTION_WAYS[attention]}; ${BLOCK_WAYS[form.block]}`, vocabulary: checkpoint.config.vocabulary };
}

/** Where the tokens stand, in the words of each graph. */
function placement({ ort, form }: Runner, count: number, length: number): Record<string, Tensor> {
  const total = length + count;
  if (form.attention === 'fused') {
    return { seqlens: new ort.Tensor('int32', Int32Array.of(total - 1), [1]), total: new ort.Tensor('int32', Int32Array.of(total), [1]) };
  }
  const mask = Float32Array.from({ length: count * total }, (_, i) => (i % total > length + Math.floor(i / total) ? -1e9 : 0));
  return { positions: new ort.Tensor('int32', Int32Array.from({ length: count }, (_, t) => length + t), [count]), mask: new ort.Tensor('float32', mask, [count, total]) };
}

/** One call: logits of the last token, and the cache after it. */
async function call(runner: Runner, ids: readonly number[], length: number, cache: Cache): Promise<{ readonly logits: Float32Array; readonly cache: Cache }> {
  const { ort, session, form, vocabulary } = runner;
  const dims = form.attention === 'fused' ? [1, ids.length] : [ids.length];
  const out = await session.run({ ids: new ort.Tensor('int64', BigInt64Array.from(ids, BigInt), dims), ...placement(runner, ids.length, length), ...cache });
  const next: Record<string, Tensor> = {};
  session.outputNames.slice(0, -1).forEach((name, i) => {
    const tensor = out[name];
    if (tensor !== undefined) next[cacheNames(i >> 1)[i & 1] ?? ''] = tensor;
  });
  return { logits: (await numbersOf(out[session.outputNames.at(-1) ?? ''])).slice(-vocabulary), cache: next };
}

function release(cache: Cache): void {
  for (const tensor of Object.values(cache)) tensor.dispose();
}

export async function ortPrefill(provider: Provider, attention: AttentionForm, task: TextTask): Promise<Contender> {
  const runner = await open(provider, attention, task, false);
  return {
    how: runner.how,
    run: async () => {
      const { logits, cache } = await call(runner, task.prompt, 0, {});
      release(cache);
      return logits;
    },
    dispose: () => void runner.session.release(),
  };
}

export async function ortDecode(provider: Provider, attention: AttentionForm, task: TextTask): Promise<Contender> {
  const first = await open(provider, attention, task, false);
  const start = await call(first, task.prompt, 0, {});
  const runner = await open(provider, attention, task, true);
  return {
    how: runner.how,
    run: async () => {
      let cache = start.cache;
      let id = largest(start.logits);
      const ids = [id];
      for (let i = 0; i < task.decoded; i++) {
        const next = await call(runner, [id], task.prompt.length + i, cache);
        if (cache !== start.cache) release(cache);
        cache = next.cache;
        id = largest(next.logits);
        ids.push(id);
      }
      if (cache !== start.cache) release(cache);
      return ids;
    },
    dispose: () => {
      release(start.cache);
      void first.session.release();
      void runner.session.release();
    },
  };
}
