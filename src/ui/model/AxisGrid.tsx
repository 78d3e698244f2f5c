import type { Axis } from '../../viz/axis';

interface Props {
  readonly axis: Axis;
  /** Upper and lower end of the lines, px. */
  readonly from: number;
  readonly to: number;
  /** What a tick says; its own label where this is not given. */
  readonly label?: (value: number) => string;
}

/** The ticks of a horizontal axis: a line down the figure and a label above it. */
export function AxisGrid({ axis, from, to, label }: Props) {
  return axis.ticks.map((tick) => (
    <g key={tick.value}>
      <line className="grid" x1={axis.at(tick.value)} x2={axis.at(tick.value)} y1={from} y2={to} />
      <text x={axis.at(tick.value)} y={12} textAnchor="middle">
        {label === undefined ? tick.label : label(tick.value)}
      </text>
    </g>
  ));
}
