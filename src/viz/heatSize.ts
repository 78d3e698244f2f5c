/** Sizes of the routing table: whole pixels, so that no cell is blurred and none is wider than its neighbour. */

export interface HeatRoom {
  /** Inner width of the panel, px. */
  readonly width: number;
  readonly layers: number;
  readonly experts: number;
  readonly screen: 'phone' | 'tight' | 'docked' | 'low' | 'normal' | 'big';
  /** No room for the row in large, e.g. because a panel of the dock is open. */
  readonly plain?: boolean;
}

export interface HeatSize {
  readonly cellWidth: number;
  readonly cellHeight: number;
  /** Columns of row names and of the gutter, px. */
  readonly names: number;
  readonly gutter: number;
  /** More cells than elements can carry at one frame a token: drawn on a canvas. */
  readonly canvas: boolean;
  /** Cells are too narrow to hit or to read, so the row under the pointer is shown in large. */
  readonly magnify: boolean;
  /** Chosen cells carry their figure. */
  readonly figures: boolean;
}

/** Above this many cells the table is one canvas. */
const MOST_ELEMENTS = 1_000;
/** Narrower cells are no target for a pointer. */
const TARGET = 24;
/** Rows up to which each keeps its name, and the height that the name needs, px. */
const FEW = 12;
const NAMED = 15;
const HEIGHT = { phone: 240, tight: 152, docked: 200, low: 256, normal: 296, big: 360 } as const;
const TALLEST = { phone: 20, tight: 19, docked: 24, low: 32, normal: 36, big: 44 } as const;

export function heatSize({ width, layers, experts, screen, plain = false }: HeatRoom): HeatSize {
  const names = screen === 'phone' ? 28 : 34;
  const gutter = screen === 'phone' ? 26 : 40;
  const cellWidth = Math.max(2, Math.min(screen === 'big' ? 44 : 36, Math.floor((width - names - gutter) / Math.max(1, experts))));
  const magnify = screen !== 'phone' && !plain && experts > 0 && cellWidth < TARGET;
  const room = HEIGHT[screen] - (magnify ? (screen === 'low' && experts <= 16 ? 80 : 120) : 0);
  // On a low page few rows stay high enough for their names.
  const least = screen !== 'normal' && screen !== 'big' && layers <= FEW ? NAMED : 3;
  const cellHeight = Math.max(least, Math.min(TALLEST[screen], Math.floor(room / Math.max(1, layers))));
  return {
    cellWidth,
    cellHeight,
    names,
    gutter,
    canvas: layers * experts > MOST_ELEMENTS,
    magnify,
    figures: screen !== 'phone' && cellWidth >= 24 && cellHeight >= 18,
  };
}

/** Columns and cell height of the magnified row: 16 to a line, and one line of text a cell where there are many. */
export function magnifierSize(width: number, experts: number): { readonly columns: number; readonly cellWidth: number; readonly cellHeight: number } {
  const columns = Math.min(16, Math.max(1, experts));
  return { columns, cellWidth: Math.max(20, Math.min(34, Math.floor(width / columns))), cellHeight: experts > 64 ? 20 : 30 };
}

/** Every n-th name fits: n is a power of two. */
export function labelEvery(step: number, needed: number): number {
  return Math.max(1, 2 ** Math.ceil(Math.log2(needed / step)));
}
