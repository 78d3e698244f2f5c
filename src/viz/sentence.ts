/** Geometry of the sentence: where each token stands on the one shared x axis, and what of it is in sight. */

export interface SentenceLayout {
  /** Left edge of each token, px. [T] */
  readonly left: Float64Array;
  /** Width of each token, px, without the gap after it. [T] */
  readonly width: Float64Array;
  readonly total: number;
}

export interface LayoutOptions {
  /** Space on either side of the text of a token, px. */
  readonly padding: number;
  readonly gap: number;
  /** Narrowest token, px. */
  readonly minimum: number;
}

/** Places tokens one after the other; nothing stretches, so a token never moves while the text grows. */
export function layoutSentence(textWidths: readonly number[], { padding, gap, minimum }: LayoutOptions): SentenceLayout {
  const left = new Float64Array(textWidths.length);
  const width = new Float64Array(textWidths.length);
  let x = 0;
  textWidths.forEach((text, i) => {
    left[i] = x;
    width[i] = Math.max(minimum, Math.ceil(text + 2 * padding));
    x += (width[i] ?? 0) + gap;
  });
  return { left, width, total: Math.max(0, x - gap) };
}

/** First and one past the last token that touch [from, to] px. */
export function tokensBetween(layout: SentenceLayout, from: number, to: number): { readonly first: number; readonly end: number } {
  const first = tokenAt(layout, from);
  const last = tokenAt(layout, to);
  return layout.left.length === 0 ? { first: 0, end: 0 } : { first, end: last + 1 };
}

/** The token under x, clamped to the text; gaps belong to the token before them. */
export function tokenAt(layout: SentenceLayout, x: number): number {
  let low = 0;
  let high = layout.left.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((layout.left[middle] ?? 0) <= x) low = middle;
    else high = middle - 1;
  }
  return Math.max(0, low);
}

/** Middle of a token, px. */
export function tokenMiddle(layout: SentenceLayout, token: number): number {
  return (layout.left[token] ?? 0) + (layout.width[token] ?? 0) / 2;
}

/** Scroll offset that brings a token into sight with some text around it, or the present one if it is in sight already. */
export function scrollToShow(layout: SentenceLayout, token: number, scroll: number, viewport: number): number {
  const margin = Math.min(160, viewport / 4);
  const left = layout.left[token] ?? 0;
  const right = left + (layout.width[token] ?? 0);
  const limit = Math.max(0, layout.total - viewport);
  if (left - margin < scroll) return Math.max(0, Math.min(limit, left - margin));
  if (right + margin > scroll + viewport) return Math.max(0, Math.min(limit, right + margin - viewport));
  return scroll;
}

/** Height in px of one expert's lane in the token roll: 4.5 px where they fit, thinner for many experts. */
export function rollLane(experts: number, room = 96): number {
  return experts > 0 ? Math.max(1, Math.min(4.5, room / experts)) : 0;
}

/** Moves label positions apart until neighbours keep a gap, inside [low, high] as far as they fit. Order is kept. */
export function spreadLabels(wanted: readonly number[], gap: number, low: number, high: number): number[] {
  const order = wanted.map((_, i) => i).sort((a, b) => (wanted[a] ?? 0) - (wanted[b] ?? 0) || a - b);
  const placed = [...wanted];
  let floor = low;
  for (const i of order) {
    placed[i] = Math.max(wanted[i] ?? 0, floor);
    floor = (placed[i] ?? 0) + gap;
  }
  let ceiling = high;
  for (const i of order.toReversed()) {
    placed[i] = Math.min(placed[i] ?? 0, ceiling);
    ceiling = (placed[i] ?? 0) - gap;
  }
  return placed;
}

/** Counts of values in equal bins over [0, top]; larger values fall into the last bin, unknown ones nowhere. */
export function binValues(values: ArrayLike<number>, bins: number, top: number): number[] {
  const counts = new Array<number>(bins).fill(0);
  for (let i = 0; i < values.length; i += 1) {
    const value = values[i] ?? Number.NaN;
    if (!Number.isFinite(value)) continue;
    const bin = Math.min(bins - 1, Math.max(0, Math.floor((value / top) * bins)));
    counts[bin] = (counts[bin] ?? 0) + 1;
  }
  return counts;
}
