/** What an importer makes of a source, before anything is checked. */
import { Faults, type TraceFault } from '../faults';
import type { Importer } from '../importers/importer';

type Fields<K extends string> = { readonly [key in K]?: unknown };

/** A file of version 1 as an importer builds it, not checked yet. */
export interface Made extends Fields<'title' | 'created'> {
  readonly model: Fields<'id' | 'experts' | 'moeLayers' | 'topK' | 'layers' | 'normTopk'>;
  readonly run: Fields<'prompt' | 'promptTokens'>;
  readonly tokens: Fields<'ids' | 'text' | 'kind'>;
  readonly routing: Fields<'shape' | 'experts' | 'mix' | 'prob' | 'logits' | 'count' | 'outputNorm'>;
  readonly output?: Fields<'chosen' | 'logProb'>;
  readonly meta: Fields<'source' | 'logitsUpToConstant' | 'lastTokenOnly'> & { readonly unknown: readonly string[] };
}

export interface Converted {
  readonly recognised: boolean;
  readonly files: readonly Made[];
  readonly faults: readonly TraceFault[];
}

/** @param source JSON, or a text where the format is none */
export function converted(importer: Importer, source: unknown, text = ''): Converted {
  const faults = new Faults();
  const recognised = importer.recognises({ text, value: source });
  return { recognised, files: importer.toFiles({ text, value: source }, faults) as unknown as readonly Made[], faults: faults.list() };
}
