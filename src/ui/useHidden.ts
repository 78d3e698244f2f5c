import { isHidden, type ControlId } from '../state/controls';
import { useAppState } from './context';

/** Whether a link has left this part of the page out. */
export function useHidden(id: ControlId): boolean {
  return useAppState((state) => isHidden(state, id));
}
