import { useEffect, useRef, useState } from 'react';

/** Changes that follow one another faster than this are not cross-faded: the next one would cut the fade off. */
const RAPID_MS = 250;

/** Whether a value changes so fast, as it does while a visitor scrubs. */
export function useRapid(value: unknown): boolean {
  const last = useRef(Number.NEGATIVE_INFINITY);
  const [rapid, setRapid] = useState(false);
  useEffect(() => {
    const now = performance.now();
    if (now - last.current < RAPID_MS) setRapid(true);
    last.current = now;
    const timer = setTimeout(() => setRapid(false), RAPID_MS);
    return () => clearTimeout(timer);
  }, [value]);
  return rapid;
}
