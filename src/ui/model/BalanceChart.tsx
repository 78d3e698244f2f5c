import { bare } from '../../base/numerals';
import type { BalanceRow } from '../../state/evaluation';
import { strings } from '../../state/strings';
import { tickLabel } from '../../viz/axis';
import { formatShare } from '../../viz/format';

const LEFT = 34;
const RIGHT = 132;
const ROW = 30;
const TOP = 22;

/** Shares of an even load, one bar an expert, one row a layer, all on one scale. */
export function BalanceChart({ rows, width }: { readonly rows: readonly BalanceRow[]; readonly width: number }) {
  const text = strings.about.balance;
  const experts = rows[0]?.load.length ?? 0;
  const top = Math.max(2, ...rows.flatMap(({ load }) => load.map((share) => share * experts)));
  const lane = (width - LEFT - RIGHT) / Math.max(1, experts);
  const plot = ROW - 6;
  const height = TOP + ROW * rows.length;
  const columns = [width - 92, width - 36, width];
  return (
    <svg className="mc" width={width} height={height} viewBox={`0 0 ${width} ${height}`} role="img" aria-label={`${text.title}. ${balanceSentence(rows)}`}>
      {Array.from({ length: experts }, (_, e) =>
        e % Math.max(1, Math.ceil(18 / lane)) === 0 ? (
          <text key={e} x={LEFT + lane * (e + 0.5)} y={12} textAnchor="middle">
            {e}
          </text>
        ) : null,
      )}
      {text.columns.slice(1).map((name, i) => (
        <text key={name} x={columns[i]} y={12} textAnchor="end">
          {name}
        </text>
      ))}
      {rows.map(({ layer, load, maxVio, normalisedEntropy, dead }, i) => {
        const base = TOP + ROW * (i + 1) - 4;
        const even = base - plot / top;
        return (
          <g key={layer} data-row={layer}>
            <text className="ink" x={0} y={base - 6}>
              {strings.heat.layer(layer)}
            </text>
            {load.map((share, e) => {
              const tall = (plot * share * experts) / top;
              return share * experts < 0.01 ? (
                <path key={e} className="deadmark" d={`M${(LEFT + lane * (e + 0.5) - 3).toFixed(1)} ${base - 7}l6 6m0-6l-6 6`} />
              ) : (
                <rect key={e} className={share * experts === maxOf(load) * experts ? 'load most' : 'load'} x={(LEFT + lane * e + 1).toFixed(1)} y={(base - tall).toFixed(1)} width={Math.max(1, lane - 2).toFixed(1)} height={tall.toFixed(1)} />
              );
            })}
            <line className="axis" x1={LEFT} x2={width - RIGHT} y1={base} y2={base} />
            <line className="even" x1={LEFT} x2={width - RIGHT} y1={even} y2={even} />
            <text className="ink" x={columns[0]} y={base - 6} textAnchor="end">
              {bare(maxVio, 2)}
            </text>
            <text x={columns[1]} y={base - 6} textAnchor="end">
              {formatShare(Math.min(1, normalisedEntropy), 3)}
            </text>
            <text className={dead > 0 ? 'ink strong' : undefined} x={columns[2]} y={base - 6} textAnchor="end">
              {dead}
            </text>
          </g>
        );
      })}
    </svg>
  );
}

function maxOf(values: readonly number[]): number {
  return values.reduce((most, value) => Math.max(most, value), 0);
}

/** The figure in one sentence. */
export function balanceSentence(rows: readonly BalanceRow[]): string {
  const worst = rows.reduce((a, b) => (b.maxVio > a.maxVio ? b : a));
  const dead = rows.reduce((sum, row) => sum + row.dead, 0);
  const least = Math.min(...rows.map(({ normalisedEntropy }) => normalisedEntropy));
  return strings.about.balance.sentence(worst.layer, tickLabel(Number((worst.maxVio + 1).toFixed(2))), dead, formatShare(Math.min(1, Math.floor(least * 1000) / 1000), 3));
}
