/** The distribution after one token before and with edits, candidate by candidate, and how far they are apart. */
import { nextTokenDifference, topChange } from '../analysis/next-token-difference';
import type { Trace } from '../trace/trace';
import { nextTokenView, type Candidate, type NextTokenView } from './nextToken';

export interface PairRow extends Candidate {
  /** Probability before the edits; NaN where the trace before does not list it. */
  readonly before: number;
}

export interface NextPair extends Omit<NextTokenView, 'candidates'> {
  readonly rows: readonly PairRow[];
  /** Undefined while there are no edits, or where the two texts already differ. */
  readonly compared:
    | {
        /** Probability before of all that is not listed. */
        readonly other: number;
        /** Nats; NaN where it is not known. */
        readonly entropyBefore: number;
        /** KL(before || now), nats. */
        readonly klNats: number;
        /** Over the whole vocabulary; otherwise it can only be larger. */
        readonly exact: boolean;
        readonly top: { readonly before: string; readonly now: string; readonly changed: boolean };
      }
    | undefined;
}

/** Two traces hold the same tokens up to and with this position. */
export function textsAgree(a: Trace, b: Trace, token: number): boolean {
  if (token >= a.tokens.ids.length || token >= b.tokens.ids.length) return false;
  for (let i = 0; i <= token; i += 1) if (a.tokens.ids[i] !== b.tokens.ids[i]) return false;
  return true;
}

/** Probability of a token as a trace knows it: from all logits, else from its candidates. */
export function probabilityOf(trace: Trace, token: number, id: number): number {
  const { logits, top } = trace.output;
  const tokens = trace.tokens.ids.length;
  if (top !== undefined) {
    const at = token * top.count;
    const found = top.ids.subarray(at, at + top.count).indexOf(id);
    if (found >= 0) return top.prob[at + found] ?? Number.NaN;
  }
  if (logits === undefined) return Number.NaN;
  const vocabulary = logits.length / tokens;
  const row = logits.subarray(token * vocabulary, (token + 1) * vocabulary);
  let most = -Infinity;
  for (const z of row) most = Math.max(most, z);
  let sum = 0;
  for (const z of row) sum += Math.exp(z - most);
  return Math.exp((row[id] ?? -Infinity) - most) / sum;
}

function nameOf(trace: Trace, id: number): string {
  return trace.tokens.names?.get(id) ?? `#${id}`;
}

/**
 * At most `rows` candidates after `token`, likeliest first; the likeliest before the edits and the one that follows are
 * always among them.
 */
export function nextPair(now: Trace, before: Trace | undefined, token: number, rows: number): NextPair | undefined {
  const view = nextTokenView(now, token, rows);
  if (view === undefined) return undefined;
  const { candidates, ...rest } = view;
  if (before === undefined || !textsAgree(now, before, token)) return { ...rest, rows: candidates.map((row) => ({ ...row, before: Number.NaN })), compared: undefined };
  const top = topChange({ trace: before, token }, { trace: now, token });
  const difference = nextTokenDifference({ trace: before, token }, { trace: now, token });
  const pairs = candidates.map((row): PairRow => ({ ...row, before: probabilityOf(before, token, row.id) }));
  const leader = top?.ids[0];
  if (leader !== undefined && !pairs.some(({ id }) => id === leader)) {
    const prob = probabilityOf(now, token, leader);
    // In the place of the least likely row that neither follows nor leads.
    const spare = pairs.findLastIndex(({ chosen }) => !chosen);
    if (spare > 0) {
      pairs.splice(spare, 1);
      const at = pairs.findIndex((row) => !(row.prob >= prob));
      pairs.splice(at < 0 ? pairs.length : at, 0, { id: leader, text: nameOf(before, leader), prob, chosen: false, afterGap: true, before: probabilityOf(before, token, leader) });
    }
  }
  const listed = (key: 'prob' | 'before'): number => Math.max(0, 1 - pairs.reduce((sum, row) => sum + (Number.isFinite(row[key]) ? row[key] : 0), 0));
  return {
    ...rest,
    other: listed('prob'),
    rows: pairs,
    compared:
      difference === undefined || top === undefined
        ? undefined
        : {
            other: listed('before'),
            entropyBefore: before.output.entropy?.[token] ?? Number.NaN,
            klNats: difference.klNats,
            exact: difference.exact,
            top: { before: nameOf(before, top.ids[0]), now: nameOf(now, top.ids[1]), changed: top.changed },
          },
  };
}

/** What both texts say after a token, and where they begin to differ. */
export interface Continuations {
  readonly before: readonly string[];
  readonly now: readonly string[];
  /** Index of the first token that differs, in both lists; undefined where they are the same. */
  readonly differ: number | undefined;
}

export function continuations(now: Trace, before: Trace, from: number): Continuations {
  const [a, b] = [before.tokens, now.tokens];
  const length = Math.max(a.ids.length, b.ids.length);
  let differ: number | undefined;
  for (let i = from; i < length && differ === undefined; i += 1) if (a.ids[i] !== b.ids[i]) differ = i - from;
  return { before: a.text.slice(from), now: b.text.slice(from), differ };
}
