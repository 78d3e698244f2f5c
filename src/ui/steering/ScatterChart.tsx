import { linearAxis, spanAxis } from '../../viz/axis';
import { ValueGrid } from '../charts/ValueGrid';

export interface ScatterPoint {
  readonly x: number;
  readonly y: number;
  /** What the point is, for the pointer. */
  readonly name: string;
}

interface Props {
  readonly points: readonly ScatterPoint[];
  readonly width: number;
  readonly height: number;
  readonly label: string;
  readonly xLabel: string;
  readonly yLabel: string;
}

const LEFT = 34;
const RIGHT = 12;
const TOP = 22;
const BOTTOM = 34;

/** Mean y of the points that share an x, ascending. */
export function groupMeans(points: readonly ScatterPoint[]): readonly { readonly x: number; readonly y: number; readonly n: number }[] {
  const groups = new Map<number, number[]>();
  for (const { x, y } of points) groups.set(x, [...(groups.get(x) ?? []), y]);
  return [...groups].map(([x, ys]) => ({ x, y: ys.reduce((a, b) => a + b, 0) / ys.length, n: ys.length })).sort((a, b) => a.x - b.x);
}

/** One dot a token, and a short line at the mean of those that share an x. */
export function ScatterChart({ points, width, height, label, xLabel, yLabel }: Props) {
  const xs = points.map(({ x }) => x);
  const across = spanAxis(Math.min(...xs), Math.max(...xs), LEFT, width - RIGHT, 0.08, 5);
  const up = linearAxis(Math.max(...points.map(({ y }) => y)), height - BOTTOM, TOP, 4);
  return (
    <svg className="rloss sscatter" width={width} height={height} viewBox={`0 0 ${width} ${height}`} role="img" aria-label={label}>
      <text x={0} y={11}>
        {yLabel}
      </text>
      <ValueGrid axis={up} left={LEFT} right={width - RIGHT} />
      {across.ticks.map((tick) => (
        <text key={tick.value} x={across.at(tick.value).toFixed(1)} y={height - 18} textAnchor="middle">
          {tick.label}
        </text>
      ))}
      <text x={LEFT} y={height - 3}>
        {xLabel}
      </text>
      {points.map(({ x, y, name }, i) => (
        <circle key={i} className="dot" cx={across.at(x).toFixed(1)} cy={up.at(y).toFixed(1)} r={3} data-x={x} data-y={y.toFixed(4)}>
          <title>{name}</title>
        </circle>
      ))}
      {groupMeans(points).map(({ x, y, n }) => (
        <line key={x} className="mean" x1={(across.at(x) - 9).toFixed(1)} x2={(across.at(x) + 9).toFixed(1)} y1={up.at(y).toFixed(1)} y2={up.at(y).toFixed(1)} data-n={n} />
      ))}
    </svg>
  );
}
