import { useMemo } from 'react';
import { layerView, type LayerView } from '../state/layerView';
import { useAppState } from './context';

/** The layer and token in focus, or nothing where the open trace has no routing there. */
export function useFocusedLayer(): LayerView | undefined {
  const trace = useAppState((state) => state.traces.current?.trace);
  const token = useAppState((state) => state.focus.token);
  const row = useAppState((state) => state.focus.row);
  return useMemo(() => (trace === undefined ? undefined : layerView(trace, token, row)), [trace, token, row]);
}

/** Text of the token in focus. */
export function useFocusedText(): string {
  return useAppState((state) => state.traces.current?.trace.tokens.text[state.focus.token] ?? '');
}
