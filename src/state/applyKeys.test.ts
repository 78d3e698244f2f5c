import { describe, expect, it } from 'vitest';
import { smallTrace } from '../trace/testing/small';
import { createApp, INITIAL, type App } from './app';
import { applyKeys, keysToHash } from './applyKeys';
import { readLink } from './link';
import { settingValues } from './share';

/** A page with a trace on it; a run in progress, so that edits wait. */
function page(): App {
  return createApp({} as never, { ...INITIAL, run: { ...INITIAL.run, status: 'running' }, traces: { ...INITIAL.traces, current: { trace: smallTrace, origin: 'file', name: '' } } });
}
const [layer = -1] = smallTrace.model.moeLayers;

describe('keys put onto the page', () => {
  it('go where the same link would put them, and leave the rest alone', async () => {
    const app = page();
    expect(await applyKeys(app, { T: '0.3', p: 'Hello', unit: 'nats', heat: 'all', e: `${layer}.1`, t: '1', l: String(layer), b: '0', view: 'load', ab: `${layer}.1`, rk: '1', who: 'method:random', rr: 'steps:3' })).toEqual([]);
    const state = app.store.getState();
    expect(state.run).toMatchObject({ temperature: 0.3, prompt: 'Hello', topK: 40 });
    expect(state.view).toMatchObject({ unit: 'nats', heat: 'all', panel: 'load', pins: [{ layer, expert: 1, slot: 0 }], order: -1 });
    expect(state.focus).toMatchObject({ token: 1, row: 0 });
    expect(state.compare.token).toBe(0);
    expect(state.edits.list).toMatchObject([{ kind: 'ablate', layer, expert: 1 }, { kind: 'k', k: 1 }]);
    expect(state.entropy.changes).toEqual({ method: 'random' });
    expect(state.steering.rerouting.settings.steps).toBe(3);
    // Back to what it was: defaults by their texts, edits by an empty list.
    expect(await applyKeys(app, { heat: 'token', e: '', b: '-1', ab: '', view: 'main' })).toEqual([]);
    const after = app.store.getState();
    expect(after.view).toMatchObject({ heat: 'token', pins: [], panel: 'main', unit: 'nats' });
    expect(after.compare.token).toBeUndefined();
    expect(after.edits.list).toEqual([]);
    expect(after.edits.undo).toHaveLength(2);
  });

  it('answer with what is wrong; a lesson may set less than a link', async () => {
    const app = page();
    expect(await applyKeys(app, { T: 'hot', hide: 'prompt', ab: '99.1', chat: '1' }, 'lesson')).toEqual([
      'A lesson may not set hide.',
      'The link has a key that this page does not know (chat); it was left out.',
      'The link says T=hot, but T takes a number from 0 to 2, so it was left out.',
      'The link says ab=99.1, but ab takes experts of this model as layer.expert, so it was left out.',
    ]);
    expect(app.store.getState().view.hidden).toEqual([]);
    expect(await applyKeys(app, { hide: 'prompt,dock', lesson: 'one-token', step: '3' })).toEqual([]);
    expect(settingValues(app)).toMatchObject({ hide: 'prompt,dock', embed: '0', lesson: 'one-token', step: 3 });
    // In another page there are no lessons.
    expect(await applyKeys(app, { embed: '1', lesson: 'one-token' })).toEqual([]);
    expect(settingValues(app)).toMatchObject({ hide: 'prompt,dock', embed: '1', lesson: '', step: 1 });
  });

  it('are the keys of a link', async () => {
    const hash = keysToHash({ T: '0.5', hide: 'prompt,dock', p: 'a & b = c' });
    expect(hash).toBe('#v=1&T=0.5&hide=prompt,dock&p=a+%26+b+%3D+c');
    expect((await readLink(hash)).values).toEqual({ temperature: 0.5, hide: 'prompt,dock', prompt: 'a & b = c' });
  });
});
