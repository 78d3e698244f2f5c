/** A catalogue with every text in brackets: what stands on the screen without them did not come from it. For tests. */
import type { Strings } from '../strings';
import './late';

export const OPENING = '\u27e6';
export const CLOSING = '\u27e7';

export function bracketed(catalogue: Strings): Strings {
  return wrap(catalogue) as Strings;
}

function wrap(value: unknown): unknown {
  if (typeof value === 'string') return value.trim() === '' ? value : `${OPENING}${value}${CLOSING}`;
  if (typeof value === 'function') return (...parameters: readonly unknown[]) => wrap((value as (...given: readonly unknown[]) => unknown)(...parameters));
  if (Array.isArray(value)) return value.map(wrap);
  if (typeof value === 'object' && value !== null) return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, wrap(inner)]));
  return value;
}
