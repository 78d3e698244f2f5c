import { useMemo } from 'react';
import { layerView, type LayerView } from '../state/layerView';
import { slotsOf } from '../state/pins';
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

/** Slot of each expert of a layer that has one: the same letter and colour in every panel. */
export function useSlots(view: LayerView): ReadonlyMap<number, number> {
  const pins = useAppState((state) => state.view.pins);
  return useMemo(() => slotsOf(pins, view.layer, view.chosen), [pins, view]);
}
