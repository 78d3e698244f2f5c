/** Text as it stands on the page, line by line, as SVG. */
import { paint } from './colour';
import { escapeText, length, type Box } from './markup';

let surface: CanvasRenderingContext2D | null | undefined;

/** Distance from the top of a line's box to its baseline. */
function baseline(style: CSSStyleDeclaration, height: number): number {
  surface ??= document.createElement('canvas').getContext('2d');
  if (surface === null) return 0.8 * height;
  surface.font = `${style.fontWeight} ${style.fontSize} ${style.fontFamily}`;
  const { fontBoundingBoxAscent: up, fontBoundingBoxDescent: down } = surface.measureText('x');
  return (height - up - down) / 2 + up;
}

export function fontAttributes(style: CSSStyleDeclaration): string {
  const decoration = style.textDecorationLine === 'line-through' ? ' text-decoration="line-through"' : '';
  const figures = style.fontVariantNumeric === 'normal' || style.fontVariantNumeric === '' ? '' : ` font-variant-numeric="${style.fontVariantNumeric}"`;
  return ` font-family="${escapeText(style.fontFamily.replaceAll('"', "'"))}" font-size="${length(Number.parseFloat(style.fontSize))}"${style.fontWeight === '400' ? '' : ` font-weight="${style.fontWeight}"`}${figures}${decoration}`;
}

interface Line extends Box {
  text: string;
}

/** The lines of a text node, in page coordinates. */
function linesOf(node: Text): Line[] {
  const range = document.createRange();
  range.selectNodeContents(node);
  const rects = [...range.getClientRects()].filter(({ width }) => width > 0);
  const [only] = rects;
  if (only === undefined) return [];
  const clean = (text: string): string => text.replace(/[\t\n\r ]+/g, ' ');
  if (rects.length === 1) return [{ x: only.x, y: only.y, width: only.width, height: only.height, text: trimmed(clean(node.data), range, only) }];
  const lines: Line[] = [];
  for (const match of node.data.matchAll(/\S+\s*/g)) {
    range.setStart(node, match.index);
    range.setEnd(node, match.index + match[0].trimEnd().length);
    const rect = range.getBoundingClientRect();
    const last = lines.at(-1);
    if (last !== undefined && Math.abs(last.y - rect.y) < 2) {
      last.text += ` ${match[0].trimEnd()}`;
      lines[lines.length - 1] = { ...last, width: rect.right - last.x };
    } else lines.push({ x: rect.x, y: rect.y, width: rect.width, height: rect.height, text: match[0].trimEnd() });
  }
  return lines;
}

/** Collapsed spaces at the ends take no room, so they are no part of the measured text. */
function trimmed(text: string, range: Range, whole: DOMRect): string {
  const short = text.trim();
  if (short === text || short === '') return text;
  const node = range.startContainer;
  if (!(node instanceof Text)) return text;
  const inner = document.createRange();
  const from = node.data.indexOf(short[0] ?? '');
  inner.setStart(node, Math.max(0, from));
  inner.setEnd(node, node.data.trimEnd().length);
  return Math.abs(inner.getBoundingClientRect().width - whole.width) < 0.5 ? short : text;
}

/** One `text` element a line. `textLength` keeps the widths where the reader lacks the font. */
export function textMarkup(node: Text, style: CSSStyleDeclaration, origin: { readonly x: number; readonly y: number }): string {
  if (node.data.trim() === '') return '';
  return linesOf(node)
    .map(({ x, y, width, height, text }) => `<text x="${length(x - origin.x)}" y="${length(y - origin.y + baseline(style, height))}" textLength="${length(width)}" lengthAdjust="spacingAndGlyphs" xml:space="preserve"${fontAttributes(style)}${paint('fill', style.color)}>${escapeText(text)}</text>`)
    .join('');
}
