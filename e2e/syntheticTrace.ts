/** Traces of any shape from one seed: real softmax, real top-k, so that every number on screen can be checked. */
import { traceText } from '../src/trace/file';
import type { Trace } from '../src/trace/trace';

export interface SyntheticShape {
  readonly tokens: number;
  readonly layers: number;
  readonly experts: number;
  readonly topK: number;
  readonly promptTokens?: number;
  readonly seed?: number;
}

const WORDS = [' the', ' a', ' of', ' king', ' river', ' went', ' over', ' and', ' said', ' small', ' house', ' light', ',', '.', '\n', ' in', ' who', ' never', ' old', 'ing'];
const CANDIDATES = 10;

/** mulberry32: 32 bits of state, the same numbers everywhere. */
function generator(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let x = Math.imul(state ^ (state >>> 15), 1 | state);
    x = (x + Math.imul(x ^ (x >>> 7), 61 | x)) ^ x;
    return ((x ^ (x >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** Logits lean to a few experts of each layer, so that loads are uneven and the last expert of a layer is never chosen. */
export function syntheticTrace({ tokens, layers, experts, topK, promptTokens = 1, seed = 1 }: SyntheticShape): Trace {
  const random = generator(seed);
  const cells = tokens * layers;
  const logits = new Float32Array(cells * experts);
  const chosen = new Uint16Array(cells * topK);
  const mix = new Float32Array(cells * topK);
  const prob = new Float32Array(cells * topK);
  const lean = Float32Array.from({ length: layers * experts }, (_, i) => (i % experts === experts - 1 ? -9 : 2 * random() - 1));
  for (let at = 0; at < cells; at += 1) {
    const row = logits.subarray(at * experts, (at + 1) * experts);
    const layer = at % layers;
    for (let e = 0; e < experts; e += 1) row[e] = (lean[layer * experts + e] ?? 0) + 3 * (random() + random() - 1);
    const order = Array.from(row, (_, e) => e).sort((a, b) => (row[b] ?? 0) - (row[a] ?? 0) || a - b);
    const most = row[order[0] ?? 0] ?? 0;
    const total = row.reduce((sum, z) => sum + Math.exp(z - most), 0);
    const shares = order.slice(0, topK).map((e) => Math.exp((row[e] ?? 0) - most) / total);
    const kept = shares.reduce((sum, p) => sum + p, 0);
    chosen.set(order.slice(0, topK), at * topK);
    prob.set(shares, at * topK);
    mix.set(shares.map((p) => p / kept), at * topK);
  }
  const text = Array.from({ length: tokens }, (_, t) => (t === 0 ? 'Once' : (WORDS[Math.floor(random() * WORDS.length)] ?? ' the')));
  const topProb = Float32Array.from({ length: tokens * CANDIDATES }, (_, i) => 0.5 ** ((i % CANDIDATES) + 1));
  return {
    title: `synthetic ${tokens} x ${layers} x ${experts}`,
    created: '2026-01-01T00:00:00.000Z',
    exporter: 'moe-playground@test',
    model: { id: 'synthetic', layers, moeLayers: Array.from({ length: layers }, (_, l) => l), experts, topK, sharedExperts: 0, scoring: 'softmax', normTopk: true, vocabulary: 4096, context: tokens },
    run: { promptTokens, engine: 'reference' },
    tokens: {
      ids: Uint32Array.from(text, (word) => WORDS.indexOf(word) + 1),
      text,
      kind: text.map((_, t) => (t < promptTokens ? 'prompt' : 'generated')),
      names: new Map(WORDS.map((word, i) => [i + 1, word])),
    },
    routing: { slots: topK, experts: chosen, mix, prob, logits, outputNorm: Float32Array.from({ length: cells * topK }, () => 1 + random()) },
    output: {
      entropy: Float32Array.from({ length: tokens }, () => 5 * random() * random()),
      chosen: Uint32Array.from({ length: tokens }, (_, t) => WORDS.indexOf(text[t + 1] ?? ' the') + 1),
      logProb: Float32Array.from({ length: tokens }, (_, t) => (t === 0 ? Number.NaN : -3 * random())),
      top: { count: CANDIDATES, ids: Uint32Array.from({ length: tokens * CANDIDATES }, (_, i) => (i % CANDIDATES) + 1), prob: topProb },
    },
    marks: [],
    view: {},
    meta: {},
  };
}

/** A file for the page's file input. Float16 logits keep the large ones small. */
export function syntheticFile(shape: SyntheticShape): { readonly name: string; readonly mimeType: string; readonly buffer: Buffer } {
  return { name: `synthetic-${shape.tokens}.json`, mimeType: 'application/json', buffer: Buffer.from(traceText(syntheticTrace(shape))) };
}
