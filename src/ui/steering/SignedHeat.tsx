import { useRef, useState, type KeyboardEvent } from 'react';
import { localised } from '../../base/numerals';
import { strings } from '../../state/strings';
import { signedColour, signedGradient, signedTicks, signedTurns } from '../../viz/signed';

export interface SignedRow {
  /** Number of the layer in the model. */
  readonly layer: number;
  /** One for each expert. [E] */
  readonly values: ArrayLike<number>;
}

export interface SignedHeatProps {
  readonly rows: readonly SignedRow[];
  /** Full colour from this value on, both ways. */
  readonly domain: number;
  /** Cell width, px. */
  readonly cell: number;
  readonly label: string;
  /** What a cell says. */
  readonly sentence: (layer: number, expert: number, value: number) => string;
  /** What stands on a cell that has room for it. */
  readonly figure?: (value: number) => string;
  /** Values that lie outside the scale: drawn as an empty cell. */
  readonly blank?: (value: number) => boolean;
  readonly outlined?: (layer: number, expert: number) => boolean;
  /** Absent where a cell does nothing. */
  readonly onPick?: (layer: number, expert: number) => void;
}

/** Narrower cells have no room for a number, px. */
const FIGURE = 24;
const GRADIENT = signedGradient();

/** Layers by experts with a signed value each, and the scale below. Arrows go from cell to cell; Enter takes one where that does something. */
export function SignedHeat({ rows, domain, cell, label, sentence, figure, blank, outlined, onPick }: SignedHeatProps) {
  const root = useRef<HTMLDivElement>(null);
  const [cursor, setCursor] = useState({ row: 0, expert: 0 });
  const experts = rows[0]?.values.length ?? 0;
  const row = Math.min(cursor.row, rows.length - 1);
  const onKey = (event: KeyboardEvent): void => {
    const at = { row, expert: cursor.expert };
    if (onPick !== undefined && (event.key === 'Enter' || event.key === ' ')) {
      event.preventDefault();
      onPick(rows[row]?.layer ?? row, cursor.expert);
      return;
    }
    const next = movedCell(at, event.key, rows.length, experts);
    if (next === undefined) return;
    event.preventDefault();
    setCursor(next);
    root.current?.querySelector<HTMLElement>(`[data-signed="${next.row}.${next.expert}"]`)?.focus();
  };
  return (
    <div className="sheat" style={{ ['--experts' as string]: experts, ['--omega-w' as string]: `${cell}px` }}>
      <div ref={root} className="omega" role="grid" aria-label={label} onKeyDown={onKey}>
        <div role="row">
          <span role="columnheader" className="hd first" aria-label={strings.steering.layer} />
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
            {Array.from({ length: experts }, (_, e) => {
              const value = line.values[e] ?? 0;
              const empty = blank?.(value) === true;
              const turns = empty ? { light: false, dark: false } : signedTurns(value, domain);
              const on = outlined?.(line.layer, e) === true;
              const says = sentence(line.layer, e, value);
              return (
                <span
                  key={e}
                  role="gridcell"
                  className={`ocell${on ? ' k1' : ''}${turns.light ? ' turn-l' : ''}${turns.dark ? ' turn-d' : ''}${onPick === undefined ? '' : ' pick'}`}
                  tabIndex={row === r && cursor.expert === e ? 0 : -1}
                  data-signed={`${r}.${e}`}
                  data-value={value.toFixed(4)}
                  aria-label={says}
                  {...(onPick === undefined ? {} : { 'aria-selected': on, onClick: () => onPick(line.layer, e) })}
                  title={says}
                  onFocus={() => setCursor({ row: r, expert: e })}
                >
                  {empty ? <i className="never" /> : <i style={{ backgroundColor: signedColour(value, domain) }}>{cell >= FIGURE && figure !== undefined ? figure(value) : ''}</i>}
                </span>
              );
            })}
          </div>
        ))}
      </div>
      <div className="scale" aria-hidden="true">
        <div className="bar" style={{ background: GRADIENT }} />
        {signedTicks(domain).map(({ at, value }) => (
          <span key={value} className="tk" style={{ left: `${100 * at}%` }}>
            {tick(value)}
          </span>
        ))}
      </div>
    </div>
  );
}

function tick(value: number): string {
  return value === 0 ? '0' : `${value > 0 ? '+' : '\u2212'}${localised(String(Number(Math.abs(value).toPrecision(3))).replace(/^0\./, '.'))}`;
}

interface Cell {
  readonly row: number;
  readonly expert: number;
}

function movedCell({ row, expert }: Cell, key: string, rows: number, experts: number): Cell | undefined {
  switch (key) {
    case 'ArrowRight':
      return { row, expert: Math.min(experts - 1, expert + 1) };
    case 'ArrowLeft':
      return { row, expert: Math.max(0, expert - 1) };
    case 'ArrowDown':
      return { row: Math.min(rows - 1, row + 1), expert };
    case 'ArrowUp':
      return { row: Math.max(0, row - 1), expert };
    case 'Home':
      return { row, expert: 0 };
    case 'End':
      return { row, expert: experts - 1 };
    default:
      return undefined;
  }
}
