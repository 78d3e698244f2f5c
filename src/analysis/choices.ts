/** Which experts each token chose in one layer, as one packed list: what every counting metric reads. */
import type { Trace } from '../trace/trace';

/** Tokens `from` to `to - 1` of a trace. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

export type Scope = 'all' | 'prompt' | 'generated';

/** The tokens of a part of the text. Special tokens belong to the part in which they stand. */
export function spanOf(trace: Trace, scope: Scope = 'all'): Span {
  const tokens = trace.tokens.ids.length;
  const prompt = Math.min(trace.run.promptTokens, tokens);
  return { from: scope === 'generated' ? prompt : 0, to: scope === 'prompt' ? prompt : tokens };
}

export interface Choices {
  /** E */
  readonly experts: number;
  /** T, with the tokens that chose nothing. */
  readonly tokens: number;
  /** Ids in the order of selection, token after token. [start[T]] */
  readonly ids: Uint32Array;
  /** Token t owns ids[start[t]] to ids[start[t + 1] - 1]. [T + 1] */
  readonly start: Uint32Array;
}

/** Choices of a span in row `row` of the routing arrays. O(T K) */
export function choicesOf(trace: Trace, row: number, span: Span = spanOf(trace)): Choices {
  const { model, routing } = trace;
  const layers = model.moeLayers.length;
  const tokens = Math.max(0, span.to - span.from);
  const start = new Uint32Array(tokens + 1);
  const ids = new Uint32Array(tokens * routing.slots);
  let end = 0;
  for (let t = 0; t < tokens; t++) {
    const cell = (span.from + t) * layers + row;
    const used = routing.count?.[cell] ?? routing.slots;
    for (let i = 0; i < used; i++) ids[end++] = routing.experts[cell * routing.slots + i] ?? 0;
    start[t + 1] = end;
  }
  return { experts: model.experts, tokens, ids: ids.subarray(0, end), start };
}

/** Choices of every layer, in the order of `model.moeLayers`. */
export function choicesByLayer(trace: Trace, span: Span = spanOf(trace)): Choices[] {
  return trace.model.moeLayers.map((_, row) => choicesOf(trace, row, span));
}

/** Packs one list of expert ids per token. */
export function choicesFrom(lists: readonly (readonly number[])[], experts: number): Choices {
  const start = new Uint32Array(lists.length + 1);
  lists.forEach((list, t) => (start[t + 1] = (start[t] ?? 0) + list.length));
  return { experts, tokens: lists.length, ids: Uint32Array.from(lists.flat()), start };
}

/** All layers as one of L E experts, layer l's expert e under id l E + e; a token goes through the layers in order. */
export function joinLayers(layers: readonly Choices[]): Choices {
  const tokens = layers[0]?.tokens ?? 0;
  const start = new Uint32Array(tokens + 1);
  const ids = new Uint32Array(layers.reduce((sum, layer) => sum + layer.ids.length, 0));
  let end = 0;
  for (let t = 0; t < tokens; t++) {
    let first = 0;
    for (const layer of layers) {
      for (let i = layer.start[t] ?? 0; i < (layer.start[t + 1] ?? 0); i++) ids[end++] = first + (layer.ids[i] ?? 0);
      first += layer.experts;
    }
    start[t + 1] = end;
  }
  return { experts: layers.reduce((sum, layer) => sum + layer.experts, 0), tokens, ids, start };
}

/** Tokens that chose each expert. [E] */
export function countsOf(choices: Choices): Uint32Array {
  const counts = new Uint32Array(choices.experts);
  for (const expert of choices.ids) counts[expert] = (counts[expert] ?? 0) + 1;
  return counts;
}

/** Mean number of choices per token over E: the chance that an even random router activates a given expert. 0 to 1. */
export function activationRate(choices: readonly Choices[]): number {
  let used = 0;
  let places = 0;
  for (const layer of choices) {
    used += layer.ids.length;
    places += layer.tokens * layer.experts;
  }
  return places === 0 ? 0 : used / places;
}

/** One expert of one layer. */
export interface Cell {
  /** Row of the routing arrays. */
  readonly row: number;
  readonly expert: number;
}

/** Which of some experts, each in its layer, every token chose: choices among `cells.length` ids, cell i under id i. O(T L K) */
export function choicesOfCells(trace: Trace, cells: readonly Cell[], span: Span = spanOf(trace)): Choices {
  const place = new Map(cells.map(({ row, expert }, i) => [row * trace.model.experts + expert, i]));
  const rows = [...new Set(cells.map(({ row }) => row))];
  const layers = rows.map((row) => choicesOf(trace, row, span));
  const lists = Array.from({ length: Math.max(0, span.to - span.from) }, (_, t) =>
    layers.flatMap(({ ids, start }, l) => [...ids.subarray(start[t] ?? 0, start[t + 1] ?? 0)].flatMap((expert) => place.get((rows[l] ?? 0) * trace.model.experts + expert) ?? [])),
  );
  return choicesFrom(lists, cells.length);
}
