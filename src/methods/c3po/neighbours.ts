/** Which references a question is compared with. docs/METHODS.md, "Pool" and "Neighbours". */
import { PlaygroundError } from '../../base/errors';
import { uniformAt } from '../../base/pcg';
import type { BenchmarkItem, ReferenceStore } from './item';
import { kernelWeights, median } from './kernel';
import type { Neighbour } from './result';
import type { C3poSettings } from './settings';
import type { Distances } from './space';

/** A ball may hold hundreds of references; each costs a run. */
export const MOST_IN_BALL = 32;

/**
 * Indices of the references that may become neighbours, in the order of the file.
 * @param similarity cosine of centred embeddings to each reference
 */
export function poolOf(store: ReferenceStore, item: Pick<BenchmarkItem, 'prompt'>, similarity: Float64Array, settings: Pick<C3poSettings, 'pool' | 'duplicate'>): number[] {
  const filtered = settings.duplicate < 1;
  return [...store.references.keys()].filter((i) => {
    const reference = store.references[i];
    if (reference === undefined) return false;
    if (filtered && ((similarity[i] ?? 0) > settings.duplicate || reference.prompt === item.prompt)) return false;
    return settings.pool === 'all' || reference.correct === (settings.pool === 'successful');
  });
}

/** FNV-1a over the UTF-8 bytes, 32 bits (http://www.isthe.com/chongo/tech/comp/fnv/). */
export function hashText(text: string): number {
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(text)) hash = Math.imul(hash ^ byte, 0x01000193);
  return hash >>> 0;
}

/** k different members of the pool, the same for the same seed and prompt. */
function drawRandom(pool: readonly number[], k: number, seed: number, prompt: string): number[] {
  const drawn = new Set<number>();
  const stream = (seed ^ hashText(prompt)) >>> 0;
  for (let j = 0; drawn.size < k; j++) drawn.add(pool[Math.floor(uniformAt(stream, j) * pool.length)] ?? 0);
  return [...drawn];
}

const KINDS = { successful: 'that the model answers rightly', unsuccessful: 'that the model answers wrongly', all: 'of either kind' } as const;

/** Throws `bad-input` where there are fewer references than neighbours asked for. */
function checkEnough(pool: readonly number[], settings: C3poSettings, store: ReferenceStore): void {
  const wanted = settings.neighbourhood === 'ball' ? 1 : settings.k;
  if (pool.length >= wanted) return;
  throw new PlaygroundError(
    'bad-input',
    `${wanted} neighbours are asked for, but of the ${store.references.length} references only ${pool.length} can be used (${KINDS[settings.pool]}, similarity up to ${settings.duplicate}): ask for fewer, or give more references.`,
  );
}

/** The pool with all distances to it; bandwidth and members are taken from it. */
export interface Search {
  readonly pool: readonly number[];
  readonly distances: Distances;
  /** h of the kernel. */
  readonly bandwidth: number;
}

export function searchIn(pool: readonly number[], distances: Distances, sigma: number): Search {
  return { pool, distances, bandwidth: sigma * median(pool.map((i) => distances.distance[i] ?? NaN)) };
}

/**
 * The neighbourhood with its kernel weights, nearest first (a random one in the order in which it was drawn). Empty only for a ball
 * that holds nothing.
 * @throws PlaygroundError `bad-input` for a pool that is too small
 */
export function findNeighbours(store: ReferenceStore, item: Pick<BenchmarkItem, 'prompt'>, search: Search, settings: C3poSettings): Neighbour[] {
  const { pool, distances, bandwidth } = search;
  checkEnough(pool, settings, store);
  const distanceOf = (i: number): number => distances.distance[i] ?? NaN;
  const sorted = (): number[] => pool.toSorted((a, b) => distanceOf(a) - distanceOf(b) || a - b);
  const members = (): number[] => {
    switch (settings.neighbourhood) {
      case 'kNN':
        return sorted().slice(0, settings.k);
      case 'ball':
        return sorted().filter((i) => distanceOf(i) <= settings.epsilon).slice(0, MOST_IN_BALL);
      case 'random':
        return drawRandom(pool, settings.k, settings.seed, item.prompt);
    }
  };
  const found = members().map((index) => ({ index, distance: distanceOf(index), similarity: distances.similarity[index] ?? 0 }));
  const weights = kernelWeights(settings.kernel, found, bandwidth);
  return found.map(({ index, distance }, i) => ({ index, distance, weight: weights[i] ?? 0 }));
}
