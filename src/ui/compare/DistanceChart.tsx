import { bare } from '../../base/numerals';
import { strings } from '../../state/strings';

export interface DistanceRow {
  readonly layer: number;
  /** L1, 0 to 2. */
  readonly distance: number;
}

const LEFT = 31;
const RIGHT = 40;
const MOST = 2;

/** `.77` */
export const two = (value: number): string => (Number.isFinite(value) ? bare(value, 2) : '\u2013');

/** How far each layer's routing is apart, on the fixed domain 0 to 2. */
export function DistanceChart({ rows, width, height, row, onRow }: { readonly rows: readonly DistanceRow[]; readonly width: number; readonly height: number; readonly row: number; readonly onRow?: (row: number) => void }) {
  const text = strings.compare.distance;
  const lane = Math.max(10, Math.min(22, Math.floor(height / Math.max(1, rows.length))));
  const tall = lane * rows.length;
  const bar = Math.min(9, lane - 4);
  return (
    <svg className="cdist" width={width} height={tall} viewBox={`0 0 ${width} ${tall}`} role="img" aria-label={text.spoken(rows.map(({ layer, distance }) => text.spokenLayer(layer, two(distance))).join(' '))}>
      {rows.map(({ layer, distance }, r) => {
        const y = lane * (r + 0.5);
        const on = r === row;
        return (
          <g key={layer} data-row={layer} onClick={onRow === undefined ? undefined : () => onRow(r)}>
            <rect className="hit" x={0} y={lane * r} width={width} height={lane} />
            <text className={on ? 'ink strong' : undefined} x={0} y={y + 4}>
              {strings.heat.layer(layer)}
            </text>
            <rect className={on ? 'now' : 'moved'} x={LEFT} y={y - bar / 2} width={(((width - LEFT - RIGHT) * Math.min(MOST, distance)) / MOST).toFixed(1)} height={bar} rx={1} />
            <text className={on ? 'ink strong' : 'ink'} x={width} y={y + 4} textAnchor="end">
              {two(distance)}
            </text>
          </g>
        );
      })}
    </svg>
  );
}
