import { expect, test } from 'vitest';
import { chromeTrace, deviceTime } from './chrome-trace';
import type { KernelTimes } from './kernel-times';

const HEADER = { model: 'moe', backend: 'webgpu (SwiftShader)', exporter: 'moe-playground@0.1.0' };

const TIMES: KernelTimes = {
  clock: 'device',
  submits: [
    { start: 0, tokens: 3, kernels: ['embed', 'route', 'embed'], deviceUs: Float64Array.of(0, 2.5, 2.5, 10.0004, 11, 12), cpuUs: [0, 1500] },
    // The second pass began before the first had ended; the third went back in time.
    { start: 3, tokens: 1, kernels: ['embed', 'route', 'head'], deviceUs: Float64Array.of(2000, 2300, 2100, 2200, 2400, 2350), cpuUs: [1600.12345, 2600] },
  ],
};

test('kernel times become complete events in microseconds, with names of processes and threads', () => {
  const { traceEvents, displayTimeUnit, otherData } = chromeTrace(TIMES, HEADER);
  expect(displayTimeUnit).toBe('ms');
  expect(otherData).toMatchObject({ model: 'moe', clock: 'device', submits: 2, dispatches: 6, unmeasured: 1 });
  expect(traceEvents.filter(({ ph }) => ph === 'M')).toEqual([
    { ph: 'M', name: 'process_name', pid: 1, tid: 0, args: { name: 'moe: from submit to results (CPU clock)' } },
    { ph: 'M', name: 'thread_name', pid: 1, tid: 1, args: { name: 'submits' } },
    { ph: 'M', name: 'process_name', pid: 2, tid: 0, args: { name: 'webgpu (SwiftShader): kernels (timestamp queries)' } },
    { ph: 'M', name: 'thread_name', pid: 2, tid: 1, args: { name: 'queue' } },
    { ph: 'M', name: 'thread_name', pid: 2, tid: 2, args: { name: 'queue, at the same time (2)' } },
  ]);
  expect(traceEvents.filter(({ ph }) => ph === 'X')).toEqual([
    { ph: 'X', name: 'tokens 1 to 3', cat: 'submit', pid: 1, tid: 1, ts: 0, dur: 1500, args: { tokens: 3, dispatches: 3, kernels: { embed: 2, route: 1 } } },
    { ph: 'X', name: 'embed', cat: 'kernel', pid: 2, tid: 1, ts: 0, dur: 2.5, args: { dispatch: 0, of: 'tokens 1 to 3' } },
    { ph: 'X', name: 'route', cat: 'kernel', pid: 2, tid: 1, ts: 2.5, dur: 7.5, args: { dispatch: 1, of: 'tokens 1 to 3' } },
    { ph: 'X', name: 'embed', cat: 'kernel', pid: 2, tid: 1, ts: 11, dur: 1, args: { dispatch: 2, of: 'tokens 1 to 3' } },
    { ph: 'X', name: 'token 4', cat: 'submit', pid: 1, tid: 1, ts: 1600.123, dur: 999.877, args: { tokens: 1, dispatches: 3, kernels: { embed: 1, route: 1, head: 1 } } },
    { ph: 'X', name: 'embed', cat: 'kernel', pid: 2, tid: 1, ts: 2000, dur: 300, args: { dispatch: 0, of: 'token 4' } },
    { ph: 'X', name: 'route', cat: 'kernel', pid: 2, tid: 2, ts: 2100, dur: 100, args: { dispatch: 1, of: 'token 4' } },
    { ph: 'X', name: 'head', cat: 'kernel', pid: 2, tid: 1, ts: 2400, dur: 0, args: { dispatch: 2, of: 'token 4', unmeasured: true } },
  ]);
  expect(deviceTime(TIMES)).toBeCloseTo(2.5 + 7.5004 + 1 + 300 + 100, 9);
});

test('without timestamp queries there is one event for each submit, and the file says why', () => {
  const submits = TIMES.submits.map(({ start, tokens, kernels, cpuUs }) => ({ start, tokens, kernels, cpuUs }));
  const { traceEvents, otherData } = chromeTrace({ clock: 'cpu', submits }, HEADER);
  expect(traceEvents.map(({ ph, pid, name }) => [ph, pid, name])).toEqual([
    ['M', 1, 'process_name'],
    ['M', 1, 'thread_name'],
    ['X', 1, 'tokens 1 to 3'],
    ['X', 1, 'token 4'],
  ]);
  expect(otherData).toMatchObject({ clock: 'cpu', dispatches: 6, unmeasured: 0, note: expect.stringContaining('no timestamp queries') as string });
  expect(deviceTime({ clock: 'cpu', submits })).toBeUndefined();
});
