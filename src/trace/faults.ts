/**
 * What is wrong with a file, said so that its author can mend it: where, what was got, what is wanted.
 */

export interface TraceFault {
  /** Where in the file, e.g. `routing.mix`; empty for the file as a whole. */
  readonly path: string;
  /** A full sentence for the visitor. */
  readonly message: string;
}

/** Faults listed at most; the rest is counted in one more. */
export const MAX_FAULTS = 50;

/** Gathers faults up to the cap; beyond it only counts, so that a hopeless file costs no memory. */
export class Faults {
  readonly #listed: TraceFault[] = [];
  #count = 0;

  get count(): number {
    return this.#count;
  }

  /** @param message given as a function where building it costs something */
  add(path: string, message: string | (() => string)): void {
    this.#count++;
    if (this.#listed.length < MAX_FAULTS) this.#listed.push({ path, message: typeof message === 'string' ? message : message() });
  }

  /** The faults in the order in which they were found, the last one a count of those left out. */
  list(): readonly TraceFault[] {
    const rest = this.#count - this.#listed.length;
    if (rest === 0) return [...this.#listed];
    const message = `There ${rest === 1 ? 'is 1 more fault' : `are ${rest} more faults`} in this file: mend the ${MAX_FAULTS} listed here first.`;
    return [...this.#listed, { path: '', message }];
  }
}

/** A value in words, short enough for a sentence. */
export function describeValue(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (value === null) return 'null';
  if (typeof value === 'string') return `the text ${JSON.stringify(value.length > 40 ? `${value.slice(0, 40)}…` : value)}`;
  if (typeof value === 'number') return Number.isNaN(value) ? 'NaN' : `the number ${value}`;
  if (typeof value === 'boolean') return String(value);
  if (Array.isArray(value)) return `a list of ${value.length}`;
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}

/** `a.b[3].c` from keys and indices. */
export function pathText(keys: readonly unknown[]): string {
  let text = '';
  for (const key of keys) text += typeof key === 'number' ? `[${key}]` : text === '' ? String(key) : `.${String(key)}`;
  return text;
}
