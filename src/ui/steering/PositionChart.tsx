import { linearAxis } from '../../viz/axis';
import { ValueGrid } from '../charts/ValueGrid';

interface Props {
  /** One a token. */
  readonly before: readonly number[];
  readonly after: readonly number[];
  /** Positions of the marker itself. */
  readonly places: readonly number[];
  readonly width: number;
  readonly height: number;
  readonly label: string;
  readonly xLabel: string;
  readonly names: { readonly before: string; readonly after: string };
}

const LEFT = 40;
const RIGHT = 66;
const TOP = 12;
const BOTTOM = 32;

/** A probability by position, before (dashed) and after (ink); ticks on the floor where the marker stands. */
export function PositionChart({ before, after, places, width, height, label, xLabel, names }: Props) {
  const last = Math.max(1, after.length - 1);
  const axis = linearAxis(Math.max(1e-6, ...before, ...after), height - BOTTOM, TOP, 3);
  const at = (position: number): number => LEFT + ((width - LEFT - RIGHT) * position) / last;
  const path = (values: readonly number[]): string => values.map((value, i) => `${i === 0 ? 'M' : 'L'}${at(i).toFixed(1)} ${axis.at(value).toFixed(1)}`).join('');
  const [was, is] = [axis.at(before.at(-1) ?? 0) + 4, axis.at(after.at(-1) ?? 0) + 4];
  const apart = Math.abs(was - is) < 14 ? (is <= was ? 7 : -7) : 0;
  const floor = (y: number): number => Math.min(y, height - BOTTOM - 8);
  return (
    <svg className="rloss sline" width={width} height={height} viewBox={`0 0 ${width} ${height}`} role="img" aria-label={label}>
      <ValueGrid axis={axis} left={LEFT} right={width - RIGHT} />
      {places.map((place) => (
        <line key={place} className="whisker" x1={at(place).toFixed(1)} x2={at(place).toFixed(1)} y1={height - BOTTOM} y2={height - BOTTOM + 6} data-place={place} />
      ))}
      <g className="s-dashed">
        <path className="line" d={path(before)} />
      </g>
      <g className="s-main">
        <path className="line" d={path(after)} data-points={after.length} />
      </g>
      {[0, last].map((position) => (
        <text key={position} x={at(position).toFixed(1)} y={height - 16} textAnchor="middle">
          {position + 1}
        </text>
      ))}
      <text x={LEFT} y={height - 2}>
        {xLabel}
      </text>
      <text className="ink" x={width - RIGHT + 8} y={(floor(was) + apart).toFixed(1)}>
        {names.before}
      </text>
      <text className="ink strong" x={width - RIGHT + 8} y={(floor(is) - apart).toFixed(1)}>
        {names.after}
      </text>
    </svg>
  );
}
