/** Which token of one text stands beside which of another, so that two runs can be laid over one another. */
import type { Trace } from '../trace/trace';

/** Column by column; -1 where a text has no token there. Both rise from 0 to their text's end without gaps. */
export interface Alignment {
  readonly a: Int32Array;
  readonly b: Int32Array;
}

/** Cells of the edit table beyond which prompts are aligned position by position. */
const MOST_CELLS = 1_000_000;

/**
 * Prompts by fewest edits (a token replaced, left out or put in costs 1 each; of equal ways, the one that replaces),
 * equal prompts and all that was written after them position by position. O(n m) for prompts of n and m tokens.
 */
export function alignTexts(a: Trace, b: Trace): Alignment {
  const [m, n] = [promptLength(a), promptLength(b)];
  const left: number[] = [];
  const right: number[] = [];
  for (const [i, j] of alignPrompts(a.tokens.ids.subarray(0, m), b.tokens.ids.subarray(0, n))) {
    left.push(i);
    right.push(j);
  }
  const [restA, restB] = [a.tokens.ids.length - m, b.tokens.ids.length - n];
  for (let t = 0; t < Math.max(restA, restB); t++) {
    left.push(t < restA ? m + t : -1);
    right.push(t < restB ? n + t : -1);
  }
  return { a: Int32Array.from(left), b: Int32Array.from(right) };
}

function promptLength({ run, tokens }: Trace): number {
  return Math.min(run.promptTokens, tokens.ids.length);
}

type Pair = readonly [a: number, b: number];

function byPosition(m: number, n: number): Pair[] {
  return Array.from({ length: Math.max(m, n) }, (_, t): Pair => [t < m ? t : -1, t < n ? t : -1]);
}

function alignPrompts(a: Uint32Array, b: Uint32Array): Pair[] {
  const [m, n] = [a.length, b.length];
  const width = n + 1;
  const equal = m === n && a.every((id, t) => id === b[t]);
  if (equal || (m + 1) * width > MOST_CELLS) return byPosition(m, n);
  // cost[i, j]: fewest edits between what follows token i of A and token j of B.
  const cost = new Uint32Array((m + 1) * width);
  for (let i = m; i >= 0; i--) {
    for (let j = n; j >= 0; j--) {
      const replaced = i < m && j < n ? (cost[(i + 1) * width + j + 1] ?? 0) + (a[i] === b[j] ? 0 : 1) : Infinity;
      const onlyA = i < m ? (cost[(i + 1) * width + j] ?? 0) + 1 : Infinity;
      const onlyB = j < n ? (cost[i * width + j + 1] ?? 0) + 1 : Infinity;
      const least = Math.min(replaced, onlyA, onlyB);
      cost[i * width + j] = least === Infinity ? 0 : least;
    }
  }
  const pairs: Pair[] = [];
  let [i, j] = [0, 0];
  while (i < m || j < n) {
    const here = cost[i * width + j] ?? 0;
    if (i < m && j < n && here === (cost[(i + 1) * width + j + 1] ?? 0) + (a[i] === b[j] ? 0 : 1)) pairs.push([i++, j++]);
    else if (i < m && here === (cost[(i + 1) * width + j] ?? 0) + 1) pairs.push([i++, -1]);
    else pairs.push([-1, j++]);
  }
  return pairs;
}

/** Column in which a token of A (or B) stands; -1 where it stands in none. */
export function columnOf(alignment: Alignment, side: 'a' | 'b', token: number): number {
  return alignment[side].indexOf(token);
}
