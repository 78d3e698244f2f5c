/** Text from elsewhere made safe to show: nothing in it can hide or reorder what stands beside it (CVE-2021-42574). */

/** Control, format and directional characters as <U+202E>, on one line, cut after `most` characters. */
export function visibleText(text: string, most: number): string {
  const marked = text
    .slice(0, 4 * most)
    .toWellFormed()
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, (character) => `<U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}>`);
  const characters = Array.from(marked);
  return characters.length > most || text.length > 4 * most ? `${characters.slice(0, most).join('')}\u2026` : marked;
}
