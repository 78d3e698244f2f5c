import { useEffect } from 'react';
import { loadStatistics, statisticsOf, type ExpertStatistics } from '../state/expertStatistics';
import { useApp, useAppState } from './context';

/** Statistics of the corpus for the open trace, once they are there. `fetch` asks for them where nobody has yet. */
export function useStatistics(fetch: boolean): ExpertStatistics | undefined {
  const app = useApp();
  const statistics = useAppState((state) => state.statistics);
  const trace = useAppState((state) => state.traces.current?.trace);
  useEffect(() => {
    if (fetch) void loadStatistics(app);
  }, [app, fetch]);
  return statistics.phase === 'ready' && trace !== undefined ? statisticsOf(statistics.value, trace) : undefined;
}
