import { memo, useEffect, useLayoutEffect, useMemo, useRef, useState, type CSSProperties, type KeyboardEvent, type PointerEvent, type ReactNode } from 'react';
import { focusLayer } from '../state/focus';
import type { HeatView } from '../state/heatView';
import { togglePin } from '../state/pins';
import { strings } from '../state/strings';
import { heatSize } from '../viz/heatSize';
import { useApp, useAppState } from './context';
import { HeatCanvas } from './HeatCanvas';
import type { HeatCell } from './heatCell';
import { HeatDom } from './HeatDom';
import { HeatLights } from './HeatLights';
import { moveCells } from './orderMotion';
import { RowMagnifier } from './RowMagnifier';
import { PHONE, PROJECTOR, useMedia } from './useMedia';
import { rampPaint, usePalette } from './usePalette';
import { useLasso } from './useLasso';
import { useRapid } from './useRapid';
import { useRowHeight } from './useRowHeight';
import { useSize } from './useSize';

interface Props {
  readonly view: HeatView;
  readonly order: readonly number[];
  /** The setting that the order follows: cells travel when it changes, and jump with a new trace. */
  readonly orderKey: number;
  readonly slots: readonly ReadonlyMap<number, number>[];
  readonly row: number;
  readonly expert: number;
  readonly pointed: HeatCell | undefined;
  readonly onPoint: (cell: HeatCell | undefined) => void;
  readonly sentence: (cell: HeatCell) => string;
  readonly children: ReactNode;
}

const PAGE = 8;
/** Cells beyond which colours change at once: so many transitions would take longer than a frame. */
const MANY = 512;

const Canvas = memo(HeatCanvas);
const Elements = memo(HeatDom);

/** Layer by expert, as an ARIA grid with one tab stop: arrows move, Enter pins, Space puts the cell in focus. */
export function Heatmap({ view, order, orderKey, slots, row, expert, pointed, onPoint, sentence, children }: Props) {
  const app = useApp();
  const grid = useRef<HTMLDivElement>(null);
  const { ref, width } = useSize<HTMLDivElement>();
  const phone = useMedia(PHONE);
  const height = useRowHeight();
  const big = useMedia(PROJECTOR);
  const docked = useAppState((state) => state.view.panel !== 'main' && state.view.maximised === undefined);
  const unit = useAppState((state) => state.view.unit);
  const fast = useAppState((state) => state.run.status !== 'idle' || (state.playback.playing && state.playback.speed >= 4));
  const palette = usePalette(view.mode === 'token' ? 'magnitude' : 'signed');
  const rapid = useRapid(view);
  const { experts, rows } = view;
  const layers = useMemo(() => rows.map(({ layer }) => layer), [rows]);
  const lasso = useLasso(order, layers);
  const [cursor, setCursor] = useState<HeatCell>();
  const at = useMemo(() => cursor ?? { row, expert }, [cursor, row, expert]);
  const size = heatSize({ width, layers: rows.length, experts, screen: phone ? 'phone' : height === 'normal' && big ? 'big' : height, plain: docked });

  const wantsFocus = useRef(false);
  const move = (column: number, toRow: number): HeatCell => {
    const next = { row: Math.min(rows.length - 1, Math.max(0, toRow)), expert: order[Math.min(experts - 1, Math.max(0, column))] ?? 0 };
    wantsFocus.current = true;
    setCursor(next);
    onPoint(next);
    return next;
  };
  useLayoutEffect(() => {
    if (!wantsFocus.current || cursor === undefined) return;
    wantsFocus.current = false;
    grid.current?.querySelector<HTMLElement>(`[data-cell="${cursor.row}.${cursor.expert}"]`)?.focus();
  }, [cursor]);

  const shown = useRef({ key: orderKey, order });
  useEffect(() => {
    const before = shown.current;
    shown.current = { key: orderKey, order };
    if (before.key !== orderKey && !size.canvas && grid.current !== null) moveCells(grid.current, before.order, order, size.cellWidth);
  }, [order, orderKey, size.canvas, size.cellWidth]);

  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const target = heatTarget(event.key, order.indexOf(at.expert), at.row, experts);
    if (target !== undefined) {
      const next = move(target.column, target.row);
      if (event.shiftKey) lasso.extend(at, next);
      else lasso.clear();
    } else if (event.key === ' ') focusLayer(app, at.row, at.expert);
    else if (event.key === 'Escape') {
      if (!lasso.clear()) return;
    } else if (event.key === 'Enter') {
      if (lasso.finish()) return event.preventDefault();
      focusLayer(app, at.row, at.expert);
      togglePin(app, at.row, at.expert);
    } else return;
    event.preventDefault();
  };
  const cellUnder = (event: PointerEvent | { readonly target: EventTarget; readonly clientX: number; readonly clientY: number }): HeatCell | undefined => {
    if (!(event.target instanceof Element)) return undefined;
    if (!size.canvas) return readCell(event.target.closest('[data-cell]'));
    const box = grid.current?.querySelector('canvas')?.getBoundingClientRect();
    if (box === undefined) return undefined;
    const column = Math.floor((event.clientX - box.left - 2) / size.cellWidth);
    const line = Math.floor((event.clientY - box.top - 2) / size.cellHeight);
    const under = order[column];
    return under === undefined || line < 0 || line >= rows.length ? undefined : { row: line, expert: under };
  };
  const choose = (cell: HeatCell, pin: boolean): void => {
    if (pin) togglePin(app, cell.row, cell.expert);
    else focusLayer(app, cell.row, cell.expert);
  };
  const style = { '--experts': experts, '--cell-w': `${size.cellWidth}px`, '--cell-h': `${size.cellHeight}px` } as CSSProperties;
  const tight = size.cellWidth < 16 || size.cellHeight < 18;
  const body = { view, order, focusRow: row, cursor: at, slots, unit, figures: size.figures, cellWidth: size.cellWidth, sentence };
  const over = pointed ?? at;
  return (
    <div ref={ref} className="heat-box" style={style} data-keys="grid">
      <div
        ref={grid}
        className={`${size.canvas ? 'heat-frame' : 'heat'}${fast || rapid ? ' fast' : ''}${tight ? ' tight' : ''}${rows.length * experts > MANY ? ' many' : ''}`}
        role="grid"
        tabIndex={-1}
        id="routing-table"
        aria-label={view.mode === 'token' ? strings.heat.grid : view.mode === 'all' ? strings.heat.gridAll : strings.heat.gridDifference}
        aria-rowcount={rows.length + 1}
        aria-colcount={experts + 2}
        onKeyDown={onKeyDown}
        onFocus={(event) => {
          const cell = readCell(event.target);
          if (cell === undefined) return;
          setCursor(cell);
          onPoint(cell);
        }}
        onPointerDown={(event) => {
          if (event.button === 0) lasso.down(event.shiftKey ? undefined : cellUnder(event), event.pointerType);
        }}
        onPointerMove={(event) => {
          const cell = cellUnder(event);
          lasso.over(cell);
          if (cell?.row !== pointed?.row || cell?.expert !== pointed?.expert) onPoint(cell);
        }}
        onPointerLeave={() => onPoint(undefined)}
        onClick={(event) => {
          if (lasso.dragged()) return;
          const cell = cellUnder(event);
          const name = event.target instanceof Element ? event.target.closest<HTMLElement>('[data-row]')?.dataset['row'] : undefined;
          if (cell !== undefined) choose(cell, event.shiftKey);
          else if (name !== undefined) focusLayer(app, Number(name));
        }}
        onBlur={(event) => {
          if (event.currentTarget.contains(event.relatedTarget)) return;
          setCursor(undefined);
          onPoint(undefined);
          lasso.clear();
        }}
      >
        {size.canvas ? width > 0 && <Canvas {...body} cellHeight={size.cellHeight} names={size.names} gutter={size.gutter} moveKey={orderKey} /> : <Elements {...body} paint={rampPaint(palette)} />}
      </div>
      <HeatLights order={order} frame={lasso.frame} left={size.names} cellWidth={size.cellWidth} cellHeight={size.cellHeight} />
      {size.magnify && <RowMagnifier view={view} row={over.row} expert={over.expert} slots={slots[over.row]} width={width - size.names} left={size.names} onPoint={onPoint} onChoose={choose} />}
      <div className="heat-foot">
        <span />
        <div>{children}</div>
      </div>
    </div>
  );
}

function readCell(element: Element | null): HeatCell | undefined {
  const [row, expert] = (element instanceof HTMLElement ? (element.dataset['cell'] ?? '') : '').split('.');
  return row === undefined || expert === undefined ? undefined : { row: Number(row), expert: Number(expert) };
}

function heatTarget(key: string, column: number, row: number, experts: number): { readonly column: number; readonly row: number } | undefined {
  switch (key) {
    case 'ArrowLeft':
      return { column: column - 1, row };
    case 'ArrowRight':
      return { column: column + 1, row };
    case 'ArrowUp':
      return { column, row: row - 1 };
    case 'ArrowDown':
      return { column, row: row + 1 };
    case 'PageUp':
      return { column: column - PAGE, row };
    case 'PageDown':
      return { column: column + PAGE, row };
    case 'Home':
      return { column: 0, row };
    case 'End':
      return { column: experts - 1, row };
    default:
      return undefined;
  }
}
