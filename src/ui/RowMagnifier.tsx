import type { CSSProperties } from 'react';
import { fixed } from '../base/numerals';
import { cellState, type HeatView } from '../state/heatView';
import { strings } from '../state/strings';
import { formatShare } from '../viz/format';
import { magnifierSize } from '../viz/heatSize';
import { slotLetter } from '../viz/scale';
import { slotDash } from '../viz/slots';
import { cellClasses, formatChange, heatColour, type HeatCell } from './heatCell';

interface Props {
  readonly view: HeatView;
  readonly row: number;
  readonly expert: number;
  readonly slots: ReadonlyMap<number, number> | undefined;
  readonly width: number;
  readonly left: number;
  readonly onPoint: (cell: HeatCell | undefined) => void;
  readonly onChoose: (cell: HeatCell, pin: boolean) => void;
}

/** What a large cell says: a probability, a multiple of the uniform share, or a change. */
export function magnifiedFigure(mode: HeatView['mode'], value: number, wide = true): string {
  if (mode === 'token') return formatShare(value);
  if (mode === 'difference') return formatChange(value, 2);
  const times = 2 ** value;
  return `${fixed(times, times < 9.95 ? 1 : 0)}${wide ? '\u00d7' : ''}`;
}

/** One row of the table in cells that can be read and hit, always in id order. What it says is in the table's own cells for a reader. */
export function RowMagnifier({ view, row, expert, slots, width, left, onPoint, onChoose }: Props) {
  const shown = view.rows[row];
  if (shown === undefined || width <= 0) return null;
  const { columns, cellWidth, cellHeight } = magnifierSize(width, view.experts);
  const style = { gridTemplateColumns: `repeat(${columns}, ${cellWidth}px)`, '--cell-h': `${cellHeight}px`, marginLeft: left } as CSSProperties;
  const two = cellHeight >= 30;
  // Ring and dash tell the slot where a letter beside the number would not fit.
  const lettered = two && cellWidth >= 30;
  return (
    <>
      <p className="magnified-name ax" style={{ marginLeft: left }}>
        {strings.heat.magnifier(shown.layer)}
      </p>
      <div className="magnified" style={style} aria-hidden="true" onPointerLeave={() => onPoint(undefined)}>
        {Array.from({ length: view.experts }, (_, e) => {
          const value = shown.values[e] ?? Number.NaN;
          const plain = cellState(shown, e) !== 'value';
          const slot = slots?.get(e);
          return (
            <span
              key={e}
              className={cellClasses(view.mode, shown, e, slot) + (e === expert ? ' at' : '')}
              data-large={`${row}.${e}`}
              onPointerEnter={() => onPoint({ row, expert: e })}
              onClick={(event) => onChoose({ row, expert: e }, event.shiftKey)}
            >
              <i style={plain ? undefined : { backgroundColor: heatColour(view.mode, value) }}>
                <b>{slot === undefined || !lettered ? e : `${slotLetter(slot)} ${e}`}</b>
                {two && !plain && <span>{magnifiedFigure(view.mode, value, lettered)}</span>}
              </i>
              {slot !== undefined && (
                <svg className="ring">
                  <rect width="100%" height="100%" rx="4" strokeDasharray={slotDash(slot)} />
                </svg>
              )}
            </span>
          );
        })}
      </div>
    </>
  );
}
