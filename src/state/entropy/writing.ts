/** From the events of two models that write in turns to one trace: the text, who wrote each token, and what decided. */
import type { RoutingBatch, StepBatch } from '../../engine/engine';
import { TraceRecorder, type TraceHeader } from '../../engine/record';
import type { Glimpse } from '../../engine/write';
import { LARGE, type CollaborationEvent, type Costs, type ProbeEvent, type StepEvent, type WriterIndex } from '../../methods/collaboration/events';
import { addCosts, NO_COSTS } from '../../methods/collaboration/ledger';
import type { Trace, TraceModel } from '../../trace/trace';
import { COLLABORATION_ID, type CollaborationRecord, type RecordedStep } from './record';

const WRITERS = ['small', 'large'] as const;

/** The prompt as the large model read it. */
export interface PromptRows {
  readonly batch: StepBatch;
  readonly text: readonly string[];
  readonly names: Iterable<readonly [number, string]>;
}

/** Tokens that stand, as their writer ran them; the prompt is the first piece. */
interface Piece {
  readonly batch: StepBatch;
  readonly text: readonly string[];
  readonly writer: WriterIndex;
}

export type RecordHead = Omit<CollaborationRecord, 'steps' | 'costs' | 'end'>;

/** Routing of tokens of a model without routers: none was chosen. */
function noRouting(rows: number, { layers, experts }: { readonly layers: number; readonly experts: number }): RoutingBatch {
  return { layers, experts, slots: 1, logits: new Float32Array(rows * layers * experts), chosen: new Uint16Array(rows * layers), prob: new Float32Array(rows * layers), mix: new Float32Array(rows * layers), outputNorm: new Float32Array(rows * layers), count: new Uint16Array(rows * layers) };
}

/** The last row of a batch with another distribution after it: that of the model which was asked. */
function withNext(batch: StepBatch, { entropy, topIds, topProb }: Pick<Glimpse, 'entropy' | 'topIds' | 'topProb'>, id: number | undefined): StepBatch {
  const last = batch.ids.length - 1;
  const out = { ...batch, entropy: batch.entropy.slice(), chosen: batch.chosen.slice(), topIds: batch.topIds.slice(), topProb: batch.topProb.slice() };
  out.entropy[last] = entropy;
  if (id !== undefined) out.chosen[last] = id;
  const width = batch.topIds.length / batch.ids.length;
  out.topIds.set(topIds.subarray(0, width), last * width);
  out.topProb.set(topProb.subarray(0, width), last * width);
  return out;
}

/** Collects a run; a snapshot can be taken after any event. */
export class CollaborationWriting {
  readonly #pieces: Piece[];
  readonly #steps: RecordedStep[] = [];
  readonly #names: Map<number, string>;
  /** Of the step under way. */
  #probe: ProbeEvent | undefined;
  #began: number | undefined;
  #discarded = 0;
  #judgement: number | undefined;
  #costs: Costs = NO_COSTS;

  /** @param models of the small and of the large writer */
  constructor(
    private readonly header: TraceHeader,
    private readonly models: readonly [TraceModel, TraceModel],
    prompt: PromptRows,
    private readonly record: RecordHead,
  ) {
    this.#pieces = [{ batch: prompt.batch, text: prompt.text, writer: LARGE }];
    this.#names = new Map(prompt.names);
  }

  /** Tokens of the text so far, the prompt's included. */
  get length(): number {
    return this.#pieces.reduce((sum, { text }) => sum + text.length, 0);
  }

  /** Ids of candidates whose texts are not known yet. */
  unnamed(): readonly number[] {
    const wanted = new Set(this.#pieces.flatMap(({ batch }) => [...batch.topIds]));
    return [...wanted].filter((id) => !this.#names.has(id));
  }

  name(names: Iterable<readonly [number, string]>): void {
    for (const [id, text] of names) this.#names.set(id, text);
  }

  add(event: CollaborationEvent): void {
    this.#costs = addCosts(this.#costs, event.costs);
    if (event.type === 'probe') {
      this.#probe = event;
      this.name(Array.from(event.glimpse.topIds, (id, i) => [id, event.candidates[i] ?? ''] as const));
    } else if (event.discarded) {
      this.#discarded += event.ids.length;
      this.#judgement = event.judgement;
    } else {
      this.#take(event);
      if (!event.probeToken) this.#close(event);
    }
  }

  #take({ batch, ids, text, writer, logProb, position, first }: StepEvent): void {
    // Before a step's first token stands what decided: the small model's distribution where it was asked, else the writer's own.
    const asked = this.#began === undefined ? (this.#probe?.glimpse ?? first) : first;
    this.#began ??= position;
    const last = this.#pieces.at(-1);
    if (batch === undefined || ids.length === 0 || last === undefined) return;
    this.#pieces[this.#pieces.length - 1] = { ...last, batch: withNext(last.batch, asked, ids[0]) };
    this.#pieces.push({ batch: { ...batch, logProb }, text, writer });
    ids.forEach((id, i) => this.#names.set(id, text[i] ?? ''));
  }

  #close({ position, ids, writer, final, judgement }: StepEvent): void {
    const from = this.#began ?? position;
    const end = position + ids.length;
    const before = this.#steps.at(-1);
    const glimpse = this.#probe?.glimpse;
    const judged = this.#judgement ?? judgement;
    const discarded = this.#discarded;
    this.#began = undefined;
    this.#probe = undefined;
    this.#discarded = 0;
    this.#judgement = undefined;
    if (final && before !== undefined) {
      // The answer is the rest of the step that its marker began.
      this.#steps[this.#steps.length - 1] = { ...before, length: end - before.position, writer: WRITERS[writer], final };
      return;
    }
    this.#steps.push({
      position: from,
      length: end - from,
      writer: WRITERS[writer],
      final,
      ...(glimpse === undefined ? {} : { entropy: glimpse.entropy, squares: glimpse.squares, top: Array.from(glimpse.topProb) }),
      ...(judged === undefined ? {} : { judgement: judged }),
      ...(discarded === 0 ? {} : { discarded }),
    });
  }

  /** The trace so far. @param end why the text ended; empty while it goes on */
  snapshot(end = ''): Trace {
    const { model, run } = this.header;
    const record: CollaborationRecord = { ...this.record, steps: [...this.#steps], costs: this.#costs, end };
    const recorder = new TraceRecorder({ ...this.header, run: { ...run, method: { id: COLLABORATION_ID, params: record } } });
    const shape = { layers: model.moeLayers.length, experts: model.experts };
    const writers: number[] = [];
    for (const { batch, text, writer } of this.#pieces) {
      const routed = batch.routing?.layers === shape.layers ? batch.routing : noRouting(text.length, shape);
      recorder.append({ ...batch, routing: routed }, text);
      for (const _ of text) writers.push(writer);
    }
    for (const { position, writer, entropy } of this.#steps) recorder.mark({ token: position, type: 'step-start', decision: writer, ...(entropy === undefined ? {} : { entropy }) });
    const trace = recorder.snapshot();
    return { ...trace, models: this.models, tokens: { ...trace.tokens, writer: Uint16Array.from(writers), names: new Map(this.#names) } };
  }
}
