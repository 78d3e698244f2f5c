/** Which steps were done, on this device only. Without storage the page forgets it when it is closed, and nothing else changes. */

export interface Progress {
  /** Steps that were done, 1 is the first. */
  readonly done: readonly number[];
  /** Step that was open last. */
  readonly at: number;
}

const KEY = 'moe-lessons';
/** Steps of a lesson that are kept at most; a lesson has fewer. */
const MOST = 20;

export const NO_PROGRESS: Progress = { done: [], at: 1 };

let memory: Readonly<Record<string, Progress>> | undefined;

const isStep = (value: unknown): value is number => typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= MOST;

function readOne(value: unknown): Progress | undefined {
  if (typeof value !== 'object' || value === null || !('done' in value) || !Array.isArray(value.done)) return undefined;
  const done = [...new Set(value.done.filter(isStep))].sort((a, b) => a - b);
  return { done, at: 'at' in value && isStep(value.at) ? value.at : 1 };
}

/** What a stored text says; what is malformed is left out. */
export function parseProgress(text: string | null): Readonly<Record<string, Progress>> {
  try {
    const value: unknown = JSON.parse(text ?? '{}');
    if (typeof value !== 'object' || value === null) return {};
    return Object.fromEntries(Object.entries(value).flatMap(([id, entry]) => {
      const progress = /^[a-z0-9-]{1,40}$/.test(id) ? readOne(entry) : undefined;
      return progress === undefined ? [] : [[id, progress]];
    }));
  } catch {
    return {};
  }
}

function load(): Readonly<Record<string, Progress>> {
  if (memory !== undefined) return memory;
  try {
    memory = parseProgress(localStorage.getItem(KEY));
  } catch {
    // No storage here: this session's memory serves.
    memory = {};
  }
  return memory;
}

function save(all: Readonly<Record<string, Progress>>): void {
  memory = all;
  try {
    localStorage.setItem(KEY, JSON.stringify(all));
  } catch {
    // As above.
  }
}

export function progressOf(id: string): Progress {
  return load()[id] ?? NO_PROGRESS;
}

/** Keeps which step is open. */
export function keepStep(id: string, step: number): void {
  save({ ...load(), [id]: { ...progressOf(id), at: step } });
}

export function keepDone(id: string, step: number): void {
  const { done, at } = progressOf(id);
  save({ ...load(), [id]: { done: [...new Set([...done, step])].sort((a, b) => a - b), at } });
}

/** Forgets all lessons. */
export function forgetProgress(): void {
  save({});
}
