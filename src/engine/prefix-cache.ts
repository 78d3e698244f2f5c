/** Sequences that were run before, so that a text which begins like one of them is only run from where it differs. */
import { compilePlan } from '../routing/resolve';
import type { RoutingPlan } from '../routing/plan';
import { throwIfCancelled } from '../base/errors';
import { glimpseOf } from './distribution';
import { GREEDY, type LoadedModel, type RoutingBatch, type RunOptions, type Sampling, type Sequence, type StepBatch } from './engine';
import { joinRouting } from './join';
import { sliceRouting } from './slice';
import type { Glimpse, WriteReason } from './write';

export interface Keeping {
  /** Sequences kept at a time, each a few MB of keys and values. */
  readonly sequences: number;
  /** A text that branches off from a kept one leaves that as it is, while there is room. */
  readonly branches: boolean;
}

/** A few prompts in turn. */
const A_FEW: Keeping = { sequences: 4, branches: false };

interface Kept {
  readonly sequence: Sequence;
  /** What each token of the sequence is and how it was routed: equal keys leave equal keys and values. */
  keys: string[];
  /** Routing of the tokens, in pieces as they were run. */
  routing: RoutingBatch[];
  /** What is known of the token after the last one, where the sequence was left so that it can go on without reading anything. */
  next: Next | undefined;
}

interface Next {
  readonly glimpse: Glimpse;
  readonly sampling: Sampling;
}

export interface PrefixRun {
  /** Vocabulary logits after the last token. [V] */
  readonly logits: Float32Array;
  readonly routing?: RoutingBatch;
}

export interface WriteCall {
  readonly maxNewTokens: number;
  readonly sampling: Sampling;
  /** Whether the batches hold the routing of their tokens. */
  readonly routing: boolean;
  readonly signal?: AbortSignal;
  /** Sees every new token as it is made; a reason ends the writing. */
  readonly watch: (id: number) => WriteReason | undefined;
}

/** A piece that was written; `engine/write.ts` says what the fields are. */
export interface PrefixWrite {
  readonly first: Glimpse;
  readonly reason: WriteReason;
  readonly read: StepBatch | undefined;
  readonly written: readonly StepBatch[];
  /** Entropy of the distribution that each new token was drawn from. */
  readonly entropy: readonly number[];
  readonly ms: { readonly read: number; readonly write: number };
}

/** Id and resolved rules of each token. `promptLength` says which token is the plan's last. */
function keysOf(model: LoadedModel, ids: readonly number[], plan: RoutingPlan, promptLength = ids.length): string[] {
  const { feedForward, layers } = model.config;
  if (feedForward.kind === 'dense') return ids.map(String);
  const { rules, index } = compilePlan(plan, feedForward, layers, { promptLength, from: 0, to: ids.length });
  const texts = rules.map((rule) => JSON.stringify(rule));
  const rows = new Map<string, string>();
  return ids.map((id, t) => {
    const numbers = index.subarray(t * layers, (t + 1) * layers).join();
    const text = rows.get(numbers) ?? Array.from(numbers.split(','), (n) => texts[Number(n)]).join();
    rows.set(numbers, text);
    return `${id} ${text}`;
  });
}

function sameSampling(a: Sampling, b: Sampling): boolean {
  return a.temperature === b.temperature && a.topK === b.topK && a.topP === b.topP && a.seed === b.seed;
}

/** A batch without what only this file needed of it. */
function recorded(batch: StepBatch, routing: boolean): StepBatch {
  const { start, ids, logProb, entropy, chosen, topIds, topProb } = batch;
  return { start, ids, logProb, entropy, chosen, topIds, topProb, ...(routing && batch.routing !== undefined ? { routing: batch.routing } : {}) };
}

function shared(a: readonly string[], b: readonly string[]): number {
  let n = 0;
  while (n < a.length && n < b.length && a[n] === b[n]) n += 1;
  return n;
}

/** The first `length` rows of pieces that follow each other. */
function firstRows(pieces: readonly RoutingBatch[], length: number): RoutingBatch[] {
  const out: RoutingBatch[] = [];
  let left = length;
  for (const piece of pieces) {
    const rows = piece.count.length / piece.layers;
    if (left <= 0) break;
    out.push(left >= rows ? piece : sliceRouting(piece, rows, 0, left));
    left -= rows;
  }
  return out;
}

export class PrefixCache {
  /** Least recently used first. */
  #kept: Kept[] = [];
  /** Runs share sequences, so they go one after the other. */
  #tail: Promise<unknown> = Promise.resolve();
  #disposed = false;

  constructor(
    private readonly model: LoadedModel,
    private readonly keeping: Keeping = A_FEW,
  ) {}

  /** Runs what is new of `ids` under a plan, at least the last token. Throws what the engine throws. */
  async run(ids: readonly number[], plan: RoutingPlan, options: { readonly routing?: boolean; readonly signal?: AbortSignal } = {}): Promise<PrefixRun> {
    return await this.#inTurn(() => this.#run(ids, plan, options));
  }

  /**
   * Runs what is new of `ids` and goes on from there. A text that ends where the call before ended, under the same
   * sampling, is gone on with at once: nothing of it is run again.
   */
  async write(ids: readonly number[], plan: RoutingPlan, call: WriteCall): Promise<PrefixWrite> {
    return await this.#inTurn(() => this.#write(ids, plan, call));
  }

  async #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#tail.then(work);
    this.#tail = turn.catch(() => undefined);
    return await turn;
  }

  async #run(ids: readonly number[], plan: RoutingPlan, { routing = false, signal }: { readonly routing?: boolean; readonly signal?: AbortSignal }): Promise<PrefixRun> {
    const keys = keysOf(this.model, ids, plan);
    const kept = await this.#choose(keys);
    const batch = await this.#append(kept, ids, keys, { plan, promptLength: ids.length, sampling: GREEDY, ...(signal ? { signal } : {}) });
    if (this.#disposed) this.dispose();
    const all = routing ? joinRouting(kept.routing) : undefined;
    return { logits: batch.logits ?? new Float32Array(), ...(all === undefined ? {} : { routing: all }) };
  }

  /** Runs the tokens that `kept` does not hold yet, at least the last one. */
  async #append(kept: Kept, ids: readonly number[], keys: string[], options: Omit<RunOptions, 'record'>): Promise<StepBatch> {
    const same = Math.min(shared(kept.keys, keys), ids.length - 1);
    kept.sequence.rewind(same);
    kept.keys = kept.keys.slice(0, same);
    kept.routing = firstRows(kept.routing, same);
    kept.next = undefined;
    // Always recorded: a later call that asks for routing must not run the shared part again.
    const batch = await kept.sequence.append(ids.slice(same), { ...options, record: { routing: true, logits: 'last' } });
    kept.keys = keys;
    if (batch.routing) kept.routing.push(batch.routing);
    kept.next = { glimpse: glimpseOf(batch), sampling: options.sampling };
    return batch;
  }

  async #write(ids: readonly number[], plan: RoutingPlan, { maxNewTokens, sampling, routing, signal, watch }: WriteCall): Promise<PrefixWrite> {
    const keys = keysOf(this.model, ids, plan);
    const kept = await this.#choose(keys);
    const options = { plan, promptLength: ids.length, sampling, ...(signal ? { signal } : {}) };
    const start = performance.now();
    const goesOn = kept.keys.length === keys.length && shared(kept.keys, keys) === keys.length && kept.next !== undefined && sameSampling(kept.next.sampling, sampling);
    const read = goesOn ? undefined : recorded(await this.#append(kept, ids, keys, options), routing);
    const middle = performance.now();
    let next = kept.next;
    if (next === undefined) throw new RangeError('a sequence that was run and has no distribution');
    const first = next.glimpse;
    const [text, entropy, written] = [[...ids], [] as number[], [] as StepBatch[]];
    let reason: WriteReason | undefined;
    try {
      while (reason === undefined && written.length < maxNewTokens) {
        throwIfCancelled(signal);
        // One at a time: a token too many would have to be taken back, and its distribution with it.
        const batch = kept.sequence.length < kept.sequence.capacity ? await kept.sequence.decode(1, { ...options, record: { routing: true, logits: 'last' } }) : undefined;
        const [id] = batch?.ids ?? [];
        if (batch === undefined || id === undefined) {
          reason = 'context';
          break;
        }
        text.push(id);
        entropy.push(next.glimpse.entropy);
        next = { glimpse: glimpseOf(batch), sampling };
        if (batch.routing) kept.routing.push(batch.routing);
        written.push(recorded(batch, routing));
        reason = this.model.config.endOfText.includes(id) ? 'end-of-text' : watch(id);
      }
    } finally {
      // However it ended, what was run is kept.
      if (written.length > 0) kept.keys = keysOf(this.model, text, plan, ids.length);
      kept.next = next;
    }
    // Nothing was drawn after an end.
    if (reason === 'end-of-text') kept.next = undefined;
    if (this.#disposed) this.dispose();
    return { first, reason: reason ?? 'length', read, written, entropy, ms: { read: middle - start, write: performance.now() - middle } };
  }

  /** The sequence that shares most with the keys; a new or the oldest one where that is less than half of both. */
  async #choose(keys: readonly string[]): Promise<Kept> {
    let best = this.#kept[0];
    for (const kept of this.#kept) if (best === undefined || shared(kept.keys, keys) > shared(best.keys, keys)) best = kept;
    if (best === undefined || 2 * shared(best.keys, keys) < Math.min(keys.length, best.keys.length)) {
      if (this.#hasRoom()) best = await this.#empty();
      else [best] = this.#kept;
    } else if (this.keeping.branches && this.#hasRoom() && shared(best.keys, keys) < best.keys.length) {
      best = { ...best, sequence: await best.sequence.fork(), routing: [...best.routing] };
    }
    const chosen = best ?? (await this.#empty());
    this.#kept = [...this.#kept.filter((kept) => kept !== chosen), chosen];
    return chosen;
  }

  #hasRoom(): boolean {
    return this.#kept.length < this.keeping.sequences;
  }

  async #empty(): Promise<Kept> {
    return { sequence: await this.model.createSequence(), keys: [], routing: [], next: undefined };
  }

  dispose(): void {
    this.#disposed = true;
    for (const { sequence } of this.#kept) sequence.dispose();
    this.#kept = [];
  }
}
