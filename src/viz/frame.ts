/** A frame of cells in a table: rows and columns from one corner to the other, both included. Columns count in the order drawn. */
export interface Place {
  readonly row: number;
  readonly column: number;
}

export interface Frame {
  readonly rows: readonly [first: number, last: number];
  readonly columns: readonly [first: number, last: number];
}

export function frameOf(a: Place, b: Place): Frame {
  const span = (x: number, y: number): readonly [number, number] => [Math.min(x, y), Math.max(x, y)];
  return { rows: span(a.row, b.row), columns: span(a.column, b.column) };
}

export function frameSize({ rows, columns }: Frame): { readonly rows: number; readonly columns: number } {
  return { rows: rows[1] - rows[0] + 1, columns: columns[1] - columns[0] + 1 };
}

/** The places inside, row by row. */
export function placesIn({ rows, columns }: Frame): readonly Place[] {
  const places: Place[] = [];
  for (let row = rows[0]; row <= rows[1]; row += 1) for (let column = columns[0]; column <= columns[1]; column += 1) places.push({ row, column });
  return places;
}

/** Sides of a place that have no neighbour in the set: the outline of any set of cells. */
export function openSides(places: readonly Place[]): readonly { readonly place: Place; readonly sides: readonly ('top' | 'right' | 'bottom' | 'left')[] }[] {
  const key = (row: number, column: number): string => `${row}.${column}`;
  const inside = new Set(places.map(({ row, column }) => key(row, column)));
  return places.map((place) => {
    const { row, column } = place;
    const around = { top: key(row - 1, column), right: key(row, column + 1), bottom: key(row + 1, column), left: key(row, column - 1) } as const;
    return { place, sides: (['top', 'right', 'bottom', 'left'] as const).filter((side) => !inside.has(around[side])) };
  });
}
