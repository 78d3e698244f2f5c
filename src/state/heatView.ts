/** The routing table's three pictures, layer by expert: the token in focus, all tokens, and the difference of two traces. */
import type { Trace } from '../trace/trace';
import { expertCounts } from './expertCounts';
import { layerView, type LayerView } from './layerView';
import type { HeatMode } from './state';

export interface HeatRowView {
  readonly row: number;
  /** Number of the layer in the model. */
  readonly layer: number;
  /** Gate probability, log2 of share over uniform (-Infinity for none), or change of probability; NaN where unknown. [E] */
  readonly values: Float64Array;
  /** The plan of the run forbids the expert. [E] */
  readonly masked: readonly boolean[];
  /** Experts to outline, in the order of selection; only the token's own picture has them. */
  readonly chosen: readonly number[];
  /** Beside the row: router entropy in nats, largest share times E, or sum of |change|; undefined where unknown. */
  readonly gutter: number | undefined;
}

export interface HeatView {
  readonly mode: HeatMode;
  readonly experts: number;
  readonly rows: readonly HeatRowView[];
  /** Every value is known. */
  readonly full: boolean;
}

export type CellState = 'value' | 'off' | 'unknown' | 'never';

/** Which of the four states a cell is in; each is drawn so that it needs no colour. */
export function cellState({ values, masked }: HeatRowView, expert: number): CellState {
  if (masked[expert] === true) return 'off';
  const value = values[expert] ?? Number.NaN;
  if (value === -Infinity) return 'never';
  return Number.isNaN(value) ? 'unknown' : 'value';
}

/** Every layer's router for one token. */
export function layerViews(trace: Trace, token: number): readonly LayerView[] {
  return trace.model.moeLayers.flatMap((_, row) => layerView(trace, token, row) ?? []);
}

/** The gate distribution of one token. */
export function tokenHeat(views: readonly LayerView[]): HeatView {
  return {
    mode: 'token',
    experts: views[0]?.experts ?? 0,
    rows: views.map(({ row, layer, gate, masked, chosen, entropy }) => ({ row, layer, values: gate, masked, chosen, gutter: entropy })),
    full: views.every((view) => view.full),
  };
}

/**
 * log2 of each expert's share of its layer's choices over 1/E, over the whole text; an expert that never ran is
 * -Infinity, which is drawn unlike a rare one.
 */
export function shareHeat(trace: Trace, views: readonly LayerView[]): HeatView {
  const { experts } = trace.model;
  const counts = expertCounts(trace);
  const rows = views.map(({ row, layer, masked }): HeatRowView => {
    const own = counts.subarray(row * experts, (row + 1) * experts);
    const total = own.reduce((sum, uses) => sum + uses, 0);
    const values = Float64Array.from(own, (uses) => (total === 0 ? Number.NaN : Math.log2((uses / total) * experts)));
    return { row, layer, values, masked, chosen: [], gutter: total === 0 ? undefined : (Math.max(...own) / total) * experts };
  });
  return { mode: 'all', experts, rows, full: true };
}

/** Change of the gate distribution at one token: the open trace A minus the other one, B. Rows sum to 0. */
export function differenceHeat(views: readonly LayerView[], other: readonly LayerView[]): HeatView {
  const rows = views.map(({ row, layer, gate, masked }): HeatRowView => {
    const before = other[row]?.gate;
    const values = gate.map((p, expert) => p - (before?.[expert] ?? Number.NaN));
    const known = !values.some(Number.isNaN);
    return { row, layer, values, masked, chosen: [], gutter: known ? values.reduce((sum, change) => sum + Math.abs(change), 0) : undefined };
  });
  return { mode: 'difference', experts: views[0]?.experts ?? 0, rows, full: rows.every((row) => row.gutter !== undefined) };
}

/** Why the difference cannot be drawn, as a key of the string catalogue; undefined when it can. */
export function differenceFault(trace: Trace, other: Trace | undefined): 'noOther' | 'otherShape' | undefined {
  if (other === undefined) return 'noOther';
  return other.model.experts === trace.model.experts && other.model.moeLayers.join() === trace.model.moeLayers.join() ? undefined : 'otherShape';
}

/** The two texts are the same up to and with this token, so that both routers saw the same context. */
export function sameContext(trace: Trace, other: Trace, token: number): boolean {
  const [a, b] = [trace.tokens.ids, other.tokens.ids];
  for (let t = 0; t <= token; t += 1) if (a[t] !== b[t]) return false;
  return true;
}
