/** A coarse class of a token by its text alone, for the question what kind of token goes where. */

/**
 * - `word`: letters after a space, the start of a word inside a line.
 * - `piece`: letters without a space: the rest of a word, or the first word of a line.
 * - `number`: digits, with or without a space before them.
 * - `space`: nothing but white space.
 * - `sign`: punctuation, brackets, operators and other signs.
 * - `special`: control tokens and single bytes.
 */
export const TOKEN_CLASSES = ['word', 'piece', 'number', 'sign', 'space', 'special'] as const;
export type TokenClass = (typeof TOKEN_CLASSES)[number];

/** The class of a token's text; `kind` tells control tokens, whose text may look like any other. */
export function tokenClass(text: string, kind: 'prompt' | 'generated' | 'special' = 'prompt'): TokenClass {
  if (kind === 'special' || text === '' || /^<0x[0-9A-F]{2}>$/.test(text)) return 'special';
  if (/^\s+$/.test(text)) return 'space';
  if (/\p{L}/u.test(text)) return /^\s/.test(text) ? 'word' : 'piece';
  return /\p{N}/u.test(text) ? 'number' : 'sign';
}
