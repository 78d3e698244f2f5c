import { useLayoutEffect, useMemo, useRef } from 'react';
import { cellState, type HeatView } from '../state/heatView';
import { strings } from '../state/strings';
import { HEAT_PAD, MARKS, type HeatPicture } from '../viz/heatCanvas';
import { labelEvery } from '../viz/heatSize';
import { slotLetter } from '../viz/scale';
import { gutterText, heatPosition } from './heatCell';
import { gutterHead, type HeatBodyProps } from './HeatDom';
import { tweenColumns } from './orderMotion';
import { paintHeat } from './paintHeat';
import { useFrame } from './useFrame';
import { usePalette } from './usePalette';

interface Props extends HeatBodyProps {
  readonly cellHeight: number;
  readonly names: number;
  readonly gutter: number;
  /** Changes when the visitor asked for another order of columns, and only then do they travel. */
  readonly moveKey: number;
}

/** The plain arrays that the canvas draws. */
export function heatPicture({ view, order, focusRow, slots, cellWidth, cellHeight }: Pick<Props, 'view' | 'order' | 'focusRow' | 'slots' | 'cellWidth' | 'cellHeight'>): HeatPicture {
  const { experts, rows, mode } = view;
  const cells = rows.length * experts;
  const picture = { values: new Float64Array(cells), marks: new Uint8Array(cells), ranks: new Int8Array(cells).fill(-1) };
  rows.forEach((row, r) => {
    for (let expert = 0; expert < experts; expert += 1) {
      picture.values[r * experts + expert] = heatPosition(mode, row.values[expert] ?? Number.NaN);
      picture.marks[r * experts + expert] = MARKS[cellState(row, expert)];
    }
    row.chosen.forEach((expert, rank) => (picture.ranks[r * experts + expert] = rank));
  });
  const columns = new Float64Array(experts);
  order.forEach((expert, column) => (columns[expert] = column));
  return { rows: rows.length, experts, cellWidth, cellHeight, ...picture, columns, slots: slots.flatMap((own, row) => [...own].map(([expert, slot]) => ({ row, expert, slot }))), focusRow };
}

/** The table on a canvas, with the row of the cursor as real cells over it, which carry keys, focus and speech. */
export function HeatCanvas(props: Props) {
  const { view, order, focusRow, cursor, slots, unit, cellWidth, cellHeight, names, gutter, sentence, moveKey } = props;
  const canvas = useRef<HTMLCanvasElement>(null);
  const palette = usePalette(view.mode === 'token' ? 'magnitude' : 'signed');
  const picture = useMemo(() => heatPicture({ view, order, focusRow, slots, cellWidth, cellHeight }), [view, order, focusRow, slots, cellWidth, cellHeight]);
  const width = view.experts * cellWidth;
  const height = view.rows.length * cellHeight;
  const draw = (columns: Float64Array): void => paintHeat(canvas.current, { ...picture, columns }, palette);
  const request = useFrame();
  const moved = useRef({ key: moveKey, columns: picture.columns });
  useLayoutEffect(() => {
    const before = moved.current;
    moved.current = { key: moveKey, columns: picture.columns };
    if (before.key !== moveKey) return tweenColumns(before.columns, picture.columns, draw);
    request(() => draw(picture.columns));
    return undefined;
    // The picture and the palette are all that is drawn.
    // eslint-disable-next-line react/exhaustive-deps
  }, [picture, palette, moveKey]);

  const every = labelEvery(cellWidth, 10 + 6 * String(view.experts - 1).length);
  const rowEvery = labelEvery(cellHeight, 12);
  return (
    <div className="heat-big" style={{ gridTemplateColumns: `${names}px ${width}px 1fr`, gridTemplateRows: `20px ${height}px` }}>
      <svg className="heat-names" width={names + width + gutter} height={height + 20} aria-hidden="true">
        {order.map((expert, column) =>
          column % every === 0 ? (
            <text key={expert} x={names + column * cellWidth + cellWidth / 2} y={13} textAnchor="middle">
              {expert}
            </text>
          ) : null,
        )}
        <text x={names + width + gutter} y={13} textAnchor="end">
          {gutterHead(view.mode, unit)}
        </text>
        {view.rows.map((row, r) =>
          r % rowEvery === 0 || r === focusRow ? (
            r !== focusRow && Math.abs(r - focusRow) * cellHeight < 12 ? null : (
              <g key={row.row} className={r === focusRow ? 'on' : undefined}>
                <text y={20 + r * cellHeight + cellHeight / 2 + 4}>{strings.heat.layer(row.layer)}</text>
                <text x={names + width + gutter} y={20 + r * cellHeight + cellHeight / 2 + 4} textAnchor="end">
                  {gutterText(view.mode, row.gutter, unit).shown}
                </text>
              </g>
            )
          ) : null,
        )}
      </svg>
      <canvas ref={canvas} className="heat-canvas" style={{ left: names - HEAT_PAD, top: 20 - HEAT_PAD, width: width + 2 * HEAT_PAD, height: height + 2 * HEAT_PAD }} aria-hidden="true" />
      <CursorRow view={view} order={order} row={cursor.row} cursor={cursor.expert} slots={slots[cursor.row]} cellWidth={cellWidth} cellHeight={cellHeight} left={names} unit={unit} focusRow={focusRow} sentence={sentence} />
    </div>
  );
}

interface CursorRowProps {
  readonly view: HeatView;
  readonly order: readonly number[];
  readonly row: number;
  readonly cursor: number;
  readonly slots: ReadonlyMap<number, number> | undefined;
  readonly cellWidth: number;
  readonly cellHeight: number;
  readonly left: number;
  readonly unit: HeatBodyProps['unit'];
  readonly focusRow: number;
  readonly sentence: HeatBodyProps['sentence'];
}

function CursorRow({ view, order, row, cursor, slots, cellWidth, cellHeight, left, unit, focusRow, sentence }: CursorRowProps) {
  const shown = view.rows[row];
  if (shown === undefined) return null;
  const gutter = gutterText(view.mode, shown.gutter, unit);
  return (
    <div role="row" className="heat-over" aria-rowindex={row + 2} aria-selected={row === focusRow} style={{ left, top: 20 + row * cellHeight, height: cellHeight }}>
      <span role="rowheader" className="vh">
        {strings.heat.layer(shown.layer)}
      </span>
      {order.map((expert, column) => (
        <span
          key={expert}
          role="gridcell"
          aria-colindex={column + 2}
          tabIndex={expert === cursor ? 0 : -1}
          data-cell={`${row}.${expert}`}
          data-slot={slotLetter(slots?.get(expert) ?? -1)}
          aria-label={sentence({ row, expert })}
          style={{ left: column * cellWidth, width: cellWidth }}
        />
      ))}
      <span role="gridcell" className="vh" aria-label={gutter.spoken}>
        {gutter.shown}
      </span>
    </div>
  );
}
