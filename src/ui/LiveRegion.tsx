import { useEffect, useState } from 'react';
import { chosenAt } from '../state/layerView';
import type { AppState } from '../state/state';
import { strings } from '../state/strings';
import { spokenToken } from '../viz/tokenMarks';
import { useApp, useAppState } from './context';

/** At most one message in this time, so that playback does not talk over itself. */
const QUIET_MS = 1_000;

function stepSummary({ traces, focus }: AppState): string {
  const trace = traces.current?.trace;
  const layer = trace?.model.moeLayers[focus.row];
  if (trace === undefined || layer === undefined) return '';
  const experts = [...chosenAt(trace, focus.token, focus.row)].map((expert) => strings.sentence.expert(expert)).join(strings.flow.and);
  return strings.spoken.step(focus.token + 1, spokenToken(trace.tokens.text[focus.token] ?? ''), layer, experts);
}

/** Says politely what changed: the token in focus, and how runs and files fared. */
export function LiveRegion() {
  const { store } = useApp();
  const announcement = useAppState((state) => state.view.announcement);
  const [summary, setSummary] = useState('');
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const stop = store.subscribe((state, before) => {
      if (state.focus.token === before.focus.token && state.focus.row === before.focus.row) return;
      timer ??= setTimeout(() => {
        timer = undefined;
        setSummary(stepSummary(store.getState()));
      }, QUIET_MS);
    });
    return () => {
      clearTimeout(timer);
      stop();
    };
  }, [store]);
  return (
    <>
      <div className="vh" role="status" aria-live="polite">
        {summary}
      </div>
      <div className="vh" role="status" aria-live="polite" data-announcement="">
        {announcement}
      </div>
    </>
  );
}
