/** The eight marks of a selection: each has a letter, a colour and a dash of its own, so that none rests on hue. */

/** Dash and gap lengths in px for an outline 2.5 px wide; slot a is solid. */
export const SLOT_DASHES: readonly (readonly number[])[] = [[], [5, 3], [2, 2], [9, 3, 2, 3], [9, 2], [1.5, 3.5], [4, 2, 1.5, 2], [2, 2, 2, 5]];

/** The dash as an SVG attribute; undefined is a solid line. */
export function slotDash(slot: number): string | undefined {
  const dash = SLOT_DASHES[slot] ?? [];
  return dash.length === 0 ? undefined : dash.join(' ');
}
