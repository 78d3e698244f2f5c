import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ROUTER_AS_TRAINED } from '../../routing/plan';
import { chromeTrace, type CompleteEvent } from '../chrome-trace';
import { GREEDY, RECORD_ROUTING, type LoadedModel, type RunOptions, type StepBatch } from '../engine';
import type { KernelTimes } from '../kernel-times';
import { tinyCheckpoint } from '../testing/tiny-model';
import { createWebgpuEngine, type WebgpuEngine } from './engine';
import { KERNEL_SOURCES } from './kernels';

let engine: WebgpuEngine;
let model: LoadedModel;
beforeAll(async () => {
  engine = await createWebgpuEngine({ form: 'register' });
  model = await engine.load(tinyCheckpoint({ layers: 8, context: 64, endOfText: [] }, 5));
});
afterAll(() => {
  expect(engine.context.uncaptured).toEqual([]);
  engine.dispose();
});

const OPTIONS: RunOptions = { plan: ROUTER_AS_TRAINED, promptLength: 5, sampling: GREEDY, record: RECORD_ROUTING };

/** A prefill of 5 tokens and 20 decoded ones, of which a submit takes 16 at most. */
async function run(profiled: boolean): Promise<{ times: KernelTimes | undefined; batch: StepBatch; dispatches: number; submits: number }> {
  if (profiled) model.profiler?.start();
  const sequence = await model.createSequence();
  await sequence.append([7, 36, 65, 94, 27], OPTIONS);
  const batch = await sequence.decode(20, OPTIONS);
  const { dispatches, submits } = sequence.counters;
  sequence.dispose();
  return { times: await model.profiler?.stop(), batch, dispatches, submits };
}

/** The adapter as one that has no features. */
function withoutQueries(adapter: GPUAdapter | null): GPUAdapter | null {
  return adapter && new Proxy(adapter, { get: (target, key) => (key === 'features' ? new Set() : key === 'requestDevice' ? target.requestDevice.bind(target) : (Reflect.get(target, key, target) as unknown)) });
}

/** Events of one thread follow one another; those that lie inside others would be allowed too, and there are none. */
function expectDisjoint(events: readonly CompleteEvent[]): void {
  const threads = new Set(events.map(({ pid, tid }) => `${pid} ${tid}`));
  for (const thread of threads) {
    const sorted = events.filter(({ pid, tid }) => `${pid} ${tid}` === thread).toSorted((a, b) => a.ts - b.ts);
    for (const [i, event] of sorted.entries()) {
      expect(event.dur).toBeGreaterThanOrEqual(0);
      const next = sorted[i + 1];
      if (next !== undefined) expect(event.ts + event.dur).toBeLessThanOrEqual(next.ts + 1e-3);
    }
  }
}

describe('kernel times', () => {
  test('name each dispatch that the counters count, in order, and change no number of the run', async () => {
    const plain = await run(false);
    const { times, batch, dispatches, submits } = await run(true);
    expect(plain.times).toBeUndefined();
    expect(batch).toEqual(plain.batch);
    expect([dispatches, submits]).toEqual([plain.dispatches, plain.submits]);
    if (times === undefined) throw new Error('There are no times.');
    expect(times.submits.map(({ start, tokens }) => [start, tokens])).toEqual([[0, 5], [5, 16], [21, 4]]);
    const names = times.submits.flatMap(({ kernels }) => kernels);
    expect(names).toHaveLength(dispatches);
    expect(names.filter((name) => !(name in KERNEL_SOURCES))).toEqual([]);
    expect(times.submits[0]?.kernels.slice(0, 5)).toEqual(['embed', 'gemm_register', 'rope', 'attention', 'gemm_register']);
    expect(times.submits[1]?.kernels.filter((name) => name === 'decode_attention')).toHaveLength(8 * 16);
    expect(times.submits[1]?.kernels.at(-1)).toBe('head');
  });

  test('are those of the device where it has timestamp queries, and else of whole submits', async () => {
    const { times, dispatches } = await run(true);
    if (times === undefined) throw new Error('There are no times.');
    const queries = engine.context.device.features.has('timestamp-query');
    expect(times.clock).toBe(queries ? 'device' : 'cpu');
    for (const { deviceUs, kernels, cpuUs } of times.submits) {
      expect(deviceUs?.length).toBe(queries ? 2 * kernels.length : undefined);
      expect(cpuUs[1]).toBeGreaterThan(cpuUs[0]);
    }
    const { traceEvents } = chromeTrace(times, { model: 'tiny', backend: 'webgpu', exporter: 'test' });
    const events = traceEvents.filter((event): event is CompleteEvent => event.ph === 'X');
    expect(events.filter(({ cat }) => cat === 'kernel')).toHaveLength(queries ? dispatches : 0);
    expect(events.filter(({ cat }) => cat === 'submit')).toHaveLength(3);
    expectDisjoint(events);
    const total = events.filter(({ cat }) => cat === 'kernel').reduce((sum, { dur }) => sum + dur, 0);
    if (queries) expect(total).toBeGreaterThan(0);
  });

  test('more dispatches than one set of queries holds are all measured', async () => {
    const deep = await engine.load(tinyCheckpoint({ layers: 48, context: 64, endOfText: [] }, 5));
    deep.profiler?.start();
    const sequence = await deep.createSequence();
    await sequence.append([1], OPTIONS);
    await sequence.decode(16, OPTIONS);
    const submit = (await deep.profiler?.stop())?.submits[1];
    expect(submit?.kernels.length).toBeGreaterThan(2 * 2048);
    const { deviceUs = [], kernels = [] } = submit ?? {};
    expect(deviceUs.length === 0 || deviceUs.length === 2 * kernels.length).toBe(true);
    // Each value is one that the device wrote: they ascend from the first set to the last.
    expect(deviceUs.findIndex((us, i) => us < (deviceUs[i - 1] ?? 0))).toBe(-1);
    sequence.dispose();
    deep.dispose();
  });

  test('of a device without timestamp queries are those of submits', async () => {
    const gpu = { requestAdapter: async (wanted?: GPURequestAdapterOptions) => withoutQueries(await navigator.gpu.requestAdapter(wanted)) } as GPU;
    const other = await createWebgpuEngine({ form: 'register', gpu });
    const plain = await other.load(tinyCheckpoint({ context: 64, endOfText: [] }, 5));
    plain.profiler?.start();
    const sequence = await plain.createSequence();
    await sequence.append([1, 2], OPTIONS);
    const times = await plain.profiler?.stop();
    expect(times).toMatchObject({ clock: 'cpu', submits: [{ start: 0, tokens: 2 }] });
    expect(times?.submits[0]?.deviceUs).toBeUndefined();
    expect(times?.submits[0]?.kernels).toHaveLength(sequence.counters.dispatches);
    other.dispose();
  });

  test('that nobody asked for are not there, and hold no memory', async () => {
    const before = engine.context.bytes;
    await run(true);
    expect(await model.profiler?.stop()).toBeUndefined();
    model.profiler?.start();
    model.profiler?.start();
    await model.profiler?.stop();
    expect(engine.context.bytes).toBe(before);
  });
});
