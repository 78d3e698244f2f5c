/** The markers of the suite rice: texts in which they are natural, and the token ids that count as them. */
import type { ModelAccess } from '../../engine/access';
import { PlaygroundError } from '../../base/errors';
import { parseObject, type Excerpt } from './texts';

/** A multi-step item as a whole: question, steps, answer. */
export interface StepItem {
  readonly id: string;
  readonly family: string;
  readonly text: string;
}

/** Reads multi-step items (public/benchmarks/steps.*.jsonl). Throws `bad-input` with the line of the first that is none. */
export function parseStepItems(source: string): StepItem[] {
  return source.trimEnd().split('\n').map((line, i) => {
    const { id, family, prompt, answer, steps } = parseObject(line) ?? {};
    if (typeof id !== 'string' || typeof family !== 'string' || typeof prompt !== 'string' || typeof answer !== 'string' || !Array.isArray(steps) || steps.some((step) => typeof step !== 'string')) {
      throw new PlaygroundError('bad-input', `Line ${i + 1} is no multi-step item: {"id", "family", "prompt", "steps", "answer"} are wanted.`);
    }
    return { id, family, text: `${prompt}${(steps as readonly string[]).join('\n\n')}\n\nanswer: ${answer}` };
  });
}

const LEAST_COUNT = 4;
const LEAST_LIFT = 8;

/**
 * Tokens that mark a language: at least 8 times as frequent in its texts as in all others, and seen at least 4 times.
 * @param texts of all domains, the language's own among them
 */
export async function languageTokens(access: ModelAccess, texts: readonly Excerpt[], language: string): Promise<number[]> {
  const own = new Map<number, number>();
  const others = new Map<number, number>();
  const total = { own: 0, others: 0 };
  for (const { domain, text } of texts) {
    const side = domain === language ? 'own' : 'others';
    for (const id of await access.encode(text)) {
      const counts = side === 'own' ? own : others;
      counts.set(id, (counts.get(id) ?? 0) + 1);
      total[side]++;
    }
  }
  return [...own].filter(([id, count]) => count >= LEAST_COUNT && count / total.own >= LEAST_LIFT * ((others.get(id) ?? 0) / total.others)).map(([id]) => id).sort((a, b) => a - b);
}

/** The one token of a text. Throws `bad-input` where it has several. */
export async function oneToken(access: ModelAccess, text: string): Promise<number> {
  const ids = await access.encode(text);
  if (ids.length !== 1 || ids[0] === undefined) throw new PlaygroundError('bad-input', `The marker ${JSON.stringify(text)} has ${ids.length} tokens, but one is wanted.`);
  return ids[0];
}
