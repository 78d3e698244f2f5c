/** Columns that change places travel in stages: labels fade, columns move, labels come back. 600 ms, and only on request. */

const STILL = '(prefers-reduced-motion: reduce)';
export const ORDER_MS = { fade: 150, move: 300, whole: 600 } as const;

const easeInOut = (x: number): number => (x < 0.5 ? 4 * x ** 3 : 1 - (2 - 2 * x) ** 3 / 2);

const isStill = (): boolean => matchMedia(STILL).matches;

/** Draws columns on their way. Returns how to stop; the caller's next drawing takes over. */
export function tweenColumns(from: Float64Array, to: Float64Array, draw: (columns: Float64Array) => void): (() => void) | undefined {
  if (isStill() || from.length !== to.length) {
    draw(to);
    return undefined;
  }
  let start: number | undefined;
  let frame = 0;
  const step = (now: number): void => {
    start ??= now;
    const share = Math.min(1, Math.max(0, (now - start - ORDER_MS.fade) / ORDER_MS.move));
    draw(share === 1 ? to : to.map((column, expert) => (from[expert] ?? column) + (column - (from[expert] ?? column)) * easeInOut(share)));
    if (share < 1) frame = requestAnimationFrame(step);
  };
  frame = requestAnimationFrame(step);
  return () => cancelAnimationFrame(frame);
}

/** Moves the elements of a grid from where their columns were. `before` and `after` list experts by column. */
export function moveCells(grid: HTMLElement, before: readonly number[], after: readonly number[], cellWidth: number): void {
  if (isStill()) return;
  const was = new Map(before.map((expert, column) => [expert, column]));
  const travel = after.map((expert, column) => ((was.get(expert) ?? column) - column) * cellWidth);
  for (const row of grid.querySelectorAll('[role=row]')) {
    row.querySelectorAll<HTMLElement>('[data-cell]').forEach((cell, column) => {
      const dx = travel[column] ?? 0;
      if (dx === 0) return;
      cell.animate([{ transform: `translateX(${dx}px)` }, { transform: 'none' }], { delay: ORDER_MS.fade, duration: ORDER_MS.move, easing: 'cubic-bezier(.65, 0, .35, 1)', fill: 'backwards' });
    });
  }
  for (const label of grid.querySelectorAll('.hd')) {
    label.animate([{ opacity: 0 }, { opacity: 0, offset: 0.75 }, { opacity: 1 }], { duration: ORDER_MS.whole });
  }
}
