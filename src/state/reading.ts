/** The file that is being read: how far it is, and how the visitor gives it up. */
import type { ReadProgress } from '../trace/reader';
import type { App } from './app';

/** Shorter reading shows nothing: a line that comes and goes at once is only unrest. */
export const QUIET_MS = 300;

export interface ReadingState {
  readonly name: string;
  /** Bytes read; all of them while what was read is checked. */
  readonly done: number;
  readonly total: number;
}

export interface Reading {
  readonly signal: AbortSignal;
  readonly onProgress: (progress: ReadProgress) => void;
  /** To be called when it has ended, whichever way. */
  readonly end: () => void;
}

let current: AbortController | undefined;

/** Begins to read a file; what shows of it is that of the file that was begun last. */
export function beginReading({ store }: App, name: string, total: number): Reading {
  const controller = new AbortController();
  current = controller;
  let progress: ReadProgress = { done: 0, total };
  let shown = false;
  const show = (): void => {
    if (current === controller) store.setState({ reading: { name, ...progress } });
  };
  const timer = setTimeout(() => {
    shown = true;
    show();
  }, QUIET_MS);
  return {
    signal: controller.signal,
    onProgress: (now) => {
      progress = now;
      if (shown) show();
    },
    end: () => {
      clearTimeout(timer);
      if (current !== controller) return;
      current = undefined;
      store.setState({ reading: undefined });
    },
  };
}

/** Gives up the file that is being read; the page stays as it is. */
export function cancelReading(): void {
  current?.abort();
}
