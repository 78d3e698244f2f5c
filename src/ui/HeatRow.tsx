import { memo } from 'react';
import { cellState, type HeatRowView, type HeatView } from '../state/heatView';
import { strings } from '../state/strings';
import { formatShare, type EntropyUnit } from '../viz/format';
import { slotDash } from '../viz/slots';
import { cellClasses, gutterText, heatPosition, type HeatCell } from './heatCell';

interface Props {
  readonly mode: HeatView['mode'];
  readonly view: HeatRowView;
  readonly order: readonly number[];
  readonly inFocus: boolean;
  /** The cell of this row that the Tab key reaches. */
  readonly cursor: number | undefined;
  readonly slots: ReadonlyMap<number, number>;
  readonly figures: boolean;
  readonly unit: EntropyUnit;
  readonly sentence: (cell: HeatCell) => string;
  /** Colours along the scale. */
  readonly paint: readonly string[];
}

/** One layer: its name, its experts in the order of the columns, and the number that sums the row up. */
export const HeatRow = memo(function HeatRow({ mode, view, order, inFocus, cursor, slots, figures, unit, sentence, paint }: Props) {
  const { row } = view;
  const on = inFocus ? ' row-on' : '';
  const gutter = gutterText(mode, view.gutter, unit);
  return (
    <div role="row" aria-rowindex={row + 2} aria-selected={inFocus}>
      <span className={`rl${on}`} role="rowheader" data-row={row}>
        {strings.heat.layer(view.layer)}
      </span>
      {order.map((expert, column) => {
        const value = view.values[expert] ?? Number.NaN;
        const plain = cellState(view, expert) !== 'value';
        const slot = slots.get(expert);
        return (
          <span
            key={expert}
            role="gridcell"
            aria-colindex={column + 2}
            className={cellClasses(mode, view, expert, slot) + on}
            tabIndex={expert === cursor ? 0 : -1}
            data-cell={`${row}.${expert}`}
            aria-label={sentence({ row, expert })}
          >
            <i style={plain ? undefined : { backgroundColor: paint[Math.round((paint.length - 1) * heatPosition(mode, value))] }}>{figures && mode === 'token' && view.chosen.includes(expert) && !plain ? formatShare(value) : ''}</i>
            {slot !== undefined && (
              <svg className="ring" aria-hidden="true">
                <rect width="100%" height="100%" rx="5" strokeDasharray={slotDash(slot)} />
              </svg>
            )}
          </span>
        );
      })}
      <span className={`rg${on}`} role="gridcell" aria-label={gutter.spoken}>
        {gutter.shown}
      </span>
    </div>
  );
});
