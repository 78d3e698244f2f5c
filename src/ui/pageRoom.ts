/** What height the page has for the sentence and the columns, and which of them give way where it is little. */
import { useLayoutEffect, useRef, useSyncExternalStore, type RefObject } from 'react';

/**
 * `full`: everything as drawn. `low`: rows, lanes and the roll are lower, so that nothing scrolls. `lower`: the roll closes
 * too. `short`: the page scrolls, and an open panel of the dock takes the place of the columns.
 */
export type PageRoom = 'full' | 'low' | 'lower' | 'short';

/** Least height under the top bar and its notices for each room, px. */
const FULL = 807;
const LOW = 707;
const LOWER = 639;
/** Height of the top bar before it has been measured, px. */
const HEAD = 93;
/** Height of an open panel of the dock before it has been measured, and in the phone's sheet, px. */
const DOCK = 272;

const sizes = { head: HEAD, dock: DOCK };
const listeners = new Set<() => void>();

function changed(): void {
  for (const listener of listeners) listener();
}

function watch(listener: () => void): () => void {
  if (listeners.size === 0) addEventListener('resize', changed);
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
    if (listeners.size === 0) removeEventListener('resize', changed);
  };
}

/** The room that a height under the top bar gives. */
export function roomOf(height: number): PageRoom {
  if (height >= FULL) return 'full';
  if (height >= LOW) return 'low';
  return height >= LOWER ? 'lower' : 'short';
}

/** A page in another page is as high as its content, so its content must not follow its height. */
const embedded = (): boolean => document.documentElement.dataset['embed'] !== undefined;
const room = (): PageRoom => (embedded() ? 'short' : roomOf(window.innerHeight - sizes.head));
const dock = (): number => (embedded() ? DOCK : sizes.dock);
const page = (): number => window.innerHeight;

export function usePageRoom(): PageRoom {
  return useSyncExternalStore(watch, room);
}

/** Height of the window, px. */
export function usePageHeight(): number {
  return useSyncExternalStore(watch, page);
}

/** Height of the open panel of the dock, px. */
export function useDockHeight(): number {
  return useSyncExternalStore(watch, dock);
}

/**
 * Keeps the height of an element for the hooks above.
 * @param key changes when another element comes in its place
 */
export function useMeasured<T extends HTMLElement>(part: keyof typeof sizes, key = ''): RefObject<T | null> {
  const ref = useRef<T>(null);
  useLayoutEffect(() => {
    const element = ref.current;
    if (element === null) return;
    const measure = (): void => {
      const height = element.getBoundingClientRect().height;
      if (height === 0 || height === sizes[part]) return;
      sizes[part] = height;
      changed();
    };
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, [part, key]);
  return ref;
}

/** Tells the style sheets which room there is. */
export function useRoomAttribute(): void {
  const now = usePageRoom();
  useLayoutEffect(() => {
    document.documentElement.dataset['room'] = now;
  }, [now]);
}
