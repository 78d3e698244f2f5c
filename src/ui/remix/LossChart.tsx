import { strings } from '../../state/strings';
import { linearAxis } from '../../viz/axis';
import { ValueGrid } from '../charts/ValueGrid';

export interface LossPoint {
  readonly step: number;
  /** What the method minimises, nats; undefined where there is none. */
  readonly surrogate: number | undefined;
  /** Of the right answer, nats; undefined where nobody knows it. */
  readonly truth: number | undefined;
}

interface Props {
  readonly points: readonly LossPoint[];
  /** Last step of the axis, so that the figure does not grow while steps come in. */
  readonly steps: number;
  readonly width: number;
  readonly height: number;
  readonly label: string;
}

const LEFT = 34;
const RIGHT = 70;
const TOP = 12;
const BOTTOM = 26;

/** Surrogate (dashed) and true loss (solid) by step, on one axis that begins at 0. */
export function LossChart({ points, steps, width, height, label }: Props) {
  const text = strings.remix.loss;
  const values = points.flatMap(({ surrogate, truth }) => [surrogate, truth]).filter((value) => value !== undefined);
  const axis = linearAxis(Math.max(0.1, ...values), height - BOTTOM, TOP, 3);
  const last = Math.max(1, steps);
  const at = (step: number): number => LEFT + ((width - LEFT - RIGHT) * step) / last;
  const ends = endLabels(points, axis.at, height - BOTTOM);
  return (
    <svg className="rloss" width={width} height={height} viewBox={`0 0 ${width} ${height}`} role="img" aria-label={label}>
      <ValueGrid axis={axis} left={LEFT} right={width - RIGHT} />
      {stepTicks(last).map((step) => (
        <text key={step} x={at(step)} y={height - 8} textAnchor="middle">
          {step}
        </text>
      ))}
      <text x={width} y={height - 8} textAnchor="end">
        {text.step}
      </text>
      {(['surrogate', 'truth'] as const).map((kind) => (
        <g key={kind} className={`line-${kind}`}>
          <path className="line" d={linePath(points, kind, at, axis.at)} />
          {points.map((point) => {
            const value = point[kind];
            return value === undefined ? null : <circle key={point.step} cx={at(point.step).toFixed(1)} cy={axis.at(value).toFixed(1)} r={2.5} data-step={point.step} data-loss={kind} />;
          })}
        </g>
      ))}
      {ends.map(({ kind, y, step }) => (
        <text key={kind} className={kind === 'truth' ? 'ink strong' : 'ink'} x={at(step) + 8} y={y}>
          {text.short[kind]}
        </text>
      ))}
    </svg>
  );
}

function linePath(points: readonly LossPoint[], kind: 'surrogate' | 'truth', x: (step: number) => number, y: (value: number) => number): string {
  let d = '';
  for (const point of points) {
    const value = point[kind];
    if (value !== undefined) d += `${d === '' ? 'M' : 'L'}${x(point.step).toFixed(1)} ${y(value).toFixed(1)}`;
  }
  return d;
}

/** Names of the lines beside their last points, moved apart where they would lie on one another. */
function endLabels(points: readonly LossPoint[], y: (value: number) => number, floor: number): readonly { readonly kind: 'surrogate' | 'truth'; readonly y: number; readonly step: number }[] {
  const found = (['surrogate', 'truth'] as const).flatMap((kind) => {
    const last = points.findLast((point) => point[kind] !== undefined);
    return last === undefined ? [] : [{ kind, y: y(last[kind] ?? 0) + 4, step: last.step }];
  });
  const [a, b] = found;
  if (a === undefined || b === undefined || Math.abs(a.y - b.y) >= 14) return found;
  const middle = Math.min(floor - 4, (a.y + b.y) / 2);
  const up = a.y <= b.y ? -7 : 7;
  return [
    { ...a, y: middle + up },
    { ...b, y: middle - up },
  ];
}

function stepTicks(last: number): readonly number[] {
  const by = last <= 10 ? 2 : last <= 25 ? 5 : 10;
  return Array.from({ length: Math.floor(last / by) + 1 }, (_, i) => i * by);
}
