/** What the page's differences are taken against: a run, or another token of the open one. */
import type { AppState, OpenTrace } from './state';

/** The position in the open text that stands as B; undefined where B is a run, or the text does not reach so far. */
export function otherToken({ traces, compare }: Pick<AppState, 'traces' | 'compare'>): number | undefined {
  const { token } = compare;
  return token !== undefined && token < (traces.current?.trace.tokens.ids.length ?? 0) ? token : undefined;
}

/** The open run where B is one of its tokens, else the trace chosen for comparison, else the run before the active interventions, else none. */
export function comparedTrace(state: Pick<AppState, 'traces' | 'compare'>): OpenTrace | undefined {
  const { current, other, baseline } = state.traces;
  return otherToken(state) === undefined ? (other ?? baseline) : current;
}
