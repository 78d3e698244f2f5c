/** What is compared with what, and how B is chosen. A stands before B: as trained before edited, first run before second. */
import { patch, type App } from './app';
import { otherToken } from './compared';
import { seek } from './focus';
import { runPrompt } from './generate';
import { readOpen } from './openFiles';
import { traceKey, withOpen } from './openTraces';
import type { AppState, CompareState, Example, OpenTrace } from './state';
import { strings } from './strings';
import { readRecorded, showTrace } from './traces';

export interface ComparedPair {
  readonly a: OpenTrace;
  readonly b: OpenTrace;
  /** `edits`: the same prompt before and after the active interventions. `traces`: B was chosen by the visitor. `tokens`: B is a token of the same run. */
  readonly kind: 'edits' | 'traces' | 'tokens';
  /** Position of B where it is a token. */
  readonly token?: number;
  /** Which of the two the page's playhead counts in. */
  readonly shown: 'a' | 'b';
}

/** The two runs of the Compare view; undefined while there is only one. */
export function comparedPair(state: Pick<AppState, 'traces' | 'compare'>): ComparedPair | undefined {
  const { current, baseline, other } = state.traces;
  if (current === undefined) return undefined;
  const token = otherToken(state);
  if (token !== undefined) return { a: current, b: current, kind: 'tokens', token, shown: 'a' };
  if (other !== undefined) return { a: current, b: other, kind: 'traces', shown: 'a' };
  return baseline === undefined ? undefined : { a: baseline, b: current, kind: 'edits', shown: 'b' };
}

/** Makes a trace B; undefined ends the comparison that was chosen. */
export function chooseOther(app: App, other: OpenTrace | undefined): void {
  patch(app, 'traces', { other });
  patch(app, 'compare', { token: undefined });
}

/** Sets a token of the open text as B beside the one in focus; the same one again takes it away. */
export function setOtherToken(app: App, token: number): void {
  const { compare, traces } = app.store.getState();
  const text = traces.current?.trace.tokens.text[token];
  if (text === undefined) return;
  const same = compare.token === token;
  patch(app, 'compare', { token: same ? undefined : token });
  patch(app, 'view', { announcement: same ? strings.compare.tokens.gone : strings.compare.tokens.set(token + 1, text.trim()) });
}

/** Ends the comparison that the visitor chose; that of an edit is there again. */
export function endComparison(app: App): void {
  chooseOther(app, undefined);
}

/** Keeps what the page shows as B, so that the next run or trace stands beside it. */
export function keepAsOther(app: App): void {
  chooseOther(app, app.store.getState().traces.current);
}

/** A becomes B and B becomes A. Only where the visitor chose B: before and after an edit keep their order. */
export function swapCompared(app: App): void {
  const { traces, compare, focus } = app.store.getState();
  const { current, other } = traces;
  const token = otherToken({ traces, compare });
  if (token !== undefined) {
    patch(app, 'compare', { token: focus.token });
    seek(app, token);
    return;
  }
  if (current === undefined || other === undefined) return;
  showTrace(app, other, { token: Math.min(app.store.getState().focus.token, other.trace.tokens.ids.length - 1) });
  chooseOther(app, current);
}

/** Opens a file as B; A stays where it is. */
export async function openAsOther(app: App, file: File): Promise<void> {
  takeAsOther(app, (await readOpen(app, file.name, file))?.[0]);
}

/** Opens the recorded run of an example as B. */
export async function openExampleAsOther(app: App, example: Example): Promise<void> {
  takeAsOther(app, await readRecorded(app, example));
}

function takeAsOther(app: App, open: OpenTrace | undefined): void {
  if (open === undefined) return;
  const { traces } = app.store.getState();
  patch(app, 'traces', { other: open, open: withOpen(traces.open, open) });
  patch(app, 'compare', { token: undefined });
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
