import { useAppState } from './context';
import { useDockHeight, usePageHeight } from './pageRoom';

/** Height that a figure may take in a panel of the dock, px, after `taken` px of head and controls. */
export function useRoom(id: string, taken: number): number {
  const page = usePageHeight();
  const body = useDockHeight();
  const maximised = useAppState((state) => state.view.maximised === id);
  return maximised ? Math.max(200, page - 96 - taken) : Math.max(96, body - 44 - taken);
}
