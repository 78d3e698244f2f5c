/** Two random models of one vocabulary whose steps are lines, and what their sequences ran. */
import { accessOf } from '../../../engine/access';
import type { LoadedModel, Sequence } from '../../../engine/engine';
import { createReferenceEngine } from '../../../engine/reference/engine';
import { tinyCheckpoint } from '../../../engine/testing/tiny-model';
import type { Tokenizer } from '../../../model/checkpoint';
import { ROUTER_AS_TRAINED } from '../../../routing/plan';
import { collaborate, type CollaborationOptions } from '../collaborate';
import type { CollaborationEvent, CollaborationResult } from '../events';
import { COLLABORATION_DEFAULTS, type CollaborationSettings } from '../settings';
import type { Writer } from '../writer';

/** Every third token holds a line feed, some with a letter after it: a token that spans a delimiter. */
export const LINES: Tokenizer = {
  encode: (text) => Array.from(text, (letter) => letter.charCodeAt(0) % 96),
  decode: (ids) => ids.map((id) => LINES.tokenText(id)).join(''),
  tokenText: (id) => (id % 3 === 0 ? (id % 2 === 0 ? `${id}\n` : `\nx`) : `${id} `),
  idOf: () => undefined,
};

export const PROMPT = [3, 14, 15, 92, 65, 35];

/** Drawn, since the likeliest tokens of a random model go round in circles. */
export const DRAWN = { temperature: 1, topK: 0, topP: 1, seed: 3 };

export const LINE_SETTINGS: CollaborationSettings = { ...COLLABORATION_DEFAULTS, delimiter: { kind: 'newline' }, sampling: DRAWN, finalByLarge: false, maxSteps: 6, maxStepTokens: 8, repeats: 0 };

export interface TinyWriter extends Writer {
  /** Tokens that all its sequences ran. */
  readonly ran: () => number;
}

export async function tinyPair(endOfText: readonly number[] = []): Promise<{ readonly small: TinyWriter; readonly large: TinyWriter }> {
  const writer = async (name: string, seed: number, shape: object): Promise<TinyWriter> => {
    const inner = await createReferenceEngine().load(tinyCheckpoint({ endOfText, tiedEmbedding: false, context: 128, ...shape }, seed));
    const sequences: Sequence[] = [];
    const model: LoadedModel = {
      ...inner,
      createSequence: async (capacity) => {
        const sequence = await inner.createSequence(capacity);
        sequences.push(sequence);
        return sequence;
      },
    };
    return { name, access: accessOf(model, LINES), plan: ROUTER_AS_TRAINED, ran: () => sequences.reduce((sum, { counters }) => sum + counters.tokens, 0) };
  };
  return { small: await writer('small', 2, { layers: 1, feedForward: { kind: 'dense', hidden: 24 } }), large: await writer('large', 1, {}) };
}

/** All events, and the result. */
export async function finish(small: Writer, large: Writer, settings: Partial<CollaborationSettings>, options: CollaborationOptions = {}): Promise<{ readonly events: readonly CollaborationEvent[]; readonly result: CollaborationResult }> {
  const run = collaborate(small, large, PROMPT, { ...LINE_SETTINGS, ...settings }, options);
  const events: CollaborationEvent[] = [];
  for (;;) {
    const next = await run.next();
    if (next.done === true) return { events, result: next.value };
    events.push(next.value);
  }
}
