import { scaleLinear, type ScaleLinear } from 'd3';
import { inUnit, type EntropyUnit } from './format';

export interface EntropyScale {
  readonly unit: EntropyUnit;
  /** From the unit of the screen to y. */
  readonly y: ScaleLinear<number, number>;
  /** Top of the domain, in the unit of the screen. */
  readonly top: number;
  readonly ticks: readonly number[];
  /** Uncertainty before token t was written, in the unit of the screen; NaN where unknown. */
  readonly before: (token: number) => number;
}

/** Bits at the top of the plot: fixed, so that two texts can be compared. 12 bits is a uniform choice among 4,096 tokens. */
const TOP_BITS = 12;
const TICKS = { bits: [0, 4, 8], nats: [0, 3, 6] } as const;

/**
 * The y axis of the entropy row: zero at the line of tokens, a fixed domain.
 * @param entropyNats after each token, nats
 * @param plot height of the row, px
 */
export function entropyScale(entropyNats: ArrayLike<number> | undefined, unit: EntropyUnit, plot: number): EntropyScale {
  const top = unit === 'bits' ? TOP_BITS : TOP_BITS * Math.LN2;
  return {
    unit,
    top,
    ticks: TICKS[unit],
    y: scaleLinear().domain([0, top]).range([plot - 4, 17]).clamp(true),
    before: (token) => inUnit(token > 0 ? (entropyNats?.[token - 1] ?? Number.NaN) : Number.NaN, unit),
  };
}
