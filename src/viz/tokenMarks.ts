/**
 * Token text made visible: white space, control and bidirectional characters as marks, so that a
 * token can neither hide nor reorder what stands beside it (CVE-2021-42574).
 */
export interface TokenPiece {
  readonly kind: 'text' | 'space' | 'mark';
  readonly text: string;
}

const SPACE = '\u00b7';
const NEWLINE = '\u21b5';
const TAB = '\u21e5';

// C0, C1, soft hyphen, joiners and directional marks, separators, invisible operators, annotations, tags, odd spaces.
const HIDDEN =
  /[\u0000-\u001f\u007f-\u009f\u00a0\u00ad\u061c\u115f\u1160\u180e\u2000-\u200f\u2028-\u202f\u205f-\u206f\u3000\ufeff\ufff9-\ufffb\u{e0000}-\u{e007f}]/u;

function mark(character: string): TokenPiece | undefined {
  if (character === ' ') return { kind: 'space', text: SPACE };
  if (character === '\n') return { kind: 'mark', text: NEWLINE };
  if (character === '\t') return { kind: 'mark', text: TAB };
  if (!HIDDEN.test(character)) return undefined;
  const code = character.codePointAt(0) ?? 0;
  return { kind: 'mark', text: `<U+${code.toString(16).toUpperCase().padStart(4, '0')}>` };
}

/** Splits token text into plain runs and visible marks. An empty token is one mark. */
export function tokenPieces(text: string): TokenPiece[] {
  if (text === '') return [{ kind: 'mark', text: '<>' }];
  const pieces: TokenPiece[] = [];
  for (const character of text) {
    const piece = mark(character) ?? { kind: 'text', text: character };
    const last = pieces.at(-1);
    if (last !== undefined && last.kind === piece.kind) pieces[pieces.length - 1] = { kind: last.kind, text: last.text + piece.text };
    else pieces.push(piece);
  }
  return pieces;
}

/** One-line text of a token with its marks; a leading single space is left out where others stand. */
export function tokenLabel(text: string): string {
  const pieces = tokenPieces(text);
  const first = pieces[0];
  const shown = pieces.length > 1 && first?.kind === 'space' && first.text === SPACE ? pieces.slice(1) : pieces;
  return shown.map((piece) => piece.text).join('');
}

/** The token in words for a screen reader, where signs alone would be silent. */
export function spokenToken(text: string): string {
  const words: Record<string, string> = { '\n': 'new line', ' ': 'space', '\t': 'tab', '': 'empty token' };
  return words[text] ?? tokenLabel(text);
}
