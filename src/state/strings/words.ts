/** Small numbers in words, for sentences. */
const ORDINALS = ['first', 'second', 'third', 'fourth', 'fifth', 'sixth', 'seventh', 'eighth'];
const NUMBERS = ['none', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight'];

/** `first`, `second`, ... from rank 0. */
export function ordinal(rank: number): string {
  return ORDINALS[rank] ?? `number ${rank + 1}`;
}

/** Small counts in words. */
export function count(n: number): string {
  return NUMBERS[n] ?? String(n);
}
