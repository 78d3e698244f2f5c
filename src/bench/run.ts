/** Runs sections of the bench one after the other, and puts what they found into one report. */
import type { Environment, Progress } from './environment';
import { feedForward, type FeedForwardResult } from './sections/ffn';
import { decode, prefill, type TextResult } from './sections/text';
import { products, type ProductResult } from './sections/products';

export interface Sections {
  readonly products: readonly ProductResult[];
  readonly ffn: readonly FeedForwardResult[];
  readonly prefill: readonly TextResult[];
  readonly decode: readonly TextResult[];
}

export type SectionName = keyof Sections;

export const RUNNERS: { readonly [N in SectionName]: (environment: Environment, progress: Progress) => Promise<Sections[N]> } = {
  products,
  ffn: feedForward,
  prefill,
  decode,
};
