/** Thresholds on a set of values, such as first-token entropies: how many lie above, which one to take, how they spread. */

export interface ShareAbove {
  /** Values at or above the threshold. */
  readonly above: number;
  /** above / n, 0 to 1; NaN of nothing. */
  readonly share: number;
  readonly n: number;
}

/** How many values reach a threshold. At the threshold counts as above, as in GlimpRouter's code (https://arxiv.org/abs/2601.05110). */
export function shareAbove(values: ArrayLike<number>, threshold: number): ShareAbove {
  let above = 0;
  for (let i = 0; i < values.length; i++) if ((values[i] ?? 0) >= threshold) above++;
  return { above, share: above / values.length, n: values.length };
}

export interface QuantileThreshold extends ShareAbove {
  readonly threshold: number;
}

/**
 * The threshold above which about `share` of the values lie: half way between the values that it parts, the lowest
 * value for a share of 1, Infinity for 0. Equal values cannot be parted, so the share it gives may be larger.
 * @param share wanted, 0 to 1; the number of values is rounded to the nearest
 */
export function thresholdForShare(values: ArrayLike<number>, share: number): QuantileThreshold {
  const sorted = Float64Array.from(values).sort().reverse();
  const wanted = Math.round(Math.min(1, Math.max(0, share)) * sorted.length);
  const last = sorted[wanted - 1];
  const next = sorted[wanted];
  const threshold = last === undefined ? Infinity : next === undefined ? last : Math.max((last + next) / 2, next);
  return { threshold, ...shareAbove(sorted, threshold) };
}

export interface Histogram {
  /** Values in each bin, lower edge included; the last bin holds its upper edge too. [bins] */
  readonly counts: Uint32Array;
  /** Lower edges and the last upper edge. [bins + 1] */
  readonly edges: Float64Array;
  /** Values outside the range. */
  readonly below: number;
  readonly above: number;
  /** All values, those outside included. */
  readonly n: number;
}

/** Counts values in equal bins from `from` to `to`. O(n) */
export function histogram(values: ArrayLike<number>, range: { readonly from: number; readonly to: number; readonly bins: number }): Histogram {
  const { from, to, bins } = range;
  if (!(to > from) || !Number.isInteger(bins) || bins < 1) throw new RangeError(`A histogram needs a range and at least one bin, not ${from} to ${to} in ${bins}.`);
  const counts = new Uint32Array(bins);
  let [below, above] = [0, 0];
  for (let i = 0; i < values.length; i++) {
    const value = values[i] ?? 0;
    if (value < from) below++;
    else if (value > to) above++;
    else {
      const bin = Math.min(bins - 1, Math.floor(((value - from) / (to - from)) * bins));
      counts[bin] = (counts[bin] ?? 0) + 1;
    }
  }
  return { counts, edges: Float64Array.from({ length: bins + 1 }, (_, i) => from + ((to - from) * i) / bins), below, above, n: values.length };
}
