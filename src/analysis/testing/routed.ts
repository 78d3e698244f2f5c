/** Traces and choices for tests of metrics, written as lists. */
import { smallTrace } from '../../trace/testing/small';
import type { Trace } from '../../trace/trace';
import { choicesFrom, type Choices } from '../choices';

/** `01 12` is token 0 with experts 0 and 1, then token 1 with experts 1 and 2. */
export function digits(text: string, experts: number): Choices {
  return choicesFrom(text.trim().split(/\s+/).map((token) => token.split('').map(Number)), experts);
}

export interface Routed {
  readonly experts: number;
  /** Ids by token, layer and slot; shorter lists leave slots empty. */
  readonly chosen: readonly (readonly (readonly number[])[])[];
  /** Router logits by token, layer and expert. */
  readonly logits?: readonly (readonly (readonly number[])[])[];
  readonly promptTokens?: number;
  readonly scoring?: Trace['model']['scoring'];
  readonly text?: readonly string[];
}

/** A trace with this routing; weights are even, ids count up. */
export function routedTrace({ experts, chosen, logits, promptTokens = 0, scoring = 'softmax', text }: Routed): Trace {
  const tokens = chosen.length;
  const cells = chosen.flat();
  const layers = chosen[0]?.length ?? 0;
  const slots = Math.max(...cells.map((list) => list.length));
  const filled = (value: (list: readonly number[], i: number) => number): number[] =>
    cells.flatMap((list) => Array.from({ length: slots }, (_, i) => (i < list.length ? value(list, i) : 0)));
  return {
    ...smallTrace,
    model: { ...smallTrace.model, experts, layers, moeLayers: Array.from({ length: layers }, (_, l) => l), topK: slots, scoring },
    run: { promptTokens },
    tokens: {
      ids: Uint32Array.from({ length: tokens }, (_, t) => t),
      text: text ?? chosen.map((_, t) => `t${t}`),
      kind: chosen.map((_, t) => (t < promptTokens ? 'prompt' : 'generated')),
    },
    routing: {
      slots,
      experts: Uint16Array.from(filled((list, i) => list[i] ?? 0)),
      mix: Float32Array.from(filled((list) => 1 / list.length)),
      count: Uint16Array.from(cells, (list) => list.length),
      ...(logits && { logits: Float32Array.from(logits.flat(2)) }),
    },
    output: {},
    marks: [],
  };
}
