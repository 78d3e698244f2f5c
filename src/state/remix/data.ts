/** Questions and references: fetched once, when the panel is first opened. */
import type { BenchmarkItem, ReferenceStore } from '../../methods/c3po/item';
import { parseItems, parseReferences, type StoreShape } from '../../methods/c3po/store';
import type { App } from '../app';
import { toFailure } from '../notices';
import { patchRemix } from './slice';
import type { ItemFilter } from './state';

/** Below the folder of the page. */
export const REMIX_FILES = { items: 'benchmarks/single.test.jsonl', references: 'references/single.jsonl', results: 'results/c3po.json' } as const;

/** Address of a file that lies beside the recorded traces. */
export function publicUrl({ services }: App, file: string): URL {
  return new URL(`../${file}`, services.tracesUrl);
}

async function textOf(url: URL): Promise<string> {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`HTTP ${response.status}: ${url.pathname}`);
  return response.text();
}

/** L, E and D as the first reference has them; the question that is read later must fit. */
function shapeOf(text: string): StoreShape {
  const first: unknown = JSON.parse(text.slice(0, text.indexOf('\n') >>> 0));
  const [layers = 0, experts = 0] = shapeAt(first, 'pathway');
  const [width = 0] = shapeAt(first, 'embedding');
  return { layers, experts, width };
}

function shapeAt(value: unknown, key: string): readonly number[] {
  const array: unknown = typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined;
  const shape: unknown = typeof array === 'object' && array !== null ? Reflect.get(array, 'shape') : undefined;
  return Array.isArray(shape) ? shape.filter((size) => typeof size === 'number') : [];
}

/** Fetches both files unless they are there; a failure is told in the panel and can be tried again. */
export async function loadRemixData(app: App): Promise<void> {
  const { data } = app.store.getState().remix;
  if (data.phase === 'loading' || data.phase === 'ready') return;
  patchRemix(app, { data: { phase: 'loading' } });
  try {
    const [items, references] = await Promise.all([textOf(publicUrl(app, REMIX_FILES.items)), textOf(publicUrl(app, REMIX_FILES.references))]);
    patchRemix(app, { data: { phase: 'ready', items: parseItems(items), store: parseReferences(references, shapeOf(references)) } });
  } catch (error) {
    const { message, details } = toFailure(error);
    patchRemix(app, { data: { phase: 'failed', message, details } });
  }
}

/** Items that pass the filter, in the order of the file. */
export function filterItems(items: readonly BenchmarkItem[], { family, level, template, search }: ItemFilter): readonly BenchmarkItem[] {
  const words = search.trim().toLowerCase();
  return items.filter(
    (item) =>
      (family === '' || item.family === family) &&
      (level === 0 || item.level === level) &&
      (template === 'any' || item.template === template) &&
      (words === '' || item.prompt.toLowerCase().includes(words) || item.id.toLowerCase().includes(words)),
  );
}

/** Families and levels that occur, sorted. */
export function itemKinds(items: readonly BenchmarkItem[]): { readonly families: readonly string[]; readonly levels: readonly number[] } {
  return {
    families: [...new Set(items.map(({ family }) => family))].filter((family) => family !== '').sort(),
    levels: [...new Set(items.flatMap(({ level }) => level ?? []))].sort((a, b) => a - b),
  };
}

/** How many references a pool holds. */
export function poolSize({ references }: ReferenceStore, pool: 'successful' | 'unsuccessful' | 'all', excluded: readonly string[] = []): number {
  return references.filter(({ id, correct }) => (pool === 'all' || correct === (pool === 'successful')) && !excluded.includes(id)).length;
}
