import { chosenAt } from '../state/layerView';
import type { Trace } from '../trace/trace';
import { slotLetter } from '../viz/scale';
import type { SentenceLayout } from '../viz/sentence';
import type { TokenRange } from './EntropyStems';

interface Props {
  readonly trace: Trace;
  readonly layout: SentenceLayout;
  readonly range: TokenRange;
  readonly row: number;
  readonly lane: number;
  readonly top: number;
  /** Experts of the token in focus: they keep their colour along the text. */
  readonly focused: readonly number[];
}

/** Which expert took each token, in the layer in focus: one lane an expert, in id order. */
export function TokenRoll({ trace, layout, range, row, lane, top, focused }: Props) {
  const experts = trace.model.experts;
  const guides = Array.from({ length: Math.ceil(experts / 4) + 1 }, (_, i) => Math.min(experts, 4 * i));
  const marks = [];
  for (let t = range.first; t < range.end; t += 1) {
    const chosen = chosenAt(trace, t, row);
    for (let rank = 0; rank < chosen.length; rank += 1) {
      const expert = chosen[rank] ?? 0;
      const letter = slotLetter(focused.indexOf(expert));
      marks.push(
        <rect
          key={`${t}.${rank}`}
          className={letter === '' ? (rank === 0 ? 'roll-1' : 'roll-2') : undefined}
          fill={letter === '' ? undefined : `var(--slot-${letter})`}
          x={(layout.left[t] ?? 0) + 1}
          y={top + expert * lane + 0.25}
          width={Math.max(2, (layout.width[t] ?? 0) - 2)}
          height={Math.max(1, lane - 0.5)}
          rx={lane > 3 ? 1 : 0}
        />,
      );
    }
  }
  return (
    <>
      {guides.map((expert) => (
        <line key={expert} className="guide" x1={range.from} x2={range.to} y1={top + expert * lane} y2={top + expert * lane} />
      ))}
      {marks}
    </>
  );
}
