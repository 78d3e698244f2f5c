import { useEffect, useMemo } from 'react';
import { WHOLE_TOKENS_FROM } from '../state/playback';
import { useAppState } from './context';

/** A drag that ends outside the window is over after this time. */
const FORGET_MS = 2_000;

const mark = (on: boolean): void => {
  document.documentElement.toggleAttribute('data-quick', on);
};

/** What a drag calls with every move; the mark goes when the pointer lets go. */
function dragging(): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const end = (): void => {
    clearTimeout(timer);
    timer = undefined;
    removeEventListener('pointerup', end, true);
    removeEventListener('pointercancel', end, true);
    mark(false);
  };
  return () => {
    if (timer === undefined) {
      addEventListener('pointerup', end, true);
      addEventListener('pointercancel', end, true);
      mark(true);
    }
    clearTimeout(timer);
    timer = setTimeout(end, FORGET_MS);
  };
}

/**
 * While tokens fly past, by hand or in fast playback, everything jumps to its end state: hundreds of short fades would
 * each be cut off by the next one. Returns what a drag calls with every move; letting go ends it.
 */
export function useQuick(): () => void {
  const fast = useAppState((state) => state.playback.playing && state.playback.speed >= WHOLE_TOKENS_FROM);
  useEffect(() => {
    mark(fast);
    return () => mark(false);
  }, [fast]);
  return useMemo(() => dragging(), []);
}
