/** What sets A apart from B, in a few words: prompt, sampling, plan, model. */
import { localised } from '../base/numerals';
import type { PlanEntry } from '../routing/plan';
import type { Trace } from '../trace/trace';
import type { ComparedPair } from './compare';
import { strings } from './strings';

const PROMPT_LENGTH = 28;
const MOST_PARTS = 2;
/** Digits of a hash that tell two files apart. */
const HASH = 8;

/** The plan of a run in words; `router as trained` where it has none. */
export function planWords({ run }: Trace): string {
  const text = strings.compare.label;
  const parts = run.plan?.entries.flatMap(entryWords) ?? [];
  if (parts.length === 0) return text.trained;
  return parts.length > MOST_PARTS ? text.edits(parts.length) : parts.join(', ');
}

function entryWords(entry: PlanEntry): string[] {
  const text = strings.compare.label;
  const where = text.inLayers(entry.layers === 'all' ? [] : entry.layers);
  const ids = (record: Readonly<Record<string, number>>): number[] => Object.keys(record).map(Number);
  const parts = [
    entry.mask !== undefined && entry.mask.length > 0 ? text.off(entry.mask, where) : '',
    entry.k === undefined ? '' : text.k(entry.k, where),
    entry.topP === undefined ? '' : text.topP(localised(String(entry.topP.p).replace(/^0/, '')), where),
    entry.bias === undefined ? '' : text.bias(ids(entry.bias), where),
    entry.override === undefined && entry.scale === undefined ? '' : text.mix(where),
    entry.selectionBias === undefined ? '' : text.bias(ids(entry.selectionBias), where),
  ].filter((part) => part !== '');
  return parts.length === 0 ? [text.plan] : parts;
}

function promptWords({ run, title }: Trace): string {
  const words = (run.prompt ?? title).replace(/\s+/g, ' ').trim();
  return strings.compare.label.prompt(words.length > PROMPT_LENGTH ? `${words.slice(0, PROMPT_LENGTH)}\u2026` : words);
}

function samplingWords(trace: Trace): string {
  const { sampling, seed } = trace.run;
  return sampling === undefined ? promptWords(trace) : strings.compare.label.sampling(localised(String(sampling.temperature).replace(/^0\./, '.')), seed);
}

/** A token's text without the space before it. */
export function tokenWords(trace: Trace, token: number): string {
  const text = trace.tokens.text[token] ?? '';
  return text.trim() || text.replaceAll('\n', '\u21b5').replaceAll(' ', '\u2423');
}

/** A short name for A and for B, from the first thing in which they differ. */
export function pairLabels({ a, b, kind, token }: ComparedPair): { readonly a: string; readonly b: string } {
  const [left, right] = [a.trace, b.trace];
  const both = (words: (trace: Trace) => string): { a: string; b: string } => ({ a: words(left), b: words(right) });
  if (token !== undefined) return { a: strings.compare.tokens.focus, b: strings.compare.tokens.label(token + 1, tokenWords(left, token)) };
  const plans = both(planWords);
  if (kind === 'edits') return plans;
  if (left.model.id !== right.model.id) return both(({ model }) => strings.compare.label.model(model.id));
  const [ownA, ownB] = [left.model.sha256, right.model.sha256];
  if (ownA !== undefined && ownB !== undefined && ownA !== ownB) return { a: strings.compare.label.weights(ownA.slice(0, HASH)), b: strings.compare.label.weights(ownB.slice(0, HASH)) };
  if (left.run.prompt !== right.run.prompt) return both(promptWords);
  if (plans.a !== plans.b) return plans;
  return both(samplingWords);
}
