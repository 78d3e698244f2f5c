import { useRef, useState, type KeyboardEvent } from 'react';
import { strings } from '../../state/strings';
import { formatShare } from '../../viz/format';
import { figureTurns, magnitudeColour } from '../../viz/scale';

export interface OmegaRow {
  /** Number of the layer in the model. */
  readonly layer: number;
  /** Distribution over all experts before and after. [E] */
  readonly before: ArrayLike<number>;
  readonly after: ArrayLike<number>;
  /** Experts inside the cut, likeliest first. */
  readonly chosenBefore: readonly number[];
  readonly chosenAfter: readonly number[];
}

interface Props {
  readonly rows: readonly OmegaRow[];
  readonly experts: number;
  /** Cell width, px. */
  readonly cell: number;
}

const SIDES = ['before', 'after'] as const;
/** Narrower cells have no room for a number, px. */
const FIGURE = 22;
type Side = (typeof SIDES)[number];

/** The distributions of the chosen layers before and after, one grid each; the experts inside the cut are outlined. Arrows go from cell to cell and across the two. */
export function OmegaHeat({ rows, experts, cell }: Props) {
  const root = useRef<HTMLDivElement>(null);
  const [cursor, setCursor] = useState<{ readonly side: Side; readonly row: number; readonly expert: number }>({ side: 'before', row: 0, expert: 0 });
  const row = Math.min(cursor.row, rows.length - 1);
  const move = (event: KeyboardEvent): void => {
    const next = moved({ ...cursor, row }, event.key, rows.length, experts);
    if (next === undefined) return;
    event.preventDefault();
    setCursor(next);
    root.current?.querySelector<HTMLElement>(`[data-omega="${next.side}.${next.row}.${next.expert}"]`)?.focus();
  };
  return (
    <div ref={root} className="omegas" style={{ ['--experts' as string]: experts, ['--omega-w' as string]: `${cell}px` }} onKeyDown={move}>
      {SIDES.map((side) => (
        <div key={side} className="omega" role="grid" aria-label={strings.remix.omega.grid[side]}>
          <div role="row">
            <span role="columnheader" className="hd first">
              {strings.remix.omega[side]}
            </span>
            {Array.from({ length: experts }, (_, e) => (
              <span key={e} role="columnheader" className="hd" aria-label={strings.sentence.expert(e)}>
                {cell >= 16 || e % 4 === 0 ? e : ''}
              </span>
            ))}
          </div>
          {rows.map((line, r) => (
            <div key={line.layer} role="row">
              <span role="rowheader" className="rl">
                {strings.heat.layer(line.layer)}
              </span>
              {Array.from({ length: experts }, (_, e) => (
                <Cell key={e} line={line} side={side} expert={e} figure={cell >= FIGURE} at={`${side}.${r}.${e}`} reached={cursor.side === side && row === r && cursor.expert === e} onFocus={() => setCursor({ side, row: r, expert: e })} />
              ))}
            </div>
          ))}
        </div>
      ))}
    </div>
  );
}

function Cell({ line, side, expert, figure, at, reached, onFocus }: { readonly line: OmegaRow; readonly side: Side; readonly expert: number; readonly figure: boolean; readonly at: string; readonly reached: boolean; readonly onFocus: () => void }) {
  const value = line[side][expert] ?? 0;
  const chosen = side === 'before' ? line.chosenBefore : line.chosenAfter;
  const rank = chosen.indexOf(expert);
  const turns = figureTurns(value);
  const changed = side === 'after' && (rank >= 0) !== line.chosenBefore.includes(expert);
  const classes = ['ocell', rank === 0 ? 'k1' : rank > 0 ? 'k2' : '', changed ? 'crossed' : '', turns.light ? 'turn-l' : '', turns.dark ? 'turn-d' : ''];
  return (
    <span role="gridcell" className={classes.filter((name) => name !== '').join(' ')} tabIndex={reached ? 0 : -1} data-omega={at} aria-label={omegaSentence(line, expert)} title={omegaSentence(line, expert)} onFocus={onFocus}>
      <i style={{ backgroundColor: magnitudeColour(value) }}>{rank >= 0 && figure ? formatShare(value) : ''}</i>
    </span>
  );
}

/** What a cell of either side says. */
export function omegaSentence(line: OmegaRow, expert: number): string {
  const [was, is] = [line.chosenBefore.includes(expert), line.chosenAfter.includes(expert)];
  const crossing = was === is ? (is ? 'stays' : 'out') : is ? 'enters' : 'leaves';
  return strings.remix.omega.sentence(line.layer, expert, formatShare(line.before[expert] ?? 0, 3), formatShare(line.after[expert] ?? 0, 3), crossing);
}

function moved({ side, row, expert }: { readonly side: Side; readonly row: number; readonly expert: number }, key: string, rows: number, experts: number): { readonly side: Side; readonly row: number; readonly expert: number } | undefined {
  switch (key) {
    case 'ArrowRight':
      return expert < experts - 1 ? { side, row, expert: expert + 1 } : { side: 'after', row, expert: side === 'before' ? 0 : expert };
    case 'ArrowLeft':
      return expert > 0 ? { side, row, expert: expert - 1 } : { side: 'before', row, expert: side === 'after' ? experts - 1 : expert };
    case 'ArrowDown':
      return row < rows - 1 ? { side, row: row + 1, expert } : { side: 'after', row: side === 'before' ? 0 : row, expert };
    case 'ArrowUp':
      return row > 0 ? { side, row: row - 1, expert } : { side: 'before', row: side === 'after' ? rows - 1 : row, expert };
    case 'Home':
      return { side, row, expert: 0 };
    case 'End':
      return { side, row, expert: experts - 1 };
    default:
      return undefined;
  }
}
