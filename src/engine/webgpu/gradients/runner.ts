/** Runs the batches of one gradient problem: writes what varies, submits bounded pieces of work, reads the results. */
import { PlaygroundError, throwIfCancelled } from '../../../base/errors';
import type { RoutingRule } from '../../../routing/plan';
import { gateProbabilities } from '../../../routing/select';
import { routingStride, RUN_BYTES } from '../buffers';
import { PassEncoder } from '../forward';
import type { WebgpuModel } from '../model';
import { Staging } from '../readback';
import { encodeRules } from '../rules';
import { type ArenaShape, createArena, HEAD_ROWS } from './arena';
import type { GradientKernels } from './kernels';
import { encodeRows, type RowInfo } from './rows';
import { trainedRule } from './rule-table';
import { GradientSteps } from './steps';

/**
 * Rows from which a batch is submitted layer by layer, so that no submit is long. A software adapter, where each takes a
 * while, is waited for in between, so that a Stop is heard.
 */
const HEAVY_ROWS = 48;

/** Tokens that are run together. */
export interface Batch {
  readonly rows: readonly RowInfo[];
  /** Residual stream entering the first layer. [rows, D] */
  readonly x: GPUBuffer;
  /** Index into the rules of a call, for each row and layer of the model. [rows, L] */
  readonly ruleIndex: Uint32Array<ArrayBuffer>;
}

export interface BatchCall {
  readonly rules: readonly RoutingRule[];
  readonly slots: number;
  readonly gradient: boolean;
  /** Whether vocabulary logits are read back. */
  readonly logits: boolean;
  /** Whether the routers' softmax in the chosen layers is read back. */
  readonly router?: boolean;
  /** Experts to let in with weight 0: 1 or 0 for each chosen layer and expert. [C, E] */
  readonly core?: Uint32Array<ArrayBuffer>;
  readonly signal?: AbortSignal;
}

export interface BatchResult {
  /** Weighted loss of each row, nats. [rows] */
  readonly loss: Float32Array;
  /** [rows, V] */
  readonly logits: Float32Array;
  /** Gradient of the router logits, or of the override, of each chosen layer. [rows, E] each */
  readonly routes: readonly Float32Array[];
  /** The router's own probabilities in each chosen layer. [rows, E] each */
  readonly router: readonly Float32Array[];
}

/** Byte offsets of the parts of a readback, which begins with the losses. */
interface Layout {
  readonly routes: number;
  readonly logits: number;
  readonly ring: number;
  readonly total: number;
}

export interface RunnerShape extends Omit<ArenaShape, 'firstLayer' | 'chosen'> {
  readonly layers: readonly number[];
  /** Chosen layers have their distribution replaced, so that nothing flows back through their routers. */
  readonly overridden: boolean;
}

export class GradientRunner {
  readonly #steps: GradientSteps;
  readonly #staging: Staging;
  readonly #buffers: GPUBuffer[];
  readonly arena;
  readonly firstLayer: number;
  #disposed = false;
  #working = false;

  /** To be made inside `context.guarded`: the buffers may not fit. */
  constructor(
    readonly model: WebgpuModel,
    kernels: GradientKernels,
    readonly shape: RunnerShape,
  ) {
    const { context, sizes } = model;
    this.firstLayer = shape.layers[0] ?? 0;
    const { arena, all } = createArena(context, sizes, { ...shape, firstLayer: this.firstLayer, chosen: shape.layers.length });
    const info = context.buffer('gradient layers', 256 * arena.layers.length, GPUBufferUsage.UNIFORM | GPUBufferUsage.COPY_DST);
    arena.layers.forEach((_, i) => {
      const layer = this.firstLayer + i;
      const chosen = shape.layers.indexOf(layer);
      const words = new Uint32Array([layer, Number(shape.overridden && chosen !== -1), Math.max(0, chosen), 0]);
      context.device.queue.writeBuffer(info, 256 * i, words);
    });
    this.arena = arena;
    this.#buffers = [...all, info];
    this.#staging = new Staging(context);
    this.#steps = new GradientSteps(context, sizes, kernels, model.weights, model.buffers, arena, info, this.firstLayer);
    model.owned.add(this);
  }

  /** Room for the residual stream of some rows, freed with the problem. */
  stream(rows: number): GPUBuffer {
    const { context, sizes } = this.model;
    const buffer = context.buffer('gradient input', 4 * rows * sizes.config.width, GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST);
    this.#buffers.push(buffer);
    return buffer;
  }

  /** Takes the model to itself for the time that `work` takes. Throws `bad-input` once the problem is disposed. */
  async exclusive<T>(work: () => Promise<T>): Promise<T> {
    return await this.model.exclusive(async () => {
      if (this.#disposed) throw new PlaygroundError('bad-input', 'This gradient problem was closed: prepare it again.');
      this.#working = true;
      try {
        return await this.model.context.guarded('The gradient', work);
      } finally {
        this.#working = false;
        if (this.#disposed) this.#release();
      }
    });
  }

  /** Forward, loss and, if asked for, backward of one batch. To be called inside `exclusive`. */
  async run(batch: Batch, call: BatchCall): Promise<BatchResult> {
    throwIfCancelled(call.signal);
    const { arena } = this;
    const { context, sizes } = this.model;
    const rows = batch.rows.length;
    const size = { rows, slots: call.slots };
    this.#write(batch, call);
    const heavy = rows >= HEAVY_ROWS;
    const work = new Submits(context.device.queue, () => context.device.createCommandEncoder(), async () => {
      if (!heavy || !context.adapter.software) return;
      await context.settle(context.device.queue.onSubmittedWorkDone());
      throwIfCancelled(call.signal);
    });
    const first = arena.layers[0]?.x;
    if (first !== undefined) work.copy(batch.x, 0, first, 0, 4 * rows * sizes.config.width);
    for (let i = 0; i < this.#steps.layers; i++) {
      const core = call.core !== undefined && this.shape.layers.includes(this.firstLayer + i);
      work.pass((pass) => this.#steps.forwardLayer(pass, i, size, core));
      if (heavy) await work.submit();
    }
    const layout = this.#layout(rows, call);
    const staging = this.#staging.reserve(layout.total);
    for (let block = 0; block < this.#steps.headBlocks(rows); block++) {
      const bytes = 4 * this.#steps.headRows(block, rows) * sizes.vocabularyStride;
      work.pass((pass) => this.#steps.logits(pass, block, rows));
      if (call.logits) work.copy(arena.logits, 0, staging, layout.logits + 4 * block * HEAD_ROWS * sizes.vocabularyStride, bytes);
      work.pass((pass) => this.#steps.loss(pass, block, rows, call.gradient));
      if (heavy) await work.submit();
    }
    work.copy(arena.loss, 0, staging, 0, 4 * rows);
    if (call.gradient) {
      work.pass((pass) => this.#steps.finalNormBack(pass, rows));
      for (let i = this.#steps.layers - 1; i >= 0; i--) {
        work.pass((pass) => this.#steps.backwardLayer(pass, i, size));
        if (heavy) await work.submit();
      }
      this.shape.layers.forEach((layer, c) => {
        const own = arena.layers[layer - this.firstLayer];
        if (own !== undefined) work.copy(own.gradRoute, 0, staging, layout.routes + 4 * c * rows * sizes.experts, 4 * rows * sizes.experts);
      });
    }
    const ring = 4 * rows * sizes.config.layers * routingStride(sizes.experts, call.slots);
    if (call.router) work.copy(arena.ring, 0, staging, layout.ring, ring);
    await work.submit();
    return this.#decode(await this.#staging.read(layout.total), layout, rows, call);
  }

  /** Frees the buffers: at once, or as soon as the work that uses them has ended. */
  dispose(): void {
    if (this.#disposed) return;
    this.#disposed = true;
    this.model.owned.delete(this);
    if (!this.#working) this.#release();
  }

  #release(): void {
    this.#staging.dispose();
    for (const buffer of this.#buffers) this.model.context.release(buffer);
  }

  #write(batch: Batch, { rules, slots, core }: BatchCall): void {
    const { queue } = this.model.context.device;
    const { arena } = this;
    const rows = batch.rows.length;
    const run = new Uint32Array(RUN_BYTES / 4);
    run.set([rows, slots, 0, 0, 0, 0, 0, 0, 0xffffffff]);
    queue.writeBuffer(arena.run, 0, run);
    for (let block = 0; block < this.#steps.headBlocks(rows); block++) {
      run[0] = this.#steps.headRows(block, rows);
      queue.writeBuffer(arena.headRun, 256 * block, run);
    }
    queue.writeBuffer(arena.rows, 0, encodeRows(batch.rows));
    queue.writeBuffer(arena.rules, 0, encodeRules(rules, this.model.sizes.experts));
    queue.writeBuffer(arena.ruleIndex, 0, batch.ruleIndex);
    if (core !== undefined) queue.writeBuffer(arena.core, 0, core);
  }

  #layout(rows: number, call: BatchCall): Layout {
    const { experts, vocabularyStride, config } = this.model.sizes;
    const routes = 4 * rows;
    const logits = routes + (call.gradient ? 4 * rows * experts * this.shape.layers.length : 0);
    const ring = logits + (call.logits ? 4 * rows * vocabularyStride : 0);
    return { routes, logits, ring, total: ring + (call.router ? 4 * rows * config.layers * routingStride(experts, call.slots) : 0) };
  }

  #decode(bytes: ArrayBuffer, layout: Layout, rows: number, call: BatchCall): BatchResult {
    const { experts, vocabularyStride, config } = this.model.sizes;
    const floats = new Float32Array(bytes);
    const routes = call.gradient ? this.shape.layers.map((_, c) => floats.slice(layout.routes / 4 + c * rows * experts, layout.routes / 4 + (c + 1) * rows * experts)) : [];
    const logits = new Float32Array(call.logits ? rows * config.vocabulary : 0);
    for (let r = 0; call.logits && r < rows; r++) {
      const at = layout.logits / 4 + r * vocabularyStride;
      logits.set(floats.subarray(at, at + config.vocabulary), r * config.vocabulary);
    }
    const stride = routingStride(experts, call.slots);
    const router = this.shape.layers.map((layer) => {
      const out = new Float32Array(call.router ? rows * experts : 0);
      for (let r = 0; call.router && r < rows; r++) {
        const at = layout.ring / 4 + (r * config.layers + layer) * stride;
        out.set(gateProbabilities(floats.subarray(at, at + experts), trainedRule(config), this.model.scoring), r * experts);
      }
      return out;
    });
    return { loss: floats.slice(0, rows), routes, logits, router };
  }
}

/** Passes and copies in order, handed to the queue in pieces. */
class Submits {
  #encoder: GPUCommandEncoder | undefined;

  constructor(
    readonly queue: GPUQueue,
    readonly make: () => GPUCommandEncoder,
    /** Called after each piece. */
    readonly after: () => Promise<void>,
  ) {}

  get #open(): GPUCommandEncoder {
    this.#encoder ??= this.make();
    return this.#encoder;
  }

  pass(work: (pass: PassEncoder) => void): void {
    const pass = this.#open.beginComputePass();
    work(new PassEncoder(pass));
    pass.end();
  }

  copy(from: GPUBuffer, fromOffset: number, to: GPUBuffer, toOffset: number, bytes: number): void {
    this.#open.copyBufferToBuffer(from, fromOffset, to, toOffset, bytes);
  }

  async submit(): Promise<void> {
    if (this.#encoder === undefined) return;
    this.queue.submit([this.#encoder.finish()]);
    this.#encoder = undefined;
    await this.after();
  }
}
