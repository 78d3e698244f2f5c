import type { LiveCycle } from '../../state/steering/reroutingCard';
import { strings } from '../../state/strings';
import { spanAxis } from '../../viz/axis';
import { ValueGrid } from '../charts/ValueGrid';

interface Props {
  readonly cycles: readonly Pick<LiveCycle, 'context' | 'steps'>[];
  readonly width: number;
  readonly height: number;
  readonly label: string;
}

const LEFT = 40;
const RIGHT = 64;
const TOP = 26;
const BOTTOM = 24;

/** Context loss (dashed) and held-out loss (solid) by step, cycle after cycle; a cycle has more context than the one before it, so lines end with it. */
export function CycleChart({ cycles, width, height, label }: Props) {
  const text = strings.steering.rerouting;
  const values = cycles.flatMap(({ steps }) => steps.flatMap(({ contextLoss, heldOutLoss }) => [contextLoss, heldOutLoss ?? NaN])).filter(Number.isFinite);
  const [least, most] = values.length === 0 ? [0, 1] : [Math.min(...values), Math.max(...values)];
  const axis = spanAxis(least, most, height - BOTTOM, TOP);
  const longest = Math.max(1, ...cycles.map(({ steps }) => steps.length - 1));
  const column = (width - LEFT - RIGHT) / Math.max(1, cycles.length);
  const inset = Math.min(14, column / 8);
  const at = (cycle: number, step: number): number => LEFT + cycle * column + inset + ((column - 2 * inset) * step) / longest;
  const last = cycles.at(-1);
  const end = last?.steps.at(-1);
  const names = end === undefined ? [] : apart([{ kind: 'context' as const, y: axis.at(end.contextLoss) }, ...(end.heldOutLoss === undefined ? [] : [{ kind: 'heldOut' as const, y: axis.at(end.heldOutLoss) }])]);
  return (
    <svg className="rloss sline scycles" width={width} height={height} viewBox={`0 0 ${width} ${height}`} role="img" aria-label={label}>
      <ValueGrid axis={axis} left={LEFT} right={width - RIGHT} />
      {cycles.map(({ context, steps }, cycle) => (
        <g key={cycle} data-cycle={cycle}>
          {cycle > 0 && <line className="bound" x1={(LEFT + cycle * column).toFixed(1)} x2={(LEFT + cycle * column).toFixed(1)} y1={TOP - 18} y2={height - BOTTOM} />}
          <text x={(LEFT + cycle * column + inset).toFixed(1)} y={12}>
            {column > 90 ? text.cycleOf(cycle + 1, context) : String(context)}
          </text>
          {(['contextLoss', 'heldOutLoss'] as const).map((kind) => {
            const points = steps.flatMap((step) => (step[kind] === undefined ? [] : [{ step: step.step, x: at(cycle, step.step), y: axis.at(step[kind]), value: step[kind] }]));
            return (
              <g key={kind} className={kind === 'contextLoss' ? 's-dashed' : 's-main'}>
                <path className="line" d={points.map(({ x, y }, i) => `${i === 0 ? 'M' : 'L'}${x.toFixed(1)} ${y.toFixed(1)}`).join('')} />
                {points.map(({ step, x, y, value }) => (
                  <circle key={step} cx={x.toFixed(1)} cy={y.toFixed(1)} r={2.5} data-line={kind === 'contextLoss' ? 'context' : 'heldOut'} data-cycle={cycle} data-x={step} data-y={value.toFixed(5)} />
                ))}
              </g>
            );
          })}
          {[0, longest].map((step) => (
            <text key={step} x={at(cycle, step).toFixed(1)} y={height - 8} textAnchor="middle">
              {step}
            </text>
          ))}
        </g>
      ))}
      {names.map(({ kind, y }) => (
        <text key={kind} className={kind === 'heldOut' ? 'ink strong' : 'ink'} x={width - RIGHT + 8} y={(y + 4).toFixed(1)}>
          {kind === 'heldOut' ? text.heldOut : text.contextLine}
        </text>
      ))}
      <text x={width} y={height - 8} textAnchor="end">
        {text.stepAxis}
      </text>
    </svg>
  );
}

/** Two names that would lie on one another, moved apart. */
function apart<T extends { readonly y: number }>(names: readonly T[]): readonly T[] {
  const [a, b] = names;
  if (a === undefined || b === undefined || Math.abs(a.y - b.y) >= 14) return names;
  const middle = (a.y + b.y) / 2;
  const up = a.y <= b.y ? -7 : 7;
  return [{ ...a, y: middle + up }, { ...b, y: middle - up }];
}
