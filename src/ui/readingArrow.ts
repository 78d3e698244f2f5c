import type { KeyboardEvent } from 'react';

/** The pressed key, with left and right exchanged where the list is read from right to left: `ArrowRight` always means onward. */
export function readingArrow({ key, currentTarget }: KeyboardEvent): string {
  if (getComputedStyle(currentTarget).direction !== 'rtl') return key;
  return key === 'ArrowLeft' ? 'ArrowRight' : key === 'ArrowRight' ? 'ArrowLeft' : key;
}
