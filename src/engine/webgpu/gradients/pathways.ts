/** The last-token problem on the device: one row for each prompt, which attends to the kept keys and values before it. */
import type { RoutingRule } from '../../../routing/plan';
import { checkPathwayRequest, checkValues } from '../../gradient-input';
import type { PathwayProblem, PathwayRequest, PathwayResult } from '../../gradients';
import type { WebgpuModel } from '../model';
import type { GradientKernels } from './kernels';
import { keepText } from './prefill';
import type { RowInfo } from './rows';
import { type Batch, type BatchCall, type BatchResult, GradientRunner } from './runner';
import { trainedRule, ruleTable } from './rule-table';

/** Prompts that are run together. */
const MOST_ROWS = 64;

interface Chunk {
  readonly first: number;
  readonly batch: Batch;
}

/** Runs all prompts once and keeps what their last tokens need. */
export async function preparePathways(model: WebgpuModel, kernels: GradientKernels, prompts: readonly (readonly number[])[], layers: readonly number[], signal: AbortSignal | undefined): Promise<WebgpuPathways> {
  const { context, sizes } = model;
  const cacheRows = prompts.reduce((sum, ids) => sum + ids.length - 1, 0);
  const most = Math.min(MOST_ROWS, sizes.maxRows);
  let runner: GradientRunner | undefined;
  try {
    return await model.exclusive(() => context.guarded('The gradient problem', async () => {
      // In a scope of its own: what has no room is told before anything is run.
      runner = await context.making('The gradient problem', () => Promise.resolve(new GradientRunner(model, kernels, {
        layers, overridden: true, rows: Math.min(prompts.length, most), slots: sizes.experts, rules: 1 + most * layers.length, cacheRows: 2 * cacheRows,
      })));
      const chunks: Chunk[] = [];
      let cached = 0;
      for (let first = 0; first < prompts.length; first += most) {
        const part = prompts.slice(first, first + most);
        const x = runner.stream(part.length);
        const rows: RowInfo[] = [];
        for (const ids of part) {
          const row = rows.length;
          const before = ids.length - 1;
          const place = { keys: cached, values: cacheRows + cached };
          await keepText(model, ids, runner.firstLayer, { buffer: x, row, from: before }, { buffers: runner.arena.layers.map(({ cache }) => cache), ...place }, signal);
          rows.push({ position: before, ...place, cached: before, first: row, last: row, wanted: 0, weight: 1 });
          cached += before;
        }
        chunks.push({ first, batch: { rows, x, ruleIndex: ruleTable(sizes.config.layers, layers, rows.map((_, row) => row)) } });
      }
      const router = await routerRows(runner, chunks, prompts.length, layers, signal);
      return new WebgpuPathways(runner, chunks, prompts.length, layers, router);
    }));
  } catch (error) {
    runner?.dispose();
    throw error;
  }
}

/** The router's own softmax at the last tokens. [B, C, E] */
async function routerRows(runner: GradientRunner, chunks: readonly Chunk[], size: number, layers: readonly number[], signal: AbortSignal | undefined): Promise<Float32Array> {
  const { experts } = runner.model.sizes;
  const rule = trainedRule(runner.model.config);
  const out = new Float32Array(size * layers.length * experts);
  for (const { first, batch } of chunks) {
    const own = { ...batch, ruleIndex: new Uint32Array(batch.ruleIndex.length) };
    const { router } = await runner.run(own, { rules: [rule], slots: runner.model.topK, gradient: false, logits: false, router: true, ...(signal ? { signal } : {}) });
    layers.forEach((_, c) => {
      for (let row = 0; row < batch.rows.length; row++) {
        const values = router[c]?.subarray(row * experts, (row + 1) * experts);
        if (values !== undefined) out.set(values, ((first + row) * layers.length + c) * experts);
      }
    });
  }
  return out;
}

export class WebgpuPathways implements PathwayProblem {
  readonly experts: number;

  constructor(
    readonly runner: GradientRunner,
    readonly chunks: readonly Chunk[],
    readonly size: number,
    readonly layers: readonly number[],
    readonly router: Float32Array,
  ) {
    this.experts = runner.model.sizes.experts;
  }

  async evaluate(omega: Float32Array, request: PathwayRequest): Promise<PathwayResult> {
    const { model } = this.runner;
    const { layers, experts, size } = this;
    const { vocabulary } = model.config;
    const { gradient, targets, signal } = request;
    const shared = checkValues(omega, 'The routing pathway', size, layers.length, experts, 'distribution');
    checkPathwayRequest(request, size, layers.length, experts, vocabulary);
    const values = omega.slice();
    const core = gradient === undefined ? undefined : Uint32Array.from(gradient.core.flatMap((free) => Array.from({ length: experts }, (_, e) => Number(free.includes(e)))));
    const open = gradient?.membership === 'straight-through';
    const loss = new Float32Array(size);
    const logits = new Float32Array(size * vocabulary);
    const slopes = new Float32Array(gradient === undefined ? 0 : size * layers.length * experts);
    await this.runner.exclusive(async () => {
      for (const { first, batch } of this.chunks) {
        const rows = batch.rows.map((row, i) => ({ ...row, wanted: targets[first + i] ?? 0 }));
        const call: BatchCall = {
          rules: this.#rules(values, shared, first, rows.length),
          slots: open ? experts : model.topK,
          gradient: gradient !== undefined,
          logits: true,
          ...(open && core !== undefined ? { core } : {}),
          ...(signal === undefined ? {} : { signal }),
        };
        const result = await this.runner.run({ ...batch, rows }, call);
        loss.set(result.loss, first);
        logits.set(result.logits, first * vocabulary);
        if (core !== undefined) this.#collect(result, core, first, rows.length, slopes);
      }
    });
    return { loss, logits, ...(gradient === undefined ? {} : { gradient: slopes }) };
  }

  dispose(): void {
    this.runner.dispose();
  }

  /** The trained rule, then that of each prompt and chosen layer. */
  #rules(omega: Float32Array, shared: boolean, first: number, rows: number): RoutingRule[] {
    const trained = trainedRule(this.runner.model.config);
    const rules = [trained];
    for (let row = first; row < first + rows; row++) {
      for (let c = 0; c < this.layers.length; c++) {
        const at = ((shared ? 0 : row * this.layers.length) + c) * this.experts;
        rules.push({ ...trained, override: Array.from(omega.subarray(at, at + this.experts)) });
      }
    }
    return rules;
  }

  /** Gradients of the free experts; what the others got stays 0. */
  #collect({ routes }: BatchResult, core: Uint32Array, first: number, rows: number, out: Float32Array): void {
    const { experts, layers } = this;
    routes.forEach((route, c) => {
      for (let row = 0; row < rows; row++) {
        for (let e = 0; e < experts; e++) {
          if (core[c * experts + e] === 1) out[((first + row) * layers.length + c) * experts + e] = route[row * experts + e] ?? 0;
        }
      }
    });
  }
}
