import { useId, type KeyboardEvent } from 'react';

export interface MatrixCell {
  /** Experts, not places. */
  readonly i: number;
  readonly j: number;
}

interface Props {
  /** Ids along both axes, in the order drawn. [E] */
  readonly order: readonly number[];
  /** Value of (i, j) at `i * E + j`; NaN where there is none. [E, E] */
  readonly values: ArrayLike<number>;
  readonly colour: (value: number) => string;
  readonly left: number;
  readonly cellWidth: number;
  readonly cellHeight: number;
  readonly active: MatrixCell | undefined;
  /** Row that stands for the expert in focus. */
  readonly focus: number | undefined;
  readonly label: string;
  readonly name: (expert: number) => string;
  /** What stands above a column; the id where absent. */
  readonly short?: (expert: number) => string;
  /** Places before which another layer begins. */
  readonly parts?: readonly number[];
  readonly sentence: (cell: MatrixCell) => string;
  readonly onPoint: (cell: MatrixCell | undefined) => void;
  readonly onChoose: (cell: MatrixCell) => void;
}

const TOP = 16;
const PAGE = 8;
/** Cells beyond which only the one in question is an element of its own. */
const MANY = 1_100;

/** Where a key leads from a place in the drawn order; undefined for other keys. */
export function matrixTarget(key: string, row: number, column: number, size: number): readonly [row: number, column: number] | undefined {
  const clamp = (at: number): number => Math.min(size - 1, Math.max(0, at));
  switch (key) {
    case 'ArrowLeft':
      return [row, clamp(column - 1)];
    case 'ArrowRight':
      return [row, clamp(column + 1)];
    case 'ArrowUp':
      return [clamp(row - 1), column];
    case 'ArrowDown':
      return [clamp(row + 1), column];
    case 'PageUp':
      return [row, clamp(column - PAGE)];
    case 'PageDown':
      return [row, clamp(column + PAGE)];
    case 'Home':
      return [row, 0];
    case 'End':
      return [row, size - 1];
    default:
      return undefined;
  }
}

/** Expert by expert, as an ARIA grid with one tab stop. The diagonal says nothing and stays blank. */
export function MatrixChart(props: Props) {
  const { order, values, colour, left, cellWidth, cellHeight, active, focus, label, name, short = String, parts = [], sentence, onPoint, onChoose } = props;
  const id = useId();
  const size = order.length;
  const many = size * size > MANY;
  const every = Math.max(1, 2 ** Math.ceil(Math.log2(18 / cellWidth)));
  const tall = Math.max(1, 2 ** Math.ceil(Math.log2(12 / cellHeight)));
  const gap = cellWidth >= 12 ? 1 : 0.5;
  const place = active === undefined ? undefined : ([order.indexOf(active.i), order.indexOf(active.j)] as const);
  const cellAt = (row: number, column: number): MatrixCell => ({ i: order[row] ?? 0, j: order[column] ?? 0 });
  const box = (row: number, column: number) => ({ x: left + column * cellWidth + gap / 2, y: TOP + row * cellHeight + gap / 2, width: cellWidth - gap, height: cellHeight - gap });
  const value = ({ i, j }: MatrixCell): number => values[i * size + j] ?? Number.NaN;

  const onKeyDown = (event: KeyboardEvent): void => {
    const [row, column] = place ?? [0, 1];
    const to = matrixTarget(event.key, row, column, size);
    if (to !== undefined) {
      event.preventDefault();
      onPoint(cellAt(...to));
    } else if (event.key === 'Enter' || event.key === ' ') {
      event.preventDefault();
      onChoose(cellAt(row, column));
    }
  };
  const cell = (row: number, column: number) => {
    const at = cellAt(row, column);
    const blank = at.i === at.j || !Number.isFinite(value(at));
    return (
      <rect
        key={column}
        id={`${id}-${row}-${column}`}
        role="gridcell"
        aria-label={sentence(at)}
        aria-colindex={column + 2}
        data-pair={`${at.i}.${at.j}`}
        {...box(row, column)}
        rx={cellWidth >= 12 ? 2 : 0}
        className={blank ? 'mx-blank' : undefined}
        style={blank ? undefined : { fill: colour(value(at)) }}
      />
    );
  };
  return (
    <svg
      className="matrix"
      role="grid"
      tabIndex={0}
      aria-label={label}
      aria-rowcount={size + 1}
      aria-colcount={size + 1}
      aria-activedescendant={place === undefined ? undefined : `${id}-${place[0]}-${place[1]}`}
      width={left + size * cellWidth + 2}
      height={TOP + size * cellHeight + 2}
      onKeyDown={onKeyDown}
      onFocus={() => {
        if (active === undefined) onPoint(cellAt(focus === undefined ? 0 : Math.max(0, order.indexOf(focus)), 0));
      }}
      onBlur={() => onPoint(undefined)}
      onPointerLeave={() => onPoint(undefined)}
      onPointerMove={(event) => {
        const rect = event.currentTarget.getBoundingClientRect();
        const column = Math.floor((event.clientX - rect.x - left) / cellWidth);
        const row = Math.floor((event.clientY - rect.y - TOP) / cellHeight);
        const inside = column >= 0 && column < size && row >= 0 && row < size;
        const at = cellAt(row, column);
        if (!inside) onPoint(undefined);
        else if (at.i !== active?.i || at.j !== active.j) onPoint(at);
      }}
      onClick={() => {
        if (active !== undefined) onChoose(active);
      }}
    >
      <g role="row" aria-rowindex={1}>
        <text role="columnheader" aria-label="i" x={0} y={10} />
        {order.map((expert, column) => (
          <text key={expert} role="columnheader" aria-label={name(expert)} x={left + (column + 0.5) * cellWidth} y={10} textAnchor="middle" className={active?.j === expert ? 'on' : undefined}>
            {column % every === 0 || active?.j === expert ? short(expert) : ''}
          </text>
        ))}
      </g>
      {many && <ManyCells order={order} value={value} colour={colour} box={box} />}
      {order.map((expert, row) => (
        <g key={expert} role="row" aria-rowindex={row + 2}>
          <text role="rowheader" aria-label={name(expert)} x={left - 8} y={TOP + (row + 0.5) * cellHeight + 4} textAnchor="end" className={active?.i === expert || focus === expert ? 'on' : undefined}>
            {active?.i === expert || (row % tall === 0 && (place === undefined || Math.abs(place[0] - row) >= tall)) ? name(expert) : ''}
          </text>
          {many ? place?.[0] === row && cell(row, place[1]) : order.map((_, column) => cell(row, column))}
        </g>
      ))}
      {parts.map((at) => (
        <path key={at} className="mx-part" aria-hidden="true" d={`M${left + at * cellWidth} ${TOP}v${size * cellHeight}M${left} ${TOP + at * cellHeight}h${size * cellWidth}`} />
      ))}
      {place !== undefined && <rect className="mx-ring" {...box(place[0], place[1])} rx={2} aria-hidden="true" />}
    </svg>
  );
}

/** Large matrices: one path for all cells of a colour, so that 64 by 64 cells are some thirty elements. */
function ManyCells({ order, value, colour, box }: { readonly order: readonly number[]; readonly value: (cell: MatrixCell) => number; readonly colour: (value: number) => string; readonly box: (row: number, column: number) => { readonly x: number; readonly y: number; readonly width: number; readonly height: number } }) {
  const paths = new Map<string, string[]>();
  for (const [row, i] of order.entries()) {
    for (const [column, j] of order.entries()) {
      const v = value({ i, j });
      const key = i === j || !Number.isFinite(v) ? '' : colour(Math.round(v * 32) / 32);
      const { x, y, width, height } = box(row, column);
      const path = paths.get(key) ?? [];
      path.push(`M${x} ${y}h${width}v${height}h${-width}z`);
      paths.set(key, path);
    }
  }
  return (
    <g aria-hidden="true">
      {[...paths].map(([key, path]) => (
        <path key={key} d={path.join('')} className={key === '' ? 'mx-blank' : undefined} style={key === '' ? undefined : { fill: key }} />
      ))}
    </g>
  );
}
