/** The traces that the page holds beside the one it shows: the Trace panel lists them, Compare chooses among them. */
import { patch, type App } from './app';
import type { OpenTrace } from './state';

/** Traces held at most; the oldest one goes first, since each holds all its logits. */
export const MOST_OPEN = 12;

/** What tells one open trace from another: a live run keeps its key while it grows. */
export function traceKey({ origin, name, trace }: OpenTrace): string {
  return [origin, name, trace.created, trace.title].join('\u0000');
}

/** The list with this trace in it: in its old place where it was there already, else at the front. */
export function withOpen(list: readonly OpenTrace[], open: OpenTrace): readonly OpenTrace[] {
  const key = traceKey(open);
  const at = list.findIndex((other) => traceKey(other) === key);
  return at < 0 ? [open, ...list].slice(0, MOST_OPEN) : list.with(at, open);
}

/** Takes a trace from the list. What is shown stays shown; a comparison with it ends. */
export function closeOpen(app: App, open: OpenTrace): void {
  const { traces } = app.store.getState();
  const key = traceKey(open);
  const ends = traces.other !== undefined && traceKey(traces.other) === key;
  patch(app, 'traces', { open: traces.open.filter((other) => traceKey(other) !== key), ...(ends ? { other: undefined } : {}) });
}
