/** The order of the first seconds: link, recorded run, and only then the weights. */
import { patch, type App } from './app';
import { keepAddress } from './address';
import { samplingOf } from './adoptValues';
import { adoptEdits, adoptLink, adoptStage, openLinkedAs, placeOf, tellLink } from './applyKeys';
import { enabledEdits } from './edits';
import { followPattern } from './entropy/pattern';
import { scheduleEdits } from './rerun';
import { rememberedEngine } from './engineWish';
import { loadStatistics } from './expertStatistics';
import { drawn } from './frame';
import { followLanguage } from './language';
import { keepHidden } from './keepHidden';
import { readLink } from './link';
import { considerLoading, savesData } from './session';
import { ownRevision, settingValues } from './share';
import { followLessonHistory } from './lessonPlace';
import { DEFAULTS } from './settings';
import { strings } from './strings';
import { followTheme, rememberedTheme } from './theme';
import { loadExamples, openRecorded } from './traces';

/** Brings the page to life. Everything works in replay before the model has arrived. */
export async function start(app: App): Promise<void> {
  const link = await readLink(location.hash);
  const { values } = link;
  adoptLink(app, { ...link, values: { theme: rememberedTheme() ?? DEFAULTS.theme, ...values } });
  patch(app, 'view', { engine: rememberedEngine() });
  keepHidden(app);
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
  tellRevision(app, values.revision);
  keepAddress(app, { ...settingValues(app), prompt: first?.prompt ?? DEFAULTS.prompt, theme: app.store.getState().view.theme });
  if (app.store.getState().view.embed) {
    // A reader of an article has not asked for the model: it comes with the first run.
    const { openBridge, realFrame } = await import('./embed/bridge');
    openBridge(app, realFrame());
    if (app.store.getState().view.panel === 'specialisation') void loadStatistics(app);
    return;
  }
  // Nothing large goes over the wire before the recorded run is on the screen.
  await drawn();
  if (!savesData()) void loadStatistics(app);
  await considerLoading(app);
  if (enabledEdits(app.store.getState().edits.list).length > 0) scheduleEdits(app);
}

/** Tells where a link was made with other weights than those of this page. */
function tellRevision(app: App, revision: string | undefined): void {
  const own = ownRevision(app);
  if (revision !== undefined && revision !== '' && own !== '' && revision !== own) tellLink(app, [strings.link.otherWeights(revision, own)]);
}
