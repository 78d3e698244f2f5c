/** How often each expert ran, counted once for a trace and, while a run grows, only over the tokens that are new. */
import type { Trace } from '../trace/trace';

interface Counted {
  readonly run: Trace['run'];
  readonly tokens: number;
  readonly counts: Uint32Array;
}

const known = new WeakMap<Trace, Uint32Array>();
let last: Counted | undefined;

/** Tokens that chose each expert, by layer. Snapshots of one live run share its `run`, so only their new tokens are counted. [L, E] */
export function expertCounts(trace: Trace): Uint32Array {
  const cached = known.get(trace);
  if (cached !== undefined) return cached;
  const { model, routing, run, tokens } = trace;
  const layers = model.moeLayers.length;
  const total = tokens.ids.length;
  const grown = last !== undefined && last.run === run && last.tokens <= total && last.counts.length === layers * model.experts ? last : undefined;
  const counts = grown === undefined ? new Uint32Array(layers * model.experts) : grown.counts.slice();
  for (let at = (grown?.tokens ?? 0) * layers; at < total * layers; at += 1) {
    const base = (at % layers) * model.experts;
    const end = at * routing.slots + (routing.count?.[at] ?? routing.slots);
    for (let slot = at * routing.slots; slot < end; slot += 1) {
      const cell = base + (routing.experts[slot] ?? 0);
      counts[cell] = (counts[cell] ?? 0) + 1;
    }
  }
  last = { run, tokens: total, counts };
  known.set(trace, counts);
  return counts;
}

/** How often each expert ran in one layer over the whole text. [E] */
export function expertUses(trace: Trace, row: number): Uint32Array {
  const { experts } = trace.model;
  return expertCounts(trace).subarray(row * experts, (row + 1) * experts);
}

/** Experts of one layer by falling use, ties by id. */
export function orderByShare(trace: Trace, row: number): readonly number[] {
  const uses = expertUses(trace, row);
  return Array.from(uses, (_, expert) => expert).sort((a, b) => (uses[b] ?? 0) - (uses[a] ?? 0) || a - b);
}
