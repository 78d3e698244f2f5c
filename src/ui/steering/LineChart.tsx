import { linearAxis, spanAxis } from '../../viz/axis';
import { ValueGrid } from '../charts/ValueGrid';

export interface Line {
  readonly id: string;
  readonly name: string;
  readonly points: readonly { readonly x: number; readonly y: number; readonly low?: number; readonly high?: number }[];
  /** Ink for what matters, dashes and open dots for what it is compared with, crosses for what went wrong. */
  readonly kind: 'main' | 'dashed' | 'dots' | 'flags';
}

interface Props {
  readonly lines: readonly Line[];
  readonly width: number;
  readonly height: number;
  readonly label: string;
  readonly xLabel: string;
  /** Names of places on the x axis, where it has no numbers. */
  readonly names?: readonly string[];
  /** The y axis begins at 0, or at the smallest value. */
  readonly fromZero?: boolean;
  readonly digits?: number;
}

const LEFT = 44;
/** Room for a name at the right: a character, and what stands around it, px. */
const LETTER = 6.6;
const AROUND = 16;
const CROSS = 4;
const TOP = 12;
const BOTTOM = 34;

/** Lines over a common axis, with intervals as bars; names stand at their ends. */
export function LineChart({ lines, width, height, label, xLabel, names, fromZero = false, digits = 3 }: Props) {
  const right = AROUND + LETTER * Math.max(3, ...lines.map(({ name }) => name.length));
  const xs = lines.flatMap(({ points }) => points.map(({ x }) => x));
  const ys = lines.flatMap(({ points }) => points.flatMap(({ y, low, high }) => [y, low ?? y, high ?? y])).filter(Number.isFinite);
  const [least, most] = [Math.min(...xs), Math.max(...xs)];
  const x = (value: number): number => LEFT + ((width - LEFT - right) * (value - least)) / (most - least || 1);
  const axis = yAxis(ys, height, fromZero);
  const numbers = spanAxis(least, most, LEFT, width - right, 0, 5).ticks;
  const ends = spread(lines.flatMap(({ id, name, kind, points }) => {
    const last = points.at(-1);
    return last === undefined ? [] : [{ id, name, kind, y: axis.at(last.y) + 4, x: x(last.x) }];
  }));
  return (
    <svg className="rloss sline" width={width} height={height} viewBox={`0 0 ${width} ${height}`} role="img" aria-label={label}>
      <ValueGrid axis={axis} left={LEFT} right={width - right} />
      {(names === undefined ? numbers : names.map((name, i) => ({ value: i, label: name }))).map((tick) => (
        <text key={tick.value} x={x(tick.value).toFixed(1)} y={height - 18} textAnchor="middle">
          {tick.label}
        </text>
      ))}
      <text x={LEFT} y={height - 3}>
        {xLabel}
      </text>
      {lines.map(({ id, kind, points }) => (
        <g key={id} className={`s-${kind}`}>
          {(kind === 'main' || kind === 'dashed') && <path className="line" d={points.map((point, i) => `${i === 0 ? 'M' : 'L'}${x(point.x).toFixed(1)} ${axis.at(point.y).toFixed(1)}`).join('')} />}
          {points.map((point) => (
            <g key={point.x}>
              {point.low !== undefined && point.high !== undefined && <line className="whisker" x1={x(point.x).toFixed(1)} x2={x(point.x).toFixed(1)} y1={axis.at(point.low).toFixed(1)} y2={axis.at(point.high).toFixed(1)} />}
              {kind === 'flags' && <path className="flag" d={cross(x(point.x), axis.at(point.y))} data-flag={point.x} />}
              {kind !== 'flags' && <circle cx={x(point.x).toFixed(1)} cy={axis.at(point.y).toFixed(1)} r={3} data-line={id} data-x={point.x} data-y={point.y.toFixed(digits)} />}
            </g>
          ))}
        </g>
      ))}
      {ends.map(({ id, name, kind, y }) => (
        <text key={id} className={kind === 'main' ? 'ink strong' : 'ink'} x={(width - right + 10).toFixed(1)} y={y.toFixed(1)}>
          {name}
        </text>
      ))}
    </svg>
  );
}

function cross(x: number, y: number): string {
  return `M${(x - CROSS).toFixed(1)} ${(y - CROSS).toFixed(1)}l${2 * CROSS} ${2 * CROSS}m0 ${-2 * CROSS}l${-2 * CROSS} ${2 * CROSS}`;
}

function yAxis(values: readonly number[], height: number, fromZero: boolean) {
  const [least, most] = [Math.min(...values), Math.max(...values)];
  return fromZero && least >= 0 ? linearAxis(most, height - BOTTOM, TOP, 4) : spanAxis(least, most, height - BOTTOM, TOP);
}

/** Moves names apart that would lie on one another. */
function spread<T extends { readonly y: number }>(ends: readonly T[]): readonly T[] {
  const sorted = [...ends].sort((a, b) => a.y - b.y);
  let before = -Infinity;
  return sorted.map((end) => {
    before = Math.max(end.y, before + 14);
    return { ...end, y: before };
  });
}
