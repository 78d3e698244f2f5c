/** What separates the steps of a text, and where in a text it ends. GlimpRouter (https://arxiv.org/abs/2601.05110) separates by a blank line. */
import { matchEnds, type Deadline } from './pattern';

export type StepDelimiter =
  | { readonly kind: 'blank-line' }
  | { readonly kind: 'newline' }
  /** Closing punctuation and white space, or a blank line. Abbreviations count as sentences. */
  | { readonly kind: 'sentence' }
  /** A visitor's regular expression, within the limits of pattern.ts. */
  | { readonly kind: 'pattern'; readonly source: string };

/** Each is linear in the text: white space after a delimiter belongs to it, and none starts inside another. */
const BUILT_IN: Readonly<Record<'blank-line' | 'newline' | 'sentence', RegExp>> = {
  'blank-line': /\n[^\S\n]*\n\s*/g,
  newline: /\n\s*/g,
  sentence: /(?<![.!?…])[.!?…]+["'”’)\]]*\s+|[。！？]+["'”’」』）]*\s*|\n[^\S\n]*\n\s*/g,
};

export type DelimiterEnds =
  | { readonly ends: readonly number[]; /** Characters searched; less than all when the deadline passed. */ readonly searched: number }
  /** Why a pattern is not run, as a sentence. */
  | { readonly refused: string };

/** Index in the text after each delimiter, ascending. O(characters) for those built in. */
export function delimiterEnds(text: string, delimiter: StepDelimiter, deadline: Deadline = {}): DelimiterEnds {
  if (delimiter.kind !== 'pattern') {
    return { ends: Array.from(text.matchAll(BUILT_IN[delimiter.kind]), (match) => match.index + match[0].length), searched: text.length };
  }
  const result = matchEnds(delimiter.source, text, deadline);
  if (result.kind === 'refused') return { refused: result.reason };
  return { ends: result.ends, searched: result.kind === 'timed-out' ? result.searched : text.length };
}
