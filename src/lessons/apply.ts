/** Brings the page into the state that a step asks for. What is so already is left alone: no run is run twice. */
import { patch, type App } from '../state/app';
import { setOtherToken } from '../state/compare';
import { decodeEdits } from '../state/editUrl';
import { sameEdits } from '../state/effect';
import { setList } from '../state/edits';
import { focusLayer, seek } from '../state/focus';
import { readGroup } from '../state/group';
import { readPins } from '../state/pins';
import { patchRemix } from '../state/remix/slice';
import { decodeRemix } from '../state/remix/url';
import { scheduleEdits } from '../state/rerun';
import { DEFAULTS, SAMPLING_SETTINGS, type SettingValues } from '../state/settings';
import type { OpenTrace } from '../state/state';
import { showOpen } from '../state/traces';
import { decodeUrl } from '../state/url';
import { importTrace } from '../trace/file';
import { LessonError } from './load';

/** Keys of a link with their values. */
export type Keys = Readonly<Record<string, string>>;

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
function shows({ store }: App, { link, trace }: OpenTrace): boolean {
  const { traces } = store.getState();
  const base = traces.baseline ?? traces.current;
  if (base === undefined) return false;
  if (base.link !== undefined && base.link === link) return true;
  const { prompt, seed, plan } = base.trace.run;
  return base.origin === 'live' && prompt !== undefined && prompt === trace.run.prompt && seed === trace.run.seed && (plan?.entries.length ?? 0) === (trace.run.plan?.entries.length ?? 0) && base.trace.tokens.ids.length === trace.tokens.ids.length;
}

/** Settings of the view that a step has from its keys, or at their defaults. */
const VIEW = ['panel', 'remixSection', 'heat', 'order', 'tau', 'stepEnd', 'stepPattern', 'candidates'] as const;

function applyView(app: App, values: Partial<SettingValues>): void {
  for (const name of VIEW) patch(app, 'view', { [name]: values[name] ?? DEFAULTS[name] });
  patch(app, 'view', { pins: readPins(values.pins ?? ''), group: readGroup(values.group ?? ''), maximised: undefined, ...(values.unit === undefined ? {} : { unit: values.unit }) });
}

function applyPlace(app: App, { token, layer, otherToken }: Partial<SettingValues>): void {
  const trace = app.store.getState().traces.current?.trace;
  if (trace === undefined) return;
  if (token !== undefined) seek(app, token);
  const row = layer === undefined ? -1 : trace.model.moeLayers.indexOf(layer);
  if (row >= 0) focusLayer(app, row);
  if (otherToken === undefined) patch(app, 'compare', { token: undefined });
  else if (app.store.getState().compare.token !== otherToken) setOtherToken(app, otherToken);
}

async function applyEdits(app: App, hash: string): Promise<void> {
  const { traces, edits } = app.store.getState();
  const model = (traces.baseline ?? traces.current)?.trace.model;
  if (model === undefined) return;
  const { list } = await decodeEdits(hash, { layers: model.moeLayers, experts: model.experts, vocabulary: model.vocabulary ?? 0 });
  if (sameEdits(list.map((edit) => ({ ...edit, id: '' })), edits.list.map((edit) => ({ ...edit, id: '' })))) return;
  setList(app, list);
  scheduleEdits(app);
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

/** Applies keys of a link; what they do not name goes to its default, but for the open run, theme and unit. */
export async function applyKeys(app: App, keys: Keys): Promise<void> {
  const { trace: path, ...others } = keys;
  const hash = new URLSearchParams(others).toString();
  const { values } = await decodeUrl(hash);
  const run = path === undefined ? undefined : await recordedRun(path);
  await idle(app);
  if (run !== undefined && !shows(app, run)) showOpen(app, run, {});
  for (const name of SAMPLING_SETTINGS) if (values[name] !== undefined) patch(app, 'run', { [name]: values[name] });
  if (values.prompt !== undefined) patch(app, 'run', { prompt: values.prompt });
  const remix = decodeRemix(hash);
  if (remix.wanted !== '' && app.store.getState().remix.item?.id !== remix.wanted) patchRemix(app, { changes: remix.changes, wanted: remix.wanted, item: undefined, question: undefined, mix: undefined, effect: undefined, run: { phase: 'idle' } });
  await applyEdits(app, hash);
  applyView(app, values);
  applyPlace(app, values);
}
