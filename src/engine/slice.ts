/** A part of a StepBatch. */
import type { Recording, RoutingBatch, StepBatch } from './engine';

/** Rows `from` (inclusive) to `to` (exclusive) of a routing of `rows` tokens, copied. */
export function sliceRouting(routing: RoutingBatch, rows: number, from: number, to: number): RoutingBatch {
  const part = <T extends Float32Array | Uint16Array>(values: T): T => {
    const size = values.length / rows;
    return values.slice(from * size, to * size) as T;
  };
  return {
    ...routing,
    logits: part(routing.logits),
    chosen: part(routing.chosen),
    prob: part(routing.prob),
    mix: part(routing.mix),
    outputNorm: part(routing.outputNorm),
    count: part(routing.count),
  };
}

/** `all` has a row for each token, `last` only the final one, which stays when that token does. */
function sliceLogits(batch: StepBatch, kind: Recording['logits'], from: number, to: number): Float32Array | undefined {
  const { logits } = batch;
  const rows = batch.ids.length;
  if (logits === undefined || kind === 'none') return undefined;
  if (kind === 'last') return to === rows ? logits : undefined;
  const vocabulary = logits.length / rows;
  return logits.slice(from * vocabulary, to * vocabulary);
}

/**
 * Rows `from` (inclusive) to `to` (exclusive) of a batch, copied.
 * @param kind what `logits` was recorded as
 */
export function sliceBatch(batch: StepBatch, from: number, to: number, kind: Recording['logits']): StepBatch {
  const rows = batch.ids.length;
  const candidates = batch.topIds.length / rows;
  const { routing, logits: _, ...plain } = batch;
  const logits = sliceLogits(batch, kind, from, to);
  return {
    ...plain,
    start: batch.start + from,
    ids: batch.ids.slice(from, to),
    logProb: batch.logProb.slice(from, to),
    entropy: batch.entropy.slice(from, to),
    chosen: batch.chosen.slice(from, to),
    topIds: batch.topIds.slice(from * candidates, to * candidates),
    topProb: batch.topProb.slice(from * candidates, to * candidates),
    ...(routing === undefined ? {} : { routing: sliceRouting(routing, rows, from, to) }),
    ...(logits === undefined ? {} : { logits }),
  };
}
