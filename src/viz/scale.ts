/**
 * The two colour scales of the page as pure functions: probability to a step of the magnitude ramp,
 * and the ticks of its legend, so that no legend is ever typed by hand.
 */
import { scalePow } from 'd3';

/** Exponent of the magnitude scale: fixed domain 0 to 1, so that two pictures can be compared. */
export const MAGNITUDE_EXPONENT = 0.6;
const STEPS = 8;
/** Steps of the ramp at which the figure on a cell turns over and keeps 4.5 : 1. */
const TURN = { light: 5.65, dark: 4.59 } as const;

const position = scalePow().exponent(MAGNITUDE_EXPONENT).domain([0, 1]).range([0, 1]).clamp(true);

/** Place of probability p on the legend's bar, 0 to 1. */
export function magnitudePosition(p: number): number {
  return position(p);
}

/** CSS colour of probability p, mixed from the theme's own ramp. */
export function magnitudeColour(p: number): string {
  const x = STEPS * position(p);
  const step = Math.min(STEPS - 1, Math.floor(x));
  const share = Math.round(100 * (x - step));
  return `color-mix(in oklab, var(--mag-${step + 1}) ${share}%, var(--mag-${step}))`;
}

/** Which themes need the light-on-dark (or dark-on-light) figure at probability p. */
export function figureTurns(p: number): { readonly light: boolean; readonly dark: boolean } {
  const x = STEPS * position(p);
  return { light: x >= TURN.light, dark: x >= TURN.dark };
}

export interface ScaleTick {
  readonly at: number;
  readonly value: number;
  readonly uniform: boolean;
}

/** Legend of the magnitude scale for E experts: 0, the uniform share, .25, .5 and 1. */
export function magnitudeTicks(experts: number): ScaleTick[] {
  const uniform = experts > 0 ? 1 / experts : 0;
  const values = [0, 0.25, 0.5, 1].filter((value) => Math.abs(position(value) - position(uniform)) > 0.12);
  const ticks = values.map((value) => ({ at: position(value), value, uniform: false }));
  if (uniform > 0) ticks.push({ at: position(uniform), value: uniform, uniform: true });
  return ticks.sort((a, b) => a.at - b.at);
}

/** CSS gradient of the whole ramp, sampled from the scale itself. */
export function magnitudeGradient(samples = 21): string {
  const stops = Array.from({ length: samples }, (_, i) => {
    const at = i / (samples - 1);
    return `${magnitudeColour(position.invert(at))} ${Math.round(100 * at)}%`;
  });
  return `linear-gradient(to right, ${stops.join(', ')})`;
}

const SLOTS = 'abcdefgh';

/** Letter of the r-th chosen expert of the focused layer; past the eighth there is none. */
export function slotLetter(rank: number): string {
  return SLOTS[rank] ?? '';
}
