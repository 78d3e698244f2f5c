/**
 * What a method needs of a model: one object that is the same in Node, beside an engine, and in the page, where the
 * engine lives in a worker (`worker/access-client.ts`). Plain data in, plain data out; every call may be cancelled.
 */
import { PlaygroundError, throwIfCancelled } from '../base/errors';
import type { Tokenizer } from '../model/checkpoint';
import type { ModelConfig } from '../model/config';
import type { RoutingPlan } from '../routing/plan';
import { logProbability, logSumExp } from './distribution';
import type { LoadedModel, RoutingBatch, Sampling, StepBatch } from './engine';
import { checkPrompt, generate, type StopReason } from './generate';
import type { GradientCapability } from './gradients';
import { joinBatches, joinRouting } from './join';
import { PrefixCache, type Keeping } from './prefix-cache';
import { scoreText } from './score';
import { sliceBatch } from './slice';
import { writeText, type WriteRequest, type WrittenText } from './write';

export interface AccessOptions {
  /** Whether the routing of the tokens is wanted as well; absent for a model without routers. */
  readonly routing?: boolean;
  readonly signal?: AbortSignal;
}

export interface ScoreOptions extends AccessOptions {
  /** Sets of token ids, W of them: how likely each set is after every token. */
  readonly watch?: readonly (readonly number[])[];
}

export interface LastLogits {
  /** Vocabulary logits after the last token. [V] */
  readonly logits: Float32Array;
  /** Of all tokens, in order; rows of tokens that other calls ran too are those of the run that they share. */
  readonly routing?: RoutingBatch;
}

export interface ScoredText {
  /** Natural-log probability of each token given those before it; NaN at position 0. [T] */
  readonly logProb: Float32Array;
  /** Entropy in nats of the distribution after each token. [T] */
  readonly entropy: Float32Array;
  /** Probability that the next token is of a watched set, after each token; present when asked for. [T, W] */
  readonly watched?: Float32Array;
  /** Of all tokens, in order. */
  readonly routing?: RoutingBatch;
}

export interface GeneratedText {
  /** The new tokens, without the prompt. */
  readonly ids: readonly number[];
  /** Entropy in nats of the distribution that each new token was drawn from. [ids.length] */
  readonly entropy: Float32Array;
  /** Natural-log probability of each new token at temperature 1. [ids.length] */
  readonly logProb: Float32Array;
  /** Of the new tokens. */
  readonly routing?: RoutingBatch;
  readonly reason: Exclude<StopReason, 'cancelled'>;
}

/**
 * All calls reject with a PlaygroundError: `bad-input` for ids or plans that do not fit the model, `cancelled` when the
 * signal fires, `out-of-memory`, `device-lost`. In a plan, `tokens: "last"` is the last of the given ids.
 */
export interface ModelAccess {
  readonly config: ModelConfig;
  encode(text: string): Promise<readonly number[]>;
  /** Text of a whole sequence; special tokens are left out. */
  decode(ids: readonly number[]): Promise<string>;
  /** Mean over the tokens of their input embeddings. [D] */
  embed(ids: readonly number[], signal?: AbortSignal): Promise<Float32Array>;
  /** One pass; what a recent call ran with the same first tokens under the same rules is not run again. */
  lastLogits(ids: readonly number[], plan: RoutingPlan, options?: AccessOptions): Promise<LastLogits>;
  /** A text of any length; one longer than the context is scored in windows that overlap by half. */
  score(ids: readonly number[], plan: RoutingPlan, options?: ScoreOptions): Promise<ScoredText>;
  /** Continues a prompt by at most `maxNewTokens`; fewer at an end-of-text token (which is given) or at the end of the context. */
  generate(ids: readonly number[], plan: RoutingPlan, maxNewTokens: number, sampling: Sampling, options?: AccessOptions): Promise<GeneratedText>;
  /**
   * Continues a text up to a stop. What a recent call read or wrote with the same first tokens under the same rules is
   * not run again: a model that takes turns with another one reads only what the other wrote.
   */
  write(ids: readonly number[], plan: RoutingPlan, request: WriteRequest, options?: AccessOptions): Promise<WrittenText>;
  /** Absent where the engine has none for this model. */
  readonly gradients: GradientCapability | undefined;
  /** Frees what the calls keep; the model itself stays. */
  dispose(): void;
}

/** The routing of all batches as one, or nothing where it was not recorded. */
function routingOf(batches: readonly StepBatch[]): { routing?: RoutingBatch } {
  const routing = joinRouting(batches.flatMap((batch) => batch.routing ?? []));
  return routing === undefined ? {} : { routing };
}

/** Probability of each set of ids in every row of vocabulary logits [n, V]. [n, W] */
function probabilityOfSets(logits: Float32Array, rows: number, sets: readonly (readonly number[])[]): Float32Array {
  const out = new Float32Array(rows * sets.length);
  const width = logits.length / rows;
  for (let row = 0; row < rows; row++) {
    const values = logits.subarray(row * width, (row + 1) * width);
    const normaliser = logSumExp(values);
    sets.forEach((ids, w) => {
      let sum = 0;
      for (const id of ids) sum += Math.exp(logProbability(values, id, normaliser));
      out[row * sets.length + w] = sum;
    });
  }
  return out;
}

async function scoreAll(model: LoadedModel, ids: readonly number[], plan: RoutingPlan, options: ScoreOptions): Promise<ScoredText> {
  const { routing = false, watch, signal } = options;
  const unknown = watch?.flat().find((id) => !Number.isInteger(id) || id < 0 || id >= model.config.vocabulary);
  if (unknown !== undefined) throw new PlaygroundError('bad-input', `Token ${unknown} cannot be watched: the vocabulary has ${model.config.vocabulary}.`);
  const batches: StepBatch[] = [];
  const watched: Float32Array[] = [];
  const record = { routing, logits: watch === undefined ? ('none' as const) : ('all' as const) };
  for await (const { batch } of scoreText(model, ids, { plan, record, ...(signal ? { signal } : {}) })) {
    const { logits, ...rest } = batch;
    if (watch !== undefined && logits !== undefined) watched.push(probabilityOfSets(logits, batch.ids.length, watch));
    batches.push(rest);
  }
  const { logProb, entropy } = joinBatches(batches, 'none');
  return { logProb, entropy, ...routingOf(batches), ...(watch === undefined ? {} : { watched: Float32Array.from(watched.flatMap((part) => [...part])) }) };
}

async function generateAll(model: LoadedModel, ids: readonly number[], plan: RoutingPlan, maxNewTokens: number, sampling: Sampling, options: AccessOptions): Promise<GeneratedText> {
  const { routing = false, signal } = options;
  checkPrompt(ids, model.config.context);
  const { context } = model.config;
  // A wrong count is refused by `generate`, which says what is wrong.
  const sequence = await model.createSequence(maxNewTokens >= 0 ? Math.min(context, ids.length + Math.ceil(maxNewTokens)) : context);
  try {
    const record = { routing, logits: 'none' as const };
    const run = generate(model, sequence, { promptIds: ids, maxNewTokens, sampling, plan, record, ...(signal ? { signal } : {}) });
    const batches: StepBatch[] = [];
    let step = await run.next();
    for (; !step.done; step = await run.next()) batches.push(step.value);
    const reason = step.value;
    if (reason === 'cancelled') throw new PlaygroundError('cancelled', 'Stopped on request.');
    const all = joinBatches(batches, 'none');
    const fresh = sliceBatch(all, ids.length, all.ids.length, 'none');
    // Row i says what came after token i, so the token's own entropy is one row earlier.
    const entropy = all.entropy.slice(ids.length - 1, all.ids.length - 1);
    return { ids: [...fresh.ids], entropy, logProb: fresh.logProb, ...(fresh.routing === undefined ? {} : { routing: fresh.routing }), reason };
  } finally {
    sequence.dispose();
  }
}

/**
 * Access to a model that was loaded in this thread. The model stays the caller's: `dispose` frees only what is kept here.
 * @param keeping how much of what was run is kept; a few texts when absent
 * @param tokenizer of the same checkpoint; without one `encode` and `decode` reject with `bad-file`
 */
export function accessOf(model: LoadedModel, tokenizer: Tokenizer | undefined, keeping?: Keeping): ModelAccess {
  const cache = new PrefixCache(model, keeping);
  const reader = (): Tokenizer => {
    if (tokenizer === undefined) throw new PlaygroundError('bad-file', 'This model has no tokenizer, so it cannot read text.');
    return tokenizer;
  };
  return {
    config: model.config,
    encode: async (text) => reader().encode(text),
    decode: async (ids) => reader().decode(ids),
    embed: async (ids, signal) => {
      throwIfCancelled(signal);
      checkPrompt(ids, model.config.context);
      return await model.embed(ids, signal);
    },
    lastLogits: async (ids, plan, options = {}) => {
      throwIfCancelled(options.signal);
      checkPrompt(ids, model.config.context);
      return await cache.run(ids, plan, options);
    },
    score: async (ids, plan, options = {}) => {
      throwIfCancelled(options.signal);
      return await scoreAll(model, ids, plan, options);
    },
    generate: async (ids, plan, maxNewTokens, sampling, options = {}) => {
      throwIfCancelled(options.signal);
      return await generateAll(model, ids, plan, maxNewTokens, sampling, options);
    },
    write: async (ids, plan, request, options = {}) => {
      throwIfCancelled(options.signal);
      checkPrompt(ids, model.config.context);
      return await writeText(cache, tokenizer, ids, plan, request, options);
    },
    gradients: model.gradients,
    dispose: () => cache.dispose(),
  };
}

