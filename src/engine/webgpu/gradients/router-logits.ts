/** The context problem on the device: all tokens of a text are rows, and routers get additive logits. */
import { PlaygroundError } from '../../../base/errors';
import type { RoutingRule } from '../../../routing/plan';
import { checkValues } from '../../gradient-input';
import type { RouterLogitProblem, RouterLogitResult, WeightedSequence } from '../../gradients';
import type { WebgpuModel } from '../model';
import type { GradientKernels } from './kernels';
import { keepText } from './prefill';
import type { RowInfo } from './rows';
import { type Batch, GradientRunner } from './runner';
import { ruleTable, trainedRule } from './rule-table';

interface Part {
  /** Number of the text. */
  readonly sequence: number;
  /** Its rows in the batch: from `from` (inclusive) to `to` (exclusive). */
  readonly from: number;
  readonly to: number;
}

interface Chunk {
  readonly parts: readonly Part[];
  readonly batch: Batch;
}

/** Texts side by side, as many as fit into one batch; a text is never divided. */
function pack(lengths: readonly number[], most: number): Part[][] {
  const chunks: Part[][] = [];
  let rows = Infinity;
  lengths.forEach((length, sequence) => {
    if (rows + length > most) {
      chunks.push([]);
      rows = 0;
    }
    chunks.at(-1)?.push({ sequence, from: rows, to: rows + length });
    rows += length;
  });
  return chunks;
}

function rowsOf({ ids, weights }: WeightedSequence, { from, to }: Part): RowInfo[] {
  return ids.map((_, t) => ({ position: t, keys: 0, values: 0, cached: 0, first: from, last: to - 1, wanted: ids[t + 1] ?? 0, weight: weights[t] ?? 0 }));
}

/** Runs all texts once up to the first chosen layer and keeps what enters it. */
export async function prepareRouterLogits(model: WebgpuModel, kernels: GradientKernels, sequences: readonly WeightedSequence[], layers: readonly number[], signal: AbortSignal | undefined): Promise<WebgpuRouterLogits> {
  const { context, sizes } = model;
  const longest = Math.max(...sequences.map(({ ids }) => ids.length));
  if (longest > sizes.maxRows) {
    throw new PlaygroundError('bad-input', `A text of ${longest} tokens is too long for gradients: with this model the GPU takes ${sizes.maxRows} at once. Shorten it.`);
  }
  const packed = pack(sequences.map(({ ids }) => ids.length), sizes.maxRows);
  const mostRows = Math.max(...packed.map((parts) => parts.at(-1)?.to ?? 0));
  const mostParts = Math.max(...packed.map((parts) => parts.length));
  let runner: GradientRunner | undefined;
  try {
    return await model.exclusive(() => context.guarded('The gradient problem', async () => {
      // In a scope of its own: what has no room is told before anything is run.
      runner = await context.making('The gradient problem', () => Promise.resolve(new GradientRunner(model, kernels, { layers, overridden: false, rows: mostRows, slots: model.topK, rules: 1 + mostParts * layers.length, cacheRows: 0 })));
      const chunks: Chunk[] = [];
      for (const parts of packed) {
        const x = runner.stream(parts.at(-1)?.to ?? 0);
        const rows: RowInfo[] = [];
        const groups: number[] = [];
        for (const [group, part] of parts.entries()) {
          const text = sequences[part.sequence];
          if (text === undefined) continue;
          await keepText(model, text.ids, runner.firstLayer, { buffer: x, row: part.from, from: 0 }, undefined, signal);
          rows.push(...rowsOf(text, part));
          groups.push(...text.ids.map(() => group));
        }
        chunks.push({ parts, batch: { rows, x, ruleIndex: ruleTable(sizes.config.layers, layers, groups) } });
      }
      return new WebgpuRouterLogits(runner, chunks, sequences.length, layers);
    }));
  } catch (error) {
    runner?.dispose();
    throw error;
  }
}

export class WebgpuRouterLogits implements RouterLogitProblem {
  readonly experts: number;

  constructor(
    readonly runner: GradientRunner,
    readonly chunks: readonly Chunk[],
    readonly size: number,
    readonly layers: readonly number[],
  ) {
    this.experts = runner.model.sizes.experts;
  }

  async evaluate(delta: Float32Array, { gradient, signal }: { readonly gradient: boolean; readonly signal?: AbortSignal }): Promise<RouterLogitResult> {
    const { size, layers, experts } = this;
    const shared = checkValues(delta, 'The additive router logits', size, layers.length, experts, 'logits');
    const values = delta.slice();
    const loss = new Float32Array(size);
    const slopes = new Float32Array(gradient ? size * layers.length * experts : 0);
    await this.runner.exclusive(async () => {
      for (const { parts, batch } of this.chunks) {
        const result = await this.runner.run(batch, {
          rules: this.#rules(values, shared, parts), slots: this.runner.model.topK, gradient, logits: false, ...(signal === undefined ? {} : { signal }),
        });
        for (const { sequence, from, to } of parts) {
          loss[sequence] = result.loss.subarray(from, to).reduce((sum, value) => sum + value, 0);
          // Added up here in float64: rows are few, and the sum over experts is to be 0.
          result.routes.forEach((route, c) => {
            for (let e = 0; e < experts; e++) {
              let sum = 0;
              for (let row = from; row < to; row++) sum += route[row * experts + e] ?? 0;
              slopes[(sequence * layers.length + c) * experts + e] = sum;
            }
          });
        }
      }
    });
    return { loss, ...(gradient ? { gradient: slopes } : {}) };
  }

  dispose(): void {
    this.runner.dispose();
  }

  /** The trained rule, then that of each text of the batch and chosen layer. */
  #rules(delta: Float32Array, shared: boolean, parts: readonly Part[]): RoutingRule[] {
    const trained = trainedRule(this.runner.model.config);
    const rules = [trained];
    for (const { sequence } of parts) {
      for (let c = 0; c < this.layers.length; c++) {
        const at = ((shared ? 0 : sequence * this.layers.length) + c) * this.experts;
        rules.push({ ...trained, bias: Array.from(delta.subarray(at, at + this.experts)) });
      }
    }
    return rules;
  }
}
