/** Work that need not happen more often than the screen is drawn. */

/** Longest wait for a drawing that a hidden page does not make. */
const HIDDEN_MS = 250;

export interface FrameBatch {
  /** Asks for one call at the next frame; further requests until then are the same call. */
  request(): void;
  /** Calls now if a call is due, and forgets it. */
  flush(): void;
}

export function frameBatch(call: () => void): FrameBatch {
  let due = false;
  const flush = (): void => {
    if (!due) return;
    due = false;
    call();
  };
  return {
    request() {
      if (due) return;
      due = true;
      // Frames stand still while the page is hidden, and so does what they draw.
      requestAnimationFrame(flush);
    },
    flush,
  };
}

/** Resolves when the browser has drawn what the state says now, or after a moment where the page is hidden. */
export function drawn(): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, 2 * HIDDEN_MS);
    requestAnimationFrame(() =>
      requestAnimationFrame(() => {
        clearTimeout(timer);
        resolve();
      }),
    );
  });
}
