import { useAppState } from './context';
import { DOCK_IN_PLACE, SHORT, useMedia } from './useMedia';

/** Whether the rows above have to be low: the page is, or a panel of the dock is open under them. */
export function useShort(): boolean {
  const short = useMedia(SHORT);
  const room = useMedia(DOCK_IN_PLACE);
  const panel = useAppState((state) => state.view.panel);
  return short || (room && panel !== 'main');
}
