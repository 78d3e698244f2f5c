import { useRef, useState, type CSSProperties, type KeyboardEvent, type ReactNode } from 'react';
import { focusLayer } from '../state/focus';
import type { LayerView } from '../state/layerView';
import { strings } from '../state/strings';
import { useApp, useAppState } from './context';
import { HeatRow } from './HeatRow';
import { PHONE, PROJECTOR, useMedia } from './useMedia';
import { useShort } from './useShort';
import { useSize } from './useSize';

export interface HeatCell {
  readonly row: number;
  readonly expert: number;
}

interface Props {
  readonly views: readonly LayerView[];
  readonly row: number;
  readonly expert: number | undefined;
  readonly onPoint: (cell: HeatCell | undefined) => void;
  readonly children: ReactNode;
}

const PAGE = 8;
/** Cells beyond which colours change at once: so many transitions would take longer than a frame. */
const MANY = 512;

/** Integer cells that fill the width, and rows that fill the height kept for them. */
function cellSize(width: number, layers: number, experts: number, room: { readonly phone: boolean; readonly short: boolean; readonly big: boolean }) {
  const margins = room.phone ? 28 + 26 : 34 + 40;
  const tallest = room.phone ? 20 : room.short ? 24 : room.big ? 44 : 36;
  const height = room.phone ? 240 : room.short ? 200 : room.big ? 360 : 296;
  return {
    width: Math.max(6, Math.min(room.big ? 44 : 36, Math.floor((width - margins) / Math.max(1, experts)))),
    height: Math.max(10, Math.min(tallest, Math.floor(height / Math.max(1, layers)))),
  };
}

/** Layer by expert, as an ARIA grid with one tab stop: arrows move, Enter puts the cell in focus. */
export function Heatmap({ views, row, expert, onPoint, children }: Props) {
  const app = useApp();
  const grid = useRef<HTMLDivElement>(null);
  const { ref, width } = useSize<HTMLDivElement>();
  const room = { phone: useMedia(PHONE), short: useShort(), big: useMedia(PROJECTOR) };
  const fast = useAppState((state) => state.run.status !== 'idle' || (state.playback.playing && state.playback.speed >= 4));
  const focusView = views[row];
  const experts = focusView?.experts ?? 0;
  const home: HeatCell = { row, expert: expert ?? focusView?.chosen[0] ?? 0 };
  const [cursor, setCursor] = useState<HeatCell>();
  const at = cursor ?? home;
  const size = cellSize(width, views.length, experts, room);

  const move = (to: HeatCell): void => {
    const next = { row: Math.min(views.length - 1, Math.max(0, to.row)), expert: Math.min(experts - 1, Math.max(0, to.expert)) };
    setCursor(next);
    onPoint(next);
    grid.current?.querySelector<HTMLElement>(`[data-cell="${next.row}.${next.expert}"]`)?.focus();
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const target = heatTarget(event.key, at, experts);
    if (target !== undefined) {
      event.preventDefault();
      move(target);
    } else if (event.key === 'Enter' || event.key === ' ') {
      event.preventDefault();
      focusLayer(app, at.row, at.expert);
    }
  };
  const style = { '--experts': experts, '--cell-w': `${size.width}px`, '--cell-h': `${size.height}px` } as CSSProperties;
  const tight = size.width < 16 || size.height < 18;
  const many = views.length * experts > MANY;
  return (
    <div ref={ref} style={style} data-keys="grid">
      <div
        ref={grid}
        className={`heat${fast ? ' fast' : ''}${tight ? ' tight' : ''}${many ? ' many' : ''}`}
        role="grid"
        tabIndex={-1}
        id="routing-table"
        aria-label={strings.heat.grid}
        aria-rowcount={views.length + 1}
        aria-colcount={experts + 2}
        onKeyDown={onKeyDown}
        onPointerLeave={() => onPoint(undefined)}
        onBlur={(event) => {
          if (event.currentTarget.contains(event.relatedTarget)) return;
          setCursor(undefined);
          onPoint(undefined);
        }}
      >
        <HeatHead experts={experts} cellWidth={size.width} chosen={focusView?.chosen ?? []} />
        {views.map((view) => (
          <HeatRow
            key={view.row}
            view={view}
            inFocus={view.row === row}
            cursor={at.row === view.row ? at.expert : undefined}
            figures={!room.phone && size.width >= 24 && size.height >= 18}
            onPoint={onPoint}
          />
        ))}
      </div>
      <div className="heat-foot">
        <span />
        <div>{children}</div>
      </div>
    </div>
  );
}

function heatTarget(key: string, at: HeatCell, experts: number): HeatCell | undefined {
  switch (key) {
    case 'ArrowLeft':
      return { ...at, expert: at.expert - 1 };
    case 'ArrowRight':
      return { ...at, expert: at.expert + 1 };
    case 'ArrowUp':
      return { ...at, row: at.row - 1 };
    case 'ArrowDown':
      return { ...at, row: at.row + 1 };
    case 'PageUp':
      return { ...at, expert: at.expert - PAGE };
    case 'PageDown':
      return { ...at, expert: at.expert + PAGE };
    case 'Home':
      return { ...at, expert: 0 };
    case 'End':
      return { ...at, expert: experts - 1 };
    default:
      return undefined;
  }
}

function HeatHead({ experts, cellWidth, chosen }: { readonly experts: number; readonly cellWidth: number; readonly chosen: readonly number[] }) {
  const unit = useAppState((state) => state.view.unit);
  const every = Math.max(1, 2 ** Math.ceil(Math.log2(18 / cellWidth)));
  return (
    <div role="row">
      <span className="hd" role="columnheader">
        <span className="vh">{strings.flow.layer}</span>
      </span>
      {Array.from({ length: experts }, (_, e) => {
        const on = chosen.includes(e);
        const crowded = e % every !== 0;
        return (
          <span key={e} role="columnheader" className={on ? 'hd on' : 'hd'} aria-label={strings.sentence.expert(e)}>
            {crowded ? '' : e}
          </span>
        );
      })}
      <span role="columnheader" className="hd end">
        {unit}
      </span>
    </div>
  );
}
