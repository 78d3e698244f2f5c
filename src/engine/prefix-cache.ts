/** Sequences that were run before, so that a text which begins like one of them is only run from where it differs. */
import { compilePlan } from '../routing/resolve';
import type { RoutingPlan } from '../routing/plan';
import { GREEDY, type LoadedModel, type RoutingBatch, type Sequence } from './engine';
import { joinRouting } from './join';
import { sliceRouting } from './slice';

/** Sequences kept at a time: a few prompts in turn, each a few MB of keys and values. */
const KEPT = 4;

interface Kept {
  readonly sequence: Sequence;
  /** What each token of the sequence is and how it was routed: equal keys leave equal keys and values. */
  keys: string[];
  /** Routing of the tokens, in pieces as they were run. */
  routing: RoutingBatch[];
}

export interface PrefixRun {
  /** Vocabulary logits after the last token. [V] */
  readonly logits: Float32Array;
  readonly routing?: RoutingBatch;
}

/** Id and resolved rules of each token. */
function keysOf(model: LoadedModel, ids: readonly number[], plan: RoutingPlan): string[] {
  const { feedForward, layers } = model.config;
  if (feedForward.kind === 'dense') return ids.map(String);
  const { rules, index } = compilePlan(plan, feedForward, layers, { promptLength: ids.length, from: 0, to: ids.length });
  const texts = rules.map((rule) => JSON.stringify(rule));
  const rows = new Map<string, string>();
  return ids.map((id, t) => {
    const numbers = index.subarray(t * layers, (t + 1) * layers).join();
    const text = rows.get(numbers) ?? Array.from(numbers.split(','), (n) => texts[Number(n)]).join();
    rows.set(numbers, text);
    return `${id} ${text}`;
  });
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

  constructor(private readonly model: LoadedModel) {}

  /** Runs what is new of `ids` under a plan, at least the last token. Throws what the engine throws. */
  async run(ids: readonly number[], plan: RoutingPlan, options: { readonly routing?: boolean; readonly signal?: AbortSignal } = {}): Promise<PrefixRun> {
    const turn = this.#tail.then(() => this.#run(ids, plan, options));
    this.#tail = turn.catch(() => undefined);
    return await turn;
  }

  async #run(ids: readonly number[], plan: RoutingPlan, { routing = false, signal }: { readonly routing?: boolean; readonly signal?: AbortSignal }): Promise<PrefixRun> {
    const keys = keysOf(this.model, ids, plan);
    const kept = await this.#choose(keys);
    const same = Math.min(shared(kept.keys, keys), ids.length - 1);
    kept.sequence.rewind(same);
    kept.keys = kept.keys.slice(0, same);
    kept.routing = firstRows(kept.routing, same);
    const batch = await kept.sequence.append(ids.slice(same), {
      plan,
      promptLength: ids.length,
      sampling: GREEDY,
      // Always recorded: a later call that asks for routing must not run the shared part again.
      record: { routing: true, logits: 'last' },
      ...(signal ? { signal } : {}),
    });
    kept.keys = keys;
    if (batch.routing) kept.routing.push(batch.routing);
    if (this.#disposed) this.dispose();
    const all = routing ? joinRouting(kept.routing) : undefined;
    return { logits: batch.logits ?? new Float32Array(), ...(all === undefined ? {} : { routing: all }) };
  }

  /** The sequence that shares most with the keys; a new or the oldest one where that is less than half of them. */
  async #choose(keys: readonly string[]): Promise<Kept> {
    let best = this.#kept[0];
    for (const kept of this.#kept) if (best === undefined || shared(kept.keys, keys) > shared(best.keys, keys)) best = kept;
    if (best === undefined || 2 * shared(best.keys, keys) < keys.length) {
      if (this.#kept.length < KEPT) best = { sequence: await this.model.createSequence(), keys: [], routing: [] };
      else [best] = this.#kept;
    }
    const chosen = best ?? { sequence: await this.model.createSequence(), keys: [], routing: [] };
    this.#kept = [...this.#kept.filter((kept) => kept !== chosen), chosen];
    return chosen;
  }

  dispose(): void {
    this.#disposed = true;
    for (const { sequence } of this.#kept) sequence.dispose();
    this.#kept = [];
  }
}
