/** The order of the first seconds: link, recorded run, and only then the weights. */
import { patch, type App } from './app';
import { decodeEdits, hasEdits } from './editUrl';
import { enabledEdits, patchEdits } from './edits';
import { followPattern } from './entropy/pattern';
import { patchEntropy } from './entropy/slice';
import { decodeEntropy } from './entropy/url';
import { scheduleEdits } from './rerun';
import { loadStatistics } from './expertStatistics';
import { drawn } from './frame';
import { notify } from './notices';
import { readGroup } from './group';
import { readPins } from './pins';
import { patchRemix } from './remix/slice';
import { decodeRemix } from './remix/url';
import { considerLoading, savesData } from './session';
import { queryOf, settingValues } from './share';
import { DEFAULTS, SAMPLING_SETTINGS, type SettingValues } from './settings';
import { followTheme, rememberedTheme } from './theme';
import { openLinked } from './openFiles';
import { loadExamples, openRecorded, type StartPlace } from './traces';
import { decodeUrl, encodeUrl } from './url';

/** Pause after the last change before the address follows. */
const URL_DEBOUNCE_MS = 250;

/** Brings the page to life. Everything works in replay before the model has arrived. */
export async function start(app: App): Promise<void> {
  const { hash } = location;
  const { values, notices } = await decodeUrl(hash);
  adopt(app, values);
  const remix = decodeRemix(hash);
  patchRemix(app, { changes: remix.changes, wanted: remix.wanted });
  const entropy = decodeEntropy(hash);
  patchEntropy(app, { changes: entropy.changes });
  followTheme(app);
  followPattern(app);
  for (const message of [...notices, ...remix.notices, ...entropy.notices]) notify(app, { tone: 'note', message });
  const [first] = await loadExamples(app);
  if (first !== undefined) {
    if (values.prompt === undefined) patch(app, 'run', { prompt: first.prompt, ...first.sampling, ...sampling(values) });
    await openRecorded(app, first, placeOf(values));
  }
  await openLinked(app, hash, placeOf(values));
  if (values.otherToken !== undefined) patch(app, 'compare', { token: values.otherToken });
  await adoptEdits(app, hash);
  keepUrl(app, { ...settingValues(app), prompt: first?.prompt ?? DEFAULTS.prompt, theme: app.store.getState().view.theme });
  // Nothing large goes over the wire before the recorded run is on the screen.
  await drawn();
  if (!savesData()) void loadStatistics(app);
  await considerLoading(app);
  if (enabledEdits(app.store.getState().edits.list).length > 0) scheduleEdits(app);
}

/** Token and layer that a link names. */
function placeOf({ token, layer }: Partial<SettingValues>): StartPlace {
  return { ...(token === undefined ? {} : { token }), ...(layer === undefined ? {} : { layer }) };
}

/** The edits of a link, as far as the recorded run's model has such experts. They are run once the model is there. */
async function adoptEdits(app: App, hash: string): Promise<void> {
  const model = app.store.getState().traces.current?.trace.model;
  if (model === undefined || !hasEdits(hash)) return;
  const { list, notices } = await decodeEdits(hash, { layers: model.moeLayers, experts: model.experts, vocabulary: model.vocabulary ?? 0 });
  for (const message of notices) notify(app, { tone: 'note', message });
  if (list.length > 0) patchEdits(app, { list, phase: 'waiting', staleFrom: app.store.getState().traces.current?.trace.run.promptTokens });
}

function sampling(values: Partial<SettingValues>): Partial<SettingValues> {
  return Object.fromEntries(SAMPLING_SETTINGS.flatMap((name) => (values[name] === undefined ? [] : [[name, values[name]]])));
}

/** Settings that are fields of the view by the same name. */
const VIEW_SETTINGS = ['unit', 'panel', 'remixSection', 'heat', 'order', 'tau', 'stepEnd', 'stepPattern', 'candidates'] as const;

function adopt(app: App, values: Partial<SettingValues>): void {
  patch(app, 'run', { ...sampling(values), ...(values.prompt === undefined ? {} : { prompt: values.prompt }) });
  patch(app, 'view', { theme: values.theme ?? rememberedTheme() ?? DEFAULTS.theme, ...(values.pins === undefined ? {} : { pins: readPins(values.pins) }), ...(values.group === undefined ? {} : { group: readGroup(values.group) }) });
  for (const name of VIEW_SETTINGS) if (values[name] !== undefined) patch(app, 'view', { [name]: values[name] });
  if (values.speed !== undefined) patch(app, 'playback', { speed: values.speed });
}

/** The address follows the page without filling the history. What was there at the start is the base that links leave out. */
function keepUrl(app: App, base: SettingValues): void {
  const defaults: SettingValues = { ...DEFAULTS, prompt: base.prompt };
  let timer: ReturnType<typeof setTimeout> | undefined;
  const write = async (): Promise<void> => {
    const values = settingValues(app);
    const moved = values.token !== base.token || values.layer !== base.layer || location.hash.includes('t=');
    const hash = await encodeUrl({ ...values, theme: DEFAULTS.theme, ...(moved ? {} : { token: DEFAULTS.token, layer: DEFAULTS.layer }) }, defaults, await queryOf(app));
    const address = `${location.pathname}${location.search}${hash}`;
    if (hash !== location.hash) history.replaceState(null, '', address);
  };
  app.store.subscribe((state, before) => {
    if (state.run === before.run && state.focus === before.focus && state.view === before.view && state.compare.token === before.compare.token && state.edits.list === before.edits.list && state.remix.item === before.remix.item && state.remix.changes === before.remix.changes && state.entropy.changes === before.entropy.changes && state.playback.speed === before.playback.speed) return;
    if (state.playback.playing || state.run.status !== 'idle') return;
    clearTimeout(timer);
    timer = setTimeout(() => void write(), URL_DEBOUNCE_MS);
  });
}
