/** What leaves the page, and only by the visitor's hand: a link, a trace file, the text. */
import { traceText, traceTextBytes, EXACT } from '../trace/file';
import type { Trace } from '../trace/trace';
import { patch, type App } from './app';
import type { KeyRecord } from './applyKeys';
import { hiddenText } from './controls';
import { encodeEdits } from './editUrl';
import { otherToken } from './compared';
import { groupText } from './group';
import { pinsText } from './pins';
import { encodeEntropy } from './entropy/url';
import { encodeTraceLink } from './openFiles';
import { encodeRemix } from './remix/url';
import { saveFile } from './saveFile';
import { DEFAULTS, type SettingValues } from './settings';
import { LAST_STAGE } from './state';
import { encodeSteering } from './steering/url';
import { strings } from './strings';
import { viewBlock } from './traceView';
import { encodeUrl } from './url';

/** All settings as they stand on the page. */
export function settingValues({ store }: App): SettingValues {
  const { run, focus, playback, view, traces, lesson } = store.getState();
  const { prompt, temperature, topK, topP, seed, maxNewTokens } = run;
  const layer = traces.current?.trace.model.moeLayers[focus.row];
  return {
    prompt,
    temperature,
    topK,
    topP,
    seed,
    maxNewTokens,
    token: traces.current === undefined ? DEFAULTS.token : focus.token,
    otherToken: otherToken(store.getState()) ?? DEFAULTS.otherToken,
    layer: layer ?? DEFAULTS.layer,
    stage: focus.stage < LAST_STAGE ? focus.stage + 1 : DEFAULTS.stage,
    speed: playback.speed,
    unit: view.unit,
    theme: view.theme,
    heat: view.heat,
    order: view.order,
    pins: pinsText(view.pins),
    group: groupText(view.group),
    tau: view.tau,
    stepEnd: view.stepEnd,
    stepPattern: view.stepPattern,
    candidates: view.candidates,
    panel: view.panel,
    remixSection: view.remixSection,
    hide: lesson.ownParts ? DEFAULTS.hide : hiddenText(view.hidden),
    lesson: lesson.id,
    step: lesson.id === '' ? DEFAULTS.step : lesson.step,
    language: view.language,
    embed: view.embed ? '1' : '0',
    model: DEFAULTS.model,
    revision: DEFAULTS.revision,
  };
}

/** What a link holds beside the settings: the edits, and the Re-mix panel. */
export async function queryOf(app: App): Promise<string> {
  const { edits, remix, steering, entropy } = app.store.getState();
  return [await encodeEdits(edits.list), encodeRemix(remix), encodeSteering(steering), encodeEntropy(entropy), encodeTraceLink(app)].filter((part) => part !== '').join('&');
}

/** First 8 hexadecimal digits of the weights that the page's own runs are of; empty where it does not know them yet. */
export function ownRevision({ store }: App): string {
  const { session, traces } = store.getState();
  const sha256 = session.phase === 'ready' ? session.model.sha256 : traces.open.find(({ origin }) => origin !== 'file')?.trace.model.sha256;
  return sha256?.slice(0, 8) ?? '';
}

/** The state of the page as a hash for others: colours and language are theirs, and so is the frame that this page may stand in. */
async function sharedHash(app: App): Promise<string> {
  const values: SettingValues = { ...settingValues(app), theme: DEFAULTS.theme, language: DEFAULTS.language, embed: DEFAULTS.embed };
  const query = await queryOf(app);
  const plain = await encodeUrl(values, DEFAULTS, query);
  return plain === '' ? '' : encodeUrl({ ...values, revision: ownRevision(app) }, DEFAULTS, query);
}

/** The page's own address without search and hash. */
export function pageAddress(): URL {
  const url = new URL(location.href);
  url.search = '';
  url.hash = '';
  return url;
}

/** The address of this page with the state in its hash. */
export async function shareLink(app: App): Promise<string> {
  const url = pageAddress();
  url.hash = await sharedHash(app);
  return url.href;
}

/** The state of the page as a record of keys. */
export async function shareKeys(app: App): Promise<KeyRecord> {
  return Object.fromEntries(new URLSearchParams((await sharedHash(app)).replace(/^#/, '')));
}

/** The open trace with how it is looked at in its `view` block, under the link's keys. */
function withView(app: App, trace: Trace): Trace {
  return { ...trace, view: viewBlock(settingValues(app), trace.view) };
}

/** A file name from the title: letters and digits only. */
export function traceFileName(trace: Trace): string {
  const words = trace.title.toLowerCase().normalize('NFKD').replace(/[^a-z0-9]+/g, '-').replace(/^-|-$/g, '').slice(0, 40);
  return `${words === '' ? 'trace' : words}.moe-trace.json`;
}

/** What a trace file holds beside the routing. */
export interface ExportChoice {
  readonly withoutPrompt?: boolean;
  /** The logits of the whole vocabulary at every token, which make the file about ten times as large. */
  readonly withLogits?: boolean;
}

const sizes = new WeakMap<Trace, number>();

/** Bytes of the trace's file without the logits of the vocabulary. Worked out once a trace. */
export function traceBytes(trace: Trace): number {
  const { logits: _, ...output } = trace.output;
  const known = sizes.get(trace) ?? traceTextBytes({ ...trace, output });
  sizes.set(trace, known);
  return known;
}

/** Saves the open trace as a file. Returns its name, or undefined when nothing is open. */
export function exportFile(app: App, { withoutPrompt = false, withLogits = false }: ExportChoice = {}): string | undefined {
  const open = app.store.getState().traces.current;
  if (open === undefined) return undefined;
  const name = traceFileName(open.trace);
  const { logits: _, ...output } = open.trace.output;
  const text = traceText(withView(app, withLogits ? open.trace : { ...open.trace, output }), { ...EXACT, withoutPrompt });
  saveFile(name, new Blob([text], { type: 'application/json' }));
  patch(app, 'view', { announcement: strings.share.exported(name) });
  return name;
}

/** The text that the tokens make together; bytes that were split over several tokens become characters again. */
export function runText(trace: Trace): string {
  const { text, kind } = trace.tokens;
  const shown = text.filter((_, i) => kind[i] !== 'special').join('\u0000');
  return shown.replace(/(?:(?:^|\u0000)?<0x[0-9A-F]{2}>)+/g, bytesToText).replaceAll('\u0000', '');
}

function bytesToText(marks: string): string {
  const bytes = Uint8Array.from(marks.match(/[0-9A-F]{2}(?=>)/g) ?? [], (hex) => Number.parseInt(hex, 16));
  return new TextDecoder().decode(bytes);
}

/** Copies a text; false where the browser does not allow it. */
export async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}
