import { useSyncExternalStore } from 'react';

/** Whether a media query holds, kept up to date. */
export function useMedia(query: string): boolean {
  return useSyncExternalStore(
    (changed) => {
      const media = matchMedia(query);
      media.addEventListener('change', changed);
      return () => media.removeEventListener('change', changed);
    },
    () => matchMedia(query).matches,
  );
}

export const PHONE = '(max-width: 719px)';
/** High enough for more rows in the right column. */
export const TALL = '(min-height: 1000px)';
export const PROJECTOR = '(min-width: 1700px) and (min-height: 1000px)';
