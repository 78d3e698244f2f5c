/**
 * Joins consecutive StepBatches into one, padding slots where plans differed.
 */
import type { Recording, RoutingBatch, StepBatch } from './engine';

function concat<T extends Float32Array | Uint32Array | Uint16Array>(make: (length: number) => T, parts: readonly T[]): T {
  const out = make(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}

const floats = (parts: readonly Float32Array[]): Float32Array => concat((n) => new Float32Array(n), parts);
const words = (parts: readonly Uint32Array[]): Uint32Array => concat((n) => new Uint32Array(n), parts);
const shorts = (parts: readonly Uint16Array[]): Uint16Array => concat((n) => new Uint16Array(n), parts);

/** Rows of `width` values padded with zeros to `padded`. */
function widened<T extends Float32Array | Uint16Array>(make: (length: number) => T, values: T, width: number, padded: number): T {
  if (width === padded) return values;
  const out = make((values.length / width) * padded);
  for (let row = 0; row * width < values.length; row++) out.set(values.subarray(row * width, (row + 1) * width), row * padded);
  return out;
}

/** The routing of tokens that follow each other; slots are those of the widest part. Undefined for no parts. */
export function joinRouting(parts: readonly RoutingBatch[]): RoutingBatch | undefined {
  const first = parts[0];
  if (first === undefined) return undefined;
  if (parts.length === 1) return first;
  const slots = parts.reduce((most, part) => Math.max(most, part.slots), 1);
  const wide = (field: 'prob' | 'mix' | 'outputNorm'): Float32Array => floats(parts.map((p) => widened((n) => new Float32Array(n), p[field], p.slots, slots)));
  return {
    layers: first.layers,
    experts: first.experts,
    slots,
    logits: floats(parts.map((p) => p.logits)),
    chosen: shorts(parts.map((p) => widened((n) => new Uint16Array(n), p.chosen, p.slots, slots))),
    prob: wide('prob'),
    mix: wide('mix'),
    outputNorm: wide('outputNorm'),
    count: shorts(parts.map((p) => p.count)),
  };
}

/**
 * One batch out of several that follow each other.
 * With `last` only the final logits row is kept, as the interface promises.
 */
export function joinBatches(parts: readonly StepBatch[], logits: Recording['logits']): StepBatch {
  const first = parts[0];
  if (first === undefined) throw new RangeError('joinBatches needs at least one batch');
  const vocabularyRows = parts.flatMap((p) => (p.logits === undefined ? [] : [p.logits]));
  const routing = joinRouting(parts.flatMap((p) => (p.routing === undefined ? [] : [p.routing])));
  const kept = logits === 'last' ? vocabularyRows.at(-1) : vocabularyRows.length > 0 ? floats(vocabularyRows) : undefined;
  return {
    start: first.start,
    ids: words(parts.map((p) => p.ids)),
    logProb: floats(parts.map((p) => p.logProb)),
    entropy: floats(parts.map((p) => p.entropy)),
    chosen: words(parts.map((p) => p.chosen)),
    topIds: words(parts.map((p) => p.topIds)),
    topProb: floats(parts.map((p) => p.topProb)),
    ...(routing === undefined ? {} : { routing }),
    ...(kept === undefined ? {} : { logits: kept }),
  };
}
