/** Geometry of the figure "inside one layer": lanes in id order, the cut, ribbons as wide as the mix. */
import { path, scaleLinear } from 'd3';

export interface FlowInput {
  readonly width: number;
  readonly experts: number;
  readonly lane: number;
  /** Gate probability of every expert; NaN where it is not known. [E] */
  readonly gate: ArrayLike<number>;
  /** Chosen experts in the order of selection. */
  readonly chosen: readonly number[];
  /** Mixing weight of each chosen expert. */
  readonly mix: readonly number[];
  /** Where the dashed line falls on the gate scale; undefined where there is no cut by probability. */
  readonly cut: number | undefined;
  /** A shared expert stands below the lanes. */
  readonly shared?: boolean;
}

export interface FlowLane {
  readonly expert: number;
  readonly y: number;
  readonly bar: number;
  readonly fan: string;
  /** Its number is written: chosen lanes first, the others where there is room. */
  readonly labelled: boolean;
}

export interface FlowRibbon {
  readonly expert: number;
  readonly rank: number;
  readonly y: number;
  readonly barWidth: number;
  /** From the bar to the expert's box. */
  readonly toExpert: string;
  /** From the box to the sum. */
  readonly toSum: string;
  readonly labelY: number;
  /** The weight's label does not stand on one of a higher rank. */
  readonly labelled: boolean;
}

export interface FlowGeometry {
  readonly width: number;
  readonly height: number;
  readonly token: { readonly x: number; readonly y: number; readonly width: number; readonly height: number };
  readonly labelX: number;
  readonly barX: number;
  /** Width of a bar of probability 1. */
  readonly barMax: number;
  readonly boxX: number;
  readonly boxWidth: number;
  readonly boxHeight: number;
  readonly sum: { readonly x: number; readonly y: number; readonly radius: number };
  readonly out: { readonly x: number; readonly y: number; readonly width: number; readonly height: number };
  readonly cutX: number | undefined;
  readonly cutBottom: number;
  readonly residual: string;
  /** Where the residual's label starts, clear of the weights' labels. */
  readonly residualLabel: { readonly x: number; readonly y: number; readonly short: boolean };
  /** The shared expert: its box, and its way from the token and into the sum. */
  readonly shared: { readonly y: number; readonly fromToken: string; readonly toSum: string } | undefined;
  readonly lanes: readonly FlowLane[];
  readonly ribbons: readonly FlowRibbon[];
}

const PAD = 14;
const VECTOR = { width: 14, height: 128 };
const RIBBON = 34;
const SUM_RADIUS = 14;
/** Room for a shared expert below the lanes, px. */
const SHARED = 30;
/** Below this width in px the left half of the figure moves together. */
const NARROW = 400;

function fanPath(x0: number, y0: number, x1: number, y1: number): string {
  const p = path();
  p.moveTo(x0, y0);
  const middle = (x0 + x1) / 2;
  p.bezierCurveTo(middle, y0, middle, y1, x1, y1);
  return p.toString();
}

/** A ribbon between two vertical edges, each given by its middle and half height. */
export function ribbonPath(x0: number, y0: number, half0: number, x1: number, y1: number, half1: number, bend: number): string {
  const p = path();
  p.moveTo(x0, y0 - half0);
  p.bezierCurveTo(x0 + bend, y0 - half0, x1 - bend, y1 - half1, x1, y1 - half1);
  p.lineTo(x1, y1 + half1);
  p.bezierCurveTo(x1 - bend, y1 + half1, x0 + bend, y0 + half0, x0, y0 + half0);
  p.closePath();
  return p.toString();
}

function residualPath(x0: number, y0: number, x1: number, y1: number, bottom: number): string {
  const p = path();
  p.moveTo(x0, y0);
  p.lineTo(x0, bottom - 8);
  p.quadraticCurveTo(x0, bottom, x0 + 8, bottom);
  p.lineTo(x1 - 8, bottom);
  p.quadraticCurveTo(x1, bottom, x1, bottom - 8);
  p.lineTo(x1, y1);
  return p.toString();
}

/** Lays the figure out for one token and layer. */
export function layoutFlow(input: FlowInput): FlowGeometry {
  const { width, experts, lane, chosen } = input;
  const body = experts * lane;
  const middle = PAD + body / 2;
  const laneY = (expert: number): number => PAD + (expert + 0.5) * lane;
  const narrow = width < NARROW;
  const labelX = narrow ? 58 : 72;
  const barX = labelX + 7;
  const barMax = Math.min(130, Math.round(width * (narrow ? 0.22 : 0.26)));
  const bar = scaleLinear().domain([0, 1]).range([0, barMax]).clamp(true);
  const boxX = barX + barMax + 15;
  const boxWidth = narrow ? 64 : 72;
  const boxHeight = Math.min(26, Math.max(16, lane * 1.6));
  const sumX = width - (narrow ? 54 : 62);
  const vectorHeight = Math.min(VECTOR.height, body);
  const vectorTop = middle - vectorHeight / 2;
  const sharedY = PAD + body + SHARED / 2 + 4;
  const bottom = PAD + body + 24 + (input.shared === true ? SHARED : 0);

  const labelled = labelledLanes(experts, lane, chosen);
  const lanes = Array.from({ length: experts }, (_, expert) => {
    const p = input.gate[expert] ?? Number.NaN;
    return { expert, y: laneY(expert), bar: Number.isFinite(p) ? Math.max(1.5, bar(p)) : 0, fan: fanPath(VECTOR.width + 9, middle, labelX - 20, laneY(expert)), labelled: labelled.has(expert) };
  });

  const ribbons = layoutRibbons(input, { bar, laneY, barX, boxX, boxWidth, sumX, middle });
  return {
    width,
    height: bottom + 8,
    token: { x: 6, y: vectorTop, width: VECTOR.width, height: vectorHeight },
    labelX,
    barX,
    barMax,
    boxX,
    boxWidth,
    boxHeight,
    sum: { x: sumX, y: middle, radius: SUM_RADIUS },
    out: { x: width - 20, y: vectorTop, width: VECTOR.width, height: vectorHeight },
    cutX: input.cut === undefined || chosen.length === 0 ? undefined : barX + bar(input.cut),
    cutBottom: PAD + body + 5,
    residual: residualPath(6 + VECTOR.width / 2, vectorTop + vectorHeight + 4, sumX, middle + SUM_RADIUS + 3, bottom),
    residualLabel: { x: 6 + VECTOR.width / 2 + 10, y: bottom - 6, short: narrow },
    shared:
      input.shared === true
        ? {
            y: sharedY,
            fromToken: fanPath(VECTOR.width + 9, middle + vectorHeight / 2 - 6, boxX, sharedY),
            toSum: fanPath(boxX + boxWidth, sharedY, sumX - SUM_RADIUS + 2, middle + SUM_RADIUS / 2),
          }
        : undefined,
    lanes,
    ribbons,
  };
}

/** Least distance of two labels, px. */
const LABEL_GAP = 12;

/** Experts whose number is written: each chosen one that is clear of better ones, then every n-th of the rest. */
export function labelledLanes(experts: number, lane: number, chosen: readonly number[]): ReadonlySet<number> {
  const placed: number[] = [];
  const place = (expert: number): void => {
    if (placed.every((other) => Math.abs(other - expert) * lane >= LABEL_GAP)) placed.push(expert);
  };
  chosen.forEach(place);
  const every = Math.max(1, 2 ** Math.ceil(Math.log2(LABEL_GAP / lane)));
  for (let expert = 0; expert < experts; expert += every) place(expert);
  return new Set(placed);
}

function withoutCrowding(ribbons: readonly FlowRibbon[]): FlowRibbon[] {
  const taken: number[] = [];
  return ribbons.map((ribbon) => {
    const labelled = taken.every((y) => Math.abs(y - ribbon.labelY) >= LABEL_GAP);
    if (labelled) taken.push(ribbon.labelY);
    return { ...ribbon, labelled };
  });
}

interface RibbonFrame {
  readonly bar: (p: number) => number;
  readonly laneY: (expert: number) => number;
  readonly barX: number;
  readonly boxX: number;
  readonly boxWidth: number;
  readonly sumX: number;
  readonly middle: number;
}

function layoutRibbons(input: FlowInput, frame: RibbonFrame): FlowRibbon[] {
  const total = input.mix.reduce((a, b) => a + Math.abs(b), 0);
  const order = input.chosen.map((expert, rank) => ({ expert, rank })).sort((a, b) => a.expert - b.expert);
  const ribbons: FlowRibbon[] = [];
  let offset = -RIBBON / 2;
  for (const { expert, rank } of order) {
    // Weights that are not known have no width to draw: a thread each.
    const thickness = total > 0 ? (RIBBON * Math.abs(input.mix[rank] ?? 0)) / total : Number.isNaN(total) ? 1.5 : 0;
    const half = thickness / 2;
    const y = frame.laneY(expert);
    const ySum = frame.middle + offset + half;
    offset += thickness;
    const p = input.gate[expert] ?? Number.NaN;
    const barWidth = Number.isFinite(p) ? Math.max(1.5, frame.bar(p)) : 1.5;
    const start = frame.barX + barWidth;
    const boxEnd = frame.boxX + frame.boxWidth;
    const sumStart = frame.sumX - SUM_RADIUS - 1;
    ribbons.push({
      expert,
      rank,
      y,
      barWidth,
      toExpert: ribbonPath(start, y, 5, frame.boxX, y, half, Math.min(30, (frame.boxX - start) / 2)),
      toSum: ribbonPath(boxEnd, y, half, sumStart, ySum, half, (sumStart - boxEnd) / 2),
      labelY: ySum < y ? y + half + 14 : y - half - 6,
      labelled: true,
    });
  }
  return withoutCrowding(ribbons.sort((a, b) => a.rank - b.rank));
}

/** Width of a character of the bold 16 px face, px, to the safe side. */
function characterWidth(character: string): number {
  if ((character.codePointAt(0) ?? 0) >= 0x2e80) return 17;
  if ('mwMW@%\u2014\u2026'.includes(character)) return 15;
  return "iljftI|!.,:;'()[] ".includes(character) ? 6 : 11;
}

/** A token as it fits into a width: cut off with an ellipsis where it is longer. */
export function shortLabel(text: string, width: number): string {
  const characters = Array.from(text);
  const whole = characters.reduce((sum, character) => sum + characterWidth(character), 0);
  if (whole <= width) return text;
  let used = characterWidth('\u2026');
  const kept: string[] = [];
  for (const character of characters) {
    used += characterWidth(character);
    if (used > width && kept.length > 0) break;
    kept.push(character);
  }
  return `${kept.join('')}\u2026`;
}
