import { strings } from '../../state/strings';
import { spanAxis } from '../../viz/axis';
import { percent } from '../model/Interval';
import { ValueGrid } from '../charts/ValueGrid';

export interface StepShare {
  readonly step: number;
  readonly share: number;
  readonly low: number;
  readonly high: number;
  /** Answers that differ from those of the unchanged model. */
  readonly fixed: number;
  readonly broken: number;
}

export interface StepSeries {
  readonly arm: string;
  readonly name: string;
  readonly steps: readonly StepShare[];
}

interface Props {
  /** The first is drawn in ink, and its changed answers below. */
  readonly series: readonly StepSeries[];
  readonly width: number;
  readonly label: string;
}

const HEIGHT = 236;
const LEFT = 44;
const RIGHT = 60;
const TOP = 10;
const FLOOR = 136;
/** Where the bars of changed answers begin, and their longest. */
const MIDDLE = 186;
const LONGEST = 28;

/** Share of right answers after each step with intervals, and under it the answers that became right (up) and wrong (down). */
export function StepsChart({ series, width, label }: Props) {
  const text = strings.remixFigures.steps;
  const all = series.flatMap(({ steps }) => steps);
  const axis = spanAxis(Math.min(...all.map(({ low }) => low)), Math.max(...all.map(({ high }) => high)), FLOOR, TOP, 0.04);
  const last = Math.max(1, ...all.map(({ step }) => step));
  const at = (step: number): number => LEFT + ((width - LEFT - RIGHT) * step) / last;
  const [first] = series;
  const most = Math.max(1, ...(first?.steps ?? []).flatMap(({ fixed, broken }) => [fixed, broken]));
  const length = (count: number): number => (LONGEST * count) / most;
  const bar = Math.min(14, (0.6 * (width - LEFT - RIGHT)) / last);
  const ends = apart(series.flatMap(({ arm, name, steps }, i) => (steps.length === 0 ? [] : [{ arm, name, main: i === 0, y: axis.at(steps.at(-1)?.share ?? 0) + 4 }])));
  return (
    <svg className="rloss rsteps" width={width} height={HEIGHT} viewBox={`0 0 ${width} ${HEIGHT}`} role="img" aria-label={label}>
      <ValueGrid axis={axis} left={LEFT} right={width - RIGHT} format={percent} />
      {series.map(({ arm, steps }, i) => (
        <g key={arm} className={i === 0 ? 'line-truth' : 'line-surrogate'}>
          <path className="line" d={steps.map(({ step, share }, n) => `${n === 0 ? 'M' : 'L'}${at(step).toFixed(1)} ${axis.at(share).toFixed(1)}`).join('')} />
          {steps.map(({ step, share, low, high }) => (
            <g key={step}>
              <line className="whisker" x1={at(step).toFixed(1)} x2={at(step).toFixed(1)} y1={axis.at(low).toFixed(1)} y2={axis.at(high).toFixed(1)} />
              <circle cx={at(step).toFixed(1)} cy={axis.at(share).toFixed(1)} r={2.5} data-arm={arm} data-step={step} data-share={share.toFixed(4)} />
            </g>
          ))}
        </g>
      ))}
      {ends.map(({ arm, name, main, y }) => (
        <text key={arm} className={main ? 'ink strong' : 'ink'} x={width - RIGHT + 8} y={y.toFixed(1)}>
          {name}
        </text>
      ))}
      <line className="zero" x1={LEFT} x2={width - RIGHT} y1={MIDDLE} y2={MIDDLE} />
      {(first?.steps ?? []).map(({ step, fixed, broken }) => (
        <g key={step} data-flips={step} data-fixed={fixed} data-broken={broken}>
          <rect className="up" x={(at(step) - bar / 2).toFixed(1)} y={(MIDDLE - length(fixed)).toFixed(1)} width={bar.toFixed(1)} height={length(fixed).toFixed(1)} />
          <rect className="down" x={(at(step) - bar / 2).toFixed(1)} y={MIDDLE} width={bar.toFixed(1)} height={length(broken).toFixed(1)} />
        </g>
      ))}
      <text x={LEFT - 6} y={MIDDLE - LONGEST + 8} textAnchor="end">
        {`+${most}`}
      </text>
      <text x={LEFT - 6} y={MIDDLE + LONGEST} textAnchor="end">
        {`\u2212${most}`}
      </text>
      {[0, last].map((step) => (
        <text key={step} x={at(step).toFixed(1)} y={HEIGHT - 4} textAnchor="middle">
          {step}
        </text>
      ))}
      <text x={width} y={HEIGHT - 4} textAnchor="end">
        {text.axis}
      </text>
    </svg>
  );
}

function apart<T extends { readonly y: number }>(names: readonly T[]): readonly T[] {
  let before = -Infinity;
  return [...names].sort((a, b) => a.y - b.y).map((name) => {
    before = Math.max(name.y, before + 14);
    return { ...name, y: before };
  });
}
