/** Two runs laid over one another: which tokens stand together, and what differs where the playhead stands. */
import { alignTexts, columnOf, type Alignment } from '../analysis/alignment';
import { nextTokenDifference, topChange, type NextTokenDifference } from '../analysis/next-token-difference';
import { comparedShares, layerDistances, movedByColumn, type ComparedShares, type ShareBasis } from '../analysis/routing-distance';
import type { Trace } from '../trace/trace';
import type { ComparedPair } from './compare';
import { layerView } from './layerView';

/** What holds for the whole texts. */
export interface TextComparison {
  readonly a: Trace;
  readonly b: Trace;
  readonly alignment: Alignment;
  /** Undefined where the two have other layers or experts. */
  readonly shares: ComparedShares | undefined;
  /** Mean L1 over the layers by column, 0 to 2; NaN where one text has no token. */
  readonly moved: Float64Array | undefined;
  /** First column whose tokens differ; undefined where the texts are the same to the end. */
  readonly parts: number | undefined;
  readonly samePrompt: boolean;
}

/** Aligns two runs and measures how far their routing is apart along the text. O(T L E) */
export function compareTexts({ a, b, token }: ComparedPair): TextComparison {
  const [left, right] = [a.trace, b.trace];
  if (token !== undefined) return compareTokens(left, token);
  const alignment = alignTexts(left, right);
  const differs = (column: number): boolean => idAt(left, alignment.a[column]) !== idAt(right, alignment.b[column]);
  const columns = Array.from({ length: alignment.a.length }, (_, column) => column);
  const parts = columns.find(differs);
  const prompt = columns.filter((column) => isPrompt(left, alignment.a[column]) || isPrompt(right, alignment.b[column]));
  return { a: left, b: right, alignment, shares: comparedShares(left, right), moved: movedByColumn(left, right, alignment), parts, samePrompt: !prompt.some(differs) };
}

/** Every token of one text against one of them, which stands in every column as B. */
function compareTokens(trace: Trace, token: number): TextComparison {
  const alignment = { a: Int32Array.from(trace.tokens.ids.keys()), b: new Int32Array(trace.tokens.ids.length).fill(token) };
  return { a: trace, b: trace, alignment, shares: comparedShares(trace, trace), moved: movedByColumn(trace, trace, alignment), parts: undefined, samePrompt: true };
}

function idAt(trace: Trace, token: number | undefined): number {
  return token === undefined || token < 0 ? -1 : (trace.tokens.ids[token] ?? -1);
}

function isPrompt(trace: Trace, token: number | undefined): boolean {
  return token !== undefined && token >= 0 && token < trace.run.promptTokens;
}

/** One expert row of both runs. */
export interface ComparedLayer {
  readonly layer: number;
  readonly a: Float64Array;
  readonly b: Float64Array;
  readonly chosenA: readonly number[];
  readonly chosenB: readonly number[];
  readonly offA: readonly boolean[];
  readonly offB: readonly boolean[];
  /** L1, 0 to 2. */
  readonly distance: number;
}

/** What holds for the tokens that stand in one column. */
export interface TokenComparison {
  readonly column: number;
  /** -1 where the run has no token here. */
  readonly tokenA: number;
  readonly tokenB: number;
  readonly basis: ShareBasis;
  /** Empty where one has no token here, or the shapes differ. */
  readonly layers: readonly ComparedLayer[];
  readonly next: NextComparison | undefined;
}

/** The column of the playhead; the last one where its token stands in none. */
export function playheadColumn({ alignment }: TextComparison, shown: ComparedPair['shown'], token: number): number {
  const column = columnOf(alignment, shown, token);
  return column >= 0 ? column : Math.max(0, alignment.a.length - 1);
}

/** The token of the page's playhead for a column: the nearest one at or before it that the shown run has. */
export function tokenOfColumn({ alignment }: TextComparison, shown: ComparedPair['shown'], column: number): number {
  for (let at = Math.min(column, alignment.a.length - 1); at >= 0; at -= 1) {
    const token = alignment[shown][at] ?? -1;
    if (token >= 0) return token;
  }
  return 0;
}

/** Lays the two runs over one another in one column. O(L E) */
export function compareAt(texts: TextComparison, column: number): TokenComparison {
  const { a, b, alignment, shares } = texts;
  const [tokenA, tokenB] = [alignment.a[column] ?? -1, alignment.b[column] ?? -1];
  const both = tokenA >= 0 && tokenB >= 0;
  return {
    column,
    tokenA,
    tokenB,
    basis: shares?.basis ?? 'softmax',
    layers: both && shares !== undefined ? layersAt(a, b, shares, tokenA, tokenB) : [],
    next: both ? nextAt(a, b, tokenA, tokenB) : undefined,
  };
}

function layersAt(a: Trace, b: Trace, shares: ComparedShares, tokenA: number, tokenB: number): ComparedLayer[] {
  const { experts, moeLayers } = a.model;
  const distances = layerDistances(shares, experts, moeLayers.length, tokenA, tokenB);
  return moeLayers.map((layer, row) => {
    const [p, q] = [new Float64Array(experts), new Float64Array(experts)];
    shares.a(tokenA, row, p);
    shares.b(tokenB, row, q);
    const [left, right] = [layerView(a, tokenA, row), layerView(b, tokenB, row)];
    return { layer, a: p, b: q, chosenA: left?.chosen ?? [], chosenB: right?.chosen ?? [], offA: left?.masked ?? [], offB: right?.masked ?? [], distance: distances[row] ?? 0 };
  });
}

export interface NextComparison {
  /** Candidates of either run, likeliest first; NaN where a run does not list one. */
  readonly rows: readonly { readonly id: number; readonly text: string; readonly a: number; readonly b: number }[];
  readonly difference: NextTokenDifference | undefined;
  /** Nats. */
  readonly entropy: readonly [a: number, b: number];
  readonly top: { readonly a: string; readonly b: string; readonly probA: number; readonly probB: number; readonly changed: boolean };
}

function candidatesAt(trace: Trace, token: number): Map<number, number> {
  const { top } = trace.output;
  const found = new Map<number, number>();
  if (top === undefined) return found;
  for (let i = token * top.count; i < (token + 1) * top.count; i += 1) found.set(top.ids[i] ?? 0, top.prob[i] ?? 0);
  return found;
}

function nameOf(trace: Trace, id: number, token: number): string | undefined {
  return trace.tokens.ids[token + 1] === id ? trace.tokens.text[token + 1] : trace.tokens.names?.get(id);
}

function nextAt(a: Trace, b: Trace, tokenA: number, tokenB: number): NextComparison | undefined {
  const [left, right] = [candidatesAt(a, tokenA), candidatesAt(b, tokenB)];
  const [from, to] = [{ trace: a, token: tokenA }, { trace: b, token: tokenB }];
  const change = topChange(from, to);
  if (change === undefined) return undefined;
  const name = (id: number): string => nameOf(a, id, tokenA) ?? nameOf(b, id, tokenB) ?? `#${id}`;
  const most = (row: { readonly a: number; readonly b: number }): number => Math.max(row.a || 0, row.b || 0);
  const rows = [...new Set([...left.keys(), ...right.keys()])]
    .map((id) => ({ id, text: name(id), a: left.get(id) ?? Number.NaN, b: right.get(id) ?? Number.NaN }))
    .sort((x, y) => most(y) - most(x) || x.id - y.id);
  return {
    rows,
    difference: nextTokenDifference(from, to),
    entropy: [a.output.entropy?.[tokenA] ?? Number.NaN, b.output.entropy?.[tokenB] ?? Number.NaN],
    top: { a: name(change.ids[0]), b: name(change.ids[1]), probA: change.prob[0], probB: change.prob[1], changed: change.changed },
  };
}
