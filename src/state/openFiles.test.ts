import { readFileSync } from 'node:fs';
import { expect, test, vi } from 'vitest';
import { traceText } from '../trace/file';
import { smallTrace } from '../trace/testing/small';
import { createApp, type Services } from './app';
import { encodeTraceLink, looksLikeTrace, openFile, openText } from './openFiles';
import { beginReading, cancelReading } from './reading';
import { fieldStates } from './traceFields';

const foreign = (name: string): string => readFileSync(new URL(`../trace/testing/foreign/${name}`, import.meta.url), 'utf8');

test('a file of several traces fills the list and shows the first', async () => {
  const app = createApp({} as Services);
  await openFile(app, new File([foreign('moe-atlas.json')], 'two.json'));
  const { traces, view } = app.store.getState();
  expect(traces.current).toMatchObject({ origin: 'file', name: 'two.json', trace: { title: 'Hello world' } });
  expect(traces.open.map(({ trace }) => trace.title)).toEqual(['Hello world', 'Good morning']);
  expect(view.announcement).toBe('two.json opened: 2 traces, 4 tokens.');
});

test('a refused text leaves the page as it was, and lists faults and what is left out', async () => {
  const app = createApp({} as Services);
  await openText(app, traceText(smallTrace));
  await openText(app, traceText({ ...smallTrace, output: {} }).replace('"layers":2', '"layers":-2'));
  const { traces, importFailure } = app.store.getState();
  expect(traces.open).toHaveLength(1);
  expect(importFailure).toMatchObject({ name: 'the pasted text', errors: ['model.layers is the number -2, but a number of at least 0 is wanted: correct it.'], missing: ['output.entropy', 'output.top', 'output.chosen', 'output.logProb', 'output.logits', 'model.sha256'] });
});

test('reading shows itself only when it takes longer, and a file that is given up leaves the page as it was', async () => {
  vi.useFakeTimers();
  try {
    const app = createApp({} as Services);
    const { signal, onProgress, end } = beginReading(app, 'large.json', 20e6);
    onProgress({ done: 5e6, total: 20e6 });
    vi.advanceTimersByTime(299);
    expect(app.store.getState().reading).toBeUndefined();
    vi.advanceTimersByTime(1);
    expect(app.store.getState().reading).toEqual({ name: 'large.json', done: 5e6, total: 20e6 });
    onProgress({ done: 20e6, total: 20e6 });
    expect(app.store.getState().reading?.done).toBe(20e6);
    // A second file takes the line; the first one's end leaves it alone.
    const second = beginReading(app, 'other.json', 10);
    cancelReading();
    expect([signal.aborted, second.signal.aborted]).toEqual([false, true]);
    end();
    expect(app.store.getState().reading?.name).toBe('large.json');
    second.end();
    expect(app.store.getState().reading).toBeUndefined();
    vi.advanceTimersByTime(1_000);
    expect(app.store.getState().reading).toBeUndefined();
  } finally {
    vi.useRealTimers();
  }
  const app = createApp({} as Services);
  const opening = openText(app, traceText(smallTrace));
  cancelReading();
  await opening;
  const { traces, view, importFailure } = app.store.getState();
  expect([traces.open.length, view.announcement, importFailure]).toEqual([0, 'the pasted text was not opened: reading was cancelled.', undefined]);
});

test('the address keeps the link of the trace on the page, and nothing for others', async () => {
  const app = createApp({} as Services);
  expect(encodeTraceLink(app)).toBe('');
  const open = { trace: smallTrace, origin: 'file', name: 'a.json', link: 'traces/a b.json' } as const;
  app.store.setState({ traces: { ...app.store.getState().traces, current: open } });
  expect(encodeTraceLink(app)).toBe('trace=traces/a+b.json');
});

test('what is pasted as a trace looks like one', () => {
  expect(['{"format":1}', ' [1]', 'layer,expert\n0,1', 'token,layer,expert\n'].map(looksLikeTrace)).toEqual([true, true, true, true]);
  expect(['Once upon a time', 'the layer, as it were', 'https://example.org', ''].map(looksLikeTrace)).toEqual([false, false, false, false]);
});

test('fields that are placeholders do not count as held', async () => {
  const app = createApp({} as Services);
  await openText(app, foreign('llama.csv'));
  const trace = app.store.getState().traces.current?.trace;
  const { fields, unknown } = fieldStates(trace ?? smallTrace);
  expect(fields.filter(({ present }) => present)).toEqual([]);
  expect(unknown).toContain('routing.mix');
  expect(fieldStates(smallTrace).fields.filter(({ present }) => !present).map(({ path }) => path)).toEqual(['output.logits', 'model.sha256']);
});
