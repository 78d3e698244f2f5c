/** The order of the first seconds: link, recorded run, and only then the weights. */
import { patch, type App } from './app';
import { adoptEdits, adoptLink, adoptStage, openLinkedAs, placeOf, samplingOf, tellLink } from './applyKeys';
import { enabledEdits } from './edits';
import { followPattern } from './entropy/pattern';
import { scheduleEdits } from './rerun';
import { rememberedEngine } from './engineWish';
import { loadStatistics } from './expertStatistics';
import { drawn } from './frame';
import { followLanguage } from './language';
import { readLink } from './link';
import { considerLoading, savesData } from './session';
import { queryOf, settingValues } from './share';
import { followLessonHistory } from './lessonPlace';
import { DEFAULTS, type SettingValues } from './settings';
import { followTheme, rememberedTheme } from './theme';
import { loadExamples, openRecorded } from './traces';
import { encodeUrl } from './url';

/** Pause after the last change before the address follows. */
const URL_DEBOUNCE_MS = 250;

/** Brings the page to life. Everything works in replay before the model has arrived. */
export async function start(app: App): Promise<void> {
  const link = await readLink(location.hash);
  const { values } = link;
  adoptLink(app, { ...link, values: { theme: rememberedTheme() ?? DEFAULTS.theme, ...values } });
  patch(app, 'view', { engine: rememberedEngine() });
  followTheme(app);
  followLanguage(app);
  followPattern(app);
  followLessonHistory(app);
  tellLink(app, link.notices);
  const [first] = await loadExamples(app);
  if (first !== undefined) {
    if (values.prompt === undefined) patch(app, 'run', { prompt: first.prompt, ...first.sampling, ...samplingOf(values) });
    await openRecorded(app, first, placeOf(values));
  }
  await openLinkedAs(app, link);
  adoptStage(app, values);
  if (values.otherToken !== undefined && values.otherToken >= 0) patch(app, 'compare', { token: values.otherToken });
  tellLink(app, await adoptEdits(app, link.edits));
  keepUrl(app, { ...settingValues(app), prompt: first?.prompt ?? DEFAULTS.prompt, theme: app.store.getState().view.theme });
  // Nothing large goes over the wire before the recorded run is on the screen.
  await drawn();
  if (!savesData()) void loadStatistics(app);
  await considerLoading(app);
  if (enabledEdits(app.store.getState().edits.list).length > 0) scheduleEdits(app);
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
    if (state.run === before.run && state.focus === before.focus && state.view === before.view && state.compare.token === before.compare.token && state.edits.list === before.edits.list && state.remix.item === before.remix.item && state.remix.changes === before.remix.changes && state.entropy.changes === before.entropy.changes && state.steering === before.steering && state.lesson === before.lesson && state.playback.speed === before.playback.speed) return;
    if (state.playback.playing || state.run.status !== 'idle') return;
    clearTimeout(timer);
    timer = setTimeout(() => void write(), URL_DEBOUNCE_MS);
  });
}
