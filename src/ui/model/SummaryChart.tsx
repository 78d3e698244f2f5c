import type { Evaluation } from '../../state/evaluation';
import { strings } from '../../state/strings';
import { linearAxis } from '../../viz/axis';
import { Interval, percent } from './Interval';
import { AxisGrid } from './AxisGrid';

const LEFT = 190;
const RIGHT = 44;
const ROW = 24;
const TOP = 24;

export interface SummaryRow {
  readonly what: keyof typeof strings.about.summary.rows;
  /** Undefined where evaluation.json gives the share alone. */
  readonly n: number | undefined;
  readonly accuracy: number;
  readonly low: number;
  readonly high: number;
}

/** Home, away and the oracle's headroom, then the multi-step tasks; a share without its own n has no interval. */
export function summaryRows({ accuracy, summary }: Evaluation): SummaryRow[] {
  const bare = (what: SummaryRow['what'], value: number | null | undefined, low?: number | null, high?: number | null): SummaryRow[] =>
    value === null || value === undefined ? [] : [{ what, n: undefined, accuracy: value, low: low ?? value, high: high ?? value }];
  const { denseSmallSteps } = accuracy;
  return [
    { what: 'home', ...accuracy.single.home },
    { what: 'away', ...accuracy.single.away },
    ...bare('oracle', summary.oracleAway, summary.oracleAwayLow, summary.oracleAwayHigh),
    { what: 'stepsHome', ...accuracy.steps.home },
    { what: 'stepsAway', ...accuracy.steps.away },
    ...(denseSmallSteps ? [{ what: 'denseSmall' as const, ...denseSmallSteps.home }] : bare('denseSmall', summary.denseSmallSteps)),
  ];
}

/** A line a kind of task: the share of right answers and its interval. */
export function SummaryChart({ rows, width }: { readonly rows: readonly SummaryRow[]; readonly width: number }) {
  const text = strings.about.summary;
  const axis = linearAxis(1, LEFT, width - RIGHT, width < 400 ? 1 : 2);
  const height = TOP + ROW * rows.length + 2;
  return (
    <svg className="mc" width={width} height={height} viewBox={`0 0 ${width} ${height}`} role="img" aria-label={`${text.title}. ${summarySentence(rows)}`}>
      <AxisGrid axis={axis} from={TOP - 6} to={height} label={percent} />
      {rows.map((row, i) => {
        const y = TOP + ROW * (i + 0.5);
        return (
          <g key={row.what} data-row={row.what}>
            <text className="ink" x={0} y={y + 4}>
              {text.rows[row.what]}
            </text>
            <Interval value={row} at={axis.at} y={y} hollow={row.what === 'oracle' || row.what === 'denseSmall'} />
            <text className="ink" x={width} y={y + 4} textAnchor="end">
              {percent(row.accuracy)}
            </text>
          </g>
        );
      })}
    </svg>
  );
}

/** The figure in one sentence. */
export function summarySentence(rows: readonly SummaryRow[]): string {
  const of = (what: SummaryRow['what']): string | undefined => {
    const row = rows.find((one) => one.what === what);
    return row === undefined ? undefined : percent(row.accuracy);
  };
  return strings.about.summary.sentence(of('home') ?? '', of('away') ?? '', of('oracle'));
}
