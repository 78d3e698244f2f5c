/** A token sequence of the reference engine: KV cache, forced tokens, drawn tokens. */
import { PlaygroundError } from '../../base/errors';
import { compilePlan, type CompiledPlan } from '../../routing/resolve';
import { entropyNats, logProbability, logSumExp, topCandidates } from '../distribution';
import { CANDIDATES, type Counters, type RunOptions, type Sequence, type StepBatch } from '../engine';
import { checkSampling, sampleToken } from '../sampling';
import type { LayerCache } from './attention';
import { packBatch, type Row } from './batch';
import { Breath } from '../breath';
import { forwardToken, head, type ReferenceModel } from './forward';

/** The distribution after the last token, and the token drawn from it. */
interface Pending {
  readonly logits: Float64Array;
  readonly normaliser: number;
  readonly next: number;
}

/** Throws `bad-input` unless there are ids and all are in the vocabulary. */
export function checkIds(ids: readonly number[], vocabulary: number): void {
  if (ids.length === 0) throw new PlaygroundError('bad-input', 'There is no token to run: the text is empty.');
  const wrong = ids.find((id) => !Number.isInteger(id) || id < 0 || id >= vocabulary);
  if (wrong !== undefined) {
    throw new PlaygroundError('bad-input', `Token id ${wrong} is not in the vocabulary of ${vocabulary} tokens.`);
  }
}

export class ReferenceSequence implements Sequence {
  private caches: LayerCache[];
  private tokens = 0;
  private pending: Pending | undefined;
  private run = 0;

  constructor(
    private readonly model: ReferenceModel,
    readonly capacity: number,
  ) {
    const size = capacity * model.config.kvHeads * model.config.headDim;
    this.caches = Array.from({ length: model.config.layers }, () => ({ keys: new Float64Array(size), values: new Float64Array(size) }));
  }

  get length(): number {
    return this.tokens;
  }

  get counters(): Counters {
    return { tokens: this.run, dispatches: 0, submits: 0, readbacks: 0, bytesRead: 0 };
  }

  async append(ids: readonly number[], options: RunOptions): Promise<StepBatch> {
    checkIds(ids, this.model.config.vocabulary);
    if (this.tokens + ids.length > this.capacity) {
      throw new PlaygroundError(
        'bad-input',
        `The text is ${this.tokens + ids.length} tokens long, but only ${this.capacity} fit: shorten it.`,
      );
    }
    return this.advance(ids.length, options, (i) => ids[i], (i) => ids[i + 1]);
  }

  async decode(count: number, options: RunOptions): Promise<StepBatch> {
    if (!Number.isInteger(count) || count < 1) {
      throw new PlaygroundError('bad-input', `The number of tokens to decode is ${count}; it has to be a whole number of at least 1.`);
    }
    if (this.pending === undefined) {
      throw new PlaygroundError('bad-input', 'There is no drawn token to continue with: append at least one token first.');
    }
    const { endOfText } = this.model.config;
    const fits = Math.min(count, this.capacity - this.tokens);
    let ended = false;
    return this.advance(fits, options, (_, drawn) => {
      if (ended || drawn === undefined) return undefined;
      ended = endOfText.includes(drawn);
      return drawn;
    });
  }

  rewind(length: number): void {
    if (!Number.isInteger(length) || length < 0 || length > this.tokens) {
      throw new PlaygroundError('bad-input', `Cannot go back to ${length} tokens in a sequence of ${this.tokens}.`);
    }
    this.tokens = length;
    this.pending = undefined;
  }

  fork(): Promise<Sequence> {
    const copy = new ReferenceSequence(this.model, this.capacity);
    copy.caches = this.caches.map(({ keys, values }) => ({ keys: keys.slice(), values: values.slice() }));
    copy.tokens = this.tokens;
    copy.pending = this.pending;
    return Promise.resolve(copy);
  }

  dispose(): void {
    this.caches = [];
    this.rewind(0);
  }

  /**
   * Runs up to `count` tokens and commits them only when all went well.
   * @param take the token to run as row i, given the one drawn last; undefined stops
   * @param force the token that follows row i, where it is given; else it is drawn
   */
  private async advance(
    count: number,
    options: RunOptions,
    take: (i: number, drawn: number | undefined) => number | undefined,
    force?: (i: number) => number | undefined,
  ): Promise<StepBatch> {
    checkSampling(options.sampling);
    const { config } = this.model;
    const start = this.tokens;
    const plan = this.compile(options, start, start + count);
    const breath = new Breath(options.signal);
    const rows: Row[] = [];
    let pending = this.pending;
    for (let i = 0; i < count; i++) {
      await breath.take();
      const id = take(i, pending?.next);
      if (id === undefined) break;
      const before = pending;
      const { logits, routed } = this.forward(id, start + i, plan, i);
      const normaliser = logSumExp(logits);
      const next = force?.(i) ?? sampleToken(logits, options.sampling, start + i + 1);
      pending = { logits, normaliser, next };
      rows.push({
        id,
        logProb: before === undefined ? NaN : logProbability(before.logits, id, before.normaliser),
        entropy: entropyNats(logits, normaliser),
        chosen: next,
        candidates: topCandidates(logits, CANDIDATES, normaliser),
        routed,
        logits,
      });
    }
    this.tokens = start + rows.length;
    this.run += rows.length;
    this.pending = pending;
    const { feedForward } = config;
    const wanted = options.record.routing && feedForward.kind === 'moe';
    const shape = wanted ? { layers: config.layers, experts: feedForward.experts, slots: plan.slots } : undefined;
    return packBatch(start, rows, config.vocabulary, shape, options.record.logits);
  }

  private compile(options: RunOptions, from: number, to: number): CompiledPlan {
    const { feedForward, layers } = this.model.config;
    if (feedForward.kind === 'dense') return { rules: [], index: new Uint16Array(0), slots: 1 };
    return compilePlan(options.plan, feedForward, layers, { promptLength: options.promptLength, from, to });
  }

  private forward(id: number, position: number, plan: CompiledPlan, row: number): Pick<Row, 'logits' | 'routed'> {
    const { layers } = this.model.config;
    const rules = Array.from(plan.index.subarray(row * layers, (row + 1) * layers), (n) => plan.rules[n]).flatMap((rule) => rule ?? []);
    const { hidden, routed } = forwardToken(this.model, id, position, this.caches, rules);
    return { logits: head(this.model, hidden), routed };
  }
}
