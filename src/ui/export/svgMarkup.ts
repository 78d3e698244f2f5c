/** A chart's own SVG with every style resolved, so that it needs neither the page's classes nor its variables. */
import { paint } from './colour';
import { escapeText, length, rectangle, type Box } from './markup';
import { fontAttributes } from './text';

const GEOMETRY = ['x', 'y', 'x1', 'y1', 'x2', 'y2', 'cx', 'cy', 'r', 'rx', 'ry', 'd', 'points', 'width', 'height', 'transform', 'id', 'patternUnits', 'patternTransform', 'offset', 'clip-path', 'dx', 'dy', 'textLength', 'lengthAdjust', 'href', 'viewBox'];
const DEFINING = new Set(['defs', 'pattern', 'clipPath', 'linearGradient', 'g', 'a']);

/** The SVG in the place and size in which the page shows it. */
export function svgMarkup(svg: SVGSVGElement, box: Box): string {
  if (box.width === 0 || box.height === 0) return '';
  const viewBox = svg.getAttribute('viewBox') ?? `0 0 ${length(svg.clientWidth)} ${length(svg.clientHeight)}`;
  const ratio = svg.getAttribute('preserveAspectRatio');
  return `<svg ${rectangle(box)} viewBox="${viewBox}" overflow="visible"${ratio === null ? '' : ` preserveAspectRatio="${ratio}"`}>${[...svg.children].map(childMarkup).join('')}</svg>`;
}

function childMarkup(element: Element): string {
  const name = element.localName;
  if (name === 'title' || name === 'desc' || name === 'foreignObject' || !(element instanceof SVGElement)) return '';
  const style = getComputedStyle(element);
  if ((style.display === 'none' && name !== 'defs') || style.visibility === 'hidden') return '';
  const geometry = GEOMETRY.flatMap((key) => {
    const value = element.getAttribute(key);
    return value === null ? [] : [` ${key}="${escapeText(value)}"`];
  }).join('');
  const inner = [...element.childNodes].map((node) => (node instanceof Text ? (name === 'text' || name === 'tspan' ? escapeText(node.data) : '') : node instanceof Element ? childMarkup(node) : '')).join('');
  if (inner === '' && DEFINING.has(name)) return '';
  return `<${name}${geometry}${DEFINING.has(name) ? groupStyle(style) : leafStyle(name, style)}>${inner}</${name}>`;
}

function groupStyle(style: CSSStyleDeclaration): string {
  return style.opacity === '1' ? '' : ` opacity="${style.opacity}"`;
}

function leafStyle(name: string, style: CSSStyleDeclaration): string {
  if (name === 'stop') return ` stop-color="${style.stopColor}"`;
  const reference = /url\("?([^")]+)"?\)/.exec(style.fill)?.[1];
  const fill = reference === undefined ? paint('fill', style.fill) : ` fill="url(${escapeText(reference.slice(reference.indexOf('#')))})"`;
  const text = name === 'text' || name === 'tspan' ? `${fontAttributes(style)} text-anchor="${style.textAnchor}"` : '';
  const halo = style.paintOrder === 'normal' || style.paintOrder === '' ? '' : ` paint-order="${style.paintOrder}"`;
  return `${fill}${strokeStyle(style)}${text}${halo}${groupStyle(style)}`;
}

function strokeStyle(style: CSSStyleDeclaration): string {
  if (style.stroke === 'none' || style.stroke === '') return '';
  const dash = style.strokeDasharray === 'none' ? '' : ` stroke-dasharray="${style.strokeDasharray.replaceAll('px', '')}"`;
  return `${paint('stroke', style.stroke)} stroke-width="${Number.parseFloat(style.strokeWidth)}"${dash} stroke-linecap="${style.strokeLinecap}" stroke-linejoin="${style.strokeLinejoin}"`;
}
