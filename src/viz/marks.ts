/** Marks of the sentence as paths: a text of any length is a handful of elements. */

const r = (value: number): string => String(Math.round(100 * value) / 100);

/** A disc around (x, y). */
export function disc(x: number, y: number, radius: number): string {
  return `M${r(x - radius)} ${r(y)}a${r(radius)} ${r(radius)} 0 1 0 ${r(2 * radius)} 0a${r(radius)} ${r(radius)} 0 1 0 ${r(-2 * radius)} 0z`;
}

/** A square on its corner around (x, y). */
export function diamond(x: number, y: number, radius: number): string {
  return `M${r(x)} ${r(y - radius)}l${r(radius)} ${r(radius)}l${r(-radius)} ${r(radius)}l${r(-radius)} ${r(-radius)}z`;
}

export interface StemInput {
  /** Token, middle, and height of its end. */
  readonly at: readonly { readonly token: number; readonly x: number; readonly y: number }[];
  readonly base: number;
  /** First tokens of steps, and whether each reaches the threshold. */
  readonly first: ReadonlyMap<number, boolean>;
}

export interface StemPaths {
  readonly stems: string;
  readonly strong: string;
  readonly dots: string;
  readonly below: string;
  readonly above: string;
}

const DOT = 2.4;
const DIAMOND = 5.5;

/** Stems with a dot; the first token of a step has a diamond, filled when it reaches the threshold. */
export function stemPaths({ at, base, first }: StemInput): StemPaths {
  const paths = { stems: '', strong: '', dots: '', below: '', above: '' };
  for (const { token, x, y } of at) {
    const above = first.get(token);
    const line = `M${r(x)} ${r(base)}V${r(y)}`;
    if (above === true) paths.strong += line;
    else paths.stems += line;
    if (above === undefined) paths.dots += disc(x, y, DOT);
    else if (above) paths.above += diamond(x, y, DIAMOND);
    else paths.below += diamond(x, y, DIAMOND);
  }
  return paths;
}

export interface RollInput {
  readonly first: number;
  readonly end: number;
  readonly left: ArrayLike<number>;
  readonly width: ArrayLike<number>;
  readonly top: number;
  readonly lane: number;
  /** Experts of one token in the order of selection. */
  readonly chosen: (token: number) => ArrayLike<number>;
  /** Experts that keep a colour, by slot. */
  readonly slots: ReadonlyMap<number, number>;
}

export interface RollPaths {
  readonly first: string;
  readonly later: string;
  /** One path a slot in use. */
  readonly slots: ReadonlyMap<number, string>;
}

/** Which expert took each token: one bar a choice, gathered by how it is painted. */
export function rollPaths({ first, end, left, width, top, lane, chosen, slots }: RollInput): RollPaths {
  const height = r(Math.max(1, lane - 0.5));
  const bySlot = new Map<number, string>();
  let one = '';
  let later = '';
  for (let token = first; token < end; token += 1) {
    const experts = chosen(token);
    const w = Math.max(2, (width[token] ?? 0) - 2);
    for (let rank = 0; rank < experts.length; rank += 1) {
      const expert = experts[rank] ?? 0;
      const bar = `M${r((left[token] ?? 0) + 1)} ${r(top + expert * lane + 0.25)}h${r(w)}v${height}h${r(-w)}z`;
      const slot = slots.get(expert);
      if (slot !== undefined) bySlot.set(slot, (bySlot.get(slot) ?? '') + bar);
      else if (rank === 0) one += bar;
      else later += bar;
    }
  }
  return { first: one, later, slots: bySlot };
}
