/** What CSS paints of a box (background, shadow, border, outline), as SVG. */
import { paint, plainColour } from './colour';
import { colourOf, grown, length, rectangle, splitList, type Box } from './markup';

/** Collects definitions (gradients, patterns, clips) under ids of its own. */
export interface Definitions {
  readonly list: string[];
  id: (make: (id: string) => string) => string;
}

export function definitions(): Definitions {
  const list: string[] = [];
  const known = new Map<string, string>();
  return {
    list,
    id: (make) => {
      const key = make('');
      const before = known.get(key);
      if (before !== undefined) return before;
      const id = `d${list.length}`;
      known.set(key, id);
      list.push(make(id));
      return id;
    },
  };
}

/** Background, borders and outline of one element, or of one of its pseudo-elements. */
export function boxMarkup(style: CSSStyleDeclaration, box: Box, defs: Definitions): string {
  const radius = Number.parseFloat(style.borderTopLeftRadius) || 0;
  const parts = [shadows(style, box, radius, false)];
  if (plainColour(style.backgroundColor) !== undefined) parts.push(`<rect ${rectangle(box, radius)}${paint('fill', style.backgroundColor)}/>`);
  for (const image of splitList(style.backgroundImage).reverse()) {
    const fill = imageFill(image, defs);
    if (fill !== undefined) parts.push(`<rect ${rectangle(box, radius)} fill="url(#${fill})"/>`);
  }
  parts.push(shadows(style, box, radius, true), borders(style, box, radius), outline(style, box, radius));
  return parts.join('');
}

function imageFill(image: string, defs: Definitions): string | undefined {
  const inner = image.slice(image.indexOf('(') + 1, -1);
  const [first = '', ...rest] = splitList(inner);
  if (image.startsWith('linear-gradient(')) {
    const directed = colourOf(first).colour === '';
    const stops = directed ? rest : [first, ...rest];
    const vertical = !directed || /bottom|top|180deg|0deg/.test(first);
    const marks = stops.map((stop, i) => {
      const { colour, rest: place } = colourOf(stop);
      const found = plainColour(colour);
      const at = place.endsWith('%') ? Number.parseFloat(place) : (100 * i) / Math.max(1, stops.length - 1);
      return `<stop offset="${length(at)}%" stop-color="${found?.hex ?? '#000000'}" stop-opacity="${found?.alpha ?? 0}"/>`;
    });
    return defs.id((id) => `<linearGradient id="${id}"${vertical ? ' x2="0" y2="1"' : ''}>${marks.join('')}</linearGradient>`);
  }
  const dark = [first, ...rest].map((part) => colourOf(part).colour).find((colour) => plainColour(colour) !== undefined);
  if (dark === undefined) return undefined;
  if (image.startsWith('repeating-linear-gradient(')) {
    if (first.startsWith('90deg')) return defs.id((id) => `<pattern id="${id}" width="5" height="5" patternUnits="userSpaceOnUse"><rect width="3" height="5"${paint('fill', dark)}/></pattern>`);
    return defs.id((id) => `<pattern id="${id}" width="4" height="4" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><path d="M0 0V4"${paint('stroke', dark)} stroke-width="1.4"/></pattern>`);
  }
  if (image.startsWith('radial-gradient(')) return defs.id((id) => `<pattern id="${id}" width="6" height="6" patternUnits="userSpaceOnUse"><circle cx="3" cy="3" r="1.2"${paint('fill', dark)}/></pattern>`);
  return undefined;
}

/** Sharp shadows are lines or plates; soft ones only lift a popup and are left out. */
function shadows(style: CSSStyleDeclaration, box: Box, radius: number, inset: boolean): string {
  if (style.boxShadow === 'none' || style.boxShadow === '') return '';
  return splitList(style.boxShadow)
    .map((shadow) => {
      const { colour, rest } = colourOf(shadow);
      const [dx = 0, dy = 0, blur = 0, spread = 0] = (rest.match(/-?[\d.]+px/g) ?? []).map(Number.parseFloat);
      if (rest.includes('inset') !== inset || blur > 0) return '';
      if (!inset) return `<rect ${rectangle(grown({ ...box, x: box.x + dx, y: box.y + dy }, spread), radius + spread)}${paint('fill', colour)}/>`;
      if (spread > 0) return `<rect ${rectangle(grown(box, -spread / 2), radius)} fill="none"${paint('stroke', colour)} stroke-width="${spread}"/>`;
      return dy < 0 ? `<rect ${rectangle({ ...box, y: box.y + box.height + dy, height: -dy })}${paint('fill', colour)}/>` : '';
    })
    .join('');
}

function dashes(kind: string, width: number): string {
  if (kind === 'dashed') return ` stroke-dasharray="${length(Math.max(3, 2 * width))} ${length(Math.max(2, 1.5 * width))}"`;
  return kind === 'dotted' ? ` stroke-dasharray="${length(width)} ${length(2 * width)}"` : '';
}

function borders(style: CSSStyleDeclaration, box: Box, radius: number): string {
  const sides = (['Top', 'Right', 'Bottom', 'Left'] as const).map((side) => ({
    width: Number.parseFloat(style[`border${side}Width`]) || 0,
    kind: style[`border${side}Style`],
    colour: style[`border${side}Color`],
  }));
  const drawn = sides.map(({ width, kind, colour }) => width > 0 && kind !== 'none' && kind !== 'hidden' && plainColour(colour) !== undefined);
  const [top] = sides;
  if (top !== undefined && drawn.every(Boolean) && sides.every((side) => side.width === top.width && side.colour === top.colour && side.kind === top.kind)) {
    return `<rect ${rectangle(grown(box, -top.width / 2), radius)} fill="none"${paint('stroke', top.colour)} stroke-width="${top.width}"${dashes(top.kind, top.width)}/>`;
  }
  const { x, y, width, height } = box;
  const lines = [
    (w: number) => `M${length(x)} ${length(y + w / 2)}h${length(width)}`,
    (w: number) => `M${length(x + width - w / 2)} ${length(y)}v${length(height)}`,
    (w: number) => `M${length(x)} ${length(y + height - w / 2)}h${length(width)}`,
    (w: number) => `M${length(x + w / 2)} ${length(y)}v${length(height)}`,
  ];
  return sides.map((side, i) => (drawn[i] === true ? `<path d="${lines[i]?.(side.width) ?? ''}" fill="none"${paint('stroke', side.colour)} stroke-width="${side.width}"${dashes(side.kind, side.width)}/>` : '')).join('');
}

function outline(style: CSSStyleDeclaration, box: Box, radius: number): string {
  const width = Number.parseFloat(style.outlineWidth) || 0;
  // Without a colour of its own the outline is the focus ring of this moment.
  if (width === 0 || style.outlineStyle === 'none' || style.outlineStyle === 'auto') return '';
  const offset = (Number.parseFloat(style.outlineOffset) || 0) + width / 2;
  return `<rect ${rectangle(grown(box, offset), radius + offset)} fill="none"${paint('stroke', style.outlineColor)} stroke-width="${width}"${dashes(style.outlineStyle, width)}/>`;
}
