/** The numbers of the Compare view's figures, as their table views and CSV files hold them. */
import type { DataTable } from '../../base/table';
import type { NextComparison, TokenComparison } from '../../state/comparison';
import { strings } from '../../state/strings';
import { tokenLabel } from '../../viz/tokenMarks';

const DECIMALS = 4;

/** One row a layer and expert, with both shares and their difference. */
export function heatTable({ layers }: TokenComparison): DataTable {
  const text = strings.compare.heat;
  const yes = (on: boolean): string => (on ? text.yes : text.no);
  return {
    columns: text.columns.map((name, i) => ({ name, ...(i >= 2 && i <= 4 ? { decimals: DECIMALS } : {}) })),
    rows: layers.flatMap(({ layer, a, b, chosenA, chosenB }) => Array.from(a, (p, e) => [layer, e, p, b[e], (b[e] ?? 0) - p, yes(chosenA.includes(e)), yes(chosenB.includes(e))])),
  };
}

export function distanceTable({ layers }: TokenComparison): DataTable {
  const [layer, distance] = strings.compare.distance.columns;
  return { columns: [{ name: layer }, { name: distance, decimals: DECIMALS }], rows: layers.map((row) => [row.layer, row.distance]) };
}

export function nextTable({ rows }: NextComparison): DataTable {
  const [token, ...numbers] = strings.compare.next.columns;
  return { columns: [{ name: token }, ...numbers.map((name) => ({ name, decimals: DECIMALS }))], rows: rows.map(({ text, a, b }) => [tokenLabel(text), a, b, b - a]) };
}
