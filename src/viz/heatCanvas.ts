/**
 * The routing table on a canvas, for tables with too many cells to be elements: one pixel a cell, enlarged without
 * smoothing, then gaps, marks of the states that are no value, outlines of the chosen, and slots.
 */
import { rampTable, readHex } from './ramp';
import { SLOT_DASHES } from './slots';

/** What a cell is when it has no value on the scale. */
export const MARKS = { value: 0, off: 1, unknown: 2, never: 3 } as const;

export interface HeatPicture {
  readonly rows: number;
  readonly experts: number;
  /** Whole px. */
  readonly cellWidth: number;
  readonly cellHeight: number;
  /** Place on the scale, 0 to 1. [rows, experts] */
  readonly values: Float64Array;
  /** One of MARKS. [rows, experts] */
  readonly marks: Uint8Array;
  /** Rank among the chosen, -1 for the others. [rows, experts] */
  readonly ranks: Int8Array;
  /** Column of each expert, fractional while columns move. [experts] */
  readonly columns: Float64Array;
  readonly slots: readonly { readonly row: number; readonly expert: number; readonly slot: number }[];
  readonly focusRow: number;
}

export interface HeatPalette {
  /** Colours along the scale, from its low to its high end, `#rrggbb`. */
  readonly ramp: readonly string[];
  readonly ink: string;
  readonly soft: string;
  readonly faint: string;
  readonly paper: string;
  /** Of the slots a to h. */
  readonly slots: readonly string[];
}

/** The part of a 2D context that is drawn with. */
export type HeatContext = Pick<
  CanvasRenderingContext2D,
  'fillStyle' | 'strokeStyle' | 'lineWidth' | 'imageSmoothingEnabled' | 'fillRect' | 'strokeRect' | 'clearRect' | 'drawImage' | 'beginPath' | 'moveTo' | 'lineTo' | 'stroke' | 'setLineDash' | 'setTransform'
>;

/** Room around the cells for outlines, px. */
export const HEAT_PAD = 2;

/** Cells from this many px on are parted by a gap and can carry a hatch. */
const ROOMY = 5;

/** One pixel a cell in id order, as RGBA bytes; cells without a value are paper. [4 rows experts] */
export function heatPixels({ rows, experts, values, marks }: HeatPicture, palette: HeatPalette): Uint8ClampedArray<ArrayBuffer> {
  const table = rampTable(palette.ramp);
  const paper = readHex(palette.paper).map((part) => Math.round(255 * part));
  const pixels = new Uint8ClampedArray(4 * rows * experts);
  for (let cell = 0; cell < rows * experts; cell += 1) {
    if (marks[cell] !== MARKS.value) pixels.set([...paper, 255], 4 * cell);
    else {
      const at = 4 * Math.round(255 * Math.min(1, Math.max(0, values[cell] ?? 0)));
      pixels.set(table.subarray(at, at + 4), 4 * cell);
    }
  }
  return pixels;
}

/** Draws the table; `image` is the picture's `heatPixels` on a canvas of `experts` by `rows` pixels. */
export function drawHeat(context: HeatContext, picture: HeatPicture, palette: HeatPalette, image: CanvasImageSource, ratio: number): void {
  const { rows, experts, cellWidth: w, cellHeight: h, columns } = picture;
  const [width, height] = [experts * w, rows * h];
  context.setTransform(ratio, 0, 0, ratio, HEAT_PAD * ratio, HEAT_PAD * ratio);
  context.clearRect(-HEAT_PAD, -HEAT_PAD, width + 2 * HEAT_PAD, height + 2 * HEAT_PAD);
  context.imageSmoothingEnabled = false;
  for (let expert = 0; expert < experts; expert += 1) context.drawImage(image, expert, 0, 1, rows, (columns[expert] ?? expert) * w, 0, w, height);
  if (w >= ROOMY && h >= ROOMY) drawGaps(context, picture, palette);
  drawMarks(context, picture, palette);
  drawChosen(context, picture, palette);
  drawFocus(context, picture, palette);
  drawSlots(context, picture, palette);
}

function drawGaps(context: HeatContext, { rows, experts, cellWidth: w, cellHeight: h }: HeatPicture, { paper }: HeatPalette): void {
  context.fillStyle = paper;
  for (let row = 0; row < rows; row += 1) context.fillRect(0, (row + 1) * h - 1, experts * w, 1);
  for (let column = 0; column < experts; column += 1) context.fillRect((column + 1) * w - 1, 0, 1, rows * h);
}

function drawMarks(context: HeatContext, { rows, experts, cellWidth: w, cellHeight: h, marks, columns }: HeatPicture, { soft, faint }: HeatPalette): void {
  context.setLineDash([]);
  context.lineWidth = 1;
  const gap = w >= ROOMY && h >= ROOMY ? 1 : 0;
  for (let row = 0; row < rows; row += 1) {
    for (let expert = 0; expert < experts; expert += 1) {
      const mark = marks[row * experts + expert];
      if (mark === MARKS.value) continue;
      const x = (columns[expert] ?? expert) * w;
      const y = row * h;
      if (mark === MARKS.off) hatch(context, x, y, w - gap, h - gap, soft);
      else if (mark === MARKS.unknown) {
        context.fillStyle = faint;
        context.fillRect(x + Math.floor((w - gap) / 2), y + Math.floor((h - gap) / 2), 1, 1);
      } else {
        context.fillStyle = soft;
        const dash = Math.max(1, Math.floor((w - gap) / 2));
        context.fillRect(x + Math.floor((w - gap - dash) / 2), y + Math.floor((h - gap) / 2), dash, 1);
      }
    }
  }
}

/** A frame and its diagonals, which stay a hatch at any size. */
function hatch(context: HeatContext, x: number, y: number, w: number, h: number, colour: string): void {
  context.strokeStyle = colour;
  context.strokeRect(x + 0.5, y + 0.5, Math.max(1, w - 1), Math.max(1, h - 1));
  context.beginPath();
  for (let offset = 3; offset < w + h; offset += 3) {
    context.moveTo(x + Math.max(0, offset - h), y + Math.min(h, offset));
    context.lineTo(x + Math.min(w, offset), y + Math.max(0, offset - w));
  }
  context.stroke();
}

function drawChosen(context: HeatContext, { rows, experts, cellWidth: w, cellHeight: h, ranks, columns }: HeatPicture, { ink, soft }: HeatPalette): void {
  const gap = w >= ROOMY && h >= ROOMY ? 1 : 0;
  context.setLineDash([]);
  context.lineWidth = 1;
  for (let row = 0; row < rows; row += 1) {
    for (let expert = 0; expert < experts; expert += 1) {
      const rank = ranks[row * experts + expert] ?? -1;
      if (rank < 0) continue;
      context.strokeStyle = rank === 0 ? ink : soft;
      context.strokeRect((columns[expert] ?? expert) * w + 0.5, row * h + 0.5, Math.max(1, w - gap - 1), Math.max(1, h - gap - 1));
    }
  }
}

function drawFocus(context: HeatContext, { experts, rows, cellWidth: w, cellHeight: h, focusRow }: HeatPicture, { ink }: HeatPalette): void {
  if (focusRow < 0 || focusRow >= rows) return;
  context.fillStyle = ink;
  context.fillRect(0, focusRow * h - 1, experts * w, 1);
  context.fillRect(0, (focusRow + 1) * h - 1, experts * w, 1);
}

function drawSlots(context: HeatContext, { cellWidth: w, cellHeight: h, slots, columns }: HeatPicture, palette: HeatPalette): void {
  context.lineWidth = 2;
  for (const { row, expert, slot } of slots) {
    context.strokeStyle = palette.slots[slot] ?? palette.ink;
    context.setLineDash(w + h >= 24 ? [...(SLOT_DASHES[slot] ?? [])] : []);
    context.strokeRect((columns[expert] ?? expert) * w - 1, row * h - 1, w + 1, h + 1);
  }
  context.setLineDash([]);
}
