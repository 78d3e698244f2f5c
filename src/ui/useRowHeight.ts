import { useAppState } from './context';
import { usePageRoom } from './pageRoom';

/** How high the rows above the dock may be: as drawn, lower, low because a panel of the dock is open under them, or lowest. */
export type RowHeight = 'normal' | 'low' | 'docked' | 'tight';

export function useRowHeight(): RowHeight {
  const room = usePageRoom();
  const docked = useAppState((state) => state.view.panel !== 'main' && state.view.maximised === undefined);
  if (docked && room !== 'short') return room === 'full' ? 'docked' : 'tight';
  return room === 'full' ? 'normal' : 'low';
}
