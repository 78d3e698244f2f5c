/** The Entropy view's slice: plain data. */

/** What the visitor's own regular expression found in the text on the page. */
export type PatternSearch =
  | { readonly phase: 'none' }
  | { readonly phase: 'searching'; readonly source: string }
  /** First tokens of steps in the run that was begun at `created`. A note says where the search ended early. */
  | { readonly phase: 'found'; readonly source: string; readonly created: string; readonly starts: Uint32Array; readonly note: string }
  /** The pattern is not run, or was stopped; the reason is a sentence. */
  | { readonly phase: 'refused'; readonly source: string; readonly reason: string };

export interface EntropyState {
  readonly pattern: PatternSearch;
}

export const NO_ENTROPY: EntropyState = {
  pattern: { phase: 'none' },
};
