/** A token sequence of the ONNX engine: its key-value cache, forced tokens, drawn tokens. */
import { PlaygroundError, throwIfCancelled } from '../../base/errors';
import { Breath } from '../breath';
import { logSumExp } from '../distribution';
import type { Counters, RunOptions, Sequence, StepBatch } from '../engine';
import { joinBatches } from '../join';
import { checkSampling, sampleToken } from '../sampling';
import { type After, batchOf } from './batch';
import { INPUT, OUTPUT } from './graph';
import { allocateCache } from './memory';
import type { OnnxModel } from './model';
import { type Results, Tensor } from './runtime';

/** Tokens of one run, so that a Stop is heard in between. */
const MOST_ROWS = 128;

/** Added to the scores of what a token must not see; finite, since a softmax of nothing but infinities is no number. */
const UNSEEN = -1e30;

const TRACE_OUTPUTS = [OUTPUT.routerLogits, OUTPUT.chosen, OUTPUT.prob, OUTPUT.mix, OUTPUT.outputNorm, OUTPUT.count] as const;

/** Throws `bad-input` unless there are ids and all are in the vocabulary. */
export function checkIds(ids: readonly number[], vocabulary: number): void {
  if (ids.length === 0) throw new PlaygroundError('bad-input', 'There is nothing to run: the text has no tokens.');
  const bad = ids.find((id) => !Number.isInteger(id) || id < 0 || id >= vocabulary);
  if (bad !== undefined) throw new PlaygroundError('bad-input', `Token id ${bad} is not in the vocabulary of ${vocabulary} tokens.`);
}

export class OnnxSequence implements Sequence {
  /** [capacity, cacheWidth] */
  #cache: Float32Array;
  #length = 0;
  #after: After | undefined;
  /** The token drawn from `after`. */
  #drawn: number | undefined;
  #run = 0;
  readonly #cacheWidth: number;

  constructor(
    readonly model: OnnxModel,
    readonly capacity: number,
  ) {
    const { layers, kvHeads, headDim } = model.config;
    this.#cacheWidth = 2 * layers * kvHeads * headDim;
    this.#cache = allocateCache(capacity, this.#cacheWidth);
  }

  get length(): number {
    return this.#length;
  }

  get counters(): Counters {
    return { tokens: this.#run, dispatches: 0, submits: 0, readbacks: 0, bytesRead: 0 };
  }

  async append(ids: readonly number[], options: RunOptions): Promise<StepBatch> {
    checkIds(ids, this.model.config.vocabulary);
    checkSampling(options.sampling);
    if (this.#length + ids.length > this.capacity) {
      throw new PlaygroundError('bad-input', `The text has ${this.#length + ids.length} tokens, but this model reads at most ${this.capacity} at once. Shorten it.`);
    }
    return await this.#transaction(options, async (breath) => {
      const batches: StepBatch[] = [];
      for (let from = 0; from < ids.length; from += MOST_ROWS) {
        await breath.take();
        batches.push(await this.#step(ids.slice(from, from + MOST_ROWS), ids[from + MOST_ROWS], options));
      }
      return joinBatches(batches, options.record.logits);
    });
  }

  async decode(count: number, options: RunOptions): Promise<StepBatch> {
    if (!Number.isInteger(count) || count < 1) {
      throw new PlaygroundError('bad-input', `The number of tokens to decode is ${count}; it has to be a whole number of at least 1.`);
    }
    checkSampling(options.sampling);
    if (this.#drawn === undefined) throw new PlaygroundError('bad-input', 'There is no drawn token to go on from: append the prompt first.');
    return await this.#transaction(options, async (breath) => {
      const batches: StepBatch[] = [];
      const fits = Math.min(count, this.capacity - this.#length);
      while (batches.length < fits && this.#drawn !== undefined) {
        await breath.take();
        const id = this.#drawn;
        batches.push(await this.#step([id], undefined, options));
        // What is done stands, and the draw after an end of text is nobody's.
        if (this.model.config.endOfText.includes(id)) this.#drawn = undefined;
        if (options.signal?.aborted) break;
      }
      return batches.length === 0 ? this.#nothing(options) : joinBatches(batches, options.record.logits);
    });
  }

  rewind(length: number): void {
    if (!Number.isInteger(length) || length < 0 || length > this.#length) {
      throw new PlaygroundError('bad-input', `A sequence of ${this.#length} tokens cannot be rewound to ${length}.`);
    }
    this.#length = length;
    this.#after = undefined;
    this.#drawn = undefined;
  }

  async fork(): Promise<Sequence> {
    const copy = new OnnxSequence(this.model, this.capacity);
    await this.model.exclusive(() => {
      copy.#cache.set(this.#cache.subarray(0, this.#length * this.#cacheWidth));
      copy.#length = this.#length;
      copy.#after = this.#after;
      copy.#drawn = this.#drawn;
      return Promise.resolve();
    });
    return copy;
  }

  dispose(): void {
    this.rewind(0);
    this.#cache = new Float32Array(0);
  }

  /** Runs alone on the model; after a failure the sequence is as it was before. */
  async #transaction(options: RunOptions, work: (breath: Breath) => Promise<StepBatch>): Promise<StepBatch> {
    return await this.model.exclusive(async () => {
      throwIfCancelled(options.signal);
      const before = { length: this.#length, after: this.#after, drawn: this.#drawn };
      try {
        return await work(new Breath(options.signal));
      } catch (error) {
        this.#length = before.length;
        this.#after = before.after;
        this.#drawn = before.drawn;
        throw error;
      }
    });
  }

  /** A batch of no token: the cache is full. */
  #nothing(options: RunOptions): StepBatch {
    const none = { ids: [], next: [], before: this.#after, after: [], config: this.model.config, slots: 1, record: { routing: false, logits: options.record.logits } } as const;
    return batchOf(this.#length, none, {});
  }

  /**
   * Runs tokens and moves on behind them.
   * @param follows the token after the last of them, where it is given; else it is drawn
   */
  async #step(ids: readonly number[], follows: number | undefined, options: RunOptions): Promise<StepBatch> {
    const { config, session } = this.model;
    const start = this.#length;
    const plan = this.model.encode(options.plan, options.promptLength);
    const routing = options.record.routing && plan !== undefined;
    const outputs = await session.run(this.#feeds(ids, plan), [OUTPUT.logits, OUTPUT.cache, ...(routing ? TRACE_OUTPUTS : [])]);
    const logits = floats(outputs, OUTPUT.logits);
    const after = ids.map((_, i): After => {
      const row = logits.subarray(i * config.vocabulary, (i + 1) * config.vocabulary);
      return { logits: row, normaliser: logSumExp(row) };
    });
    const last = after.at(-1);
    const next = follows ?? (last === undefined ? 0 : sampleToken(last.logits, options.sampling, start + ids.length));
    const batch = batchOf(start, { ids, next: [...ids.slice(1), next], before: this.#after, after, config, slots: plan?.slots ?? 1, record: { routing, logits: options.record.logits } }, outputs);
    this.#cache.set(floats(outputs, OUTPUT.cache), start * this.#cacheWidth);
    this.#length = start + ids.length;
    this.#run += ids.length;
    // A copy: the row is a part of the logits of the whole run.
    this.#after = last && { logits: last.logits.slice(), normaliser: last.normaliser };
    this.#drawn = next;
    return batch;
  }

  #feeds(ids: readonly number[], plan: ReturnType<OnnxModel['encode']>): Record<string, Tensor> {
    const { layers } = this.model.config;
    const past = this.#length;
    const rows = ids.length;
    const seen = past + rows;
    const mask = new Float32Array(rows * seen);
    for (let i = 0; i < rows; i++) mask.fill(UNSEEN, i * seen + past + i + 1, (i + 1) * seen);
    return {
      [INPUT.ids]: new Tensor('int32', Int32Array.from(ids), [rows]),
      [INPUT.positions]: new Tensor('int32', Int32Array.from(ids, (_, i) => past + i), [rows]),
      [INPUT.mask]: new Tensor('float32', mask, [rows, seen]),
      [INPUT.past]: new Tensor('float32', this.#cache.subarray(0, past * this.#cacheWidth), [past, this.#cacheWidth]),
      ...(plan && {
        [INPUT.rules]: plan.rules,
        [INPUT.ruleIndex]: new Tensor('int32', plan.index.subarray(past * layers, seen * layers), [rows, layers]),
        [INPUT.slots]: new Tensor('int64', BigInt64Array.of(BigInt(plan.slots)), [1]),
      }),
    };
  }
}

/** An output that is float32 by the graph. */
function floats(outputs: Results, name: string): Float32Array {
  const data = outputs[name]?.data;
  if (!(data instanceof Float32Array)) throw new PlaygroundError('internal', `ONNX Runtime gave no output "${name}".`);
  return data;
}
