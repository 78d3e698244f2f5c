import { strings } from '../../state/strings';
import { logAxis, spanAxis } from '../../viz/axis';
import { percent } from '../model/Interval';
import { ValueGrid } from '../charts/ValueGrid';

export interface CostPoint {
  readonly arm: string;
  readonly name: string;
  /** Passes relative to base. */
  readonly cost: number;
  readonly share: number;
  readonly low: number;
  readonly high: number;
  readonly usesLabel: boolean;
}

interface Props {
  readonly points: readonly CostPoint[];
  readonly width: number;
  readonly height: number;
  readonly label: string;
}

const LEFT = 44;
const RIGHT = 12;
const TOP = 12;
const BOTTOM = 34;
/** Height of a name, px. */
const LINE = 13;
/** Mean width of a letter, px. */
const LETTER = 6.2;

/** Right answers over cost on a logarithmic axis, each arm with its interval and its name. */
export function CostChart({ points, width, height, label }: Props) {
  const up = spanAxis(Math.min(...points.map(({ low }) => low)), Math.max(...points.map(({ high }) => high)), height - BOTTOM, TOP, 0.06);
  const across = logAxis(1, Math.max(10, ...points.map(({ cost }) => cost)), LEFT + 14, width - RIGHT);
  const placed = places(points.map((point) => ({ point, x: across.at(Math.max(1, point.cost)), y: up.at(point.share) })), width, height - BOTTOM);
  return (
    <svg className="rloss rcost" width={width} height={height} viewBox={`0 0 ${width} ${height}`} role="img" aria-label={label}>
      <ValueGrid axis={up} left={LEFT} right={width - RIGHT} format={percent} />
      {across.ticks.map((tick) => (
        <text key={tick.value} x={across.at(tick.value).toFixed(1)} y={height - 18} textAnchor="middle">
          {tick.label}
        </text>
      ))}
      <text x={LEFT} y={height - 3}>
        {strings.remixFigures.cost.axis}
      </text>
      {placed.map(({ point, x, y, left, nameY }) => (
        <g key={point.arm} data-arm={point.arm} data-cost={point.cost.toFixed(2)} data-share={point.share.toFixed(4)} className={point.usesLabel ? 'label' : undefined}>
          <line className="whisker" x1={x.toFixed(1)} x2={x.toFixed(1)} y1={up.at(point.low).toFixed(1)} y2={up.at(point.high).toFixed(1)} />
          <circle cx={x.toFixed(1)} cy={y.toFixed(1)} r={3.5} />
          {Math.abs(nameY - 4 - y) > 1 && <path className="leader" d={`M${x.toFixed(1)} ${y.toFixed(1)}L${(left ? x - 10 : x + 10).toFixed(1)} ${(nameY - 4).toFixed(1)}`} />}
          <text className="ink" x={(left ? x - 12 : x + 12).toFixed(1)} y={nameY.toFixed(1)} textAnchor={left ? 'end' : 'start'}>
            {point.name}
          </text>
        </g>
      ))}
    </svg>
  );
}

interface Placed {
  readonly point: CostPoint;
  readonly x: number;
  readonly y: number;
}

/** How far a name may stand from its point's own line, px, nearest first. */
const SHIFTS = [0, 1, -1, 2, -2, 3, -3, 4, -4].map((lines) => lines * LINE);

/** Names beside their points where there is room, else some lines off with a line to the point. */
function places(points: readonly Placed[], width: number, floor: number): readonly (Placed & { readonly left: boolean; readonly nameY: number })[] {
  const taken: { readonly from: number; readonly to: number; readonly y: number }[] = points.map(({ x, y }) => ({ from: x - 5, to: x + 5, y: y + 4 }));
  return [...points]
    .sort((a, b) => a.y - b.y)
    .map((one) => {
      const wide = LETTER * one.point.name.length;
      const tried = SHIFTS.flatMap((shift) => [false, true].map((left) => ({ left, nameY: one.y + 4 + shift, from: left ? one.x - 12 - wide : one.x + 12, to: left ? one.x - 12 : one.x + 12 + wide })));
      const free = tried.find(({ from, to, nameY }) => from >= LEFT && to <= width && nameY > TOP && nameY < floor && !taken.some((other) => other.from < to && from < other.to && Math.abs(other.y - nameY) < LINE));
      const place = free ?? tried[0] ?? { left: false, nameY: one.y + 4, from: 0, to: 0 };
      taken.push({ from: place.from, to: place.to, y: place.nameY });
      return { ...one, left: place.left, nameY: place.nameY };
    });
}
