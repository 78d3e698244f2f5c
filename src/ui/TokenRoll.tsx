import { memo, useMemo } from 'react';
import { chosenAt } from '../state/layerView';
import type { Trace } from '../trace/trace';
import { rollPaths } from '../viz/marks';
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
  /** Pinned experts and those of the token in focus: they keep their colour along the text. */
  readonly slots: ReadonlyMap<number, number>;
  /** Experts that the plan forbids. */
  readonly off: readonly number[];
}

/** Which expert took each token, in the layer in focus: one lane an expert, in id order. */
export const TokenRoll = memo(function TokenRoll({ trace, layout, range, row, lane, top, slots, off }: Props) {
  const experts = trace.model.experts;
  const every = experts > 32 ? 8 : 4;
  const guides = Array.from({ length: Math.ceil(experts / every) + 1 }, (_, i) => Math.min(experts, every * i));
  const paths = useMemo(
    () => rollPaths({ first: range.first, end: range.end, left: layout.left, width: layout.width, top, lane, chosen: (token) => chosenAt(trace, token, row), slots }),
    [trace, layout, range, row, lane, top, slots],
  );
  return (
    <>
      <path className="guide" d={guides.map((expert) => `M${range.from} ${top + expert * lane}H${range.to}`).join('')} />
      {off.length > 0 && <path className="off-lane" d={off.map((expert) => `M${range.from} ${top + (expert + 0.5) * lane}H${range.to}`).join('')} />}
      <path className="roll-2" d={paths.later} />
      <path className="roll-1" d={paths.first} />
      {[...paths.slots].map(([slot, d]) => (
        <path key={slot} data-slot={slotLetter(slot)} fill={`var(--slot-${slotLetter(slot)})`} d={d} />
      ))}
    </>
  );
});
