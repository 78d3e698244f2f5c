import { memo } from 'react';
import type { StepEntropy } from '../state/stepEntropy';
import { strings } from '../state/strings';
import type { EntropyScale } from '../viz/entropyScale';
import { formatCount, inUnit } from '../viz/format';
import { slotLetter } from '../viz/scale';
import { binValues, spreadLabels } from '../viz/sentence';

interface Props {
  /** The row of entropies is there, as it is unless a link leaves it out. */
  readonly entropy?: boolean;
  readonly scale: EntropyScale;
  readonly steps: StepEntropy;
  /** First-token entropies of the calibration set, nats; they take the place of those of the text. */
  readonly calibration: Float64Array | undefined;
  /** Threshold, nats. */
  readonly tau: number;
  readonly plot: number;
  readonly chips: number;
  readonly lane: number;
  readonly roll: number;
  readonly uses: Uint32Array;
  readonly slots: ReadonlyMap<number, number>;
}

const WIDTH = 136;
const X = 12;
const BINS = 16;
const LONGEST = 84;
const LONGEST_BIN = 58;
const NAMED = 8;

/** The two rows' own totals on the same axes: first-token entropies cut by the threshold, and how often each expert ran. */
export const ScoreMargin = memo(function ScoreMargin({ entropy = true, scale, steps, calibration, tau, plot, chips, lane, roll, uses, slots }: Props) {
  const top = plot + chips + 6;
  const shown = (keep: (nats: number) => boolean): number[] => binValues(Array.from(calibration ?? steps.nats).filter(keep).map((nats) => inUnit(nats, scale.unit)), BINS, scale.top);
  const below = shown((nats) => nats < tau);
  const above = shown((nats) => nats >= tau);
  const mostBin = Math.max(1, ...below.map((count, i) => count + (above[i] ?? 0)));
  const mostUse = Math.max(1, ...uses);
  const width = (count: number): number => (LONGEST * count) / mostUse;
  const named = [...slots.keys()].slice(0, NAMED);
  const labels = spreadLabels(named.map((expert) => top + (expert + 0.5) * lane + 4), 13, top + 6, top + roll + 5);
  const bar = (kind: 'use' | 'use above', i: number, from: number, count: number) => {
    const low = scale.y((i * scale.top) / BINS);
    const high = scale.y(((i + 1) * scale.top) / BINS);
    const unit = LONGEST_BIN / mostBin;
    return count === 0 ? null : <rect key={`${kind}${i}`} className={kind} x={X + from * unit} y={high + 0.5} width={count * unit} height={low - high - 1} rx={1} />;
  };
  return (
    <svg className="score-side" width={WIDTH} height={plot + chips + roll + 12} aria-hidden="true">
      {entropy && <line className="axis" x1={X} x2={X} y1={scale.y(0)} y2={scale.y(scale.top)} />}
      {entropy && below.map((count, i) => bar('use', i, 0, count))}
      {entropy && above.map((count, i) => bar('use above', i, below[i] ?? 0, count))}
      {entropy && <line className="tau" x1={0} x2={WIDTH} y1={scale.y(inUnit(tau, scale.unit))} y2={scale.y(inUnit(tau, scale.unit))} />}
      {entropy && (
        <text x={X} y={plot + 13}>
          {calibration === undefined ? strings.timeline.firstTokens(steps.nats.length) : strings.timeline.calibrated(formatCount(calibration.length))}
        </text>
      )}
      <text x={X} y={plot + 29}>
        {roll > 0 ? strings.sentence.uses : !entropy ? '' : calibration === undefined ? strings.timeline.ofThisText : strings.timeline.ofCalibration}
      </text>
      {roll > 0 && (
        <>
          {Array.from(uses, (count, expert) => {
            const slot = slots.get(expert);
            return (
              <rect
                key={expert}
                className={slot === undefined ? 'use' : undefined}
                fill={slot === undefined ? undefined : `var(--slot-${slotLetter(slot)})`}
                x={X}
                y={top + expert * lane + 0.25}
                width={width(count)}
                height={Math.max(1, lane - 0.5)}
                rx={lane > 3 ? 1 : 0}
              />
            );
          })}
          {named.map((expert, i) => (
            <text key={expert} className="halo" x={X + 5 + width(uses[expert] ?? 0)} y={labels[i]}>
              {uses[expert]}
            </text>
          ))}
          <line className="axis" x1={X} x2={X} y1={top} y2={top + roll} />
        </>
      )}
    </svg>
  );
});
