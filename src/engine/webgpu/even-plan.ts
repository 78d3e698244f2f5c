import type { Sizes } from './constants';

/**
 * The words of shaders/plan.wgsl for an even load, with rows that are sorted by expert already: expert e has the
 * sorted rows from e * rows on. `tokenOf` names the token of a sorted row; the row itself unless given.
 */
export function evenPlan(sizes: Sizes, experts: number, rows: number, tokenOf: (row: number) => number = (row) => row): Uint32Array {
  const words = new Uint32Array(4 + 3 * sizes.maxTiles + 2 * sizes.maxPairs);
  let tile = 0;
  for (let e = 0; e < experts; e++) {
    for (let from = 0; from < rows; from += sizes.tileRows) words.set([e, e * rows + from, Math.min(sizes.tileRows, rows - from)], 4 + 3 * tile++);
  }
  words[0] = tile;
  for (let row = 0; row < experts * rows; row++) words[4 + 3 * sizes.maxTiles + row] = tokenOf(row);
  return words;
}
