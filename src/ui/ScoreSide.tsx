import { memo } from 'react';
import { plain } from '../base/numerals';
import { strings } from '../state/strings';
import { slotLetter } from '../viz/scale';
import { spreadLabels } from '../viz/sentence';
import type { EntropyScale } from '../viz/entropyScale';

interface Props {
  /** The row of entropies is there, as it is unless a link leaves it out. */
  readonly entropy?: boolean;
  readonly scale: EntropyScale;
  readonly plot: number;
  readonly chips: number;
  readonly lane: number;
  readonly roll: number;
  readonly slots: ReadonlyMap<number, number>;
  readonly off: readonly number[];
  readonly layer: number | undefined;
}

const WIDTH = 64;
const EDGE = 56;
const NAMED = 8;

/** Axis of the entropy row and the names of the lanes that have a colour or are switched off. */
export const ScoreSide = memo(function ScoreSide({ entropy = true, scale, plot, chips, lane, roll, slots, off, layer }: Props) {
  const top = plot + chips + 6;
  const named = [...slots.keys(), ...off.filter((expert) => !slots.has(expert))].slice(0, NAMED);
  const labels = spreadLabels(named.map((expert) => top + (expert + 0.5) * lane + 4), 14, top + 14, top + roll + 5);
  return (
    <svg className="score-side" width={WIDTH} height={plot + chips + roll + 12} aria-hidden="true">
      {entropy && (
        <text x={0} y={scale.y(scale.ticks.at(-1) ?? 0) + 4}>
          {strings.units[scale.unit]}
        </text>
      )}
      {entropy && scale.ticks.map((value) => (
        <text key={value} x={EDGE} y={scale.y(value) + 4} textAnchor="end">
          {plain(value)}
        </text>
      ))}
      {roll > 0 && layer !== undefined && (
        <>
          <text x={0} y={plot + chips / 2 + 4}>
            {strings.sentence.layer(layer)}
          </text>
          {named.map((expert, i) => {
            const y = labels[i] ?? 0;
            const slot = slots.get(expert);
            const name = strings.sentence.expert(expert);
            return slot === undefined ? (
              <text key={expert} x={EDGE} y={y} textAnchor="end">
                {`${name} ${strings.router.off}`}
              </text>
            ) : (
              <g key={expert}>
                <text className="ink" x={EDGE} y={y} textAnchor="end">
                  {name}
                </text>
                <rect x={EDGE - 18 - 7 * String(expert).length - 7} y={y - 9} width={9} height={9} rx={2} fill={`var(--slot-${slotLetter(slot)})`} />
              </g>
            );
          })}
        </>
      )}
    </svg>
  );
});
