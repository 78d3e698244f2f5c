import { linearAxis } from '../../viz/axis';
import { formatCount } from '../../viz/format';

interface Props {
  /** counts[i] of value i; leading values without any are left out. */
  readonly counts: readonly number[];
  readonly width: number;
  readonly height: number;
  readonly label: string;
  readonly xLabel: string;
}

const TOP = 18;
const BOTTOM = 34;
const WIDEST = 44;

/** A bar for each whole number, its count above it. */
export function CountBars({ counts, width, height, label, xLabel }: Props) {
  const first = Math.max(0, counts.findIndex((count) => count > 0));
  const shown = counts.slice(first);
  const axis = linearAxis(Math.max(1, ...shown), height - BOTTOM, TOP, 3);
  const column = Math.min(2 * WIDEST, width / Math.max(1, shown.length));
  const bar = Math.min(WIDEST, column - 8);
  return (
    <svg className="rloss sbars" width={width} height={height} viewBox={`0 0 ${width} ${height}`} role="img" aria-label={label}>
      {shown.map((count, i) => {
        const x = i * column + (column - bar) / 2;
        const y = axis.at(count);
        return (
          <g key={i} data-value={first + i} data-count={count}>
            <rect x={x.toFixed(1)} y={y.toFixed(1)} width={bar.toFixed(1)} height={(height - BOTTOM - y).toFixed(1)} rx={1} />
            <text className="ink" x={(x + bar / 2).toFixed(1)} y={(y - 5).toFixed(1)} textAnchor="middle">
              {formatCount(count)}
            </text>
            <text x={(x + bar / 2).toFixed(1)} y={height - 18} textAnchor="middle">
              {first + i}
            </text>
          </g>
        );
      })}
      <text x={0} y={height - 3}>
        {xLabel}
      </text>
    </svg>
  );
}
