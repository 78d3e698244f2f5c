/**
 * The address follows the page, 250 ms after the last change. It fills the history with Run and with steps of lessons only;
 * going back brings the run of that entry back, and a hash that the visitor types is put onto the page like a link.
 */
import type { App } from './app';
import { applyLink, placeOf, tellLink } from './applyKeys';
import { readLink } from './link';
import { setList } from './edits';
import { traceKey } from './openTraces';
import { scheduleEdits } from './rerun';
import { DEFAULTS, SETTINGS, type SettingValues } from './settings';
import { queryOf, settingValues } from './share';
import type { AppState } from './state';
import { showTrace } from './traces';
import { encodeUrl } from './url';

/** Pause after the last change before the address follows. */
const URL_DEBOUNCE_MS = 250;
/** Entries of the history whose run is remembered, by its key: the runs themselves are held by the list of open traces alone. */
const MOST_ENTRIES = 50;

/** Whether anything that an address holds is another than before. */
function changed(a: AppState, b: AppState): boolean {
  return (
    a.run !== b.run ||
    a.focus !== b.focus ||
    a.view !== b.view ||
    a.compare.token !== b.compare.token ||
    a.edits.list !== b.edits.list ||
    a.remix.item !== b.remix.item ||
    a.remix.changes !== b.remix.changes ||
    a.entropy.changes !== b.entropy.changes ||
    a.steering !== b.steering ||
    a.lesson !== b.lesson ||
    a.traces.current !== b.traces.current ||
    a.playback.speed !== b.playback.speed
  );
}

/** @param base the page at the start: what stands there is what links leave out */
export function keepAddress(app: App, base: SettingValues): void {
  const defaults: SettingValues = { ...DEFAULTS, prompt: base.prompt };
  const runs = new Map<number, string>();
  let timer: ReturnType<typeof setTimeout> | undefined;
  let entry = 0;
  let last = 0;
  let written = app.store.getState().view.entries;

  const write = async (): Promise<void> => {
    const { view, traces } = app.store.getState();
    const values = settingValues(app);
    const moved = values.token !== base.token || values.layer !== base.layer || location.hash.includes('t=');
    const hash = await encodeUrl({ ...values, theme: DEFAULTS.theme, ...(moved ? {} : { token: DEFAULTS.token, layer: DEFAULTS.layer }) }, defaults, await queryOf(app));
    const address = `${location.pathname}${location.search}${hash}`;
    // In another page the history is that page's.
    const push = view.entries !== written && !view.embed;
    written = view.entries;
    const pushed = push && hash !== location.hash;
    // A step of a lesson has made an entry of its own.
    if (pushed || entryOf(history.state) !== entry) entry = last += 1;
    if (pushed) history.pushState({ moe: entry }, '', address);
    else if (hash !== location.hash || entryOf(history.state) !== entry) history.replaceState({ moe: entry }, '', address);
    const shown = traces.baseline ?? traces.current;
    if (shown !== undefined) runs.set(entry, traceKey(shown));
    for (const old of runs.keys()) if (old < entry - MOST_ENTRIES) runs.delete(old);
  };
  app.store.subscribe((state, before) => {
    if (!changed(state, before) || state.playback.playing || state.run.status !== 'idle') return;
    clearTimeout(timer);
    timer = setTimeout(() => void write(), URL_DEBOUNCE_MS);
  });

  addEventListener('popstate', (event: PopStateEvent) => {
    const { hash } = location;
    // The hash of a skip link is a place on the page, not a state of it.
    if (hash !== '' && !hash.includes('=')) return;
    // Steps of lessons set the page themselves.
    if (new URLSearchParams(hash.replace(/^#/, '')).has(SETTINGS.lesson.key)) return;
    clearTimeout(timer);
    const id = entryOf(event.state);
    entry = id ?? entry;
    void adopt(app, hash, defaults, id === undefined ? undefined : runs.get(id));
  });
}

/** Number of an entry that this page has written. */
function entryOf(state: unknown): number | undefined {
  return typeof state === 'object' && state !== null && 'moe' in state && typeof state.moe === 'number' ? state.moe : undefined;
}

/** Puts an address onto the running page: what it does not name stands at its default. */
async function adopt(app: App, hash: string, defaults: SettingValues, run: string | undefined): Promise<void> {
  const link = await readLink(hash);
  const { theme: _, language: __, embed: ___, token, layer, ...rest } = defaults;
  const { traces } = app.store.getState();
  const held = run === undefined ? undefined : traces.open.find((one) => traceKey(one) === run);
  if (held !== undefined && held !== (traces.baseline ?? traces.current)) showTrace(app, held, placeOf({ token, layer, ...link.values }));
  // The edits of the address are all of them.
  if (link.edits === '' && app.store.getState().edits.list.length > 0) {
    setList(app, []);
    scheduleEdits(app);
  }
  tellLink(app, await applyLink(app, { ...link, values: { ...rest, ...link.values } }));
}
