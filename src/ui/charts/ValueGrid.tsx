import type { Axis } from '../../viz/axis';

interface Props {
  /** Of the values, upwards. */
  readonly axis: Axis;
  /** Ends of the lines, px; labels stand left of them. */
  readonly left: number;
  readonly right: number;
  /** How a tick is written, where not as the axis has it. */
  readonly format?: (value: number) => string;
}

/** A line across a chart for each tick of its vertical axis, with the value before it. */
export function ValueGrid({ axis, left, right, format }: Props) {
  return axis.ticks.map(({ value, label }) => {
    const y = axis.at(value);
    return (
      <g key={value}>
        <line className="grid" x1={left} x2={right} y1={y.toFixed(1)} y2={y.toFixed(1)} />
        <text x={left - 6} y={(y + 4).toFixed(1)} textAnchor="end">
          {format === undefined ? label : format(value)}
        </text>
      </g>
    );
  });
}
