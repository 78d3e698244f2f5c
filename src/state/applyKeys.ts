/**
 * A record of URL keys put onto the page: by a link at the start, by the address when it changes, by a step of a lesson,
 * and by the page that embeds this one. All of them go through the same reader, and what it refuses comes back as sentences.
 */
import { adoptValues } from './adoptValues';
import { patch, type App } from './app';
import { decodeEdits } from './editUrl';
import { patchEdits, setList } from './edits';
import { patchEntropy } from './entropy/slice';
import { focusLayer, seek, setStage } from './focus';
import { readLink, type Link } from './link';
import { LINK_VERSION, linkKey, VERSION_KEY } from './linkKeys';
import { notify } from './notices';
import { openLinked } from './openFiles';
import { patchRemix } from './remix/slice';
import { scheduleEdits } from './rerun';
import type { SettingValues } from './settings';
import { LAST_STAGE } from './state';
import { patchCard } from './steering/slice';
import { strings } from './strings';
import type { StartPlace } from './traces';
import { readable } from './packed';

/** URL keys with their texts, as docs/LINKS.md lists them. */
export type KeyRecord = Readonly<Record<string, string>>;

/** Sentences that a notice shows; the rest is a number. */
const MOST_TOLD = 6;

/** Token and layer that a link names. */
export function placeOf({ token, layer }: Partial<SettingValues>): StartPlace {
  return { ...(token === undefined || token < 0 ? {} : { token }), ...(layer === undefined || layer < 0 ? {} : { layer }) };
}

/** The stage that a link names; the last one where it says that none is set. */
export function adoptStage(app: App, { stage }: Partial<SettingValues>): void {
  if (stage !== undefined) setStage(app, stage < 1 ? LAST_STAGE : stage - 1);
}

/** Everything of a link that needs neither a trace nor a model. What it does not name stays. */
export function adoptLink(app: App, { values, remix, entropy, steering, keys }: Link): void {
  adoptValues(app, values);
  // In another page there are no lessons.
  if (app.store.getState().view.embed) patch(app, 'lesson', { id: '', step: 1 });
  else if (values.lesson !== undefined) patch(app, 'lesson', { id: values.lesson, step: values.step ?? 1, resumed: keys.some((key) => linkKey(key)?.lesson === true) });
  else if (values.step !== undefined) patch(app, 'lesson', { step: values.step });
  if (keys.includes('c3po') || keys.includes('item')) patchRemix(app, { changes: remix.changes, ...(remix.wanted === '' ? {} : { wanted: remix.wanted }) });
  if (keys.includes('who')) patchEntropy(app, { changes: entropy.changes });
  if (steering.rerouting !== undefined) patchCard(app, 'rerouting', steering.rerouting);
  if (steering.rice !== undefined) patchCard(app, 'rice', steering.rice);
  if (steering.topP !== undefined) patchCard(app, 'topP', steering.topP);
}

/** The edits of a link, as far as the model of the open trace has such experts; undefined while no trace is open. */
export async function linkedEdits({ store }: App, edits: string): Promise<Awaited<ReturnType<typeof decodeEdits>> | undefined> {
  const model = store.getState().traces.current?.trace.model;
  return model === undefined ? undefined : decodeEdits(edits, { layers: model.moeLayers, experts: model.experts, vocabulary: model.vocabulary ?? 0 });
}

/** One notice for everything that is wrong with a link. */
export function tellLink(app: App, notices: readonly string[]): void {
  const [first] = notices;
  if (first === undefined) return;
  if (notices.length === 1) notify(app, { tone: 'note', message: first });
  else notify(app, { tone: 'note', message: strings.link.several(notices.length), details: [...notices.slice(0, MOST_TOLD), ...(notices.length > MOST_TOLD ? [strings.link.more(notices.length - MOST_TOLD)] : [])] });
}

/** A record as the query of a link. */
export function keysToHash(keys: KeyRecord): string {
  return `#${readable(new URLSearchParams([[VERSION_KEY, LINK_VERSION], ...Object.entries(keys)]))}`;
}

/**
 * Puts a record of keys onto the running page. Keys that it does not name stay as they are; `ab=''` and the like take
 * edits of that kind away with all others, since edits are one list.
 * @param by a step of a lesson may set less than a link
 * @returns one sentence for each key or value that was refused
 */
export async function applyKeys(app: App, keys: KeyRecord, by: 'link' | 'lesson' = 'link'): Promise<readonly string[]> {
  const entries = Object.entries(keys);
  const refused = by === 'lesson' ? entries.filter(([key]) => linkKey(key)?.lesson === false) : [];
  const link = await readLink(keysToHash(Object.fromEntries(entries.filter(([key]) => !refused.some(([other]) => other === key)))));
  return [...refused.map(([key]) => strings.link.notInLesson(key)), ...(await applyLink(app, link))];
}

/** Puts a link that was read onto the running page: settings, then the trace, then the place in it, then the edits. */
export async function applyLink(app: App, link: Link): Promise<readonly string[]> {
  const { values } = link;
  adoptLink(app, link);
  if (link.trace !== undefined && link.trace !== app.store.getState().traces.current?.link) await openLinkedAs(app, link);
  const { token, layer } = placeOf(values);
  const row = layer === undefined ? -1 : (app.store.getState().traces.current?.trace.model.moeLayers.indexOf(layer) ?? -1);
  if (token !== undefined) seek(app, token);
  if (row >= 0) focusLayer(app, row);
  adoptStage(app, values);
  if (values.otherToken !== undefined) patch(app, 'compare', { token: values.otherToken < 0 ? undefined : values.otherToken });
  return [...link.notices, ...(await applyEditKeys(app, link.edits))];
}

/** Opens the trace that a link names. What the link sets itself stands above what the trace says. */
export async function openLinkedAs(app: App, { trace, values }: Link): Promise<void> {
  if (trace !== undefined && (await openLinked(app, trace, placeOf(values)))) adoptValues(app, values);
}

/** The edits of a link in the place of those on the page, as one step of undo. */
async function applyEditKeys(app: App, edits: string): Promise<readonly string[]> {
  if (edits === '') return [];
  const decoded = await linkedEdits(app, edits);
  if (decoded === undefined) return [];
  setList(app, decoded.list);
  scheduleEdits(app);
  return decoded.notices;
}

/** The edits of a link at the start: they wait for the model, which is loaded after the first picture. */
export async function adoptEdits(app: App, edits: string): Promise<readonly string[]> {
  if (edits === '') return [];
  const decoded = await linkedEdits(app, edits);
  if (decoded === undefined) return [];
  if (decoded.list.length > 0) patchEdits(app, { list: decoded.list, phase: 'waiting', staleFrom: app.store.getState().traces.current?.trace.run.promptTokens });
  return decoded.notices;
}
