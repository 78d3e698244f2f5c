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
/** Too low for the token roll beside everything else. */
export const SHORT = '(max-height: 799px)';
/** High enough for more rows in the right column. */
export const TALL = '(min-height: 1000px)';
export const PROJECTOR = '(min-width: 1700px) and (min-height: 1000px)';
/** High enough for columns and an open dock at once; below, an open panel takes the place of the columns. */
export const DOCK_IN_PLACE = '(min-height: 760px)';
