/** A QR code as one SVG path: light border and dark modules of 1 x 1, in the coordinates of the code itself. */
import { encode } from 'uqr';

export interface QrCode {
  /** Modules on a side, the light border included. */
  readonly size: number;
  /** The dark modules: one rectangle for each run of them in a row. */
  readonly path: string;
}

/** Light modules around the code, as ISO/IEC 18004 asks for. */
const BORDER = 4;
/** Most characters that stay readable with a phone from a screen: version 20 of 40, 97 modules on a side. */
export const MOST_QR = 600;

/** The code of a text; undefined for one that no phone would read from a screen. Lost parts of up to 15 % are made good. */
export function qrCode(text: string): QrCode | undefined {
  if (text.length > MOST_QR) return undefined;
  const { data, size } = encode(text, { ecc: 'M', border: BORDER });
  let path = '';
  data.forEach((row, y) => {
    for (let x = 0; x < size; ) {
      let to = x;
      while (row[to] === true) to += 1;
      if (to > x) path += `M${x} ${y}h${to - x}v1h-${to - x}z`;
      x = Math.max(to, x) + 1;
    }
  });
  return { size, path };
}

/** The code as a file of its own, dark on light whatever the page's theme is. */
export function qrSvg({ size, path }: QrCode, title: string): string {
  const escaped = title.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${size} ${size}" width="${8 * size}" height="${8 * size}" shape-rendering="crispEdges"><title>${escaped}</title><path fill="#fff" d="M0 0h${size}v${size}H0z"/><path d="${path}"/></svg>\n`;
}
