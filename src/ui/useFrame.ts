import { useEffect, useMemo, useRef } from 'react';

/** Runs the newest of several requests at the next frame: what is drawn is drawn at most once a frame, and never while the page is hidden. */
export function useFrame(): (call: () => void) => void {
  const frame = useRef<number>(undefined);
  const newest = useRef<() => void>(undefined);
  useEffect(
    () => () => {
      if (frame.current !== undefined) cancelAnimationFrame(frame.current);
      frame.current = undefined;
    },
    [],
  );
  return useMemo(
    () =>
      (call: () => void): void => {
        newest.current = call;
        frame.current ??= requestAnimationFrame(() => {
          frame.current = undefined;
          newest.current?.();
        });
      },
    [],
  );
}
