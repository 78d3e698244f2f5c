import { strings } from '../state/strings';
import { slotLetter } from '../viz/scale';
import { spreadLabels } from '../viz/sentence';
import type { EntropyScale } from '../viz/entropyScale';

interface Props {
  readonly scale: EntropyScale;
  readonly plot: number;
  readonly chips: number;
  readonly lane: number;
  readonly roll: number;
  readonly focused: readonly number[];
  readonly layer: number | undefined;
}

const WIDTH = 64;
const EDGE = 56;

/** Axis of the entropy row and the names of the focused experts' lanes. */
export function ScoreSide({ scale, plot, chips, lane, roll, focused, layer }: Props) {
  const top = plot + chips + 6;
  const named = focused.slice(0, 8);
  const labels = spreadLabels(named.map((expert) => top + (expert + 0.5) * lane + 4), 14, top + 14, top + roll + 5);
  return (
    <svg className="score-side" width={WIDTH} height={plot + chips + roll + 12} aria-hidden="true">
      <text x={0} y={scale.y(scale.ticks.at(-1) ?? 0) + 4}>
        {scale.unit}
      </text>
      {scale.ticks.map((value) => (
        <text key={value} x={EDGE} y={scale.y(value) + 4} textAnchor="end">
          {value}
        </text>
      ))}
      {roll > 0 && layer !== undefined && (
        <>
          <text x={0} y={plot + chips / 2 + 4}>
            {strings.sentence.layer(layer)}
          </text>
          {named.map((expert, rank) => {
            const y = labels[rank] ?? 0;
            return (
              <g key={expert}>
                <text className="ink" x={EDGE} y={y} textAnchor="end">
                  {strings.sentence.expert(expert)}
                </text>
                <rect x={EDGE - 18 - 7 * String(expert).length - 7} y={y - 9} width={9} height={9} rx={2} fill={`var(--slot-${slotLetter(rank)})`} />
              </g>
            );
          })}
        </>
      )}
    </svg>
  );
}
