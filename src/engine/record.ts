/** From the batches of a run to its Trace, readable at any time while the run goes on. */
import type { ModelConfig } from '../model/config';
import type { Tokenizer } from '../model/checkpoint';
import type { TokenKind, Trace, TraceMark, TraceModel, TraceOutput, TraceRouting, TraceRun } from '../trace/trace';
import { CANDIDATES, type RoutingBatch, type StepBatch } from './engine';
import { GrowingArray } from './growing-array';

/** What a trace says beside its steps. */
export interface TraceHeader {
  readonly title: string;
  /** ISO 8601 time. */
  readonly created: string;
  /** `name@version` of this program. */
  readonly exporter: string;
  readonly model: TraceModel;
  readonly run: TraceRun;
  /** Ids whose kind is `special`. */
  readonly special: readonly number[];
  readonly view?: Readonly<Record<string, string>>;
  readonly meta?: Readonly<Record<string, unknown>>;
}

/** The model part of a trace, from a checkpoint's config. */
export function traceModel(id: string, sha256: string, config: ModelConfig): TraceModel {
  const { feedForward, layers, vocabulary, context } = config;
  const moe = feedForward.kind === 'moe' ? feedForward : undefined;
  return {
    id,
    ...(sha256 === '' ? {} : { sha256 }),
    layers,
    moeLayers: moe ? Array.from({ length: layers }, (_, l) => l) : [],
    experts: moe?.experts ?? 0,
    topK: moe?.topK ?? 0,
    sharedExperts: moe && moe.sharedHidden > 0 ? 1 : 0,
    scoring: moe?.scoring ?? 'softmax',
    normTopk: moe?.normTopK ?? false,
    vocabulary,
    context,
  };
}

/** Texts of a batch: of its tokens, and of candidates that `named` does not hold yet (it is extended). */
export function nameTokens(batch: StepBatch, tokenizer: Tokenizer, named: Set<number>): { text: string[]; names: [number, string][] } {
  const names: [number, string][] = [];
  for (const ids of [batch.topIds, batch.chosen]) {
    for (const id of ids) {
      if (named.has(id)) continue;
      named.add(id);
      names.push([id, tokenizer.tokenText(id)]);
    }
  }
  return { text: Array.from(batch.ids, (id) => tokenizer.tokenText(id)), names };
}

/** Routing arrays that grow by rows and widen when a plan lets more experts be chosen. */
class RoutingRecord {
  private slots: number;
  private readonly logits: GrowingArray<Float32Array>;
  private readonly count: GrowingArray<Uint16Array>;
  private chosen: GrowingArray<Uint16Array>;
  private prob: GrowingArray<Float32Array>;
  private mix: GrowingArray<Float32Array>;
  private outputNorm: GrowingArray<Float32Array>;

  constructor(slots: number) {
    this.slots = Math.max(1, slots);
    this.logits = GrowingArray.floats();
    this.count = GrowingArray.shorts();
    this.chosen = GrowingArray.shorts();
    this.prob = GrowingArray.floats();
    this.mix = GrowingArray.floats();
    this.outputNorm = GrowingArray.floats();
  }

  append(batch: RoutingBatch): void {
    if (batch.slots > this.slots) {
      this.chosen = this.chosen.widened(this.slots, batch.slots);
      this.prob = this.prob.widened(this.slots, batch.slots);
      this.mix = this.mix.widened(this.slots, batch.slots);
      this.outputNorm = this.outputNorm.widened(this.slots, batch.slots);
      this.slots = batch.slots;
    }
    this.logits.append(batch.logits);
    this.count.append(batch.count);
    this.chosen.append(batch.chosen, batch.slots, this.slots);
    this.prob.append(batch.prob, batch.slots, this.slots);
    this.mix.append(batch.mix, batch.slots, this.slots);
    this.outputNorm.append(batch.outputNorm, batch.slots, this.slots);
  }

  view(): TraceRouting {
    return {
      slots: this.slots,
      experts: this.chosen.view(),
      mix: this.mix.view(),
      prob: this.prob.view(),
      logits: this.logits.view(),
      count: this.count.view(),
      outputNorm: this.outputNorm.view(),
    };
  }
}

/**
 * Collects a run. Appending is amortised O(1) for each token; a snapshot shares the numbers recorded so
 * far and stays as it is when more are appended.
 */
export class TraceRecorder {
  private readonly ids = GrowingArray.words();
  private readonly text: string[] = [];
  private readonly kind: TokenKind[] = [];
  private readonly names = new Map<number, string>();
  private readonly marks: TraceMark[] = [];
  private readonly routing: RoutingRecord;
  private readonly entropy = GrowingArray.floats();
  private readonly chosen = GrowingArray.words();
  private readonly logProb = GrowingArray.floats();
  private readonly topIds = GrowingArray.words();
  private readonly topProb = GrowingArray.floats();
  private readonly logits = GrowingArray.floats();

  constructor(private header: TraceHeader) {
    this.routing = new RoutingRecord(header.model.topK);
  }

  /** Tokens recorded so far. */
  get length(): number {
    return this.ids.length;
  }

  /**
   * @param text printable text of each id of the batch
   * @param names texts of other ids that the batch mentions
   * @throws RangeError when the batch does not follow the one before: a bug of the caller
   */
  append(batch: StepBatch, text: readonly string[], names: Iterable<readonly [number, string]> = []): void {
    if (batch.start !== this.length || text.length !== batch.ids.length) {
      throw new RangeError(`a batch of ${batch.ids.length} tokens from ${batch.start} with ${text.length} texts cannot follow ${this.length} tokens`);
    }
    batch.ids.forEach((id, i) => {
      const special = this.header.special.includes(id);
      this.kind.push(special ? 'special' : batch.start + i < this.header.run.promptTokens ? 'prompt' : 'generated');
    });
    this.text.push(...text);
    for (const [id, name] of names) this.names.set(id, name);
    this.ids.append(batch.ids);
    this.entropy.append(batch.entropy);
    this.chosen.append(batch.chosen);
    this.logProb.append(batch.logProb);
    this.topIds.append(batch.topIds);
    this.topProb.append(batch.topProb);
    if (batch.routing) this.routing.append(batch.routing);
    if (batch.logits) this.logits.append(batch.logits);
  }

  /** The steps that follow come from another engine: the trace names both. */
  goOnWith(backend: string): void {
    const { run } = this.header;
    this.header = { ...this.header, run: { ...run, backend: `${run.backend ?? run.engine ?? ''}, then ${backend}` } };
  }

  /** Notes something about a token, e.g. that a window of a long text starts there. */
  mark(mark: TraceMark): void {
    this.marks.push(mark);
  }

  /** The trace of what was recorded so far. */
  snapshot(): Trace {
    const { title, created, exporter, model, run, view, meta } = this.header;
    return {
      title,
      created,
      exporter,
      model,
      run,
      tokens: { ids: this.ids.view(), text: this.text.slice(), kind: this.kind.slice(), names: this.names },
      routing: this.routing.view(),
      output: this.output(),
      marks: this.marks.slice(),
      view: view ?? {},
      meta: meta ?? {},
    };
  }

  private output(): TraceOutput {
    const { vocabulary } = this.header.model;
    const complete = this.length > 0 && vocabulary !== undefined && this.logits.length === this.length * vocabulary;
    return {
      entropy: this.entropy.view(),
      chosen: this.chosen.view(),
      logProb: this.logProb.view(),
      top: { count: Math.min(CANDIDATES, vocabulary ?? CANDIDATES), ids: this.topIds.view(), prob: this.topProb.view() },
      ...(complete ? { logits: this.logits.view() } : {}),
    };
  }
}
