import { describe, expect, it } from 'vitest';
import { importTrace } from '../../trace/file';
import { INITIAL } from '../../state/app';
import type { AppState } from '../../state/state';
import { published } from '../testing/page';
import { holds, read } from './check';

const result = importTrace(published('traces/tale.json'));
if (!result.ok) throw new Error('tale.json cannot be read.');
const open = { trace: result.trace, origin: 'recorded', name: 'tale.json' } as const;
const state: AppState = { ...INITIAL, traces: { ...INITIAL.traces, current: open }, focus: { token: 10, row: 3, expert: undefined, stage: 3 } };

describe('a reading', () => {
  it('is of the place that it names, or of the one in focus', () => {
    expect(read(state, { read: 'chosen', rank: 1 })).toEqual({ kind: 'expert', value: 11 });
    expect(read(state, { read: 'chosen', token: 8, layer: 4, rank: 1 })).toEqual({ kind: 'expert', value: 2 });
    expect(read(state, { read: 'likeliest', rank: 1 })).toEqual({ kind: 'token', value: ' been' });
    expect(read(state, { read: 'uses', expert: 7 })).toEqual({ kind: 'count', value: 17 });
    expect(read(state, { read: 'stage' })?.value).toBe(4);
    expect(read(state, { read: 'mix', expert: 0 })?.value).toBe(0);
    expect(Number(read(state, { read: 'bits' })?.value).toFixed(2)).toBe('7.68');
  });

  it('is absent where the run has no such place, or the page no such number', () => {
    expect(read(state, { read: 'chosen', token: 51 })).toBeUndefined();
    expect(read(state, { read: 'chosen', layer: 8 })).toBeUndefined();
    expect(read(state, { read: 'klBits' })).toBeUndefined();
    expect(read(INITIAL, { read: 'token' })).toBeUndefined();
  });
});

describe('a check', () => {
  it('compares with values and with other readings', () => {
    expect(holds(state, { read: 'softmax', rank: 1, min: 0.8, max: 0.82 })).toBe(true);
    expect(holds(state, { read: 'softmax', rank: 1, max: 0.8 })).toBe(false);
    expect(holds(state, { read: 'mix', rank: 1, more: { read: 'softmax', rank: 1 } })).toBe(true);
    expect(holds(state, { read: 'chosen', rank: 1, same: { read: 'chosen', token: 20, rank: 1 } })).toBe(true);
    expect(holds(state, { read: 'panel', is: 'main' })).toBe(true);
  });

  it('joins others, and fails on what is not there, whatever it is compared with', () => {
    expect(holds(state, { all: [{ read: 'token', is: 10 }, { read: 'layer', is: 3 }] })).toBe(true);
    expect(holds(state, { any: [{ read: 'token', is: 9 }, { read: 'layer', is: 3 }] })).toBe(true);
    expect(holds(state, { not: { read: 'token', is: 10 } })).toBe(false);
    expect(holds(state, { read: 'klBits', min: 0 })).toBe(false);
    expect(holds(state, { read: 'token', same: { read: 'klBits' } })).toBe(false);
  });

  it('sees edits as they are wanted, before anything has run', () => {
    const edited: AppState = { ...state, edits: { ...state.edits, list: [{ kind: 'k', layer: 3, k: 1, id: 'e1', enabled: true, from: 0 }] } };
    expect(holds(edited, { read: 'k', layer: 3, is: 1 })).toBe(true);
    expect(holds(edited, { read: 'k', layer: 4, is: 2 })).toBe(true);
    expect(holds(edited, { read: 'mixWanted', layer: 3, rank: 1, is: 1 })).toBe(true);
    expect(holds(edited, { read: 'settled', is: true })).toBe(false);
  });
});
