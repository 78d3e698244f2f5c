import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { smallTrace } from '../trace/testing/small';
import { keepAddress } from './address';
import { createApp, INITIAL, patch, type App } from './app';
import { settingValues } from './share';
import { showTrace } from './traces';

/** A window with a history of its own. */
function browser() {
  const entries: { url: string; state: unknown }[] = [{ url: '/', state: null }];
  let at = 0;
  const listeners: ((event: { state: unknown }) => void)[] = [];
  const location = { pathname: '/', search: '', hash: '', origin: 'https://moe.example', href: 'https://moe.example/' };
  const show = (): void => void (location.hash = entries[at]?.url.replace(/^[^#]*/, '') ?? '');
  vi.stubGlobal('location', location);
  vi.stubGlobal('document', { baseURI: 'https://moe.example/' });
  vi.stubGlobal('history', {
    get state() {
      return entries[at]?.state;
    },
    pushState: (state: unknown, _: string, url: string) => {
      entries.splice(at + 1);
      entries.push({ url, state });
      at += 1;
      show();
    },
    replaceState: (state: unknown, _: string, url: string) => {
      entries[at] = { url, state };
      show();
    },
  });
  vi.stubGlobal('addEventListener', (_: string, call: (event: { state: unknown }) => void) => listeners.push(call));
  return {
    urls: () => entries.map(({ url }) => url),
    go: (by: number) => {
      at += by;
      show();
      for (const call of listeners) call({ state: entries[at]?.state });
    },
    type: (hash: string) => {
      entries.splice(at + 1);
      entries.push({ url: `/${hash}`, state: null });
      at += 1;
      show();
      for (const call of listeners) call({ state: null });
    },
  };
}

function page(): App {
  const services = { tracesUrl: 'https://moe.example/traces/' };
  const app = createApp(services as never, { ...INITIAL, run: { ...INITIAL.run, prompt: 'Once' } });
  showTrace(app, { trace: smallTrace, origin: 'recorded', name: 'a.json' });
  app.store.setState(({ traces }) => ({ traces: { ...traces, examples: [{ id: 'a', title: 'a', prompt: 'Once', trace: 'a.json', sampling: app.store.getState().run }] } }));
  return app;
}

/** Until the address has followed. */
const settle = (): Promise<unknown> => vi.advanceTimersByTimeAsync(300);

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

describe('the address', () => {
  it('follows after a pause, in one entry; a run makes another, and going back brings its run back', async () => {
    const { urls, go } = browser();
    const app = page();
    keepAddress(app, settingValues(app));
    patch(app, 'run', { temperature: 0.5 });
    patch(app, 'run', { temperature: 0.6 });
    expect(urls()).toEqual(['/']);
    await settle();
    expect(urls()).toEqual(['/#v=1&T=0.6']);

    const second = { ...smallTrace, created: '2026-02-01T00:00:00.000Z', run: { ...smallTrace.run, prompt: 'Twice' } };
    patch(app, 'run', { prompt: 'Twice' });
    showTrace(app, { trace: second, origin: 'live', name: '' });
    patch(app, 'view', { entries: 1 });
    await settle();
    expect(urls()).toEqual(['/#v=1&T=0.6', '/#v=1&p=Twice&T=0.6']);

    go(-1);
    await settle();
    expect(app.store.getState().run).toMatchObject({ prompt: 'Once', temperature: 0.6 });
    expect(app.store.getState().traces.current?.trace).toBe(smallTrace);
    go(1);
    await settle();
    expect(app.store.getState().run.prompt).toBe('Twice');
    expect(app.store.getState().traces.current?.trace).toBe(second);
    expect(urls()).toHaveLength(2);
  });

  it('that a visitor types is put onto the page like a link; the hash of a skip link is not', async () => {
    const { type } = browser();
    const app = page();
    keepAddress(app, settingValues(app));
    patch(app, 'run', { temperature: 0.5 });
    await settle();
    type('#routing-table');
    await settle();
    expect(app.store.getState().run.temperature).toBe(0.5);
    type('#v=1&k=7&hide=dock,chat');
    await settle();
    expect(app.store.getState().run).toMatchObject({ temperature: 0.8, topK: 7, prompt: 'Once' });
    expect(app.store.getState().view.hidden).toEqual(['dock']);
    expect(app.store.getState().notices.at(-1)?.message).toContain('hide=chat');
  });

  it('in another page fills no history', async () => {
    const { urls } = browser();
    const app = page();
    patch(app, 'view', { embed: true });
    keepAddress(app, settingValues(app));
    patch(app, 'run', { temperature: 0.5 });
    patch(app, 'view', { entries: 1 });
    await settle();
    expect(urls()).toEqual(['/#v=1&T=0.5&embed=1']);
  });
});
