import { strings } from '../state/strings';
import type { Trace } from '../trace/trace';
import { inUnit } from '../viz/format';
import { slotLetter } from '../viz/scale';
import { binValues, spreadLabels } from '../viz/sentence';
import type { EntropyScale } from '../viz/entropyScale';

interface Props {
  readonly trace: Trace;
  readonly scale: EntropyScale;
  readonly plot: number;
  readonly chips: number;
  readonly lane: number;
  readonly roll: number;
  readonly uses: Uint32Array;
  readonly focused: readonly number[];
}

const WIDTH = 132;
const X = 12;
const BINS = 16;
const LONGEST = 84;

/** The two rows' own totals on the same axes: how often each entropy and each expert occurred. */
export function ScoreMargin({ trace, scale, plot, chips, lane, roll, uses, focused }: Props) {
  const top = plot + chips + 6;
  const entropies = Array.from(trace.output.entropy?.subarray(0, Math.max(0, trace.tokens.ids.length - 1)) ?? [], (nats) => inUnit(nats, scale.unit));
  const bins = binValues(entropies, BINS, scale.top);
  const mostBin = Math.max(1, ...bins);
  const mostUse = Math.max(1, ...uses);
  const width = (count: number): number => (LONGEST * count) / mostUse;
  const named = focused.slice(0, 8);
  const labels = spreadLabels(named.map((expert) => top + (expert + 0.5) * lane + 4), 13, top + 6, top + roll + 5);
  return (
    <svg className="score-side" width={WIDTH} height={plot + chips + roll + 12} aria-hidden="true">
      <line className="axis" x1={X} x2={X} y1={scale.y(0)} y2={scale.y(scale.top)} />
      {bins.map((count, i) => {
        const low = (i * scale.top) / BINS;
        const high = ((i + 1) * scale.top) / BINS;
        return count === 0 ? null : <rect key={low} className="use" x={X} y={scale.y(high) + 0.5} width={(66 * count) / mostBin} height={scale.y(low) - scale.y(high) - 1} rx={1} />;
      })}
      {entropies.length > 0 && (
        <text x={X} y={plot + 13}>
          {strings.sentence.entropies(entropies.length)}
        </text>
      )}
      {roll > 0 && (
        <>
          <text x={X} y={plot + 29}>
            {strings.sentence.uses}
          </text>
          {Array.from(uses, (count, expert) => {
            const letter = slotLetter(focused.indexOf(expert));
            return (
              <rect
                key={expert}
                className={letter === '' ? 'use' : undefined}
                fill={letter === '' ? undefined : `var(--slot-${letter})`}
                x={X}
                y={top + expert * lane + 0.25}
                width={width(count)}
                height={Math.max(1, lane - 0.5)}
                rx={lane > 3 ? 1 : 0}
              />
            );
          })}
          {named.map((expert, rank) => (
            <text key={expert} x={X + 5 + width(uses[expert] ?? 0)} y={labels[rank]}>
              {uses[expert]}
            </text>
          ))}
          <line className="axis" x1={X} x2={X} y1={top} y2={top + roll} />
        </>
      )}
    </svg>
  );
}
