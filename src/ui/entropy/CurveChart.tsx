import { strings } from '../../state/strings';
import { curveScales, linePath } from '../../viz/curve';
import { percent } from '../model/Interval';

export interface CurvePoint {
  /** Share of steps written by the large model, or cost in parts of the large model alone; 0 and more. */
  readonly x: number;
  /** Share of right answers. */
  readonly y: number;
  readonly low: number;
  readonly high: number;
}

interface Props {
  /** First-token entropy over its thresholds, by ascending x. */
  readonly curve: readonly CurvePoint[];
  /** Random hand-over, by ascending x; over the share it is the diagonal between the two models. */
  readonly random: readonly CurvePoint[];
  /** What was measured in this page. */
  readonly here: readonly CurvePoint[];
  /** The threshold that is set. */
  readonly now: CurvePoint | undefined;
  readonly width: number;
  readonly height: number;
  readonly label: string;
}

const FRAME = { left: 36, right: 16, top: 24, bottom: 34 } as const;

/** Right answers against what was handed over, with the 95 % band, beside steps handed over at random. */
export function CurveChart({ curve, random, here, now, width, height, label }: Props) {
  const text = strings.entropy.buys;
  const all = [...curve, ...random, ...here];
  const most = Math.max(1, ...all.map(({ x }) => x));
  const { x, y, xTicks, yTicks } = curveScales(
    all.flatMap((point) => [point.y, point.low, point.high]),
    most,
    { width, height, ...FRAME },
  );
  const band = [...curve.map(({ x: at, high }) => [x(at), y(high)] as const), ...curve.toReversed().map(({ x: at, low }) => [x(at), y(low)] as const)];
  const base = height - FRAME.bottom;
  // The line rises, so there is room to the right below it.
  const middle = random.length > 1 ? pointAt(random, most * 0.42) : undefined;
  return (
    <svg className="ent-curve" width={width} height={height} viewBox={`0 0 ${width} ${height}`} role="img" aria-label={label}>
      <text x={0} y={10}>
        {text.percent}
      </text>
      {yTicks.map((tick) => (
        <g key={tick}>
          <line className="rule" x1={FRAME.left} x2={width - FRAME.right} y1={y(tick).toFixed(1)} y2={y(tick).toFixed(1)} />
          <text x={FRAME.left - 8} y={(y(tick) + 4).toFixed(1)} textAnchor="end">
            {Math.round(100 * tick)}
          </text>
        </g>
      ))}
      {xTicks.map((tick) => (
        <g key={tick}>
          <line className="tick" x1={x(tick).toFixed(1)} x2={x(tick).toFixed(1)} y1={base} y2={base + 4} />
          <text x={x(tick).toFixed(1)} y={base + 17} textAnchor={tick === xTicks.at(-1) ? 'end' : 'middle'}>
            {percent(tick)}
          </text>
        </g>
      ))}
      {band.length > 0 && <path className="band" d={`${linePath(band)}Z`} />}
      <path className="random" d={linePath(random.map((point) => [x(point.x), y(point.y)]))} />
      <path className="line" d={linePath(curve.map((point) => [x(point.x), y(point.y)]))} />
      {curve.map((point) => (
        <circle key={`${point.x} ${point.y}`} className="dot" cx={x(point.x).toFixed(1)} cy={y(point.y).toFixed(1)} r={2.4} data-curve={point.x.toFixed(3)} data-accuracy={point.y.toFixed(3)} />
      ))}
      {here.map((point) => (
        <g key={`here ${point.x} ${point.y}`} className="here">
          <line x1={x(point.x).toFixed(1)} x2={x(point.x).toFixed(1)} y1={y(point.low).toFixed(1)} y2={y(point.high).toFixed(1)} />
          <circle cx={x(point.x).toFixed(1)} cy={y(point.y).toFixed(1)} r={4} data-here={point.x.toFixed(3)} data-accuracy={point.y.toFixed(3)} />
        </g>
      ))}
      {middle !== undefined && (
        <text className="halo" x={(x(middle.x) + 10).toFixed(1)} y={(y(middle.y) + 22).toFixed(1)}>
          {text.random}
        </text>
      )}
      {now !== undefined && (
        <g data-now={now.x.toFixed(3)}>
          <line className="tau" x1={x(now.x).toFixed(1)} x2={x(now.x).toFixed(1)} y1={(y(now.y) + 8).toFixed(1)} y2={base} />
          <circle className="now" cx={x(now.x).toFixed(1)} cy={y(now.y).toFixed(1)} r={7} />
          <text className="ink strong" x={(x(now.x) + (now.x < most / 3 ? 12 : -12)).toFixed(1)} y={(y(now.y) - 12).toFixed(1)} textAnchor={now.x < most / 3 ? 'start' : 'end'}>
            {percent(now.y)}
          </text>
        </g>
      )}
    </svg>
  );
}

/** The point of a curve at a place between two of its points; the ends where it lies beyond them. */
export function pointAt(curve: readonly CurvePoint[], x: number): CurvePoint | undefined {
  const after = curve.findIndex((point) => point.x >= x);
  const [a, b] = after === 0 ? [curve[0], curve[0]] : after < 0 ? [curve.at(-1), curve.at(-1)] : [curve[after - 1], curve[after]];
  if (a === undefined || b === undefined) return undefined;
  const t = b.x === a.x ? 0 : (x - a.x) / (b.x - a.x);
  const mix = (of: 'y' | 'low' | 'high'): number => a[of] + t * (b[of] - a[of]);
  return { x: Math.min(Math.max(x, curve[0]?.x ?? x), curve.at(-1)?.x ?? x), y: mix('y'), low: mix('low'), high: mix('high') };
}
