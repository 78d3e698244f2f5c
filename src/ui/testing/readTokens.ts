/** The colours of tokens.css by theme, and what WCAG and CIE say of them. */
import { readFileSync } from 'node:fs';

export type Theme = 'light' | 'dark';

/** Custom properties that are colours, as `#rrggbb`; the dark theme stands on the light one. */
export function readTokens(theme: Theme): ReadonlyMap<string, string> {
  const css = readFileSync('src/ui/tokens.css', 'utf8').replace(/\/\*[^]*?\*\//g, '');
  const found = new Map<string, string>();
  for (const [, selector = '', body = ''] of css.matchAll(/([^{}]+)\{([^{}]*)\}/g)) {
    const name = selector.trim();
    if (name !== ':root' && !(theme === 'dark' && name === ':root[data-theme="dark"]')) continue;
    for (const [, key = '', value = ''] of body.matchAll(/--([\w-]+):\s*(#[0-9a-f]{6})\b/g)) found.set(key, value);
  }
  return found;
}

/** Red, green and blue as linear light, 0 to 1. */
function linear(hex: string): readonly [number, number, number] {
  const part = (at: number): number => {
    const value = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  };
  return [part(1), part(3), part(5)];
}

/** Relative luminance of WCAG 2. */
export function luminance(hex: string): number {
  const [r, g, b] = linear(hex);
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

/** Contrast of two opaque colours, 1 to 21. */
export function contrast(a: string, b: string): number {
  const [x, y] = [luminance(a), luminance(b)];
  return (Math.max(x, y) + 0.05) / (Math.min(x, y) + 0.05);
}

/** CIE L*, 0 to 100. */
export function lightness(hex: string): number {
  const y = luminance(hex);
  return y > 216 / 24389 ? 116 * Math.cbrt(y) - 16 : (24389 / 27) * y;
}

const M1 = [[0.4122214708, 0.5363325363, 0.0514459929], [0.2119034982, 0.6806995451, 0.1073969566], [0.0883024619, 0.2817188376, 0.6299787005]] as const;
const M2 = [[0.2104542553, 0.793617785, -0.0040720468], [1.9779984951, -2.428592205, 0.4505937099], [0.0259040371, 0.7827717662, -0.808675766]] as const;
const I2 = [[1, 0.3963377774, 0.2158037573], [1, -0.1055613458, -0.0638541728], [1, -0.0894841775, -1.291485548]] as const;
const I1 = [[4.0767416621, -3.3077115913, 0.2309699292], [-1.2684380046, 2.6097574011, -0.3413193965], [-0.0041960863, -0.7034186147, 1.707614701]] as const;

function times(m: readonly (readonly number[])[], v: readonly number[]): number[] {
  return m.map((row) => row.reduce((sum, value, i) => sum + value * v[i]!, 0));
}

/** `color-mix(in oklab, b share, a)` as the browser mixes it. */
export function mix(a: string, b: string, share: number): string {
  const lab = (hex: string): number[] => times(M2, times(M1, linear(hex)).map(Math.cbrt));
  const [from, to] = [lab(a), lab(b)];
  const rgb = times(I1, times(I2, from.map((value, i) => value + (to[i]! - value) * share)).map((value) => value ** 3));
  const byte = (value: number): string => {
    const v = Math.min(1, Math.max(0, value));
    return Math.round(255 * (v <= 0.0031308 ? 12.92 * v : 1.055 * v ** (1 / 2.4) - 0.055)).toString(16).padStart(2, '0');
  };
  return `#${rgb.map(byte).join('')}`;
}
