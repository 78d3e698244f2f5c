/** Which references stand in the list: those that the settings choose, the next ones, and those that the visitor took out. */
import { findNeighbours, poolOf, searchIn } from '../../methods/c3po/neighbours';
import type { Reference, ReferenceStore } from '../../methods/c3po/item';
import type { Neighbour } from '../../methods/c3po/result';
import type { C3poSettings, RouterShape } from '../../methods/c3po/settings';
import { embeddingDistances, pathwayDistances, type Distances } from '../../methods/c3po/space';
import type { App } from '../app';
import type { AppState } from '../state';
import { layerRows } from './omega';
import { shapeNow, setSetting, settingsNow } from './settings';
import { patchRemix } from './slice';
import type { Question, RemixState } from './state';

/** References listed beyond those in use. */
const NEXT = 2;

export interface ListedNeighbour {
  readonly reference: Reference;
  readonly distance: number;
  /** Share in the kernel-weighted mean; 0 where it is not used. */
  readonly weight: number;
  readonly used: boolean;
  /** Taken out by the visitor. */
  readonly excluded: boolean;
}

/** Where neighbours are near: mode finding searches routing, all else the embedding. */
export function spaceOf({ method, neighbourhood }: C3poSettings): 'embedding' | 'pathway' | 'random' {
  return neighbourhood === 'random' ? 'random' : method === 'mode' ? 'pathway' : 'embedding';
}

const reduced = new WeakMap<ReferenceStore, { readonly excluded: readonly string[]; readonly store: ReferenceStore }>();

/** The references without those that the visitor took out; the same object as long as these are the same. */
export function storeInUse(store: ReferenceStore, excluded: readonly string[]): ReferenceStore {
  if (excluded.length === 0) return store;
  const known = reduced.get(store);
  if (known?.excluded === excluded) return known.store;
  const made = { ...store, references: store.references.filter(({ id }) => !excluded.includes(id)) };
  reduced.set(store, { excluded, store: made });
  return made;
}

function distancesTo(store: ReferenceStore, { embedding, pathway }: Question, settings: C3poSettings): Distances {
  return settings.method === 'mode' ? pathwayDistances(store, layerRows(pathway, settings.layers, store.experts), settings.layers) : embeddingDistances(store, embedding, settings.distance);
}

/** The neighbourhood as the method would take it, where the pool is large enough. */
function search(store: ReferenceStore, question: Question, settings: C3poSettings): { readonly found: readonly Neighbour[]; readonly rest: readonly number[]; readonly distances: Distances } {
  const distances = distancesTo(store, question, settings);
  const pool = poolOf(store, question.item, embeddingDistances(store, question.embedding, 'cosine').similarity, settings);
  const enough = pool.length >= (settings.neighbourhood === 'ball' ? 1 : settings.k);
  const found = enough && settings.layers.length > 0 ? findNeighbours(store, question.item, searchIn(pool, distances, settings.sigma), settings) : [];
  const used = new Set(found.map(({ index }) => index));
  const rest = pool.filter((index) => !used.has(index)).sort((a, b) => (distances.distance[a] ?? 0) - (distances.distance[b] ?? 0) || a - b);
  return { found, rest, distances };
}

/** Neighbours in use, then the next ones and those taken out, by distance. */
export function listNeighbours(store: ReferenceStore, question: Question, settings: C3poSettings, excluded: readonly string[]): readonly ListedNeighbour[] {
  const inUse = storeInUse(store, excluded);
  const { found, rest, distances } = search(inUse, question, settings);
  const row = (index: number, weight: number, used: boolean): ListedNeighbour[] => {
    const reference = inUse.references[index];
    return reference === undefined ? [] : [{ reference, distance: distances.distance[index] ?? Number.NaN, weight, used, excluded: false }];
  };
  const all = excluded.length === 0 ? undefined : distancesTo(store, question, settings);
  const out = store.references.flatMap((reference, index): ListedNeighbour[] => (excluded.includes(reference.id) ? [{ reference, distance: all?.distance[index] ?? Number.NaN, weight: 0, used: false, excluded: true }] : []));
  const others = [...(settings.neighbourhood === 'random' ? [] : rest.slice(0, NEXT).flatMap((index) => row(index, 0, false))), ...out];
  return [...found.flatMap(({ index, weight }) => row(index, weight, true)), ...others.sort((a, b) => a.distance - b.distance)];
}

/** Neighbours of the question on screen, by index into `storeInUse`. */
export function neighboursNow(state: Pick<AppState, 'session' | 'traces' | 'remix'>): readonly Neighbour[] {
  const { data, question, excluded } = state.remix;
  const shape = shapeNow(state);
  if (data.phase !== 'ready' || question === undefined || shape === undefined) return [];
  return search(storeInUse(data.store, excluded), question, settingsNow(state.remix, shape)).found;
}

/** The store of the panel, without what was taken out. */
export function storeNow({ data, excluded }: Pick<RemixState, 'data' | 'excluded'>): ReferenceStore | undefined {
  return data.phase === 'ready' ? storeInUse(data.store, excluded) : undefined;
}

/** The box beside a reference: takes it out or back in; one that is merely too far is let in by a larger k. */
export function toggleNeighbour(app: App, shape: RouterShape, { reference, used, excluded: out }: ListedNeighbour): void {
  const { remix } = app.store.getState();
  const { excluded } = remix;
  if (used) patchRemix(app, { excluded: [...excluded, reference.id] });
  else if (out) patchRemix(app, { excluded: excluded.filter((id) => id !== reference.id) });
  else setSetting(app, shape, 'k', settingsNow(remix, shape).k + 1);
}
