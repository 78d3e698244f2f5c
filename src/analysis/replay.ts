/** How far a router, left to itself, disagrees with recorded choices. */
import { givenSet, type GivenChoices } from '../routing/replay';
import type { Trace } from '../trace/trace';

export interface Disagreement {
  /** Share of the tokens whose set of experts differs, by row of the routing arrays. [L] */
  readonly layers: Float64Array;
  /** Share of all sets, 0 to 1. */
  readonly share: number;
  /** Tokens. */
  readonly n: number;
}

/** The choices of the first `tokens` tokens of a trace. */
export function choicesGiven({ model, routing, tokens }: Trace, most = tokens.ids.length): GivenChoices {
  return { tokens: Math.min(most, tokens.ids.length), layers: model.moeLayers, experts: model.experts, slots: routing.slots, chosen: routing.experts, count: routing.count };
}

/** Share of (token, layer) places at which two records of the same text name different sets of experts; their order does not count. O(T L K log K) */
export function setDisagreement(a: GivenChoices, b: GivenChoices): Disagreement {
  const n = Math.min(a.tokens, b.tokens);
  const rows = Math.min(a.layers.length, b.layers.length);
  const layers = new Float64Array(rows);
  for (let token = 0; token < n; token++) {
    for (let row = 0; row < rows; row++) if (givenSet(a, token, row).join() !== givenSet(b, token, row).join()) layers[row] = (layers[row] ?? 0) + 1;
  }
  const share = n * rows === 0 ? 0 : layers.reduce((sum, count) => sum + count, 0) / (n * rows);
  return { layers: layers.map((count) => (n === 0 ? 0 : count / n)), share, n };
}

/** The k experts of largest logit in each row of [n, L, E], ties to the lower id: what the router would have taken without a plan. */
export function topOfLogits(logits: Float32Array, layers: readonly number[], experts: number, k: number): GivenChoices {
  const tokens = Math.floor(logits.length / (layers.length * experts));
  const chosen: number[] = [];
  for (let cell = 0; cell < tokens * layers.length; cell++) {
    const row = logits.subarray(cell * experts, (cell + 1) * experts);
    const order = Array.from(row, (_, e) => e).sort((a, b) => (row[b] ?? 0) - (row[a] ?? 0) || a - b);
    chosen.push(...order.slice(0, k));
  }
  return { tokens, layers, experts, slots: k, chosen };
}
