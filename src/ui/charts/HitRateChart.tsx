import { localised } from '../../base/numerals';
import { spreadLabels } from '../../viz/sentence';

export interface HitCurve {
  readonly id: string;
  readonly name: string;
  /** Hit rate by cache size, falling points left out. */
  readonly points: readonly { readonly size: number; readonly rate: number }[];
}

interface Props {
  readonly curves: readonly HitCurve[];
  /** The curve that is set. */
  readonly chosen: string;
  readonly size: number;
  readonly experts: number;
  readonly width: number;
  readonly height: number;
  readonly label: string;
  readonly axis: string;
}

const LEFT = 34;
const RIGHT = 74;
const TOP = 8;
const FOOT = 30;
/** Dashes tell curves apart without colour. */
const DASHES = ['', '6 3', '2 3', '8 3 2 3', '1 4'];

/** Hit rate against cache size, one line a policy; the one that is set is ink. */
export function HitRateChart({ curves, chosen, size, experts, width, height, label, axis }: Props) {
  const x = (at: number): number => LEFT + ((width - LEFT - RIGHT) * (at - 1)) / Math.max(1, experts - 1);
  const y = (rate: number): number => TOP + (height - TOP - FOOT) * (1 - rate);
  const base = y(0);
  const every = Math.max(1, 2 ** Math.ceil(Math.log2((20 * (experts - 1)) / Math.max(1, width - LEFT - RIGHT))));
  const ticks = Array.from({ length: experts }, (_, i) => i + 1).filter((at) => at === 1 || at % every === 0);
  const drawn = curves.filter(({ points }) => points.length > 0);
  // Names stand where the curves still differ, half way along, not at their common end.
  const at = (curve: HitCurve): number => curve.points[Math.min(curve.points.length - 1, Math.floor(experts / 4))]?.rate ?? 0;
  const order = [...drawn].sort((a, b) => at(b) - at(a));
  const labels = spreadLabels(order.map((curve) => y(at(curve)) + 4), 15, TOP + 8, base);
  const marked = curves.find(({ id }) => id === chosen)?.points.find((point) => point.size === size);
  return (
    <svg className="hit-rates" role="img" aria-label={label} width={width} height={height} viewBox={`0 0 ${width} ${height}`}>
      {[0, 0.25, 0.5, 0.75, 1].map((rate) => (
        <g key={rate}>
          <line className={rate === 0 ? 'axis' : 'guide'} x1={LEFT} x2={width - RIGHT} y1={y(rate)} y2={y(rate)} />
          <text x={LEFT - 6} y={y(rate) + 4} textAnchor="end">
            {rate === 0 || rate === 1 ? rate : localised(String(rate).replace(/^0/, ''))}
          </text>
        </g>
      ))}
      {ticks.map((tick) => (
        <text key={tick} x={x(tick)} y={base + 14} textAnchor="middle" className={tick === size ? 'ink' : undefined}>
          {tick}
        </text>
      ))}
      <text x={LEFT} y={height - 2}>
        {axis}
      </text>
      {drawn.map(({ id, points }) => (
        <path key={id} className={id === chosen ? 'hit-line on' : 'hit-line'} strokeDasharray={DASHES[curves.findIndex((curve) => curve.id === id)]} d={points.map((point, i) => `${i === 0 ? 'M' : 'L'}${x(point.size).toFixed(1)} ${y(point.rate).toFixed(1)}`).join('')} />
      ))}
      {order.map((curve, i) => {
        const index = curves.findIndex(({ id }) => id === curve.id);
        const end = (labels[i] ?? 0) - 4;
        return (
          <g key={curve.id}>
            <line className={curve.id === chosen ? 'hit-line on' : 'hit-line'} strokeDasharray={DASHES[index]} x1={width - RIGHT + 8} x2={width - RIGHT + 24} y1={end} y2={end} />
            <text className={curve.id === chosen ? 'ink' : undefined} x={width - RIGHT + 28} y={labels[i]}>
              {curve.name}
            </text>
          </g>
        );
      })}
      <line className="hit-size" x1={x(size)} x2={x(size)} y1={TOP} y2={base} />
      {marked !== undefined && <circle className="hit-dot" cx={x(size)} cy={y(marked.rate)} r={4.5} />}
    </svg>
  );
}
