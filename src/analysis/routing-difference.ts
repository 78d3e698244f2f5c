/** What differs between the routing of two traces of one model shape. Differences are B minus A. */
import type { Trace } from '../trace/trace';
import { choicesByLayer, spanOf, type Span } from './choices';
import { jsNats } from './divergence';
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

export interface RoutingDrift {
  /** Mean over the tokens of |S_A and S_B| / |S_A or S_B|, 1 where both chose nothing. [L] */
  readonly jaccard: Float64Array;
  /** Mean Jensen-Shannon divergence of the gate distributions after the plans, 0 to ln 2; undefined without logits. [L] */
  readonly jsNats: Float64Array | undefined;
  /** Tokens compared: those before the first different one. */
  readonly n: number;
}

/**
 * How far apart two runs route the same text, position by position, layer by layer. The overlap of choices is the
 * router drift of https://arxiv.org/abs/2602.01990. O(T L (K^2 + E))
 * @returns undefined for other shapes, or when not even the first token is the same
 */
export function routingDrift(a: Trace, b: Trace): RoutingDrift | undefined {
  const n = firstDifferentToken(a, b) ?? a.tokens.ids.length;
  if (!sameShape(a, b) || n === 0) return undefined;
  const span = { from: 0, to: n };
  const [left, right] = [choicesByLayer(a, span), choicesByLayer(b, span)];
  const jaccard = Float64Array.from(left, (mine, row) => {
    const theirs = right[row];
    let sum = 0;
    for (let t = 0; t < n && theirs !== undefined; t++) {
      const x = mine.ids.subarray(mine.start[t], mine.start[t + 1]);
      const y = theirs.ids.subarray(theirs.start[t], theirs.start[t + 1]);
      let common = 0;
      for (const expert of x) if (y.includes(expert)) common++;
      const union = x.length + y.length - common;
      sum += union === 0 ? 1 : common / union;
    }
    return sum / n;
  });
  return { jaccard, jsNats: meanDivergence(a, b, n), n };
}

function meanDivergence(a: Trace, b: Trace, n: number): Float64Array | undefined {
  const [readA, readB] = [probabilityReader(a, 'plan'), probabilityReader(b, 'plan')];
  if (readA === undefined || readB === undefined) return undefined;
  const { experts, moeLayers } = a.model;
  const [p, q] = [new Float64Array(experts), new Float64Array(experts)];
  return Float64Array.from(moeLayers, (_, row) => {
    let sum = 0;
    for (let t = 0; t < n; t++) {
      readA(t, row, p);
      readB(t, row, q);
      sum += jsNats(p, q);
    }
    return sum / n;
  });
}
