/** What differs between two next-token distributions: before and after an intervention, or of two traces. */
import type { Trace, TraceOutput } from '../trace/trace';
import { jsNats, klNats } from './divergence';

/** Where in a trace: the distribution after this token. */
export interface Position {
  readonly trace: Trace;
  readonly token: number;
}

export interface NextTokenDifference {
  /** KL(A || B), nats. */
  readonly klNats: number;
  /** Jensen-Shannon divergence, nats, 0 to ln 2. */
  readonly jsNats: number;
  /** Outcomes compared: the candidates that both list, without the one that stands for all others. */
  readonly n: number;
  /** Probability of all others in A and B; 0 when exact. */
  readonly other: readonly [number, number];
  /**
   * Over the whole vocabulary, from recorded logits. Otherwise over the candidates that both list plus one outcome
   * "other", which can only be smaller: divergences never grow when outcomes are merged.
   */
  readonly exact: boolean;
}

/** A remaining probability below this is rounding of the listed float32 numbers. */
const REST_RESOLUTION = 1e-6;

/** Divergence of two next-token distributions; undefined where one has neither candidates nor logits there. */
export function nextTokenDifference(a: Position, b: Position): NextTokenDifference | undefined {
  const full = fullDistributions(a, b);
  if (full) return { klNats: klNats(...full), jsNats: jsNats(...full), n: full[0].length, other: [0, 0], exact: true };
  const [left, right] = [candidates(a), candidates(b)];
  if (left === undefined || right === undefined) return undefined;
  const common = [...left.keys()].filter((id) => right.has(id));
  const p = common.map((id) => left.get(id) ?? 0);
  const q = common.map((id) => right.get(id) ?? 0);
  const other = [rest(p), rest(q)] as const;
  // Both at the resolution when it is all that is left, so that rounding adds nothing and never rules an outcome out.
  p.push(Math.max(other[0], REST_RESOLUTION));
  q.push(Math.max(other[1], REST_RESOLUTION));
  return { klNats: klNats(p, q), jsNats: jsNats(p, q), n: common.length, other, exact: false };
}

function rest(prob: readonly number[]): number {
  return Math.max(0, 1 - prob.reduce((sum, p) => sum + p, 0));
}

/** Probability by token id; undefined where none are listed. */
function candidates({ trace, token }: Position): Map<number, number> | undefined {
  const { top } = trace.output;
  if (top === undefined || top.count === 0 || !within({ trace, token })) return undefined;
  const at = token * top.count;
  return new Map(Array.from({ length: top.count }, (_, i) => [top.ids[at + i] ?? 0, top.prob[at + i] ?? 0]));
}

function within({ trace, token }: Position): boolean {
  return token >= 0 && token < trace.tokens.ids.length;
}

function fullDistributions(a: Position, b: Position): [Float64Array, Float64Array] | undefined {
  const [p, q] = [softmaxAt(a), softmaxAt(b)];
  return p && q && p.length === q.length ? [p, q] : undefined;
}

function softmaxAt({ trace, token }: Position): Float64Array | undefined {
  const { logits } = trace.output;
  if (logits === undefined || !within({ trace, token })) return undefined;
  const vocabulary = logits.length / trace.tokens.ids.length;
  const row = logits.subarray(token * vocabulary, (token + 1) * vocabulary);
  const most = row.reduce((max, z) => Math.max(max, z), -Infinity);
  const weights = Float64Array.from(row, (z) => Math.exp(z - most));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return weights.map((weight) => weight / total);
}

/** Entropy of B minus entropy of A, nats, full vocabulary; undefined where one was not recorded. */
export function entropyChangeNats(a: Position, b: Position): number | undefined {
  const [before, after] = [a.trace.output.entropy?.[a.token], b.trace.output.entropy?.[b.token]];
  return before === undefined || after === undefined ? undefined : after - before;
}

export interface TopChange {
  /** Id of the likeliest token in A and B. */
  readonly ids: readonly [number, number];
  readonly prob: readonly [number, number];
  readonly changed: boolean;
}

/** Whether the likeliest next token is another one; undefined where one trace lists no candidates. */
export function topChange(a: Position, b: Position): TopChange | undefined {
  const [x, y] = [first(a), first(b)];
  return x && y && { ids: [x[0], y[0]], prob: [x[1], y[1]], changed: x[0] !== y[0] };
}

function first({ trace, token }: Position): [id: number, prob: number] | undefined {
  const top: TraceOutput['top'] = trace.output.top;
  if (top === undefined || top.count === 0 || !within({ trace, token })) return undefined;
  let best = token * top.count;
  for (let i = best; i < (token + 1) * top.count; i++) if ((top.prob[i] ?? 0) > (top.prob[best] ?? 0)) best = i;
  return [top.ids[best] ?? 0, top.prob[best] ?? 0];
}
