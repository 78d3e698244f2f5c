/** Colour ramps as tables of pixels, mixed in Oklab as the page's CSS mixes them. https://bottosson.github.io/posts/oklab/ */

type Lab = readonly [number, number, number];

const toLinear = (x: number): number => (x <= 0.04045 ? x / 12.92 : ((x + 0.055) / 1.055) ** 2.4);
const fromLinear = (x: number): number => (x <= 0.0031308 ? 12.92 * x : 1.055 * x ** (1 / 2.4) - 0.055);

/** `#rrggbb`, or `#rgb`, as three numbers from 0 to 1; black for anything else. */
export function readHex(text: string): Lab {
  const short = /^#([\da-f])([\da-f])([\da-f])$/i.exec(text.trim());
  const hex = short === null ? text.trim() : `#${short.slice(1).map((digit) => digit + digit).join('')}`;
  const value = /^#[\da-f]{6}$/i.test(hex) ? Number.parseInt(hex.slice(1), 16) : 0;
  return [(value >> 16) / 255, ((value >> 8) & 255) / 255, (value & 255) / 255];
}

function toOklab(rgb: Lab): Lab {
  const [r, g, b] = [toLinear(rgb[0]), toLinear(rgb[1]), toLinear(rgb[2])];
  const l = Math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
  const m = Math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
  const s = Math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
  return [
    0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s,
    1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s,
    0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s,
  ];
}

function fromOklab([lightness, a, b]: Lab): Lab {
  const l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const s = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3;
  return [
    fromLinear(4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s),
    fromLinear(-1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s),
    fromLinear(-0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s),
  ];
}

/** Equal steps along a ramp of colours, as bytes r, g, b, 255. [4 steps] */
export function rampTable(stops: readonly string[], steps = 256): Uint8ClampedArray {
  const labs = stops.map((stop) => toOklab(readHex(stop)));
  const table = new Uint8ClampedArray(4 * steps);
  for (let i = 0; i < steps; i += 1) {
    const x = ((stops.length - 1) * i) / (steps - 1);
    const from = Math.min(stops.length - 2, Math.floor(x));
    const [low, high] = [labs[from] ?? [0, 0, 0], labs[from + 1] ?? [0, 0, 0]];
    const mix = (k: 0 | 1 | 2): number => low[k] + (high[k] - low[k]) * (x - from);
    const rgb = fromOklab([mix(0), mix(1), mix(2)]);
    table.set([255 * rgb[0], 255 * rgb[1], 255 * rgb[2], 255], 4 * i);
  }
  return table;
}
