/** The distribution after one token, as the trace holds it: candidates, the rest, and what was written next. */
import type { Trace } from '../trace/trace';

export interface Candidate {
  readonly id: number;
  readonly text: string;
  readonly prob: number;
  /** This token follows in the text, or was drawn to follow. */
  readonly chosen: boolean;
  /** Likelier tokens stand between this row and the one above. */
  readonly afterGap: boolean;
}

export interface NextTokenView {
  readonly candidates: readonly Candidate[];
  /** Probability of all tokens that are not listed. */
  readonly other: number;
  /** Tokens that are not listed; undefined where the size of the vocabulary is unknown. */
  readonly others: number | undefined;
  /** Nats. */
  readonly entropy: number | undefined;
  /** The chosen token was run too, so the text really continues with it. */
  readonly written: boolean;
}

/** At most `rows` candidates after `token`; the chosen one is always among them where its probability is known. */
export function nextTokenView(trace: Trace, token: number, rows: number): NextTokenView | undefined {
  const { top, chosen, entropy, logProb } = trace.output;
  if (top === undefined || token < 0 || token >= trace.tokens.ids.length) return undefined;
  const written = token + 1 < trace.tokens.ids.length;
  const next = written ? trace.tokens.ids[token + 1] : chosen?.[token];
  const text = (id: number): string => {
    if (written && id === next) return trace.tokens.text[token + 1] ?? '';
    return trace.tokens.names?.get(id) ?? `#${id}`;
  };
  const all: Candidate[] = [];
  for (let i = 0; i < top.count; i += 1) {
    const id = top.ids[token * top.count + i] ?? 0;
    all.push({ id, text: text(id), prob: top.prob[token * top.count + i] ?? 0, chosen: id === next, afterGap: false });
  }
  const listed = all.slice(0, rows);
  if (next !== undefined && !listed.some((candidate) => candidate.chosen)) {
    const logP = written ? (logProb?.[token + 1] ?? Number.NaN) : Number.NaN;
    const found = all.find((candidate) => candidate.chosen);
    if (found !== undefined || Number.isFinite(logP)) {
      listed.splice(rows - 1, 1, { ...(found ?? { id: next, text: text(next), prob: Math.exp(logP), chosen: true }), afterGap: all[rows - 1] !== found });
    }
  }
  const sum = listed.reduce((total, { prob }) => total + prob, 0);
  const vocabulary = trace.model.vocabulary;
  return {
    candidates: listed,
    other: Math.max(0, 1 - sum),
    others: vocabulary === undefined ? undefined : vocabulary - listed.length,
    entropy: entropy?.[token],
    written,
  };
}
