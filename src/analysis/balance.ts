/** Load of the experts of a trace, layer by layer. Formulas: load.ts. */
import type { Trace } from '../trace/trace';
import { spanOf, type Scope } from './choices';
import { expertCounts, loadBalance, type LoadBalance } from './load';

export interface LayerBalance extends LoadBalance {
  /** Layer number of the model. */
  readonly layer: number;
  /** Tokens counted. */
  readonly n: number;
  /** Tokens that chose each expert. [E] */
  readonly counts: Uint32Array;
  /** Sum of `counts`: K n, or less where slots were empty. */
  readonly choices: number;
  /** Largest load over the mean, 1 to E/K; MaxVio + 1, and 1 where nothing was chosen. */
  readonly maxOverMean: number;
}

export interface TraceBalance {
  readonly scope: Scope;
  readonly layers: readonly LayerBalance[];
  /** Means over the layers, as https://arxiv.org/abs/2408.15664 reports MaxVio; NaN of a model without routers. */
  readonly mean: { readonly maxVio: number; readonly entropy: number; readonly variation: number };
  /** Tokens counted. */
  readonly n: number;
}

/** Load of the experts in row `row` of the routing arrays. O(T K) */
export function layerBalance(trace: Trace, row: number, scope: Scope = 'all'): LayerBalance {
  const span = spanOf(trace, scope);
  const counts = expertCounts(trace, row, span);
  const balance = loadBalance(counts);
  return {
    ...balance,
    layer: trace.model.moeLayers[row] ?? row,
    n: span.to - span.from,
    counts,
    choices: counts.reduce((sum, count) => sum + count, 0),
    maxOverMean: balance.maxVio + 1,
  };
}

/** Load of the experts of every layer, over the whole text or a part of it. O(T L K) */
export function traceBalance(trace: Trace, scope: Scope = 'all'): TraceBalance {
  const layers = trace.model.moeLayers.map((_, row) => layerBalance(trace, row, scope));
  const mean = (value: (layer: LayerBalance) => number): number => layers.reduce((sum, layer) => sum + value(layer), 0) / layers.length;
  const span = spanOf(trace, scope);
  return {
    scope,
    layers,
    mean: { maxVio: mean((layer) => layer.maxVio), entropy: mean((layer) => layer.entropy), variation: mean((layer) => layer.variation) },
    n: span.to - span.from,
  };
}
