/** Opening files, pasted text and linked traces. On any fault the page stays as it was, and all faults are listed. */
import { readBounded } from '../base/bounded';
import { MAX_FILE_BYTES } from '../trace/file';
import type { TraceFault } from '../trace/file';
import { readFile } from '../trace/reader';
import { adoptValues } from './adoptValues';
import { patch, type App } from './app';
import { TRACE_KEY } from './linkKeys';
import { notify, toFailure } from './notices';
import { withOpen } from './openTraces';
import { readable } from './packed';
import { beginReading } from './reading';
import { shown } from './shown';
import type { Example, OpenTrace } from './state';
import { strings } from './strings';
import { viewOf } from './traceView';
import { readRecorded, showOpen, showTrace, type StartPlace } from './traces';

function sentenceOf({ path, message }: TraceFault): string {
  return path === '' || message.toLowerCase().includes(path.toLowerCase()) ? message : `${path}: ${message}`;
}

/**
 * Reads a file without showing it; undefined after telling what is wrong with it, and where the visitor gave it up. A file may hold several traces.
 * @param link where it came from, for a trace that a link asked for
 */
export async function readOpen(app: App, name: string, file: Blob, link?: string): Promise<readonly OpenTrace[] | undefined> {
  if (file.size > MAX_FILE_BYTES) {
    app.store.setState({ importFailure: { name, message: strings.open.tooLarge(file.size, MAX_FILE_BYTES), errors: [] } });
    return undefined;
  }
  patch(app, 'view', { announcement: strings.traces.reading(name) });
  const { signal, onProgress, end } = beginReading(app, name, file.size);
  const result = await readFile(file, { signal, onProgress }).finally(end);
  if (result === undefined) {
    patch(app, 'view', { announcement: strings.traces.progress.cancelled(name) });
    return undefined;
  }
  if (!result.ok) {
    const { errors, missing } = result;
    app.store.setState({ importFailure: { name, message: strings.open.refused(errors.length), errors: errors.map(sentenceOf), missing } });
    return undefined;
  }
  const tokens = result.traces.reduce((sum, trace) => sum + trace.tokens.ids.length, 0);
  patch(app, 'view', { announcement: result.traces.length === 1 ? strings.open.opened(name, tokens) : strings.traces.openedSeveral(name, result.traces.length, tokens) });
  if (result.notes.length > 0) notify(app, { tone: 'note', message: result.notes.join(' ') });
  return result.traces.map((trace) => ({ trace, origin: 'file', name, ...(link === undefined ? {} : { link }) }));
}

/** Takes all of them into the list and shows the first. */
async function showFirst(app: App, opened: readonly OpenTrace[] | undefined, place: StartPlace = {}): Promise<void> {
  const [first, ...others] = opened ?? [];
  if (first === undefined) return;
  if (others.length > 0) patch(app, 'traces', { open: others.toReversed().reduce(withOpen, app.store.getState().traces.open) });
  showOpen(app, first, place);
  adoptValues(app, await viewOf(first.trace));
}

/** Opens a file that the visitor chose or dropped. */
export async function openFile(app: App, file: File): Promise<void> {
  await showFirst(app, await readOpen(app, file.name, file));
}

/** Opens a text that the visitor pasted. */
export async function openText(app: App, text: string): Promise<void> {
  await showFirst(app, await readOpen(app, strings.traces.pasted, new Blob([text])));
}

/** Whether a pasted text is meant as a trace: it begins like JSON, or like rows of layer and expert. */
export function looksLikeTrace(text: string): boolean {
  return /^\s*[{[]/.test(text) || /^\s*(?:[a-z]+\s*,\s*)*layer\s*,/i.test(text.slice(0, 200));
}

/** The part of the address that names the trace on the page, where a link brought it, or where it is the recorded run of an example. */
export function encodeTraceLink({ store, services }: App): string {
  const { current, baseline, examples } = store.getState().traces;
  const shown = baseline ?? current;
  // The first example is what the page opens by itself.
  const recorded = shown?.origin === 'recorded' && shown.name !== examples[0]?.trace ? relative(new URL(shown.name, services.tracesUrl)) : undefined;
  const link = shown?.link ?? recorded;
  return link === undefined ? '' : readable(new URLSearchParams({ [TRACE_KEY]: link }));
}

/** An address as one relative to the page, where it lies below it. */
function relative(url: URL): string {
  const folder = new URL('.', document.baseURI).href;
  return url.href.startsWith(folder) ? url.href.slice(folder.length) : url.href;
}

/** The example whose recorded run lies at an address. */
function exampleAt({ store, services }: App, url: URL): Example | undefined {
  return store.getState().traces.examples.find(({ trace }) => trace !== undefined && new URL(trace, services.tracesUrl).href === url.href);
}

/**
 * Opens the trace that a link names. Only files of the page's own origin are loaded: any other comes as a file, by paste,
 * or through the page that embeds this one. True when one was opened.
 * @param link the address as the link writes it, relative to the page
 */
export async function openLinked(app: App, link: string, place: StartPlace = {}): Promise<boolean> {
  const url = ownAddress(link);
  if (url === undefined) {
    notify(app, { tone: 'note', message: strings.traces.foreign(shown(link)) });
    return false;
  }
  const example = exampleAt(app, url);
  if (example !== undefined) {
    const open = await readRecorded(app, example);
    if (open === undefined) return false;
    patch(app, 'run', { prompt: example.prompt, ...example.sampling });
    showTrace(app, open, place);
    return true;
  }
  try {
    const response = await fetch(url, { redirect: 'error' });
    if (!response.ok || response.body === null) throw new Error(`HTTP ${response.status}`);
    const bytes = await readBounded(response.body, MAX_FILE_BYTES);
    if (bytes === undefined) throw new Error(strings.traces.linkTooLarge);
    const opened = await readOpen(app, decodeURIComponent(url.pathname.split('/').at(-1) ?? link), new Blob([bytes]), link);
    await showFirst(app, opened, place);
    return opened !== undefined;
  } catch (error) {
    notify(app, { message: strings.traces.notLoaded(shown(link), toFailure(error).message) });
    return false;
  }
}

/** The address in full, if it is one of the page's own origin. */
function ownAddress(link: string): URL | undefined {
  try {
    const url = new URL(link, document.baseURI);
    return url.origin === location.origin && (url.protocol === 'http:' || url.protocol === 'https:') ? url : undefined;
  } catch {
    return undefined;
  }
}
