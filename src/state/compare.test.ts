import { expect, it } from 'vitest';
import { smallTrace } from '../trace/testing/small';
import { createApp, INITIAL, type App, type Services } from './app';
import { candidates, comparedPair, keepAsOther, setOtherToken, setSecond, swapCompared } from './compare';
import { seek } from './focus';
import { closeOpen, MOST_OPEN, withOpen } from './openTraces';
import type { OpenTrace, TracesState } from './state';
import { showTrace } from './traces';

const named = (name: string): OpenTrace => ({ trace: smallTrace, origin: 'file', name });
const [first, second] = [named('first.json'), named('second.json')];

function appWith(traces: Partial<TracesState>): App {
  return createApp({} as Services, { traces: { ...INITIAL.traces, ...traces } });
}

it('sets a chosen trace after what is shown, and an edited run after the run before the edits', () => {
  const none: TracesState = { ...INITIAL.traces };
  const pairOf = (traces: TracesState, token?: number) => comparedPair({ traces, compare: { second: {}, token } });
  expect(pairOf(none)).toBeUndefined();
  expect(pairOf({ ...none, current: first })).toBeUndefined();
  expect(pairOf({ ...none, current: first, baseline: second })).toEqual({ a: second, b: first, kind: 'edits', shown: 'b' });
  expect(pairOf({ ...none, current: first, baseline: second, other: second })).toEqual({ a: first, b: second, kind: 'traces', shown: 'a' });
  expect(pairOf({ ...none, current: first, baseline: second }, 1)).toEqual({ a: first, b: first, kind: 'tokens', token: 1, shown: 'a' });
  expect(pairOf({ ...none, current: first, other: second }, 99)).toEqual({ a: first, b: second, kind: 'traces', shown: 'a' });
});

it('keeps A as B, shows another trace beside it, and swaps the two', () => {
  const app = appWith({});
  showTrace(app, first);
  keepAsOther(app);
  showTrace(app, second);
  expect(app.store.getState().traces).toMatchObject({ current: second, other: first, open: [second, first] });
  swapCompared(app);
  expect(app.store.getState().traces).toMatchObject({ current: first, other: second, open: [second, first] });
  expect(candidates(app.store.getState())).toEqual([second]);
  closeOpen(app, second);
  expect(app.store.getState().traces).toMatchObject({ current: first, other: undefined, open: [first] });
});

it('a token of the text is B until another B is chosen, the same one is set again, or another text is shown', () => {
  const app = appWith({});
  showTrace(app, first);
  const token = (): number | undefined => app.store.getState().compare.token;
  setOtherToken(app, 1);
  expect([token(), app.store.getState().view.announcement]).toEqual([1, expect.stringMatching(/^Token 2, .*is B\./)]);
  seek(app, 0);
  swapCompared(app);
  expect([token(), app.store.getState().focus.token]).toEqual([0, 1]);
  setOtherToken(app, 0);
  expect(token()).toBeUndefined();
  setOtherToken(app, 1);
  keepAsOther(app);
  expect(token()).toBeUndefined();
  setOtherToken(app, 1);
  showTrace(app, second);
  expect(token()).toBeUndefined();
  setOtherToken(app, 99);
  expect(token()).toBeUndefined();
});

it('a live run keeps its place while it grows, and the oldest trace leaves a full list', () => {
  const grown: OpenTrace = { ...first, trace: { ...smallTrace, meta: { grown: true } } };
  expect(withOpen([second, first], grown)).toEqual([second, grown]);
  const many = Array.from({ length: MOST_OPEN }, (_, i) => named(`${i}.json`));
  expect(withOpen(many, first).map(({ name }) => name)).toEqual(['first.json', ...many.slice(0, MOST_OPEN - 1).map(({ name }) => name)]);
});

it('a field of the second run that is taken back follows the first run again', () => {
  const app = appWith({});
  setSecond(app, { seed: 7, prompt: 'B' });
  setSecond(app, { seed: undefined });
  expect(app.store.getState().compare.second).toEqual({ prompt: 'B' });
});
