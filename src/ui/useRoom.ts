import { useSyncExternalStore } from 'react';
import { useAppState } from './context';

const TALL = 960;
const LOW = 760;

function height(): number {
  return window.innerHeight;
}

function watch(changed: () => void): () => void {
  addEventListener('resize', changed);
  return () => removeEventListener('resize', changed);
}

/** Height that a figure may take in a panel of the dock, px, after `taken` px of head and controls. */
export function useRoom(id: string, taken: number): number {
  const page = useSyncExternalStore(watch, height);
  const maximised = useAppState((state) => state.view.maximised === id);
  if (maximised) return Math.max(200, page - 96 - taken);
  const body = page < LOW ? page - 300 : page >= TALL ? Math.min(420, Math.max(272, 0.34 * page)) : 272;
  return Math.max(120, body - 44 - taken);
}
