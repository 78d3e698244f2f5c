/** Scales of a curve of right answers over what it costs. */
import { scaleLinear } from 'd3';

export interface CurveScales {
  readonly x: (value: number) => number;
  readonly y: (share: number) => number;
  readonly xTicks: readonly number[];
  readonly yTicks: readonly number[];
}

const QUARTERS = [0, 0.25, 0.5, 0.75, 1] as const;

export interface CurveFrame {
  readonly width: number;
  readonly height: number;
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

/** Shares of right answers over the whole tenths around them; x from 0 to `most`. */
export function curveScales(shares: readonly number[], most: number, { width, height, left, right, top, bottom }: CurveFrame): CurveScales {
  const finite = shares.filter(Number.isFinite);
  const low = Math.max(0, Math.floor(10 * Math.min(...finite, 1)) / 10);
  const high = Math.min(1, Math.max(low + 0.1, Math.ceil(10 * Math.max(...finite, 0)) / 10));
  const y = scaleLinear().domain([low, high]).range([height - bottom, top]);
  const x = scaleLinear().domain([0, most]).range([left, width - right]);
  return { x: (value) => x(value), y: (share) => y(share), xTicks: most === 1 ? QUARTERS : x.ticks(4), yTicks: y.ticks(5) };
}

/** `M0 1L2 3` through points, coordinates to a tenth of a pixel. */
export function linePath(points: readonly (readonly [x: number, y: number])[]): string {
  return points.map(([x, y], i) => `${i === 0 ? 'M' : 'L'}${x.toFixed(1)} ${y.toFixed(1)}`).join('');
}
