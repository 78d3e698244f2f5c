/** The numbers of the routing table's three pictures, for its table view and CSV file. */
import type { DataTable } from '../base/table';
import type { Trace } from '../trace/trace';
import { expertCounts } from './expertCounts';
import { differenceHeat, layerViews } from './heatView';
import { routingTable } from './panelTables';
import type { HeatMode } from './state';
import { strings } from './strings';

/** @param at position in the other trace; the same as in this one where absent */
export function heatTable(mode: HeatMode, trace: Trace, other: Trace | undefined, token: number, at = token): DataTable {
  const views = layerViews(trace, token);
  if (mode === 'token') return routingTable(views);
  const text = strings.dock.columns;
  const { moeLayers, experts } = trace.model;
  const names = Array.from({ length: experts }, (_, e) => strings.sentence.expert(e));
  if (mode === 'all') {
    const counts = expertCounts(trace);
    return { columns: [{ name: text.layer }, ...names.map((name) => ({ name }))], rows: moeLayers.map((layer, row) => [layer, ...counts.subarray(row * experts, (row + 1) * experts)]) };
  }
  const { rows } = differenceHeat(views, other === undefined ? [] : layerViews(other, at));
  return {
    columns: [{ name: text.layer }, ...names.map((name) => ({ name, decimals: 3 })), { name: strings.heat.gutterDifference, decimals: 3 }],
    rows: rows.map(({ layer, values, gutter }) => [layer, ...values, gutter]),
  };
}
