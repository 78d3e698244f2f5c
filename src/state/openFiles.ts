/** Opening files, pasted text and linked traces. On any fault the page stays as it was, and all faults are listed. */
import { readBounded } from '../base/bounded';
import { MAX_FILE_BYTES } from '../trace/file';
import type { TraceFault } from '../trace/file';
import { readFile } from '../trace/reader';
import { patch, type App } from './app';
import { notify, toFailure } from './notices';
import { withOpen } from './openTraces';
import { beginReading } from './reading';
import { shown } from './shown';
import type { OpenTrace } from './state';
import { strings } from './strings';
import { showOpen, type StartPlace } from './traces';

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
function showFirst(app: App, opened: readonly OpenTrace[] | undefined, place: StartPlace = {}): void {
  const [first, ...others] = opened ?? [];
  if (first === undefined) return;
  if (others.length > 0) patch(app, 'traces', { open: others.toReversed().reduce(withOpen, app.store.getState().traces.open) });
  showOpen(app, first, place);
}

/** Opens a file that the visitor chose or dropped. */
export async function openFile(app: App, file: File): Promise<void> {
  showFirst(app, await readOpen(app, file.name, file));
}

/** Opens a text that the visitor pasted. */
export async function openText(app: App, text: string): Promise<void> {
  showFirst(app, await readOpen(app, strings.traces.pasted, new Blob([text])));
}

/** Whether a pasted text is meant as a trace: it begins like JSON, or like rows of layer and expert. */
export function looksLikeTrace(text: string): boolean {
  return /^\s*[{[]/.test(text) || /^\s*(?:[a-z]+\s*,\s*)*layer\s*,/i.test(text.slice(0, 200));
}

/** The key of the address that names a trace. */
export const TRACE_KEY = 'trace';

/** The part of the address that names the trace on the page, where a link brought it. */
export function encodeTraceLink({ store }: App): string {
  const link = store.getState().traces.current?.link;
  return link === undefined ? '' : new URLSearchParams({ [TRACE_KEY]: link }).toString();
}

/**
 * Opens the trace that a link names. Only files of the page's own origin are loaded: any other comes as a file, by paste,
 * or through the page that embeds this one. True when one was opened.
 * @param link the address as the link writes it, relative to the page
 */
export async function openLinked(app: App, link: string, place: StartPlace = {}): Promise<boolean> {
  const url = ownAddress(link);
  if (url === undefined) {
    notify(app, { message: strings.traces.foreign(shown(link)) });
    return false;
  }
  try {
    const response = await fetch(url, { redirect: 'error' });
    if (!response.ok || response.body === null) throw new Error(`HTTP ${response.status}`);
    const bytes = await readBounded(response.body, MAX_FILE_BYTES);
    if (bytes === undefined) throw new Error(strings.traces.linkTooLarge);
    const opened = await readOpen(app, decodeURIComponent(url.pathname.split('/').at(-1) ?? link), new Blob([bytes]), link);
    showFirst(app, opened, place);
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
