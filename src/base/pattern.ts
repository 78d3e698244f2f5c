/**
 * A visitor's own regular expression, run so that no text and no pattern can hold a thread for long.
 *
 * JavaScript cannot interrupt a match that has begun. So the text is cut into short windows, every start position is
 * its own match attempt, the deadline is looked at between attempts, and patterns whose single attempt can take
 * exponential time are refused: repeated groups that hold a choice or a repetition, back references, many repetitions.
 * What remains is one attempt on `WINDOW` characters with at most `MOST_REPETITIONS` repetitions, about a second for a
 * pattern made to be slow, microseconds otherwise. A pattern from a link should therefore run in a worker.
 */

/** Longest pattern, characters. */
export const MOST_PATTERN = 100;
/** Longest match that is found whole. A longer one may be cut at a window's end or missed. */
export const MOST_MATCH = 128;
/** Characters that one attempt can see: start positions, longest match, and text before for lookbehind. */
const WINDOW = 3 * MOST_MATCH;
/** `*`, `+` and `{}`. */
const MOST_REPETITIONS = 4;
/** `?` */
const MOST_OPTIONS = 8;

export type PatternResult =
  /** Index in the text after each match, ascending. */
  | { readonly kind: 'matched'; readonly ends: readonly number[] }
  /** The deadline passed; matches up to character `searched` are there. */
  | { readonly kind: 'timed-out'; readonly ends: readonly number[]; readonly searched: number }
  | { readonly kind: 'refused'; readonly reason: string };

/** Why a pattern is not run, as a sentence to show; undefined when it is. */
export function patternFault(source: string): string | undefined {
  if (source === '') return 'The pattern is empty. Type what separates two steps, such as \\n\\n.';
  if (source.length > MOST_PATTERN) return `The pattern has ${source.length} characters; at most ${MOST_PATTERN} are run.`;
  try {
    new RegExp(source, 'muy');
  } catch (error) {
    return `This is not a regular expression: ${error instanceof Error ? error.message : 'it could not be read'}.`;
  }
  const { repetitions, options, nested, references } = costOf(source);
  if (references) return 'References back to a group can take very long. Write the text out instead.';
  if (nested) return 'A repeated group may hold neither | nor another repetition, which can take very long. Repeat a single character or class instead.';
  if (repetitions > MOST_REPETITIONS) return `The pattern has ${repetitions} repetitions (* + {}); at most ${MOST_REPETITIONS} are run.`;
  if (options > MOST_OPTIONS) return `The pattern has ${options} optional parts (?); at most ${MOST_OPTIONS} are run.`;
  return undefined;
}

interface Cost {
  readonly repetitions: number;
  readonly options: number;
  readonly nested: boolean;
  readonly references: boolean;
}

/** One step of a valid pattern: an escape, a class, the start of a group, a quantifier (lazy or not), anything else. */
const STEP = /\\(?:k<|[1-9])|\\.|\[(?:\\.|[^\]\\])*\]|\((?:\?(?:[:=!]|<[=!]|<[^>]*>))?|\)|\||(?:[*+?]|\{\d+(?:,\d*)?\})\??|[^]/gu;

function costOf(source: string): Cost {
  let [repetitions, options, nested, references] = [0, 0, false, false];
  /** Whether the group, and the one just closed, holds a choice or a quantifier. */
  const open: boolean[] = [false];
  let closed = false;
  for (const [step] of source.matchAll(STEP)) {
    const top = open.length - 1;
    const quantifier = /^(?:[*+?]|\{\d)/.test(step);
    if (step.startsWith('\\k<') || /^\\[1-9]/.test(step)) references = true;
    if (step.startsWith('(')) open.push(false);
    else if (step === '|') open[top] = true;
    else if (quantifier) {
      const repeats = !step.startsWith('?');
      if (repeats) repetitions++;
      else options++;
      if (repeats && closed) nested = true;
      open[top] = true;
    }
    closed = false;
    if (step === ')') {
      closed = open.pop() ?? false;
      if (closed) open[open.length - 1] = true;
    }
  }
  return { repetitions, options, nested, references };
}

export interface Deadline {
  /** Milliseconds from the call; 50 when absent. */
  readonly limitMs?: number;
  /** A clock in milliseconds. */
  readonly now?: () => number;
}

/**
 * All matches from left to right without overlap, `^` and `$` at line ends, Unicode mode. Empty matches count, so that
 * `(?=Step)` separates in front of a word.
 */
export function matchEnds(source: string, text: string, { limitMs = 50, now = () => performance.now() }: Deadline = {}): PatternResult {
  const reason = patternFault(source);
  if (reason !== undefined) return { kind: 'refused', reason };
  const pattern = new RegExp(source, 'muy');
  const stopAt = now() + limitMs;
  const ends: number[] = [];
  let at = 0;
  let [windowFrom, windowTo] = [0, 0];
  let window = '';
  while (at <= text.length) {
    if (now() > stopAt) return { kind: 'timed-out', ends, searched: at };
    if (at + MOST_MATCH > windowTo && windowTo < text.length) {
      windowFrom = Math.max(0, at - MOST_MATCH);
      windowTo = Math.min(text.length, windowFrom + WINDOW);
      window = text.slice(windowFrom, windowTo);
    }
    pattern.lastIndex = at - windowFrom;
    const match = pattern.exec(window);
    const length = match?.[0].length ?? 0;
    if (match) ends.push(at + length);
    at += length > 0 ? length : (text.codePointAt(at) ?? 0) > 0xffff ? 2 : 1;
  }
  return { kind: 'matched', ends };
}
