/** Excerpts of natural text (public/benchmarks/texts.*.jsonl): reading and drawing. */
import { PlaygroundError } from '../../base/errors';
import { permutation } from '../../base/pcg';

export interface Excerpt {
  readonly id: string;
  /** `home`: of a domain that the model was trained on, though not on this part; `away`: of none. */
  readonly group: 'home' | 'away';
  readonly domain: string;
  readonly text: string;
}

/** A line of JSON that is an object; undefined for everything else. */
export function parseObject(line: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}

/** Reads a file of excerpts. Throws `bad-input` with the line of the first one that is none. */
export function parseExcerpts(text: string): Excerpt[] {
  return text.trimEnd().split('\n').map((line, i) => {
    const { id, group, domain, text: excerpt } = parseObject(line) ?? {};
    if (typeof id !== 'string' || (group !== 'home' && group !== 'away') || typeof domain !== 'string' || typeof excerpt !== 'string' || excerpt === '') {
      throw new PlaygroundError('bad-input', `Line ${i + 1} of the texts is no excerpt: {"id", "group": "home" or "away", "domain", "text"} are wanted.`);
    }
    return { id, group, domain, text: excerpt };
  });
}

/** The same number of every domain, drawn by the seed, in the order of the file; a smaller draw is part of a larger one. */
export function drawExcerpts(all: readonly Excerpt[], perDomain: number, seed: number): Excerpt[] {
  const kept = new Set<Excerpt>();
  for (const domain of new Set(all.map((excerpt) => excerpt.domain))) {
    const own = all.filter((excerpt) => excerpt.domain === domain);
    for (const i of permutation(own.length, seed).slice(0, perDomain)) {
      const excerpt = own[i];
      if (excerpt !== undefined) kept.add(excerpt);
    }
  }
  return all.filter((excerpt) => kept.has(excerpt));
}

/** A unit that was computed by another program. */
export type StoredUnit = Readonly<Record<string, unknown>> & { readonly id: string };

/** Units of a file to merge, one a line. Throws `bad-input` with the first line that has not all of the fields. */
export function readUnits(source: string, fields: readonly string[]): StoredUnit[] {
  return source.trimEnd().split('\n').map((line, i) => {
    const value = parseObject(line);
    const id = value?.['id'];
    if (value === undefined || typeof id !== 'string' || fields.some((field) => value[field] === undefined)) throw new PlaygroundError('bad-input', `Line ${i + 1} of the file to merge is no result of this suite.`);
    return { ...value, id };
  });
}
