/**
 * A token sequence on the device: its KV cache, the distribution after its last token, and the token drawn from it.
 */
import { errorCode, PlaygroundError, throwIfCancelled } from '../../base/errors';
import type { Counters, RunOptions, Sequence, StepBatch } from '../engine';
import { joinBatches } from '../join';
import { checkSampling } from '../sampling';
import { routingStride } from './buffers';
import { roundUp } from './constants';
import { type CacheSteps, PassEncoder } from './forward';
import type { WebgpuModel } from './model';
import { decodeBatch, readbackLayout } from './readback';

/** Bytes of the State that belong to a sequence: token and its log-probability. */
const DRAWN_BYTES = 8;

/** Most tokens that one decode submit chains, so that a submit stays short. */
const MOST_CHAINED = 16;

export class WebgpuSequence implements Sequence {
  #length = 0;
  /** `carry` holds the logits after token `length - 1`. */
  #carried = false;
  /** `drawn` holds the token to run next. */
  #pending = false;
  #disposed = false;
  readonly #counters = { tokens: 0, dispatches: 0, submits: 0, readbacks: 0, bytesRead: 0 };

  private constructor(
    readonly model: WebgpuModel,
    readonly capacity: number,
    readonly cache: GPUBuffer,
    readonly carry: GPUBuffer,
    readonly drawn: GPUBuffer,
    readonly steps: CacheSteps,
    /** Bytes of the keys, and of the values, of one layer. */
    readonly partBytes: number,
  ) {}

  static async create(model: WebgpuModel, capacity: number): Promise<WebgpuSequence> {
    return await model.context.making('The memory for the text (key-value cache)', () => Promise.resolve(WebgpuSequence.make(model, capacity)));
  }

  /** For callers that are inside `context.guarded` already. */
  static make(model: WebgpuModel, capacity: number): WebgpuSequence {
    const { context, sizes } = model;
    const usage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST;
    const partBytes = roundUp(4 * sizes.keyWidth * Math.max(1, capacity), 256);
    const cache = context.buffer('kv cache', 2 * sizes.config.layers * partBytes, usage, partBytes);
    const carry = context.buffer('carried logits', 4 * sizes.vocabularyStride, usage);
    const drawn = context.buffer('drawn token', DRAWN_BYTES, usage);
    return new WebgpuSequence(model, capacity, cache, carry, drawn, model.forward.cacheSteps(cache, partBytes), partBytes);
  }

  get length(): number {
    return this.#length;
  }

  get counters(): Counters {
    return { ...this.#counters };
  }

  async append(ids: readonly number[], options: RunOptions): Promise<StepBatch> {
    this.#checkIds(ids);
    checkSampling(options.sampling);
    return await this.model.exclusive(async () => {
      const before = { length: this.#length, carried: this.#carried, pending: this.#pending };
      const batches: StepBatch[] = [];
      try {
        for (let from = 0; from < ids.length; from += this.model.sizes.maxRows) {
          throwIfCancelled(options.signal);
          const piece = ids.slice(from, from + this.model.sizes.maxRows);
          batches.push(await this.#guarded(() => this.#prefill(piece, options, from + piece.length === ids.length)));
        }
      } catch (error) {
        // The cache past the old length is scratch; what the drawn token was is gone with the first piece.
        this.#length = before.length;
        this.#carried = batches.length === 0 && before.carried;
        this.#pending = batches.length === 0 && before.pending;
        throw error;
      }
      return joinBatches(batches, options.record.logits);
    });
  }

  async decode(count: number, options: RunOptions): Promise<StepBatch> {
    if (!Number.isInteger(count) || count < 1) {
      throw new PlaygroundError('bad-input', `The number of tokens to decode is ${count}; it has to be a whole number of at least 1.`);
    }
    checkSampling(options.sampling);
    if (!this.#pending) throw new PlaygroundError('bad-input', 'There is no drawn token to go on from: append the prompt first.');
    return await this.model.exclusive(async () => {
      throwIfCancelled(options.signal);
      const before = this.#length;
      const batches: StepBatch[] = [];
      let left = Math.min(count, this.capacity - before);
      try {
        do {
          const chained = Math.min(left, MOST_CHAINED, this.model.sizes.maxRows);
          const batch = await this.#guarded(() => this.#chain(chained, options));
          batches.push(batch);
          left = batch.ids.length < chained ? 0 : left - chained;
          // What is done stands: giving it up would leave the cache ahead of what the caller knows.
        } while (left > 0 && options.signal?.aborted !== true);
      } catch (error) {
        this.rewind(before);
        throw error;
      }
      return joinBatches(batches, options.record.logits);
    });
  }

  rewind(length: number): void {
    if (!Number.isInteger(length) || length < 0 || length > this.#length) {
      throw new PlaygroundError('bad-input', `A sequence of ${this.#length} tokens cannot be rewound to ${length}.`);
    }
    if (length === this.#length) return;
    this.#length = length;
    this.#carried = false;
    this.#pending = false;
  }

  async fork(): Promise<WebgpuSequence> {
    const copy = await WebgpuSequence.create(this.model, this.capacity);
    await this.model.exclusive(() => {
      const encoder = this.model.context.device.createCommandEncoder();
      for (const part of ['cache', 'carry', 'drawn'] as const) encoder.copyBufferToBuffer(this[part], 0, copy[part], 0, this[part].size);
      this.model.context.device.queue.submit([encoder.finish()]);
      return Promise.resolve();
    });
    copy.#length = this.#length;
    copy.#carried = this.#carried;
    copy.#pending = this.#pending;
    return copy;
  }

  /** Mean input embedding over `ids`, [D]; the sequence must be empty. */
  async embed(ids: readonly number[], options: RunOptions): Promise<Float32Array> {
    this.#checkIds(ids);
    const { model } = this;
    const { width } = model.config;
    return await model.exclusive(async () => {
      const encoder = model.context.device.createCommandEncoder();
      encoder.clearBuffer(model.buffers.pooled);
      model.context.device.queue.submit([encoder.finish()]);
      for (let from = 0; from < ids.length; from += model.sizes.maxRows) {
        throwIfCancelled(options.signal);
        const rows = ids.slice(from, from + model.sizes.maxRows);
        const slots = this.#begin(rows, options, false);
        const piece = model.context.device.createCommandEncoder();
        this.#pass(piece, (pass) => {
          model.forward.prefillLayers(pass, this.steps, rows.length, slots, 0, 0);
          model.forward.pool(pass);
        });
        piece.copyBufferToBuffer(model.buffers.pooled, 0, model.staging.reserve(4 * width), 0, 4 * width);
        this.#submit(piece, rows.length);
        this.#length += rows.length;
      }
      const sums = new Float32Array(await this.#read(4 * width));
      return sums.map((sum) => sum / ids.length);
    });
  }

  dispose(): void {
    if (this.#disposed) return;
    this.#disposed = true;
    for (const buffer of [this.cache, this.carry, this.drawn]) this.model.context.release(buffer);
  }

  /** Runs one submit and its readback; what the GPU refuses becomes an error of ours. */
  async #guarded<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await this.model.context.guarded('This step', work);
    } catch (error) {
      // It may be the staging buffer that could not be had.
      if (errorCode(error) === 'out-of-memory') this.model.staging.dispose();
      throw error;
    }
  }

  #checkIds(ids: readonly number[]): void {
    const { vocabulary } = this.model.config;
    if (ids.length === 0) throw new PlaygroundError('bad-input', 'There is nothing to run: the text has no tokens.');
    const bad = ids.find((id) => !Number.isInteger(id) || id < 0 || id >= vocabulary);
    if (bad !== undefined) throw new PlaygroundError('bad-input', `Token id ${bad} is not in the vocabulary of ${vocabulary} tokens.`);
    if (this.#length + ids.length > this.capacity) {
      throw new PlaygroundError('bad-input', `The text has ${this.#length + ids.length} tokens, but this model reads at most ${this.capacity} at once. Shorten it.`);
    }
  }

  /** Plan, parameters, token ids and state for a batch that starts at the end of the sequence. Returns K. */
  #begin(ids: readonly number[], options: RunOptions, sample: boolean): number {
    const { buffers, context } = this.model;
    const slots = this.model.usePlan(options.plan, options.promptLength);
    this.model.writeRun(ids.length, slots, options.sampling, this.#carried, sample);
    context.device.queue.writeBuffer(buffers.ids, 0, Uint32Array.from(ids));
    context.device.queue.writeBuffer(buffers.state, DRAWN_BYTES, new Uint32Array([this.#length, 0]));
    return slots;
  }

  async #prefill(ids: readonly number[], options: RunOptions, isLast: boolean): Promise<StepBatch> {
    const { model } = this;
    const { buffers, sizes } = model;
    const rows = ids.length;
    const rowBytes = 4 * sizes.vocabularyStride;
    const slots = this.#begin(ids, options, isLast);
    const wanted = options.record.logits === 'all' ? rows : options.record.logits === 'last' && isLast ? 1 : 0;
    const layout = readbackLayout(sizes, rows, slots, options.record.routing && sizes.hasRouter, wanted);
    const staging = model.staging.reserve(layout.total);
    const encoder = model.context.device.createCommandEncoder();
    encoder.copyBufferToBuffer(this.carry, 0, buffers.logits, 0, rowBytes);
    this.#pass(encoder, (pass) => {
      model.forward.prefillLayers(pass, this.steps, rows, slots);
      model.forward.prefillHead(pass, rows);
    });
    encoder.copyBufferToBuffer(buffers.logits, rows * rowBytes, this.carry, 0, rowBytes);
    encoder.copyBufferToBuffer(buffers.state, 0, this.drawn, 0, DRAWN_BYTES);
    this.#copyRings(encoder, staging, layout, rows, slots, options);
    if (wanted > 0) encoder.copyBufferToBuffer(buffers.logits, (rows + 1 - wanted) * rowBytes, staging, layout.logits, wanted * rowBytes);
    this.#submit(encoder, rows);
    const bytes = await this.#read(layout.total);
    const batch = decodeBatch(bytes, layout, sizes, { start: this.#length, tokens: rows, keep: rows, slots, routing: options.record.routing, logits: { from: 0, rows: wanted } });
    this.#length += rows;
    this.#carried = true;
    this.#pending = isLast;
    this.#counters.tokens += rows;
    return batch;
  }

  /** Draws nothing on the host: `tokens` tokens in one submit, each from the one before, one readback. */
  async #chain(tokens: number, options: RunOptions): Promise<StepBatch> {
    const { model } = this;
    const { buffers, sizes } = model;
    const rowBytes = 4 * sizes.vocabularyStride;
    const slots = model.usePlan(options.plan, options.promptLength);
    model.writeRun(1, slots, options.sampling, true, true);
    model.context.device.queue.writeBuffer(buffers.state, DRAWN_BYTES, new Uint32Array([this.#length, 0]));
    const wanted = options.record.logits === 'none' ? 0 : tokens;
    const layout = readbackLayout(sizes, tokens, slots, options.record.routing && sizes.hasRouter, wanted);
    const staging = model.staging.reserve(layout.total);
    const encoder = model.context.device.createCommandEncoder();
    encoder.copyBufferToBuffer(this.drawn, 0, buffers.state, 0, DRAWN_BYTES);
    if (wanted === 0) {
      this.#pass(encoder, (pass) => {
        for (let i = 0; i < tokens; i++) model.forward.decodeToken(pass, this.steps, slots);
      });
    } else {
      for (let i = 0; i < tokens; i++) {
        this.#pass(encoder, (pass) => model.forward.decodeToken(pass, this.steps, slots));
        encoder.copyBufferToBuffer(buffers.logits, rowBytes, staging, layout.logits + i * rowBytes, rowBytes);
      }
    }
    encoder.copyBufferToBuffer(buffers.logits, rowBytes, this.carry, 0, rowBytes);
    encoder.copyBufferToBuffer(buffers.state, 0, this.drawn, 0, DRAWN_BYTES);
    this.#copyRings(encoder, staging, layout, tokens, slots, options);
    this.#submit(encoder, tokens);
    const bytes = await this.#read(layout.total);
    const part = { start: this.#length, tokens, slots, routing: options.record.routing };
    const ids = decodeBatch(bytes, layout, sizes, { ...part, keep: tokens, routing: false, logits: { from: 0, rows: 0 } }).ids;
    const end = ids.findIndex((id) => model.config.endOfText.includes(id));
    const keep = end === -1 ? tokens : end + 1;
    const logits = options.record.logits === 'all' ? { from: 0, rows: keep } : { from: keep - 1, rows: Math.min(wanted, 1) };
    this.#length += keep;
    this.#carried = keep === tokens;
    this.#pending = keep === tokens;
    this.#counters.tokens += keep;
    return decodeBatch(bytes, layout, sizes, { ...part, keep, logits });
  }

  #copyRings(encoder: GPUCommandEncoder, staging: GPUBuffer, layout: { routing: number }, tokens: number, slots: number, options: RunOptions): void {
    const { buffers, sizes } = this.model;
    encoder.copyBufferToBuffer(buffers.stepRing, 0, staging, 0, 4 * tokens * sizes.stepStride);
    if (!options.record.routing || !sizes.hasRouter) return;
    const bytes = 4 * tokens * sizes.config.layers * routingStride(sizes.experts, slots);
    encoder.copyBufferToBuffer(buffers.routingRing, 0, staging, layout.routing, bytes);
  }

  #pass(encoder: GPUCommandEncoder, work: (pass: PassEncoder) => void): void {
    const pass = this.model.profiler.pass(encoder);
    const counted = new PassEncoder(pass);
    work(counted);
    pass.end();
    this.#counters.dispatches += counted.dispatches;
  }

  #submit(encoder: GPUCommandEncoder, tokens: number): void {
    this.model.profiler.submitting(encoder, this.#length, tokens);
    this.model.context.device.queue.submit([encoder.finish()]);
    this.#counters.submits++;
  }

  async #read(bytes: number): Promise<ArrayBuffer> {
    const out = await this.model.staging.read(bytes);
    this.model.profiler.arrived();
    this.#counters.readbacks++;
    this.#counters.bytesRead += bytes;
    return out;
  }
}
