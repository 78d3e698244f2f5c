/** The shipped model as a whole: prefill of a prompt, and greedy decode after one. */
import type { Counters } from '../../engine/engine';
import { loadWebgpuModel } from '../../engine/webgpu/model';
import type { Environment, Progress } from '../environment';
import { race, type Row } from '../race';
import { expectedText, greedyOptions, promptOf } from '../text';

export interface TextResult {
  readonly kind: 'prefill' | 'decode';
  /** Tokens of the prompt. */
  readonly prompt: number;
  /** Tokens that a run makes or reads: times are for all of them. */
  readonly tokens: number;
  readonly rows: readonly Row[];
  /** What ours costs, counted at the calls. */
  readonly counters: Counters;
}

export const PROMPT = 128;
export const DECODE_AFTER = 32;
/** As many as the page asks for at once. */
export const DECODED = 8;

export async function prefill(environment: Environment, progress: Progress): Promise<TextResult[]> {
  const length = environment.quick ? 16 : PROMPT;
  progress(0, `T = ${length}`);
  const task = { checkpoint: environment.checkpoint, prompt: promptOf(environment.checkpoint, length), decoded: 0 };
  const { logits } = await expectedText(task);
  const makers = environment.contenders((tasks) => tasks.prefill).flatMap(([name, ways]) => ways.map((make) => [name, () => make(task)] as const));
  const rows = await race(makers, logits, { ...environment.pace, tolerance: 1e-3 });
  return [{ kind: 'prefill', prompt: length, tokens: length, rows, counters: await cost(environment, task.prompt, 0) }];
}

export async function decode(environment: Environment, progress: Progress): Promise<TextResult[]> {
  progress(0, `${DECODED} tokens`);
  const task = { checkpoint: environment.checkpoint, prompt: promptOf(environment.checkpoint, DECODE_AFTER), decoded: DECODED };
  const { ids } = await expectedText(task);
  const makers = environment.contenders((tasks) => tasks.decode).flatMap(([name, ways]) => ways.map((make) => [name, () => make(task)] as const));
  const rows = await race(makers, ids, { ...environment.pace, tolerance: 0 });
  return [{ kind: 'decode', prompt: DECODE_AFTER, tokens: DECODED, rows, counters: await cost(environment, task.prompt, DECODED) }];
}

/** What our engine counted for a prompt, or for `decoded` tokens after it. */
async function cost({ context, form, checkpoint }: Environment, prompt: readonly number[], decoded: number): Promise<Counters> {
  const model = await loadWebgpuModel(context, checkpoint, form, {});
  const sequence = await model.createSequence(prompt.length + decoded + 1);
  await sequence.append(prompt, greedyOptions(prompt.length, 'none'));
  const before = sequence.counters;
  if (decoded > 0) await sequence.decode(decoded, greedyOptions(prompt.length, 'none'));
  const after = sequence.counters;
  model.dispose();
  if (decoded === 0) return after;
  return {
    tokens: after.tokens - before.tokens, dispatches: after.dispatches - before.dispatches, submits: after.submits - before.submits,
    readbacks: after.readbacks - before.readbacks, bytesRead: after.bytesRead - before.bytesRead,
  };
}
