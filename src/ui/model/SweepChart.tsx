import type { SweepRow } from '../../state/evaluation';
import { strings } from '../../state/strings';
import { linearAxis } from '../../viz/axis';
import { bits } from './BitsChart';
import { Interval, percent } from './Interval';

const LEFT = 34;
const VALUE = 44;
const ROW = 26;
const TOP = 40;
const GAP = 28;

/** The same weights with k = 1, 2, 4, 8 experts a token: bits per byte on the left, right answers with their interval on the right. */
export function SweepChart({ rows, trained, width }: { readonly rows: readonly SweepRow[]; readonly trained: number | undefined; readonly width: number }) {
  const text = strings.about.sweep;
  const plot = 0.46 * (width - LEFT - 2 * VALUE - GAP);
  const second = LEFT + plot + VALUE + GAP;
  const most = linearAxis(Math.max(...rows.map(({ bpb }) => bpb)), LEFT, LEFT + plot, Math.max(1, Math.round(plot / 42)));
  const right = linearAxis(1, second, width - VALUE, plot < 130 ? 1 : 2);
  const height = TOP + ROW * rows.length + 4;
  return (
    <svg className="mc" width={width} height={height} viewBox={`0 0 ${width} ${height}`} role="img" aria-label={`${text.title}. ${sweepSentence(rows)}`}>
      <text className="ink strong" x={0} y={TOP - 10}>
        {text.k}
      </text>
      <text className="ink strong" x={LEFT} y={12}>
        {text.bits}
      </text>
      <text className="ink strong" x={second} y={12}>
        {text.accuracy}
      </text>
      {[most, right].map((axis, i) =>
        axis.ticks.map(({ value, label }) => (
          <g key={`${i}.${value}`}>
            <line className="grid" x1={axis.at(value)} x2={axis.at(value)} y1={TOP - 4} y2={height} />
            <text x={axis.at(value)} y={TOP - 10} textAnchor={value === 0 ? 'start' : i === 1 && value === 1 ? 'end' : 'middle'}>
              {i === 0 ? label : percent(value)}
            </text>
          </g>
        )),
      )}
      {rows.map((row, i) => {
        const y = TOP + ROW * (i + 0.5);
        const own = row.k === trained;
        return (
          <g key={row.k} data-row={row.k}>
            {own && <rect className="band" x={-4} y={y - ROW / 2 + 1} width={width + 4} height={ROW - 2} rx={4} />}
            <text className={own ? 'ink strong' : 'ink'} x={0} y={y + 4}>
              {row.k}
            </text>
            <line className="span" x1={LEFT} x2={most.at(row.bpb)} y1={y} y2={y} />
            <circle className="own" cx={most.at(row.bpb).toFixed(1)} cy={y} r={4} />
            <text className={own ? 'ink strong' : 'ink'} x={LEFT + plot + VALUE} y={y + 4} textAnchor="end">
              {bits(row.bpb)}
            </text>
            <Interval value={row} at={right.at} y={y} />
            <text className={own ? 'ink strong' : 'ink'} x={width} y={y + 4} textAnchor="end">
              {percent(row.accuracy)}
            </text>
          </g>
        );
      })}
    </svg>
  );
}

/** The figure in one sentence. */
export function sweepSentence(rows: readonly SweepRow[]): string {
  const least = rows.reduce((a, b) => (b.bpb < a.bpb ? b : a));
  const most = rows.reduce((a, b) => (b.accuracy > a.accuracy ? b : a));
  const fewest = rows.reduce((a, b) => (b.accuracy < a.accuracy ? b : a));
  if (most.low <= fewest.high) return strings.about.sweep.level(least.k, bits(least.bpb), percent(fewest.accuracy), percent(most.accuracy));
  return strings.about.sweep.sentence(least.k, bits(least.bpb), most.k, percent(most.accuracy));
}
