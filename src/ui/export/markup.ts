/** Small helpers for writing SVG by hand. */

export function escapeText(text: string): string {
  // Control characters are not allowed in XML at all.
  return text.replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '\ufffd').replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}

/** A length with at most two decimals. */
export function length(value: number): string {
  return String(Math.round(value * 100) / 100);
}

export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** The geometry of a rectangle; corners only where they are round. */
export function rectangle({ x, y, width, height }: Box, radius = 0): string {
  return `x="${length(x)}" y="${length(y)}" width="${length(Math.max(0, width))}" height="${length(Math.max(0, height))}"${radius > 0 ? ` rx="${length(Math.min(radius, width / 2, height / 2))}"` : ''}`;
}

/** Grown by `by` px on every side. */
export function grown({ x, y, width, height }: Box, by: number): Box {
  return { x: x - by, y: y - by, width: width + 2 * by, height: height + 2 * by };
}

/** Splits a CSS list at its outer commas. */
export function splitList(list: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let start = 0;
  for (let i = 0; i < list.length; i++) {
    const c = list[i];
    if (c === '(') depth++;
    else if (c === ')') depth--;
    else if (c === ',' && depth === 0) {
      parts.push(list.slice(start, i).trim());
      start = i + 1;
    }
  }
  const last = list.slice(start).trim();
  return last === '' ? parts : [...parts, last];
}

/** A computed colour and what follows it, or precedes it. */
export function colourOf(part: string): { readonly colour: string; readonly rest: string } {
  const found = /(?:rgba?|hsla?|oklab|oklch|lab|lch|color)\([^)]*\)|#[0-9a-f]{3,8}\b/i.exec(part);
  return found === null ? { colour: '', rest: part } : { colour: found[0], rest: part.replace(found[0], '').trim() };
}
