import { fixed } from '../../base/numerals';
import { spanAxis } from '../../viz/axis';

export interface ValueRow {
  readonly name: string;
  readonly value: number;
  readonly n: number;
}

interface Props {
  readonly rows: readonly ValueRow[];
  readonly digits: number;
  readonly width: number;
  readonly label: string;
}

const LEFT = 96;
const RIGHT = 48;
const ROW = 18;
const TOP = 20;

/** A dot for each named mean on a common axis, the number at the right. */
export function ValueRows({ rows, digits, width, label }: Props) {
  const values = rows.map(({ value }) => value);
  const axis = spanAxis(Math.min(...values), Math.max(...values), LEFT, width - RIGHT, 0.12, 3);
  const height = TOP + ROW * rows.length + 4;
  return (
    <svg className="rloss svalues" width={width} height={height} viewBox={`0 0 ${width} ${height}`} role="img" aria-label={label}>
      {axis.ticks.map((tick) => (
        <g key={tick.value}>
          <line className="grid" x1={axis.at(tick.value).toFixed(1)} x2={axis.at(tick.value).toFixed(1)} y1={TOP - 5} y2={height - 2} />
          <text x={axis.at(tick.value).toFixed(1)} y={11} textAnchor="middle">
            {tick.label}
          </text>
        </g>
      ))}
      {rows.map(({ name, value, n }, i) => {
        const y = TOP + ROW * (i + 0.5);
        return (
          <g key={name} data-name={name} data-n={n}>
            <text className="ink" x={0} y={y + 4}>
              {name}
            </text>
            <circle cx={axis.at(value).toFixed(1)} cy={y} r={3.5} data-value={value.toFixed(digits)} />
            <text className="ink" x={width} y={y + 4} textAnchor="end">
              {fixed(value, digits)}
            </text>
          </g>
        );
      })}
    </svg>
  );
}
