import { expect, test } from 'vitest';
import { PlaygroundError } from '../../base/errors';
import { ROUTER_AS_TRAINED } from '../../routing/plan';
import { GREEDY, RECORD_ROUTING, type RunOptions, type StepBatch } from '../engine';
import type { PathwayResult } from '../gradients';
import { tinyCheckpoint } from '../testing/tiny-model';
import { GpuContext } from './context';
import { createWebgpuEngine, type WebgpuEngine } from './engine';

const RUN: RunOptions = { plan: ROUTER_AS_TRAINED, promptLength: 3, sampling: GREEDY, record: RECORD_ROUTING };

async function failure(work: Promise<unknown>): Promise<PlaygroundError> {
  const error: unknown = await work.then(() => undefined, (reason: unknown) => reason);
  if (!(error instanceof PlaygroundError)) throw new Error(`wanted a PlaygroundError, got ${String(error)}`);
  return error;
}

test('no WebGPU and a refused adapter each have their own sentence', async () => {
  // `undefined` means "the page's own", so what offers nothing is an object without adapters.
  const refused = await failure(GpuContext.acquire({ requestAdapter: () => Promise.resolve(null) } as unknown as GPU));
  expect(refused.code).toBe('adapter-refused');
  const absent = await failure(GpuContext.acquire(undefined));
  expect(absent.code).toBe('no-webgpu');
  expect(absent.message).not.toBe(refused.message);
});

test('a device that goes away in the middle of a run is said, and a new engine gives the same tokens', async () => {
  const checkpoint = tinyCheckpoint({}, 3);
  const engine = await createWebgpuEngine({ form: 'register' });
  const sequence = await (await engine.load(checkpoint)).createSequence();
  const before = await sequence.append([5, 6, 7], RUN);
  const decoding = sequence.decode(30, RUN);
  engine.context.device.destroy();
  const lost = await failure(decoding);
  expect(lost.code).toBe('device-lost');
  expect(lost.message).toMatch(/^The GPU went away/);
  expect(sequence.length).toBe(3);
  expect((await failure(sequence.decode(1, RUN))).code).toBe('device-lost');
  expect((await failure(engine.load(checkpoint))).code).toBe('device-lost');
  engine.dispose();

  const fresh = await createWebgpuEngine({ form: 'register' });
  const again = await (await fresh.load(checkpoint)).createSequence();
  expect([...(await again.append([5, 6, 7], RUN)).topProb]).toEqual([...before.topProb]);
  fresh.dispose();
});

test('a device that goes away while a prompt is read or a gradient is taken is said, and a new engine gives the same numbers', async () => {
  const checkpoint = tinyCheckpoint({}, 3);
  const prompt = Array.from({ length: 40 }, (_, i) => (i * 7) % 90);
  const open = async (): Promise<{ readonly engine: WebgpuEngine; readonly read: () => Promise<StepBatch>; readonly gradient: () => Promise<PathwayResult> }> => {
    const engine = await createWebgpuEngine({ form: 'register' });
    const model = await engine.load(checkpoint);
    const sequence = await model.createSequence();
    const problem = await model.gradients!.preparePathways([prompt], [0]);
    return { engine, read: async () => await sequence.append(prompt, { ...RUN, promptLength: prompt.length }), gradient: async () => await problem.evaluate(problem.router, { targets: [5], gradient: { membership: 'hard', core: [[0, 1, 2, 3]] } }) };
  };
  const calm = await open();
  const [batch, evaluation] = [await calm.read(), await calm.gradient()];
  calm.engine.dispose();
  for (const what of ['read', 'gradient'] as const) {
    const { engine, [what]: work } = await open();
    const going = failure(work());
    await Promise.resolve();
    engine.context.device.destroy();
    expect([what, (await going).code]).toEqual([what, 'device-lost']);
    engine.dispose();
  }
  const again = await open();
  expect(await again.read()).toEqual(batch);
  expect(await again.gradient()).toEqual(evaluation);
  again.engine.dispose();
});

test('a buffer that the device cannot hold is an out-of-memory sentence, and the device goes on working', async () => {
  const context = await GpuContext.acquire(navigator.gpu);
  const bytes = context.device.limits.maxBufferSize;
  const error = await failure(
    context.guarded('The model', () => {
      const made = Array.from({ length: 8 }, () => context.buffer('too large', bytes, GPUBufferUsage.STORAGE));
      for (const buffer of made) context.release(buffer);
      return Promise.resolve();
    }),
  );
  expect(error.code).toBe('out-of-memory');
  expect(error.message).toMatch(/does not fit into the memory of this GPU: it wanted [\d,]+ MB beside the 0 MB in use/);
  await context.guarded('A small buffer', () => Promise.resolve(context.release(context.buffer('small', 64, GPUBufferUsage.STORAGE))));
  context.dispose();
});

/** 2 * 32 layers * 16 * 4 bytes a token: 1 GiB for all of them, which a software adapter allows and has not got. */
const LONG = { layers: 32, context: 262_144 } as const;

test('a context that cannot fit is told with what it wanted, leaves nothing behind, and a shorter text runs', async () => {
  const engine = await createWebgpuEngine({ form: 'register' });
  const model = await engine.load(tinyCheckpoint(LONG, 3));
  const before = engine.memory();
  const error = await failure(model.createSequence());
  expect(error.code).toBe('out-of-memory');
  expect(error.message).toMatch(/^The memory for the text \(key-value cache\) does not fit into the memory of this GPU: it wanted 1,0\d\d MB beside the \d+ MB in use\./);
  expect(engine.memory()).toEqual(before);
  const sequence = await model.createSequence(64);
  expect((await sequence.append([5, 6, 7], RUN)).ids.length).toBe(3);
  engine.dispose();
  expect(engine.memory()).toMatchObject({ buffers: 3, errors: [] });
});

test('what no buffer of the device can hold is refused before it is asked for: a model, and a batch of gradients', async () => {
  const engine = await createWebgpuEngine({ form: 'register' });
  const large = await failure(engine.load(tinyCheckpoint({ context: 1 << 26 }, 3)));
  expect([large.code, large.message]).toEqual(['out-of-memory', expect.stringMatching(/^The model "tiny" does not fit into the memory of this GPU: it wanted 2,147 MB in one piece \(rope table\), and this GPU gives at most 1,074 MB\./)]);
  expect(engine.memory()).toEqual({ buffers: 0, bytes: 0, errors: [] });
  const model = await engine.load(tinyCheckpoint({}, 3));
  const before = engine.memory();
  const prompts = Array.from({ length: 150_000 }, () => Array.from({ length: 64 }, (_, i) => i));
  const batch = await failure(model.gradients!.preparePathways(prompts, [0]));
  expect([batch.code, batch.message]).toEqual(['out-of-memory', expect.stringMatching(/^The gradient problem does not fit into the memory of this GPU: it wanted 1,2\d\d MB in one piece \(gradient cache\), and this GPU gives at most 1,074 MB\./)]);
  expect(engine.memory()).toEqual(before);
  engine.dispose();
});
