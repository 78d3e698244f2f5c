/** What is compared with what, and how B is chosen. A stands before B: as trained before edited, first run before second. */
import { patch, type App } from './app';
import { runPrompt } from './generate';
import { traceKey, withOpen } from './openTraces';
import type { AppState, CompareState, Example, OpenTrace } from './state';
import { readRecorded, readTraceFile, showTrace } from './traces';

export interface ComparedPair {
  readonly a: OpenTrace;
  readonly b: OpenTrace;
  /** `edits`: the same prompt before and after the active interventions. `traces`: B was chosen by the visitor. */
  readonly kind: 'edits' | 'traces';
  /** Which of the two the page's playhead counts in. */
  readonly shown: 'a' | 'b';
}

/** The two runs of the Compare view; undefined while there is only one. */
export function comparedPair({ traces: { current, baseline, other } }: Pick<AppState, 'traces'>): ComparedPair | undefined {
  if (current === undefined) return undefined;
  if (other !== undefined) return { a: current, b: other, kind: 'traces', shown: 'a' };
  return baseline === undefined ? undefined : { a: baseline, b: current, kind: 'edits', shown: 'b' };
}

/** Makes a trace B; undefined ends the comparison that was chosen. */
export function chooseOther(app: App, other: OpenTrace | undefined): void {
  patch(app, 'traces', { other });
}

/** Keeps what the page shows as B, so that the next run or trace stands beside it. */
export function keepAsOther(app: App): void {
  chooseOther(app, app.store.getState().traces.current);
}

/** A becomes B and B becomes A. Only where the visitor chose B: before and after an edit keep their order. */
export function swapCompared(app: App): void {
  const { current, other } = app.store.getState().traces;
  if (current === undefined || other === undefined) return;
  showTrace(app, other, { token: Math.min(app.store.getState().focus.token, other.trace.tokens.ids.length - 1) });
  chooseOther(app, current);
}

/** Opens a file as B; A stays where it is. */
export async function openAsOther(app: App, file: File): Promise<void> {
  takeAsOther(app, await readTraceFile(app, file));
}

/** Opens the recorded run of an example as B. */
export async function openExampleAsOther(app: App, example: Example): Promise<void> {
  takeAsOther(app, await readRecorded(app, example));
}

function takeAsOther(app: App, open: OpenTrace | undefined): void {
  if (open === undefined) return;
  const { traces } = app.store.getState();
  patch(app, 'traces', { other: open, open: withOpen(traces.open, open) });
}

/** Changes what the second run does differently; undefined puts a field back to the first run's. */
export function setSecond(app: App, part: { readonly [K in keyof CompareState['second']]: CompareState['second'][K] | undefined }): void {
  const merged = { ...app.store.getState().compare.second, ...part };
  const second = Object.fromEntries(Object.entries(merged).filter(([, value]) => value !== undefined));
  patch(app, 'compare', { second });
}

/** Runs the second prompt or setting on the live model as B, with A kept. */
export function runSecond(app: App): Promise<void> {
  return runPrompt(app, 'other');
}

/** The open traces that could be B: all but the one that is shown. */
export function candidates({ traces: { open, current } }: Pick<AppState, 'traces'>): readonly OpenTrace[] {
  return current === undefined ? open : open.filter((other) => traceKey(other) !== traceKey(current));
}
