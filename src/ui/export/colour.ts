/** Colours as any program reads them: computed values may be `oklab()`, which few programs outside browsers know. */

export interface PlainColour {
  /** `#rrggbb` */
  readonly hex: string;
  /** 0 to 1 */
  readonly alpha: number;
}

const known = new Map<string, PlainColour | undefined>();
let surface: CanvasRenderingContext2D | null | undefined;

function context(): CanvasRenderingContext2D | null {
  if (surface === undefined) {
    const canvas = document.createElement('canvas');
    canvas.width = 1;
    canvas.height = 1;
    surface = canvas.getContext('2d', { willReadFrequently: true });
  }
  return surface;
}

/** A computed CSS colour as hex and opacity; undefined for none, for `currentcolor` words it does not know, and for nothing visible. */
export function plainColour(css: string): PlainColour | undefined {
  if (css === '' || css === 'none' || css === 'transparent' || css.startsWith('url(')) return undefined;
  if (!known.has(css)) known.set(css, read(css));
  return known.get(css);
}

function read(css: string): PlainColour | undefined {
  const draw = context();
  if (draw === null) return undefined;
  draw.clearRect(0, 0, 1, 1);
  draw.fillStyle = css;
  draw.fillRect(0, 0, 1, 1);
  const [r = 0, g = 0, b = 0, a = 0] = draw.getImageData(0, 0, 1, 1).data;
  if (a === 0) return undefined;
  return { hex: `#${[r, g, b].map((part) => part.toString(16).padStart(2, '0')).join('')}`, alpha: Math.round((a / 255) * 1000) / 1000 };
}

/** ` fill="#rrggbb"` with its opacity where it is not 1. */
export function paint(attribute: 'fill' | 'stroke', css: string): string {
  const colour = plainColour(css);
  if (colour === undefined) return ` ${attribute}="none"`;
  return ` ${attribute}="${colour.hex}"${colour.alpha < 1 ? ` ${attribute}-opacity="${colour.alpha}"` : ''}`;
}
