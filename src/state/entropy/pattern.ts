/** Steps by the visitor's own pattern: searched whenever the text or the pattern has changed, and never in the page's own thread. */
import { spanOf } from '../../analysis/choices';
import { patch, type App } from '../app';
import { SETTINGS } from '../settings';
import { strings } from '../strings';
import { createPatternSearcher } from './patternSearch';
import { patchEntropy } from './slice';

/** Pause after the last key before a pattern is run. */
const TYPING_MS = 200;

/** Keeps the steps of the page in accord with the pattern, from the page's start on. */
export function followPattern(app: App, searcher = createPatternSearcher()): void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const search = async (): Promise<void> => {
    const { view, traces } = app.store.getState();
    const trace = traces.current?.trace;
    if (view.stepEnd !== 'pattern' || trace === undefined) return;
    const source = view.stepPattern;
    const span = spanOf(trace, trace.run.promptTokens < trace.tokens.ids.length ? 'generated' : 'all');
    const found = await searcher.search(trace.tokens.text.slice(span.from, span.to), span.from, source);
    if (app.store.getState().view.stepPattern !== source) return;
    if ('refused' in found) patchEntropy(app, { pattern: { phase: 'refused', source, reason: found.refused } });
    else patchEntropy(app, { pattern: { phase: 'found', source, created: trace.created, starts: found.tokens, note: found.timedOut ? strings.entropy.pattern.early(found.n, span.to - span.from) : '' } });
  };
  app.store.subscribe((state, before) => {
    if (state.view.stepEnd !== 'pattern') return;
    const typed = state.view.stepPattern !== before.view.stepPattern || state.view.stepEnd !== before.view.stepEnd;
    if (!typed && state.traces.current?.trace === before.traces.current?.trace) return;
    if (typed) patchEntropy(app, { pattern: { phase: 'searching', source: state.view.stepPattern } });
    clearTimeout(timer);
    timer = setTimeout(() => void search(), typed ? TYPING_MS : 0);
  });
  if (app.store.getState().view.stepEnd === 'pattern') void search();
}

/** A pattern as typed. */
export function setPattern(app: App, source: string): void {
  patch(app, 'view', { stepPattern: source.slice(0, SETTINGS.stepPattern.maxLength) });
}
