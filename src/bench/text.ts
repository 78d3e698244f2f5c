/** Whole-model tasks: a prompt in, the logits after it out; then greedy tokens. The oracle is the float64 reference engine. */
import { GREEDY, type RunOptions } from '../engine/engine';
import { createReferenceEngine } from '../engine/reference/engine';
import type { Checkpoint } from '../model/checkpoint';
import { ROUTER_AS_TRAINED } from '../routing/plan';

export interface TextTask {
  readonly checkpoint: Checkpoint;
  readonly prompt: readonly number[];
  /** Greedy tokens after the prompt that are run. */
  readonly decoded: number;
}

const PROSE =
  'The old lighthouse stood at the end of the pier, and every evening the keeper climbed its ninety steps to light the lamp. ' +
  'He had done so for thirty years, in fog and in fair weather, and he knew each ship by the sound of its horn. ' +
  'One winter a letter came from the harbour office. It said that from spring on the light would be switched by a clock, ' +
  'and that the keeper could move into town. He read the letter twice, put it into the drawer with the others, and went up to clean the glass. ' +
  'Below him the sea was grey, the gulls were loud, and a small boat that he had never seen before was coming in against the tide.';

/** The first `length` tokens of a plain text; where there is no tokenizer, tokens spread over the vocabulary. */
export function promptOf(checkpoint: Checkpoint, length: number): number[] {
  const ids = checkpoint.tokenizer?.encode(PROSE) ?? [];
  if (ids.length >= length) return ids.slice(0, length);
  return Array.from({ length }, (_, t) => (t * 7919 + 13) % checkpoint.config.vocabulary);
}

/** Ties go to the lower id. */
export function largest(logits: ArrayLike<number>): number {
  let best = 0;
  for (let i = 1; i < logits.length; i++) if ((logits[i] ?? -Infinity) > (logits[best] ?? -Infinity)) best = i;
  return best;
}

export function greedyOptions(promptLength: number, logits: 'none' | 'last', routing = true): RunOptions {
  return { plan: ROUTER_AS_TRAINED, promptLength, sampling: GREEDY, record: { routing, logits } };
}

/** What the reference engine says: logits after the prompt, and the greedy tokens from the first drawn one on. */
export async function expectedText({ checkpoint, prompt, decoded }: TextTask): Promise<{ readonly logits: Float32Array; readonly ids: readonly number[] }> {
  const engine = createReferenceEngine();
  const sequence = await (await engine.load(checkpoint)).createSequence(prompt.length + decoded + 1);
  const options = greedyOptions(prompt.length, 'last', false);
  const { logits = new Float32Array(), chosen } = await sequence.append(prompt, options);
  const ids = [chosen.at(-1) ?? 0];
  if (decoded > 0) ids.push(...(await sequence.decode(decoded, options)).chosen);
  engine.dispose();
  return { logits: Float32Array.from(logits), ids };
}
