import { useEffect, useLayoutEffect, useRef, useState } from 'react';
import { patch } from '../state/app';
import { MOST_GROUP, setGroup } from '../state/group';
import { strings } from '../state/strings';
import { frameOf, frameSize, placesIn, type Frame, type Place } from '../viz/frame';
import { useApp } from './context';
import type { HeatCell } from './heatCell';

export interface Lasso {
  /** The cells framed so far; undefined where there are none. */
  readonly frame: Frame | undefined;
  /** A pointer goes down on a cell: with a second cell it becomes a frame. Fingers scroll instead. */
  readonly down: (cell: HeatCell | undefined, pointer: string) => void;
  readonly over: (cell: HeatCell | undefined) => void;
  /** True once after a drag: the click that ends it is none. */
  readonly dragged: () => boolean;
  /** Frames from the cell where Shift was first held to this one. */
  readonly extend: (from: HeatCell, to: HeatCell) => void;
  /** Sets the framed experts against each other; false where nothing is framed. */
  readonly finish: () => boolean;
  /** Takes the frame away; false where there is none. */
  readonly clear: () => boolean;
}

/** A frame of cells in the routing table, by dragging or by Shift and the arrows. Its experts go to Co-activation. */
export function useLasso(order: readonly number[], layers: readonly number[]): Lasso {
  const app = useApp();
  const [frame, setFrame] = useState<Frame>();
  const anchor = useRef<Place>(undefined);
  const state = useRef<'idle' | 'down' | 'dragging' | 'ended'>('idle');

  const place = ({ row, expert }: HeatCell): Place => ({ row, column: order.indexOf(expert) });
  const finish = (): boolean => {
    if (frame === undefined) return false;
    setFrame(undefined);
    anchor.current = undefined;
    setGroup(app, placesIn(frame).flatMap(({ row, column }) => {
      const [layer, expert] = [layers[row], order[column]];
      return layer === undefined || expert === undefined ? [] : [{ layer, expert }];
    }));
    return true;
  };
  // The pointer may be let go anywhere.
  const done = useRef(finish);
  useLayoutEffect(() => {
    done.current = finish;
  });
  useEffect(() => {
    const up = (): void => {
      const dragging = state.current === 'dragging';
      state.current = dragging ? 'ended' : 'idle';
      if (dragging) done.current();
    };
    const cancel = (): void => {
      state.current = 'idle';
      setFrame(undefined);
    };
    document.addEventListener('pointerup', up);
    document.addEventListener('pointercancel', cancel);
    return () => {
      document.removeEventListener('pointerup', up);
      document.removeEventListener('pointercancel', cancel);
    };
  }, []);

  return {
    frame,
    down: (cell, pointer) => {
      state.current = cell === undefined || pointer === 'touch' ? 'idle' : 'down';
      anchor.current = cell === undefined ? undefined : place(cell);
      setFrame(undefined);
    },
    over: (cell) => {
      if (cell === undefined || anchor.current === undefined || (state.current !== 'down' && state.current !== 'dragging')) return;
      const to = place(cell);
      if (state.current === 'down' && to.row === anchor.current.row && to.column === anchor.current.column) return;
      state.current = 'dragging';
      setFrame(frameOf(anchor.current, to));
    },
    dragged: () => {
      const was = state.current === 'ended';
      state.current = 'idle';
      return was;
    },
    extend: (from, to) => {
      if (frame === undefined || anchor.current === undefined) anchor.current = place(from);
      const next = frameOf(anchor.current, place(to));
      setFrame(next);
      const { rows, columns } = frameSize(next);
      patch(app, 'view', { announcement: strings.heat.group.framed(rows, columns, MOST_GROUP) });
    },
    finish,
    clear: () => {
      if (frame === undefined) return false;
      anchor.current = undefined;
      setFrame(undefined);
      return true;
    },
  };
}
