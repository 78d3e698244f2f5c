/**
 * The dispatch lists of a gradient problem: forward from its first layer, loss, and backward down to that layer.
 *
 * Forward, per layer (9 or 10): qkv | rope | attention | output | route | (core) | plan | keep | down | combine.
 * Head, per block of rows: logits | loss | logits back. Backward: final norm, then per layer (11):
 * route | hidden | input | gather | norm | output | query | key | rope | qkv | norm; of the first layer only route.
 */
import type { Sizes } from '../constants';
import type { GpuContext } from '../context';
import { type Binding, ceilDiv, type PassEncoder, type Step, step } from '../forward';
import type { Kernel } from '../kernels';
import type { ModelBuffers } from '../buffers';
import type { WeightBuffers } from '../weights';
import { type Arena, HEAD_ROWS } from './arena';
import type { GradientKernels } from './kernels';
import { ROW_BYTES } from './rows';

interface LayerSteps {
  readonly qkv: Step;
  readonly rope: Step;
  readonly attention: Step;
  readonly output: Step;
  readonly route: Step;
  readonly core: Step;
  readonly plan: Step;
  readonly keep: Step;
  readonly down: Step;
  readonly combine: Step;
  readonly routeBack: Step;
  readonly hiddenBack: Step;
  readonly inputBack: Step;
  readonly gather: Step;
  readonly expertNormBack: Step;
  readonly outputBack: Step;
  readonly queryBack: Step;
  readonly keyBack: Step;
  readonly ropeBack: Step;
  readonly qkvBack: Step;
  readonly attentionNormBack: Step;
}

interface HeadSteps {
  readonly logits: Step;
  readonly loss: Step;
  readonly lossBack: Step;
  readonly logitsBack: Step;
}

/** Rows and slots of the batch at hand. */
export interface BatchSize {
  readonly rows: number;
  readonly slots: number;
}

export class GradientSteps {
  readonly #layers: readonly LayerSteps[];
  readonly #head: readonly HeadSteps[];
  readonly #finalNormBack: Step;

  constructor(
    readonly context: GpuContext,
    readonly sizes: Sizes,
    kernels: GradientKernels,
    weights: WeightBuffers,
    buffers: ModelBuffers,
    arena: Arena,
    /** The 256-byte slices that say which layer it is, whether it is overridden, and its row of `core`. */
    layerInfo: GPUBuffer,
    firstLayer: number,
  ) {
    const make = (kernel: Kernel, ...bindings: Binding[]): Step => step(context.device, kernel, bindings);
    const a = arena;
    this.#layers = a.layers.map((own, i): LayerSteps => {
      const w = weights.layers[firstLayer + i];
      if (w === undefined) throw new RangeError(`no weights for layer ${firstLayer + i}`);
      const info = { buffer: layerInfo, offset: 256 * i, size: 16 };
      const next = a.layers[i + 1]?.x ?? a.last;
      return {
        qkv: make(kernels.qkv, a.run, own.x, w.qkv, own.residual, own.qkv, w.attentionGain),
        rope: make(kernels.rope, a.run, a.rows, own.qkv, w.gains, buffers.ropeTable, own.turned),
        attention: make(kernels.attention, a.run, a.rows, own.turned, own.cache, own.attended, own.stat),
        output: make(kernels.output, a.run, own.attended, w.output, own.x, own.residual, w.attentionGain),
        route: make(kernels.route, a.run, a.state, own.residual, w.router, a.rules, a.ruleIndex, own.slots, a.ring, info),
        core: make(kernels.core, a.run, info, a.core, own.slots),
        plan: make(kernels.plan, a.run, own.slots, own.plan),
        keep: make(kernels.keep, own.plan, own.residual, w.up, a.hidden, own.kept, w.feedForwardGain),
        down: make(kernels.down, a.run, own.plan, a.hidden, buffers.hiddenShared, w.down, w.sharedDown, own.y, buffers.sharedOut),
        combine: make(kernels.combine, a.run, a.state, own.plan, own.slots, own.residual, own.y, buffers.sharedOut, next, a.ring, info),
        routeBack: make(kernels.routeBack, a.run, info, own.plan, own.slots, a.ring, a.rules, a.ruleIndex, own.y, a.grad, own.gradRoute),
        hiddenBack: make(kernels.hiddenBack, a.run, own.plan, own.slots, a.grad, w.down, own.kept),
        inputBack: make(kernels.inputBack, a.run, own.plan, own.slots, own.kept, w.up, a.gradPair, w.feedForwardGain),
        gather: make(kernels.gather, a.run, info, own.plan, own.slots, a.gradPair, own.gradRoute, w.router, a.gradNormed),
        expertNormBack: make(kernels.normBack, own.residual, a.gradNormed, a.grad, a.gradOther),
        outputBack: make(kernels.outputBack, a.run, a.gradOther, w.output, a.gradAttended, w.attentionGain),
        queryBack: make(kernels.queryBack, a.run, a.rows, own.turned, own.cache, own.attended, a.gradAttended, own.stat, a.gradTurned),
        keyBack: make(kernels.keyBack, a.run, a.rows, own.turned, own.stat, a.gradAttended, a.gradTurned),
        ropeBack: make(kernels.ropeBack, a.run, a.rows, own.qkv, w.gains, buffers.ropeTable, a.gradTurned),
        qkvBack: make(kernels.qkvBack, a.run, a.gradTurned, w.qkv, a.gradNormed, w.attentionGain),
        attentionNormBack: make(kernels.normBack, own.x, a.gradNormed, a.gradOther, a.grad),
      };
    });
    this.#head = Array.from({ length: Math.ceil(a.headRun.size / 256) }, (_, block): HeadSteps => {
      const run = { buffer: a.headRun, offset: 256 * block, size: 48 };
      const from = (buffer: GPUBuffer, rowBytes: number): GPUBufferBinding => ({ buffer, offset: block * HEAD_ROWS * rowBytes });
      const x = from(a.last, 4 * sizes.config.width);
      const rows = from(a.rows, ROW_BYTES);
      const loss = from(a.loss, 4);
      return {
        logits: make(kernels.logits, run, x, weights.head, a.gradOther, a.logits, weights.finalGain),
        loss: make(kernels.loss, run, rows, a.logits, loss),
        lossBack: make(kernels.lossBack, run, rows, a.logits, loss),
        logitsBack: make(kernels.logitsBack, run, a.logits, weights.head, from(a.gradNormed, 4 * sizes.config.width), weights.finalGain),
      };
    });
    this.#finalNormBack = make(kernels.finalNormBack, a.last, a.gradNormed, a.gradNormed, a.grad);
  }

  get layers(): number {
    return this.#layers.length;
  }

  /** One layer forward. `core`: lets core experts in with weight 0. */
  forwardLayer(pass: PassEncoder, i: number, { rows, slots }: BatchSize, core: boolean): void {
    const own = this.#layers[i];
    if (own === undefined) return;
    const { sizes } = this;
    const { config } = sizes;
    const tiles = this.#tiles(rows * slots);
    this.#product(pass, own.qkv, rows, sizes.qkvWidth);
    pass.run(own.rope, ceilDiv(config.heads + 2 * config.kvHeads, 8), ceilDiv(rows, 4));
    pass.run(own.attention, ceilDiv(config.heads, 4), ceilDiv(rows, 8));
    this.#product(pass, own.output, rows, config.width);
    pass.run(own.route, rows);
    if (core) pass.run(own.core, ceilDiv(rows, 32));
    pass.run(own.plan, 1);
    pass.run(own.keep, ceilDiv(sizes.hidden / 4, 8), this.#quads(tiles));
    if (sizes.form === 'register') pass.run(own.down, ceilDiv(config.width, 32), ceilDiv(tiles, 4));
    else pass.run(own.down, ceilDiv(config.width, 64), tiles);
    pass.run(own.combine, rows);
  }

  /** Blocks of rows of the output head. */
  headBlocks(rows: number): number {
    return ceilDiv(rows, HEAD_ROWS);
  }

  headRows(block: number, rows: number): number {
    return Math.min(HEAD_ROWS, rows - block * HEAD_ROWS);
  }

  /** Vocabulary logits of one block. */
  logits(pass: PassEncoder, block: number, rows: number): void {
    const own = this.#head[block];
    if (own !== undefined) this.#product(pass, own.logits, this.headRows(block, rows), this.sizes.vocabularyStride);
  }

  /** Loss of one block, and what it sends back to the final norm. */
  loss(pass: PassEncoder, block: number, rows: number, back: boolean): void {
    const own = this.#head[block];
    if (own === undefined) return;
    const count = this.headRows(block, rows);
    pass.run(back ? own.lossBack : own.loss, count);
    if (back) this.#productBack(pass, own.logitsBack, count, this.sizes.config.width);
  }

  finalNormBack(pass: PassEncoder, rows: number): void {
    pass.run(this.#finalNormBack, rows);
  }

  /** One layer backward: `grad` is that of its output before, and of its input after; of the first layer only the router's part. */
  backwardLayer(pass: PassEncoder, i: number, { rows, slots }: BatchSize): void {
    const own = this.#layers[i];
    if (own === undefined) return;
    const { sizes } = this;
    const { config } = sizes;
    pass.run(own.routeBack, rows);
    if (i === 0) return;
    const quads = this.#quads(this.#tiles(rows * slots));
    pass.run(own.hiddenBack, ceilDiv(sizes.hidden / 4, 8), quads);
    pass.run(own.inputBack, ceilDiv(config.width / 4, 8), quads);
    pass.run(own.gather, ceilDiv(config.width / 4, 32), rows);
    pass.run(own.expertNormBack, rows);
    this.#productBack(pass, own.outputBack, rows, config.heads * config.headDim);
    pass.run(own.queryBack, ceilDiv(config.heads, 4), ceilDiv(rows, 8));
    pass.run(own.keyBack, ceilDiv(config.kvHeads, 4), ceilDiv(rows, 8));
    pass.run(own.ropeBack, ceilDiv(config.heads + config.kvHeads, 8), ceilDiv(rows, 4));
    this.#productBack(pass, own.qkvBack, rows, config.width);
    pass.run(own.attentionNormBack, rows);
  }

  #tiles(pairs: number): number {
    return Math.floor(pairs / this.sizes.tileRows) + Math.min(this.sizes.experts, pairs);
  }

  /** Workgroups of 4 quadruples of rows that cover some tiles. */
  #quads(tiles: number): number {
    return ceilDiv(tiles * (this.sizes.tileRows / 4), 4);
  }

  #product(pass: PassEncoder, target: Step, rows: number, columns: number): void {
    pass.run(target, ceilDiv(columns, 64), ceilDiv(rows, this.sizes.form === 'register' ? 32 : 16));
  }

  #productBack(pass: PassEncoder, target: Step, rows: number, columns: number): void {
    pass.run(target, ceilDiv(columns / 4, 8), ceilDiv(rows, 16));
  }
}
