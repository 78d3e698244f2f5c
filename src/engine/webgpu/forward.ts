/**
 * The dispatch lists of a forward pass. Bind groups are made once per model (and once per sequence for what touches
 * its KV cache); encoding a token makes no objects.
 *
 * Prefill, per layer (9): qkv | rope | attention | output | route | plan | up | down | combine.
 * Decode, per layer (6): qkv | attention | output | route | up | down.
 */
import type { Sizes } from './constants';
import type { GpuContext } from './context';
import type { ModelBuffers } from './buffers';
import type { Kernel, KernelSet } from './kernels';
import type { ComputePass } from './profiler';
import type { WeightBuffers } from './weights';

/** One kernel with its bindings, ready to be dispatched. */
export interface Step {
  readonly pipeline: GPUComputePipeline;
  readonly group: GPUBindGroup;
}

export type Binding = GPUBuffer | GPUBufferBinding;

interface LayerSteps {
  readonly qkv: Step;
  readonly output: Step;
  readonly route: Step;
  readonly plan: Step;
  readonly up: Step;
  readonly down: Step;
  readonly combine: Step;
  readonly decodeOutput: Step;
  readonly decodeUp: Step;
  readonly decodeDown: Step;
}

/** Steps that read or write one sequence's KV cache. */
export interface CacheSteps {
  readonly layers: readonly { readonly rope: Step; readonly attention: Step; readonly decodeQkv: Step; readonly decodeAttention: Step }[];
}

export function step(device: GPUDevice, kernel: Kernel, bindings: readonly Binding[]): Step {
  const entries = bindings.map((resource, binding) => ({ binding, resource: 'buffer' in resource ? resource : { buffer: resource } }));
  return {
    pipeline: kernel.pipeline,
    group: device.createBindGroup({ label: kernel.name, layout: kernel.pipeline.getBindGroupLayout(0), entries }),
  };
}

export const ceilDiv = (a: number, b: number): number => Math.floor((a + b - 1) / b);

/** Counts what it encodes, for the counters of a sequence. */
export class PassEncoder {
  dispatches = 0;
  constructor(readonly pass: ComputePass) {}

  run(target: Step, x: number, y = 1, z = 1): void {
    this.pass.setPipeline(target.pipeline);
    this.pass.setBindGroup(0, target.group);
    this.pass.dispatchWorkgroups(x, y, z);
    this.dispatches++;
  }
}

export class Forward {
  readonly #layers: readonly LayerSteps[];
  readonly #embedIds: Step;
  readonly #embedDrawn: Step;
  readonly #logits: Step;
  readonly #head: Step;
  readonly #pool: Step;
  readonly #decodeLogits: Step;
  readonly #decodeHead: Step;
  readonly #norms: Step;

  constructor(
    readonly context: GpuContext,
    readonly sizes: Sizes,
    readonly kernels: KernelSet,
    readonly weights: WeightBuffers,
    readonly buffers: ModelBuffers,
  ) {
    const { device } = context;
    const b = buffers;
    this.#layers = weights.layers.map((w, l) => {
      const layer = { buffer: b.layerNumber, offset: 256 * l, size: 16 };
      const layerOut = { buffer: b.decodeOut, offset: 16 * sizes.outputStride4 * l, size: 16 * sizes.outputStride4 };
      return {
        qkv: step(device, kernels.qkv, [b.run, b.x, w.qkv, b.residual, b.qkv, w.attentionGain]),
        output: step(device, kernels.output, [b.run, b.attended, w.output, b.x, b.residual, w.attentionGain]),
        route: step(device, kernels.route, [b.run, b.state, b.residual, w.router, b.rules, b.ruleIndex, b.slots, b.routingRing, layer]),
        plan: step(device, kernels.plan, [b.run, b.slots, b.plan]),
        up: step(device, kernels.up, [b.run, b.plan, b.residual, w.up, w.sharedUp, b.hidden, b.hiddenShared, w.feedForwardGain]),
        down: step(device, kernels.down, [b.run, b.plan, b.hidden, b.hiddenShared, w.down, w.sharedDown, b.expertOut, b.sharedOut]),
        combine: step(device, kernels.combine, [b.run, b.state, b.plan, b.slots, b.residual, b.expertOut, b.sharedOut, b.x, b.routingRing, layer]),
        decodeOutput: step(device, kernels.decodeOutput, [b.attended, w.output, b.x, b.residual, w.attentionGain]),
        decodeUp: step(device, kernels.decodeUp, [b.run, b.slots, b.residual, w.up, w.sharedUp, b.decodeHidden, w.feedForwardGain]),
        decodeDown: step(device, kernels.decodeDown, [b.run, b.slots, b.decodeHidden, b.residual, w.down, w.sharedDown, b.x, layerOut]),
      };
    });
    this.#embedIds = step(device, kernels.embed, [b.run, b.ids, weights.embedding, b.x]);
    // The drawn token is the first word of the state.
    this.#embedDrawn = step(device, kernels.embed, [b.run, b.state, weights.embedding, b.x]);
    // The residual binding is not read here (ADD is false); it only has to differ from the output.
    this.#logits = step(device, kernels.logits, [b.run, b.x, weights.head, b.residual, b.logits, weights.finalGain]);
    this.#head = step(device, kernels.head, [b.run, b.state, b.ids, b.logits, b.stepRing]);
    this.#pool = step(device, kernels.pool, [b.run, b.x, b.pooled]);
    this.#decodeLogits = step(device, kernels.decodeLogits, [b.x, weights.head, b.residual, b.logits, weights.finalGain]);
    this.#decodeHead = step(device, kernels.decodeHead, [b.run, b.state, b.ids, b.logits, b.stepRing]);
    this.#norms = step(device, kernels.norms, [b.run, b.state, b.decodeOut, b.routingRing]);
  }

  /** Bind groups for a KV cache laid out [L, 2 (keys, values), capacity, kvHeads * headDim], each part 256-byte aligned. */
  cacheSteps(cache: GPUBuffer, partBytes: number): CacheSteps {
    const { device } = this.context;
    const b = this.buffers;
    return {
      layers: this.weights.layers.map((w, l) => {
        const keys = { buffer: cache, offset: 2 * l * partBytes, size: partBytes };
        const values = { buffer: cache, offset: (2 * l + 1) * partBytes, size: partBytes };
        return {
          rope: step(device, this.kernels.rope, [b.run, b.state, b.qkv, w.gains, b.ropeTable, keys, values]),
          attention: step(device, this.kernels.attention, [b.run, b.state, b.qkv, keys, values, b.attended]),
          decodeQkv: step(device, this.kernels.decodeQkv, [b.state, b.x, w.qkv, w.gains, b.ropeTable, b.qkv, keys, values]),
          decodeAttention: step(device, this.kernels.decodeAttention, [b.state, b.qkv, keys, values, b.attended]),
        };
      }),
    };
  }

  /** Layers `from` (inclusive) to `to` (exclusive) for `rows` given tokens; the residual stream stays in `buffers.x`. */
  prefillLayers(pass: PassEncoder, cache: CacheSteps, rows: number, slots: number, from = 0, to = this.#layers.length): void {
    const { sizes } = this;
    const { config } = sizes;
    if (from === 0) pass.run(this.#embedIds, ceilDiv(config.width / 4, 32), rows);
    this.#layers.slice(from, to).forEach((layer, i) => {
      const l = from + i;
      const own = cache.layers[l];
      if (own === undefined) return;
      this.#product(pass, layer.qkv, rows, sizes.qkvWidth);
      pass.run(own.rope, ceilDiv(config.heads + 2 * config.kvHeads, 8), ceilDiv(rows, 4));
      pass.run(own.attention, ceilDiv(config.heads, 4), ceilDiv(rows, 8));
      this.#product(pass, layer.output, rows, config.width);
      this.#block(pass, layer, rows, slots, l === 0);
    });
  }

  /** The feed-forward block of one layer alone, from `buffers.residual` to `buffers.x`: what the bench times. */
  block(pass: PassEncoder, l: number, rows: number, slots: number): void {
    const layer = this.#layers[l];
    if (layer === undefined) throw new RangeError(`There is no layer ${l}.`);
    if (rows === 1) this.#decodeBlock(pass, layer, slots);
    else this.#block(pass, layer, rows, slots, true);
  }

  #block(pass: PassEncoder, layer: LayerSteps, rows: number, slots: number, isFirst: boolean): void {
    const { sizes } = this;
    const pairs = rows * slots;
    const tiles = Math.floor(pairs / sizes.tileRows) + Math.min(sizes.experts, pairs);
    const shared = sizes.sharedHidden > 0 ? 2 : 1;
    const tileGroups = Math.max(tiles, shared === 2 ? ceilDiv(rows, sizes.tileRows) : 0);
    if (sizes.hasRouter) pass.run(layer.route, rows);
    // A dense model's slots never change, so one plan serves all layers.
    if (sizes.hasRouter || isFirst) pass.run(layer.plan, 1);
    this.#tiles(pass, layer.up, tileGroups, Math.max(sizes.hidden, sizes.sharedHidden), shared);
    this.#tiles(pass, layer.down, tileGroups, sizes.config.width, shared);
    pass.run(layer.combine, rows);
  }

  #decodeBlock(pass: PassEncoder, layer: LayerSteps, slots: number): void {
    const { sizes } = this;
    const shared = sizes.sharedHidden > 0 ? 1 : 0;
    if (sizes.hasRouter) pass.run(layer.route, 1);
    pass.run(layer.decodeUp, ceilDiv(Math.max(sizes.hidden, sizes.sharedHidden) / 4, 16), slots + shared);
    pass.run(layer.decodeDown, ceilDiv(sizes.config.width / 4, 8));
  }

  /** Vocabulary logits and statistics after each of `rows` tokens, and the draw after the last. */
  prefillHead(pass: PassEncoder, rows: number): void {
    this.#product(pass, this.#logits, rows, this.sizes.vocabularyStride);
    pass.run(this.#head, rows + 1);
  }

  pool(pass: PassEncoder): void {
    pass.run(this.#pool, ceilDiv(this.sizes.config.width / 4, 16));
  }

  /** One drawn token through the whole model, its statistics, and the draw of the next. */
  decodeToken(pass: PassEncoder, cache: CacheSteps, slots: number): void {
    const { sizes } = this;
    const { config } = sizes;
    pass.run(this.#embedDrawn, ceilDiv(config.width / 4, 32));
    this.#layers.forEach((layer, l) => {
      const own = cache.layers[l];
      if (own === undefined) return;
      pass.run(own.decodeQkv, sizes.form === 'register' ? ceilDiv(config.heads + 2 * config.kvHeads, 4) : config.heads + 2 * config.kvHeads);
      pass.run(own.decodeAttention, config.heads);
      this.#row(pass, layer.decodeOutput, config.width);
      this.#decodeBlock(pass, layer, slots);
    });
    if (sizes.hasRouter) pass.run(this.#norms, ceilDiv(config.layers * slots, 32));
    this.#row(pass, this.#decodeLogits, sizes.vocabularyStride);
    // Last, because it moves the state on to the next token.
    pass.run(this.#decodeHead, 1);
  }

  #product(pass: PassEncoder, target: Step, rows: number, columns: number): void {
    if (this.sizes.form === 'register') pass.run(target, ceilDiv(columns, 64), ceilDiv(rows, 32));
    else pass.run(target, ceilDiv(columns, 64), ceilDiv(rows, 16));
  }

  #row(pass: PassEncoder, target: Step, columns: number): void {
    pass.run(target, ceilDiv(columns, this.sizes.form === 'register' ? 64 : 16));
  }

  #tiles(pass: PassEncoder, target: Step, tiles: number, columns: number, z: number): void {
    if (this.sizes.form === 'register') pass.run(target, ceilDiv(columns, 32), ceilDiv(tiles, 4), z);
    else pass.run(target, ceilDiv(columns, 64), tiles, z);
  }
}
