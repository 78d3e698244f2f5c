/** Questions whose answer takes several steps: the benchmark of the evaluation, one of which the visitor may ask. */
import * as v from 'valibot';
import { PlaygroundError } from '../../base/errors';
import { patch, type App } from '../app';
import { toFailure } from '../notices';
import { publicUrl } from '../remix/data';
import { patchEntropy } from './slice';
import type { StepItem } from './state';

export const STEP_FILES = { items: 'benchmarks/steps.test.jsonl' } as const;

/** New tokens that the longest of these answers needs, with room. */
const ENOUGH_TOKENS = 160;

const itemSchema = v.object({ id: v.pipe(v.string(), v.nonEmpty()), family: v.string(), level: v.pipe(v.number(), v.integer()), template: v.string(), prompt: v.pipe(v.string(), v.nonEmpty()), answer: v.pipe(v.string(), v.nonEmpty()) });

/** Reads the file line by line. @throws PlaygroundError `bad-file` with the first line that is no question */
export function parseStepItems(text: string): readonly StepItem[] {
  return text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line, i) => {
      const read = v.safeParse(itemSchema, JSON.parse(line));
      if (!read.success) throw new PlaygroundError('bad-file', `Line ${i + 1} is no question with an answer.`);
      return read.output;
    });
}

/** The questions, fetched once. A failure is told in the view and can be tried again. */
export async function loadStepItems(app: App): Promise<readonly StepItem[]> {
  const { items } = app.store.getState().entropy;
  if (items.phase === 'ready') return items.items;
  patchEntropy(app, { items: { phase: 'loading' } });
  try {
    const url = publicUrl(app, STEP_FILES.items);
    const response = await fetch(url);
    if (!response.ok) throw new PlaygroundError('network', `HTTP ${response.status}: ${url.pathname}`);
    const read = parseStepItems(await response.text());
    patchEntropy(app, { items: { phase: 'ready', items: read } });
    return read;
  } catch (error) {
    patchEntropy(app, { items: { phase: 'failed', message: toFailure(error).message } });
    return [];
  }
}

/** Puts the next question into the prompt field, to be written greedily and to its end. */
export async function nextItem(app: App): Promise<void> {
  const items = await loadStepItems(app);
  const { item } = app.store.getState().entropy;
  const at = item === undefined ? 0 : (items.findIndex(({ id }) => id === item.id) + 1) % items.length;
  const next = items[at];
  if (next === undefined || app.store.getState().run.status !== 'idle') return;
  patchEntropy(app, { item: next });
  patch(app, 'run', { prompt: next.prompt, temperature: 0, maxNewTokens: ENOUGH_TOKENS });
}

/** The answer that a text gives: what stands after the last marker, white space aside; undefined where there is none. */
export function givenAnswer(text: string, marker = 'answer:'): string | undefined {
  const at = text.lastIndexOf(marker);
  return at < 0 ? undefined : (text.slice(at + marker.length).split('\n').find((line) => line.trim() !== '') ?? '').trim();
}
