/** Where a text's steps begin, by what separates them. GlimpRouter (https://arxiv.org/abs/2601.05110) separates by a blank line. */
import { delimiterEnds, type StepDelimiter } from '../base/delimiter';
import type { Deadline } from '../base/pattern';
import type { Trace } from '../trace/trace';
import { spanOf, type Span } from './choices';

export type { StepDelimiter };

export interface StepStarts {
  /** First token of each step, ascending; the first token of the span begins the first one. */
  readonly tokens: Uint32Array;
  /** Tokens searched; less than the span when the deadline passed. */
  readonly n: number;
  readonly timedOut: boolean;
}

/**
 * First tokens of the steps of a span: those that hold the first character after a delimiter. A token that ends a
 * delimiter and begins the next step counts as its first; a step that was not begun does not count. O(characters)
 * @returns the reason, as a sentence, where a pattern is refused
 */
export function stepStarts(trace: Trace, delimiter: StepDelimiter, span: Span = spanOf(trace), deadline: Deadline = {}): StepStarts | { readonly refused: string } {
  return stepStartsOf(trace.tokens.text.slice(span.from, span.to), span.from, delimiter, deadline);
}

/**
 * The same for the texts of tokens, such as a worker is sent.
 * @param from position of the first of them, added to all that is found
 */
export function stepStartsOf(texts: readonly string[], from: number, delimiter: StepDelimiter, deadline: Deadline = {}): StepStarts | { readonly refused: string } {
  const text = texts.join('');
  const found = delimiterEnds(text, delimiter, deadline);
  if ('refused' in found) return found;
  const { ends, searched } = found;
  const tokens = texts.length === 0 ? [] : [from];
  let [token, tokenEnd, next] = [0, texts[0]?.length ?? 0, 0];
  for (; token < texts.length; token++, tokenEnd += texts[token]?.length ?? 0) {
    if (tokenEnd > searched) break;
    let begins = false;
    for (; next < ends.length && (ends[next] ?? 0) < tokenEnd; next++) begins ||= (ends[next] ?? 0) > 0;
    if (begins && token > 0) tokens.push(from + token);
  }
  return { tokens: Uint32Array.from(tokens), n: token, timedOut: searched < text.length };
}
