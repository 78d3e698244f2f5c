import { linearAxis, spanAxis } from '../../viz/axis';
import { Interval, percent } from '../model/Interval';

export interface AblationValue {
  readonly value: string;
  readonly share: number;
  readonly low: number;
  readonly high: number;
  /** What the benchmark runs with. */
  readonly used: boolean;
}

interface Props {
  readonly title: string;
  readonly rows: readonly AblationValue[];
  /** Share of the unchanged model. */
  readonly base: number | undefined;
  /** Ends of the axis, the same for all settings. */
  readonly span: readonly [number, number];
  readonly width: number;
  readonly label: string;
}

const LEFT = 84;
const RIGHT = 42;
const ROW = 20;
const TOP = 34;

/** One setting: a row for each of its values, with interval, beside the unchanged model. */
export function AblationChart({ title, rows, base, span, width, label }: Props) {
  const [least, most] = span;
  const axis = least === most ? linearAxis(1, LEFT, width - RIGHT, 2) : spanAxis(least, most, LEFT, width - RIGHT, 0.02, 2);
  const height = TOP + ROW * rows.length + 6;
  return (
    <svg className="mc rarms rablation" width={width} height={height} viewBox={`0 0 ${width} ${height}`} role="img" aria-label={label}>
      <text className="ink strong" x={0} y={12}>
        {title}
      </text>
      {axis.ticks.map((tick) => (
        <g key={tick.value}>
          <line className="grid" x1={axis.at(tick.value).toFixed(1)} x2={axis.at(tick.value).toFixed(1)} y1={TOP - 6} y2={height - 4} />
          <text x={axis.at(tick.value).toFixed(1)} y={24} textAnchor="middle">
            {percent(tick.value)}
          </text>
        </g>
      ))}
      {base !== undefined && <line className="rbase" x1={axis.at(base).toFixed(1)} x2={axis.at(base).toFixed(1)} y1={TOP - 6} y2={height - 4} />}
      {rows.map(({ value, share, low, high, used }, i) => {
        const y = TOP + ROW * (i + 0.5) - 2;
        return (
          <g key={value} data-value={value} data-share={share.toFixed(4)}>
            <text className={used ? 'ink strong' : 'ink'} x={0} y={y + 4}>
              {value}
            </text>
            <Interval value={{ accuracy: share, low, high }} at={axis.at} y={y} hollow={!used} />
            <text className={used ? 'ink strong' : 'ink'} x={width} y={y + 4} textAnchor="end">
              {percent(share)}
            </text>
          </g>
        );
      })}
    </svg>
  );
}
