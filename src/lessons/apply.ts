/** Brings the page into the state that a step asks for. What is so already is left alone: no run is run twice. */
import { patch, type App } from '../state/app';
import { applyKeys, type KeyRecord } from '../state/applyKeys';
import { decodeEdits, EDIT_KEYS } from '../state/editUrl';
import { sameEdits } from '../state/effect';
import { setList, type EditList } from '../state/edits';
import { REMIX_KEYS } from '../state/remix/url';
import { scheduleEdits } from '../state/rerun';
import { SETTINGS, type SettingName } from '../state/settings';
import type { OpenTrace } from '../state/state';
import { showOpen } from '../state/traces';
import { importTrace } from '../trace/file';
import { LessonError } from './load';

const opened = new Map<string, Promise<OpenTrace>>();

async function fetchTrace(path: string): Promise<OpenTrace> {
  const response = await fetch(new URL(path, document.baseURI));
  if (!response.ok) throw new LessonError([`${path}: HTTP ${response.status}`]);
  const result = importTrace(await response.text());
  if (!result.ok) throw new LessonError(result.errors.map(({ path: at, message }) => `${path}, ${at}: ${message}`));
  return { trace: result.trace, origin: 'recorded', name: path.split('/').at(-1) ?? path, link: path };
}

/** A recorded run of the page's own folder, fetched once. */
function recordedRun(path: string): Promise<OpenTrace> {
  const known = opened.get(path);
  if (known !== undefined) return known;
  const asked = fetchTrace(path);
  opened.set(path, asked);
  asked.catch(() => opened.delete(path));
  return asked;
}

/** The run on the page without its edits is this one, as it was recorded or as the model wrote it again here. */
export function showsRun(base: OpenTrace | undefined, { link, trace }: OpenTrace): boolean {
  if (base === undefined) return false;
  if (base.link !== undefined && base.link === link) return true;
  const { prompt, seed, plan } = base.trace.run;
  const same = prompt !== undefined && prompt === trace.run.prompt && seed === trace.run.seed && (plan?.entries.length ?? 0) === (trace.run.plan?.entries.length ?? 0);
  return base.origin === 'live' && same && base.trace.tokens.ids.length === trace.tokens.ids.length;
}

/** Settings that every step begins with at their defaults, unless it sets them. */
const FRESH = ['panel', 'remixSection', 'heat', 'order', 'tau', 'stepEnd', 'candidates', 'pins', 'group', 'otherToken', 'stage'] as const satisfies readonly SettingName[];

/** Keys of a step that `applyKeys` puts onto the page: all but the trace and the edits, with the defaults of what it leaves out. */
export function viewKeys(keys: KeyRecord): KeyRecord {
  const own = Object.entries(keys).filter(([key]) => key !== 'trace' && !(EDIT_KEYS as readonly string[]).includes(key));
  return { ...Object.fromEntries(FRESH.map((name) => [SETTINGS[name].key, String(SETTINGS[name].default)])), ...Object.fromEntries(own) };
}

async function applyEdits(app: App, keys: KeyRecord): Promise<void> {
  const { traces, edits } = app.store.getState();
  const model = (traces.baseline ?? traces.current)?.trace.model;
  if (model === undefined) return;
  const hash = new URLSearchParams(Object.entries(keys).filter(([key]) => (EDIT_KEYS as readonly string[]).includes(key))).toString();
  const { list } = await decodeEdits(hash, { layers: model.moeLayers, experts: model.experts, vocabulary: model.vocabulary ?? 0 });
  const plain = (all: EditList): EditList => all.map((edit) => ({ ...edit, id: '' }));
  if (sameEdits(plain(list), plain(edits.list))) return;
  setList(app, list);
  scheduleEdits(app);
}

/** Puts a question of the benchmark into the Re-mix panel. The model reads it once it is there. */
async function askQuestion(app: App, id: string): Promise<void> {
  const [{ loadRemixData }, { chooseItem }] = await Promise.all([import('../state/remix/data'), import('../state/remix/question')]);
  await loadRemixData(app);
  const { data } = app.store.getState().remix;
  const item = data.phase === 'ready' ? data.items.find((one) => one.id === id) : undefined;
  if (item !== undefined) void chooseItem(app, item);
}

/** Waits until nothing runs; a step never changes the page under a run. */
async function idle({ store }: App): Promise<void> {
  if (store.getState().run.status === 'idle') return;
  await new Promise<void>((resolve) => {
    const stop = store.subscribe(({ run }) => {
      if (run.status !== 'idle') return;
      stop();
      resolve();
    });
  });
}

/** Puts the keys of a step onto the page. What they do not name goes to its default, but for the open run, theme and unit. */
export async function applyStepKeys(app: App, keys: KeyRecord): Promise<void> {
  const path = keys['trace'];
  const run = path === undefined ? undefined : await recordedRun(path);
  await idle(app);
  const { traces } = app.store.getState();
  if (run !== undefined && !showsRun(traces.baseline ?? traces.current, run)) showOpen(app, run);
  await applyKeys(app, viewKeys(keys), 'lesson');
  const item = keys[REMIX_KEYS.item];
  if (item !== undefined && item !== app.store.getState().remix.item?.id) await askQuestion(app, item);
  await applyEdits(app, keys);
  patch(app, 'view', { maximised: undefined });
}
