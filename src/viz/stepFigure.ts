/** Geometry of the steps: a histogram and one row a step below it, on one x axis of first-token entropy. */
import { scaleLinear } from 'd3';
import type { EntropyUnit } from './format';

export interface StepFigureInput {
  /** First-token entropies of everything that is drawn, in the unit of the screen. */
  readonly values: ArrayLike<number>;
  readonly unit: EntropyUnit;
  readonly width: number;
  /** Widths of the tokens of each row, px. */
  readonly tokens: readonly (readonly number[])[];
}

export interface TokenPlace {
  readonly x: number;
  readonly width: number;
  /** Line inside the row, from 0. */
  readonly line: number;
}

export interface RowPlace {
  readonly top: number;
  readonly height: number;
  /** Middle of the lollipop. */
  readonly middle: number;
  /** Top of the tokens' first line. */
  readonly text: number;
  readonly tokens: readonly TokenPlace[];
}

export interface StepFigureLayout {
  readonly width: number;
  readonly height: number;
  /** Little room: tokens stand under the lollipop. */
  readonly narrow: boolean;
  /** Position of an entropy in the unit of the screen; larger ones stand at the end. */
  readonly x: (value: number) => number;
  /** The entropy at a position. */
  readonly invert: (x: number) => number;
  /** Upper end of the axis. */
  readonly top: number;
  readonly ticks: readonly number[];
  readonly left: number;
  readonly right: number;
  /** Base line of the histogram. */
  readonly base: number;
  /** Where the column of writers begins. */
  readonly writer: number;
  /** Where the tokens begin. */
  readonly text: number;
  readonly head: number;
  readonly rows: readonly RowPlace[];
}

const PLOT_HEIGHT = 122;
const HEAD = 52;
const ROW = 68;
/** From one line of tokens to the next, px. */
export const LINE = 58;
const NARROW = 620;
const LEAST_TOP = { bits: 4, nats: 3 } as const;
const MOST_TOP = { bits: 12, nats: 8.4 } as const;
const TOKEN_PAD = 7;
const LEAST_TOKEN = 24;
const MEAN = 64;

/** Width of a token in a row, from the width of its text. */
function tokenWidth(text: number): number {
  return Math.max(LEAST_TOKEN, Math.ceil(text + TOKEN_PAD));
}

/** Puts tokens side by side, and on the next line where one is full. */
function wrapTokens(widths: readonly number[], from: number, to: number): readonly TokenPlace[] {
  let [x, line] = [from, 0];
  return widths.map((text) => {
    const width = tokenWidth(text);
    if (x > from && x + width > to) [x, line] = [from, line + 1];
    const place = { x, width, line };
    x += width;
    return place;
  });
}

/** Where everything stands. The axis ends at the first whole number that holds all values. */
export function stepFigure({ values, unit, width, tokens }: StepFigureInput): StepFigureLayout {
  const narrow = width < NARROW;
  const [left, span] = narrow ? [24, width - 24 - 96] : [44, width > 880 ? 320 : Math.min(320, Math.max(200, width * 0.29))];
  let most = 0;
  for (let i = 0; i < values.length; i += 1) if (Number.isFinite(values[i])) most = Math.max(most, values[i] ?? 0);
  const top = Math.min(MOST_TOP[unit], Math.max(LEAST_TOP[unit], Math.ceil(most)));
  const scale = scaleLinear().domain([0, top]).range([left, left + span]).clamp(true);
  const writer = left + span + (narrow ? 24 : 40);
  const text = narrow ? left : writer + 88;
  const end = narrow ? width : width - MEAN;
  let y = PLOT_HEIGHT + (narrow ? 34 : HEAD);
  const rows = tokens.map((widths): RowPlace => {
    const places = wrapTokens(widths, text, end);
    const lines = Math.max(1, (places.at(-1)?.line ?? 0) + 1);
    const height = narrow ? 40 + LINE * lines + 10 : ROW + LINE * (lines - 1);
    const row = { top: y, height, middle: y + (narrow ? 22 : ROW / 2), text: y + (narrow ? 40 : 0), tokens: places };
    y += height;
    return row;
  });
  return {
    width,
    height: y + 1,
    narrow,
    x: (value) => scale(value),
    invert: (x) => scale.invert(x),
    top,
    ticks: scale.ticks(Math.min(6, Math.ceil(top))).filter(Number.isInteger),
    left,
    right: left + span,
    base: PLOT_HEIGHT,
    writer,
    text,
    head: PLOT_HEIGHT + (narrow ? 34 : HEAD),
    rows,
  };
}
