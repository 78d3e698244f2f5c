/** Rows of a recorded trace as the batch that they once were, so that a new run can begin with them. */
import type { Trace } from '../trace/trace';
import type { StepBatch } from './engine';

/** Rows `from` (inclusive) to `to` (exclusive) of a row-major array with one row a token, copied. */
function rows<T extends Float32Array | Uint16Array | Uint32Array>(values: T, tokens: number, from: number, to: number): T {
  const width = tokens === 0 ? 0 : values.length / tokens;
  return values.slice(from * width, to * width) as T;
}

/**
 * Tokens `from` (inclusive) to `to` (exclusive) of a trace that this program's engines wrote: it has every field that a
 * recorder writes. What another program left out is NaN or 0 here.
 */
export function traceBatch(trace: Trace, from: number, to: number): StepBatch {
  const { tokens, routing, output, model } = trace;
  const total = tokens.ids.length;
  const cut = <T extends Float32Array | Uint16Array | Uint32Array>(values: T): T => rows(values, total, from, to);
  const nan = (): Float32Array => new Float32Array(to - from).fill(Number.NaN);
  const layers = model.moeLayers.length;
  const slots = new Float32Array((to - from) * layers * routing.slots);
  return {
    start: from,
    ids: cut(tokens.ids),
    logProb: output.logProb === undefined ? nan() : cut(output.logProb),
    entropy: output.entropy === undefined ? nan() : cut(output.entropy),
    chosen: output.chosen === undefined ? new Uint32Array(to - from) : cut(output.chosen),
    topIds: output.top === undefined ? new Uint32Array(0) : cut(output.top.ids),
    topProb: output.top === undefined ? new Float32Array(0) : cut(output.top.prob),
    ...(layers === 0 || routing.logits === undefined
      ? {}
      : {
          routing: {
            layers,
            experts: model.experts,
            slots: routing.slots,
            logits: cut(routing.logits),
            chosen: cut(routing.experts),
            prob: routing.prob === undefined ? slots : cut(routing.prob),
            mix: cut(routing.mix),
            outputNorm: routing.outputNorm === undefined ? slots : cut(routing.outputNorm),
            count: routing.count === undefined ? new Uint16Array((to - from) * layers).fill(routing.slots) : cut(routing.count),
          },
        }),
    ...(output.logits === undefined ? {} : { logits: cut(output.logits) }),
  };
}
