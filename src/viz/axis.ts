/** Axes of small charts: a position for every value, and round ticks with their labels. */
import { scaleLinear, scaleLog } from 'd3';
import { plain } from '../base/numerals';
import { formatShare } from './format';

export interface AxisTick {
  readonly value: number;
  readonly label: string;
}

export interface Axis {
  /** Position in px; values outside the domain stand at its ends. */
  readonly at: (value: number) => number;
  readonly ticks: readonly AxisTick[];
}

/** A number under an axis: `0`, `.25`, `1.5`, `2`. */
export function tickLabel(value: number): string {
  return value < 1 && value > 0 ? formatShare(value, 4).replace(/0+$/, '') : plain(Number(value.toFixed(4)));
}

/** From 0 to the next round number above `most`, linear. */
export function linearAxis(most: number, from: number, to: number, count = 5): Axis {
  const scale = scaleLinear().domain([0, Math.max(most, 1e-9)]).nice(count).range([from, to]).clamp(true);
  return { at: (value) => scale(value), ticks: scale.ticks(count).map((value) => ({ value, label: tickLabel(value) })) };
}

/** Round ticks between any two numbers, a little room at both ends; positions are not clamped. */
export function spanAxis(least: number, most: number, from: number, to: number, room = 0.06, count = 4): Axis {
  const pad = room * (most - least || 1);
  const scale = scaleLinear().domain([least - pad, most + pad]).range([from, to]);
  return { at: (value) => scale(value), ticks: scale.ticks(count).map((value) => ({ value, label: value < 0 ? `\u2212${tickLabel(-value)}` : tickLabel(value) })) };
}

/** Whole powers of ten around [least, most]; 0 stands at the left end, since a logarithm has no place for it. */
export function logAxis(least: number, most: number, from: number, to: number): Axis {
  const low = Math.floor(Math.log10(Math.max(least, 1e-9)));
  const high = Math.max(low + 1, Math.ceil(Math.log10(Math.max(most, 1e-9))));
  const scale = scaleLog().domain([10 ** low, 10 ** high]).range([from, to]).clamp(true);
  const ticks = Array.from({ length: high - low + 1 }, (_, i) => 10 ** (low + i));
  return { at: (value) => (value > 0 ? scale(value) : from), ticks: ticks.map((value) => ({ value, label: tickLabel(value) })) };
}
