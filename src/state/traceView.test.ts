import { describe, expect, it } from 'vitest';
import { DEFAULTS } from './settings';
import { viewBlock, viewOf } from './traceView';

describe('the view block of a trace', () => {
  it('holds the keys of a link, and gives back what they say', async () => {
    const values = { ...DEFAULTS, token: 4, layer: 2, unit: 'nats' as const, heat: 'all' as const, pins: '2.1,3.4', tau: 2.5, prompt: 'private', seed: 9, hide: 'dock' };
    const view = viewBlock(values);
    expect(view).toEqual({ t: '4', l: '2', unit: 'nats', heat: 'all', e: '2.1,3.4', tau: '2.5' });
    expect(await viewOf({ view })).toEqual({ unit: 'nats', heat: 'all', pins: '2.1,3.4', tau: 2.5 });
    expect(viewBlock(DEFAULTS)).toEqual({});
    expect(viewBlock({ ...DEFAULTS, token: 1 }, { heat: 'all', t: '9', theirs: 'x' })).toEqual({ theirs: 'x', t: '1' });
  });

  it('sets nothing but how the trace is looked at, and no impossible value', async () => {
    expect(await viewOf({ view: { hide: 'prompt', p: 'x', embed: '1', theme: 'dark', heat: 'javascript:alert(1)', unit: 'bits', tau: 'much' } })).toEqual({ unit: 'bits' });
  });
});
