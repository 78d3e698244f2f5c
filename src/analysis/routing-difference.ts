/** What differs between the routing of two traces of one model shape. Differences are B minus A. */
import type { Trace } from '../trace/trace';
import { choicesByLayer, spanOf, type Choices, type Span } from './choices';
import { expertCounts } from './load';
import { meanProbabilities, probabilityReader, type Stage } from './router';

/** Same number of experts in the same layers, so that cells can be laid over one another. */
export function sameShape(a: Trace, b: Trace): boolean {
  return a.model.experts === b.model.experts && a.model.moeLayers.join() === b.model.moeLayers.join();
}

/** First position at which the token ids differ, or one text ends; undefined when they are the same. */
export function firstDifferentToken(a: Trace, b: Trace): number | undefined {
  const [x, y] = [a.tokens.ids, b.tokens.ids];
  const shorter = Math.min(x.length, y.length);
  for (let t = 0; t < shorter; t++) if (x[t] !== y[t]) return t;
  return x.length === y.length ? undefined : shorter;
}

export interface CellDifference {
  /** [L, E] each; rows of `a` and `b` sum to 1. */
  readonly a: Float64Array;
  readonly b: Float64Array;
  readonly difference: Float64Array;
  /** Tokens of A and of B. */
  readonly n: readonly [number, number];
}

interface Spans {
  readonly a: Span;
  readonly b: Span;
}

function wholeTexts(a: Trace, b: Trace): Spans {
  return { a: spanOf(a), b: spanOf(b) };
}

function subtract(a: Float64Array, b: Float64Array, spans: Spans): CellDifference {
  return { a, b, difference: b.map((value, cell) => value - (a[cell] ?? 0)), n: [spans.a.to - spans.a.from, spans.b.to - spans.b.from] };
}

/**
 * Difference of gate probabilities, after each run's plan; means over the spans, which may be single tokens. O(T L E)
 * @returns undefined for other shapes, missing logits, or an empty span
 */
export function probabilityDifference(a: Trace, b: Trace, spans: Spans = wholeTexts(a, b), stage: Stage = 'plan'): CellDifference | undefined {
  const left = sameShape(a, b) ? meanProbabilities(a, spans.a, stage) : undefined;
  const right = left && meanProbabilities(b, spans.b, stage);
  return left && right && subtract(left, right, spans);
}

/** Share of each layer's choices that fell on each expert, 0 in layers that chose nothing. [L, E] */
function shares(trace: Trace, span: Span): Float64Array {
  const { experts, moeLayers } = trace.model;
  const all = new Float64Array(moeLayers.length * experts);
  moeLayers.forEach((_, row) => {
    const counts = expertCounts(trace, row, span);
    const total = counts.reduce((sum, count) => sum + count, 0);
    if (total > 0) counts.forEach((count, e) => (all[row * experts + e] = count / total));
  });
  return all;
}

/** Difference of the shares of choices, which needs no logits; undefined for other shapes. O(T L K) */
export function shareDifference(a: Trace, b: Trace, spans: Spans = wholeTexts(a, b)): CellDifference | undefined {
  return sameShape(a, b) ? subtract(shares(a, spans.a), shares(b, spans.b), spans) : undefined;
}

export interface Drift {
  /** Mean over the tokens. [L] */
  readonly layers: Float64Array;
  /** Tokens compared: those before the first different one. */
  readonly n: number;
}

/** Tokens that two traces of one shape have in common from the start; 0 for other shapes. */
function commonTokens(a: Trace, b: Trace): number {
  return sameShape(a, b) ? (firstDifferentToken(a, b) ?? a.tokens.ids.length) : 0;
}

/**
 * How far two runs choose the same experts for the same text, position by position: |S_A and S_B| / |S_A or S_B|
 * (Jaccard), 0 to 1, 1 where both chose nothing. The router drift of https://arxiv.org/abs/2602.01990. O(T L K^2)
 * @returns undefined for other shapes, or when not even the first token is the same
 */
export function choiceOverlap(a: Trace, b: Trace): Drift | undefined {
  const n = commonTokens(a, b);
  if (n === 0) return undefined;
  const span = { from: 0, to: n };
  const right = choicesByLayer(b, span);
  const layers = Float64Array.from(choicesByLayer(a, span), (mine, row) => {
    const theirs = right[row];
    let sum = 0;
    for (let t = 0; t < n && theirs !== undefined; t++) sum += overlap(mine, theirs, t);
    return sum / n;
  });
  return { layers, n };
}

function overlap(a: Choices, b: Choices, token: number): number {
  const from = b.start[token] ?? 0;
  const to = b.start[token + 1] ?? 0;
  let common = 0;
  let union = to - from;
  for (let i = a.start[token] ?? 0; i < (a.start[token + 1] ?? 0); i++) {
    let found = false;
    for (let j = from; j < to && !found; j++) found = a.ids[i] === b.ids[j];
    if (found) common++;
    else union++;
  }
  return union === 0 ? 1 : common / union;
}

/**
 * Jensen-Shannon divergence of the gate distributions, after each run's plan, for the same text, position by
 * position: H((p + q)/2) - (H(p) + H(q))/2, 0 to ln 2 nats. O(T L E)
 * @returns undefined for other shapes, missing logits, or when not even the first token is the same
 */
export function gateDivergence(a: Trace, b: Trace): Drift | undefined {
  const n = commonTokens(a, b);
  const readA = probabilityReader(a, 'plan');
  const readB = probabilityReader(b, 'plan');
  if (n === 0 || readA === undefined || readB === undefined) return undefined;
  const p = new Float64Array(a.model.experts);
  const q = new Float64Array(a.model.experts);
  const layers = Float64Array.from(a.model.moeLayers, (_, row) => {
    let sum = 0;
    for (let t = 0; t < n; t++) {
      const own = (readA(t, row, p) + readB(t, row, q)) / 2;
      let mixed = 0;
      for (let e = 0; e < p.length; e++) {
        const m = ((p[e] ?? 0) + (q[e] ?? 0)) / 2;
        if (m > 0) mixed -= m * Math.log(m);
      }
      sum += Math.max(0, mixed - own);
    }
    return sum / n;
  });
  return { layers, n };
}
