/** Which trace the page's differences are taken against. */
import type { AppState, OpenTrace } from './state';

/** The trace chosen for comparison, else the run before the active interventions, else none. */
export function comparedTrace({ traces }: Pick<AppState, 'traces'>): OpenTrace | undefined {
  return traces.other ?? traces.baseline;
}
