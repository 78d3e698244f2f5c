/** Figures that several suites state: an estimate spread over flat names, and rounding for files. */
import type { Estimate } from '../../base/bootstrap';

/** Six digits after the point are more than any interval here can tell apart. */
export function rounded(value: number, digits = 6): number {
  return Number(value.toFixed(digits));
}

/** `name`, `nameLow`, `nameHigh`; null where there is no number. */
export function flat(name: string, { mean, low, high }: Estimate): Record<string, number | null> {
  const plain = (value: number): number | null => (Number.isFinite(value) ? rounded(value) : null);
  return { [name]: plain(mean), [`${name}Low`]: plain(low), [`${name}High`]: plain(high) };
}

/** `1.234 [1.2, 1.3]` */
export function shown({ mean, low, high }: Estimate, digits = 4): string {
  return `${mean.toFixed(digits)} [${low.toFixed(digits)}, ${high.toFixed(digits)}]`;
}
