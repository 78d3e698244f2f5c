/** Fetching lessons in the page's language; what a language lacks comes in English. */
import { parseIndex, parseLesson, type Lesson, type LessonEntry } from './format';

/** Why a lesson cannot be shown: one sentence for each fault of its file, or why it could not be had. */
export class LessonError extends Error {
  constructor(readonly faults: readonly string[]) {
    super(faults[0] ?? '');
  }
}

const known = new Map<string, Promise<unknown>>();

async function fetchJson(path: string): Promise<unknown> {
  const response = await fetch(new URL(path, document.baseURI));
  if (!response.ok) throw new LessonError([`${path}: HTTP ${response.status}`]);
  return response.json();
}

/** Each file is fetched once; one that failed is tried again. */
function once(path: string): Promise<unknown> {
  const before = known.get(path);
  if (before !== undefined) return before;
  const asked = fetchJson(path);
  known.set(path, asked);
  asked.catch(() => known.delete(path));
  return asked;
}

async function inLanguage<T>(language: string, name: string, read: (value: unknown) => T): Promise<T> {
  if (language !== 'en') {
    try {
      return read(await once(`lessons/${language}/${name}`));
    } catch {
      // English, as below.
    }
  }
  return read(await once(`lessons/en/${name}`));
}

function checked<T>(parsed: { readonly ok: true; readonly value: T } | { readonly ok: false; readonly faults: readonly string[] }): T {
  if (!parsed.ok) throw new LessonError(parsed.faults);
  return parsed.value;
}

export function loadIndex(language: string): Promise<readonly LessonEntry[]> {
  return inLanguage(language, 'index.json', (value) => checked(parseIndex(value)).lessons);
}

export function loadLesson(language: string, id: string): Promise<Lesson> {
  return inLanguage(language, `${id}.json`, (value) => checked(parseLesson(value)));
}
