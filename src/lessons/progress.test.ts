import { afterEach, expect, it, vi } from 'vitest';
import { forgetProgress, keepDone, keepStep, parseProgress, progressOf } from './progress';

afterEach(() => {
  vi.unstubAllGlobals();
  forgetProgress();
});

it('keeps steps by lesson, in order and once each', () => {
  const stored = new Map<string, string>();
  vi.stubGlobal('localStorage', { getItem: (key: string) => stored.get(key) ?? null, setItem: (key: string, value: string) => stored.set(key, value) });
  forgetProgress();
  keepStep('router', 2);
  keepDone('router', 2);
  keepDone('router', 1);
  keepDone('router', 2);
  expect(progressOf('router')).toEqual({ done: [1, 2], at: 2 });
  expect(progressOf('cut')).toEqual({ done: [], at: 1 });
  expect(stored.get('moe-lessons')).toBe('{"router":{"done":[1,2],"at":2}}');
});

it('works without storage', () => {
  vi.stubGlobal('localStorage', {
    getItem: () => {
      throw new Error('SecurityError');
    },
    setItem: () => {
      throw new Error('SecurityError');
    },
  });
  keepDone('router', 3);
  expect(progressOf('router')).toEqual({ done: [3], at: 1 });
});

it('leaves out what is malformed', () => {
  expect(parseProgress('{"router":{"done":[3,1,1,"x",99],"at":2},"__proto__":{"done":[1]},"Bad Id":{"done":[1]},"cut":{"done":"1"}}')).toEqual({ router: { done: [1, 3], at: 2 } });
  expect(parseProgress('nonsense')).toEqual({});
  expect(parseProgress('[1]')).toEqual({});
  expect(parseProgress(null)).toEqual({});
});
