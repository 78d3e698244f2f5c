import { strings } from '../../state/strings';
import { linearAxis } from '../../viz/axis';
import { AxisGrid } from '../model/AxisGrid';
import { Interval, percent } from '../model/Interval';

/** A share of right answers with its 95 % interval. */
export interface ArmShare {
  readonly n: number;
  readonly accuracy: number;
  readonly low: number;
  readonly high: number;
}

export interface ArmRow {
  readonly arm: string;
  readonly name: string;
  /** Of the run in this page; undefined before its first question. */
  readonly here: ArmShare | undefined;
  /** Of the results that come with the page. */
  readonly shipped: ArmShare | undefined;
  /** Share of the distance from base to oracle, of whichever of the two has it; undefined for base and oracle themselves. */
  readonly gap: number | undefined;
  /** Sees the right answer. */
  readonly usesLabel: boolean;
}

interface Props {
  readonly rows: readonly ArmRow[];
  readonly width: number;
  readonly label: string;
}

const RIGHT = 152;
const ROW = 26;
const TOP = 26;
const NARROW = 520;

/** Right answers by arm: a bar to the share, its interval on it; the shipped figure as a hollow mark on the same line. */
export function ArmsChart({ rows, width, label }: Props) {
  const text = strings.remix.bench;
  const narrow = width < NARROW;
  const left = narrow ? 178 : 200;
  // Where there is little room, the share of the gap stands in the table alone.
  const right = narrow ? 44 : RIGHT;
  const shareAt = narrow ? width : width - 92;
  const axis = linearAxis(1, left, width - right, narrow ? 1 : 5);
  const height = TOP + ROW * rows.length + 4;
  return (
    <svg className="mc rarms" width={width} height={height} viewBox={`0 0 ${width} ${height}`} role="img" aria-label={label}>
      <AxisGrid axis={axis} from={TOP - 8} to={height - 4} label={percent} />
      {!narrow && (
        <>
          <text x={shareAt} y={12} textAnchor="end">
            {text.right}
          </text>
          <text x={width} y={12} textAnchor="end">
            {text.gap}
          </text>
        </>
      )}
      {rows.map((row, i) => {
        const y = TOP + ROW * (i + 0.5);
        const figure = row.here ?? row.shipped;
        return (
          <g key={row.arm} data-arm={row.arm}>
            <text className="ink" x={0} y={y + 4}>
              {row.name}
            </text>
            {row.here !== undefined && <rect className="rarm" x={left} y={y - 4} width={Math.max(0, axis.at(row.here.accuracy) - left).toFixed(1)} height={8} />}
            {row.shipped !== undefined && <Interval value={row.shipped} at={axis.at} y={row.here === undefined ? y : y + 7} hollow />}
            {row.here !== undefined && <Interval value={row.here} at={axis.at} y={y} />}
            <text className="ink" x={shareAt} y={y + 4} textAnchor="end" data-share="">
              {figure === undefined ? '\u2013' : percent(figure.accuracy)}
            </text>
            {!narrow && (
              <text x={width} y={y + 4} textAnchor="end" data-gap="">
                {row.usesLabel ? text.label : row.gap === undefined ? '' : percent(row.gap).replace('-', '\u2212')}
              </text>
            )}
          </g>
        );
      })}
    </svg>
  );
}
