/** Numbers as the page writes them: no leading zero below 1, a real minus sign, fixed decimals, the language's decimal sign. */
import { bare, fixed, grouped, localised } from '../base/numerals';

const MINUS = '\u2212';

/** A share or probability in [0, 1]: `.38`, `1.0`, and `.00` only for what rounds to it. */
export function formatShare(value: number, decimals = 2): string {
  if (!Number.isFinite(value)) return '\u2013';
  // Mixing weights may be scaled beyond 1; a share is at most 1 but for rounding.
  if (value > 1.001) return fixed(value, decimals);
  if (value >= 1 - 0.5 * 10 ** -decimals) return fixed(1, Math.max(1, decimals - 1));
  return bare(Math.max(0, value), decimals);
}

/** A signed number with fixed decimals, such as a logit. */
export function formatSigned(value: number, decimals = 2): string {
  if (!Number.isFinite(value)) return '\u2013';
  const text = value.toFixed(decimals);
  return localised((Number(text) === 0 ? text.replace('-', '') : text).replace('-', MINUS));
}

/** A positive number with two significant digits below 1, and two decimals above: `1.50`, `.60`, `.032`; what is below a millionth is 0. */
export function formatSmall(value: number): string {
  if (!Number.isFinite(value)) return '\u2013';
  if (value >= 1) return fixed(value, 2);
  return value < 1e-6 ? '0' : bare(value, Math.max(2, 1 - Math.floor(Math.log10(value))));
}

/** Bytes in decimal megabytes, or kilobytes below one. */
export function formatBytes(bytes: number): string {
  return bytes < 1e6 ? `${Math.round(bytes / 1e3)} kB` : `${fixed(bytes / 1e6, 1)} MB`;
}

export function formatCount(value: number): string {
  return grouped(value);
}

export type EntropyUnit = 'bits' | 'nats';

/** Entropy from nats, the unit of files, into the unit of the screen. */
export function inUnit(nats: number, unit: EntropyUnit): number {
  return unit === 'bits' ? nats / Math.LN2 : nats;
}
