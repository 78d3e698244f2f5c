/** How far two runs route apart, token by token and layer by layer. */
import type { Trace } from '../trace/trace';
import type { Alignment } from './alignment';
import { probabilityReader } from './router';
import { ruleReader } from './gate';
import { sameShape } from './routing-difference';

/** `softmax`: whole gate distributions from router logits. `mix`: mixing weights, where one of the traces has no logits. */
export type ShareBasis = 'softmax' | 'mix';

/** Writes E shares into `into`; they sum to 1, or to 0 where no expert is left. */
export type ShareReader = (token: number, row: number, into: Float64Array) => void;

/**
 * Shares of the experts as the cut saw them: the gate after bias and override, experts that the plan switches off
 * at 0, divided by their sum. Or the mixing weights, divided by theirs.
 */
export function shareReader(trace: Trace, basis: ShareBasis): ShareReader | undefined {
  if (basis === 'mix') return mixReader(trace);
  const read = probabilityReader(trace, 'plan');
  if (read === undefined) return undefined;
  const rules = (trace.run.plan?.entries.length ?? 0) > 0 ? ruleReader(trace) : undefined;
  return (token, row, into) => {
    read(token, row, into);
    const masked = rules?.(token, row).masked;
    if (masked?.includes(true) !== true) return;
    masked.forEach((off, e) => {
      if (off) into[e] = 0;
    });
    normalise(into);
  };
}

function mixReader({ model, routing }: Trace): ShareReader {
  return (token, row, into) => {
    into.fill(0);
    const cell = token * model.moeLayers.length + row;
    const used = routing.count?.[cell] ?? routing.slots;
    for (let slot = cell * routing.slots; slot < cell * routing.slots + used; slot++) {
      const e = routing.experts[slot] ?? 0;
      into[e] = (into[e] ?? 0) + (routing.mix[slot] ?? 0);
    }
    normalise(into);
  };
}

function normalise(values: Float64Array): void {
  const sum = values.reduce((total, value) => total + value, 0);
  if (sum > 0) for (let e = 0; e < values.length; e++) values[e] = (values[e] ?? 0) / sum;
}

export interface ComparedShares {
  readonly basis: ShareBasis;
  readonly a: ShareReader;
  readonly b: ShareReader;
}

/** Readers of both traces on the same basis; undefined for other shapes. */
export function comparedShares(a: Trace, b: Trace): ComparedShares | undefined {
  if (!sameShape(a, b) || a.model.experts === 0) return undefined;
  for (const basis of ['softmax', 'mix'] as const) {
    const [left, right] = [shareReader(a, basis), shareReader(b, basis)];
    if (left && right) return { basis, a: left, b: right };
  }
  return undefined;
}

/** L1 distance of the shares of one pair of tokens, 0 to 2 by layer. [L] O(L E) */
export function layerDistances(shares: ComparedShares, experts: number, layers: number, tokenA: number, tokenB: number): Float64Array {
  const p = new Float64Array(experts);
  const q = new Float64Array(experts);
  return Float64Array.from({ length: layers }, (_, row) => {
    shares.a(tokenA, row, p);
    shares.b(tokenB, row, q);
    return p.reduce((sum, value, e) => sum + Math.abs((q[e] ?? 0) - value), 0);
  });
}

/** Mean over the layers of `layerDistances` in every column, NaN where one text has no token. [columns] O(T L E) */
export function movedByColumn(a: Trace, b: Trace, alignment: Alignment): Float64Array | undefined {
  const shares = comparedShares(a, b);
  if (shares === undefined) return undefined;
  const layers = a.model.moeLayers.length;
  return Float64Array.from(alignment.a, (tokenA, column) => {
    const tokenB = alignment.b[column] ?? -1;
    if (tokenA < 0 || tokenB < 0) return Number.NaN;
    return layerDistances(shares, a.model.experts, layers, tokenA, tokenB).reduce((sum, value) => sum + value, 0) / layers;
  });
}
