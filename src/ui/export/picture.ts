/**
 * A panel as a picture that stands by itself: everything it paints, HTML, SVG and canvas alike, becomes one SVG with
 * resolved colours and the page's own font inside. PNG is that picture drawn at twice its size.
 */
import { boxMarkup, definitions, type Definitions } from './boxes';
import { paint } from './colour';
import { fontFace } from './font';
import { escapeText, length, rectangle, type Box } from './markup';
import { svgMarkup } from './svgMarkup';
import { textMarkup } from './text';

/** Controls, and what only a screen reader is meant to hear. */
const LEFT_OUT = '[data-chrome], .acts, .stepper, .transport, label:has(select), .vh, input, select, textarea, script, style';
const MARGIN = 16;

interface Walk {
  readonly origin: { readonly x: number; readonly y: number };
  readonly defs: Definitions;
  /** Drawn last, above their neighbours. */
  readonly above: string[];
}

/** The panel as it stands on the page now. The drawing itself is done before this returns; only the font is waited for. */
export function panelSvg(section: HTMLElement, scale = 1): Promise<string> {
  const outer = section.getBoundingClientRect();
  const walk: Walk = { origin: { x: outer.x - MARGIN, y: outer.y - MARGIN }, defs: definitions(), above: [] };
  const body = [...section.childNodes].map((node) => nodeMarkup(node, section, walk)).join('') + walk.above.join('');
  const bounds = contentBottom(section);
  const width = outer.width + 2 * MARGIN;
  const height = Math.min(outer.height, bounds - outer.y) + 2 * MARGIN;
  const paper = getComputedStyle(document.body).backgroundColor;
  const title = escapeText(section.getAttribute('aria-label') ?? '');
  return fontFace().then(
    (face) =>
      `<svg xmlns="http://www.w3.org/2000/svg" width="${length(width * scale)}" height="${length(height * scale)}" viewBox="0 0 ${length(width)} ${length(height)}" role="img"><title>${title}</title>${face === '' ? '' : `<style>${face}</style>`}<defs>${walk.defs.list.join('')}</defs><rect width="100%" height="100%"${paint('fill', paper)}/>${body}</svg>`,
  );
}

/** Where the lowest thing in the panel ends: a stretched panel is not exported with its empty half. */
function contentBottom(section: HTMLElement): number {
  return Math.max(section.getBoundingClientRect().y, ...[...section.querySelectorAll('*')].map((element) => (element.closest(LEFT_OUT) === null && element.childElementCount === 0 ? element.getBoundingClientRect().bottom : 0)));
}

function nodeMarkup(node: Node, parent: Element, walk: Walk): string {
  if (node instanceof Text) return textMarkup(node, getComputedStyle(parent), walk.origin);
  if (!(node instanceof Element) || node.matches(LEFT_OUT)) return '';
  const style = getComputedStyle(node);
  if (style.display === 'none' || style.visibility === 'hidden' || style.opacity === '0') return '';
  const inner = elementMarkup(node, style, walk);
  const shown = style.opacity === '1' || inner === '' ? inner : `<g opacity="${style.opacity}">${inner}</g>`;
  if (style.zIndex !== 'auto' && Number(style.zIndex) > 0) {
    walk.above.push(shown);
    return '';
  }
  return shown;
}

function elementMarkup(element: Element, style: CSSStyleDeclaration, walk: Walk): string {
  const rect = element.getBoundingClientRect();
  const box: Box = { x: rect.x - walk.origin.x, y: rect.y - walk.origin.y, width: rect.width, height: rect.height };
  if (element instanceof SVGSVGElement) return svgMarkup(element, box);
  if (element instanceof HTMLCanvasElement) return element.width === 0 ? '' : `<image ${rectangle(box)} href="${element.toDataURL()}" style="image-rendering:pixelated"/>`;
  const own = rect.width === 0 || rect.height === 0 ? '' : boxMarkup(style, box, walk.defs);
  const inner = pseudoMarkup(element, '::before', box, walk) + [...element.childNodes].map((node) => nodeMarkup(node, element, walk)).join('') + pseudoMarkup(element, '::after', box, walk);
  if (style.overflowX === 'visible' || inner === '') return own + inner;
  const clip = walk.defs.id((id) => `<clipPath id="${id}"><rect ${rectangle(box)}/></clipPath>`);
  return `${own}<g clip-path="url(#${clip})">${inner}</g>`;
}

/** A drawn pseudo-element: placed by its own offsets, or at the start or end of its line. */
function pseudoMarkup(element: Element, which: '::before' | '::after', box: Box, walk: Walk): string {
  const style = getComputedStyle(element, which);
  if (style.content === 'none' || style.content === 'normal' || style.display === 'none') return '';
  const width = Number.parseFloat(style.width) || 0;
  const height = Number.parseFloat(style.height) || 0;
  const [left, top] = [Number.parseFloat(style.left), Number.parseFloat(style.top)];
  if (style.position === 'absolute' && Number.isFinite(left) && Number.isFinite(top)) return boxMarkup(style, { x: box.x + left, y: box.y + top, width, height }, walk.defs);
  const edges = (Number.parseFloat(style.borderTopWidth) || 0) + (Number.parseFloat(style.borderBottomWidth) || 0);
  const tall = style.boxSizing === 'border-box' ? Math.max(height, edges) : height + edges;
  return boxMarkup(style, { x: which === '::before' ? box.x : box.x + box.width - width, y: box.y + (box.height - tall) / 2, width, height: tall }, walk.defs);
}

const PNG_SCALE = 2;

/** The picture drawn at twice its size. */
export async function svgToPng(svg: string): Promise<Blob> {
  const url = URL.createObjectURL(new Blob([svg], { type: 'image/svg+xml' }));
  try {
    const image = new Image();
    image.src = url;
    await image.decode();
    const canvas = document.createElement('canvas');
    canvas.width = Math.round(image.naturalWidth * PNG_SCALE);
    canvas.height = Math.round(image.naturalHeight * PNG_SCALE);
    canvas.getContext('2d')?.drawImage(image, 0, 0, canvas.width, canvas.height);
    return await new Promise((resolve, reject) => canvas.toBlob((blob) => (blob === null ? reject(new Error('no picture')) : resolve(blob)), 'image/png'));
  } finally {
    URL.revokeObjectURL(url);
  }
}
