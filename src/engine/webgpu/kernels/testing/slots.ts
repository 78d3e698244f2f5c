/** Slot tables and the plan that follows from them, by sorting: what shaders/plan.wgsl finds by counting. */
import type { Sizes } from '../../constants';
import { bitsOf } from './harness';

export const EMPTY = 0xffffffff;

/** One filled or empty slot of a token. */
export interface SlotEntry {
  readonly expert: number;
  readonly mix: number;
}

/** [rows, K + 1] of (expert, mix): the slots of each token, then the shared expert's weight. */
export function slotWords(tokens: readonly (readonly SlotEntry[])[], shared: readonly number[]): Uint32Array<ArrayBuffer> {
  return Uint32Array.from(tokens.flatMap((slots, t) => [...slots, { expert: 0, mix: shared[t] ?? 1 }].flatMap(({ expert, mix }) => [expert, bitsOf(mix)])));
}

export interface Pair {
  readonly token: number;
  readonly slot: number;
  readonly expert: number;
}

/** Filled (token, slot) pairs by expert, within an expert by token: the order of the sorted rows. */
export function sortedPairs(tokens: readonly (readonly SlotEntry[])[]): Pair[] {
  const pairs = tokens.flatMap((slots, token) => slots.map(({ expert }, slot) => ({ token, slot, expert }))).filter(({ expert }) => expert !== EMPTY);
  return pairs.sort((a, b) => a.expert - b.expert || a.token - b.token || a.slot - b.slot);
}

/** The buffer that plan.wgsl leaves when it starts from `fill` everywhere. */
export function planWords(sizes: Sizes, tokens: readonly (readonly SlotEntry[])[], fill = 0): Uint32Array<ArrayBuffer> {
  const { maxTiles, maxPairs, tileRows } = sizes;
  const words = new Uint32Array(4 + 3 * maxTiles + 2 * maxPairs).fill(fill);
  const pairs = sortedPairs(tokens);
  const slots = tokens[0]?.length ?? 0;
  let tiles = 0;
  for (let first = 0; first < pairs.length; tiles++) {
    const expert = pairs[first]?.expert ?? 0;
    let rows = 0;
    while (rows < tileRows && pairs[first + rows]?.expert === expert) rows++;
    words.set([expert, first, rows], 4 + 3 * tiles);
    first += rows;
  }
  words[0] = tiles;
  const perm = 4 + 3 * maxTiles;
  pairs.forEach(({ token, slot }, p) => {
    words[perm + p] = token;
    words[perm + maxPairs + token * slots + slot] = p;
  });
  return words;
}

/** Tokens with two slots each, so that expert e has loads[e] rows; the loads of both halves are equal in sum. */
export function tokensWithLoads(loads: readonly number[]): SlotEntry[][] {
  const flat = loads.flatMap((n, e) => Array<number>(n).fill(e));
  const half = flat.length / 2;
  return Array.from({ length: half }, (_, t) => [t, t + half].map((i) => ({ expert: flat[i] ?? EMPTY, mix: 0.25 + ((i * 7) % 11) / 20 })));
}
