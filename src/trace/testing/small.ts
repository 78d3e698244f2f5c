import type { Trace } from '../trace';

/** Two tokens, two layers, three experts, two slots: small enough to read, with a row of 0 and one of 1 expert. */
export const smallTrace: Trace = {
  title: 'small',
  created: '2026-01-31T12:00:00.000Z',
  exporter: 'moe-playground@0.1.0',
  model: { id: 'tiny', layers: 2, moeLayers: [0, 1], experts: 3, topK: 2, sharedExperts: 0, scoring: 'softmax', normTopk: true, vocabulary: 10, context: 8 },
  run: { prompt: 'Once', promptTokens: 1, seed: 1, sampling: { temperature: 0, topK: 0, topP: 1 }, backend: 'reference', engine: 'reference' },
  tokens: {
    ids: Uint32Array.of(5, 7),
    text: ['Once', ' upon'],
    kind: ['prompt', 'generated'],
    names: new Map([[3, ' x'], [4, ' y']]),
  },
  routing: {
    slots: 2,
    experts: Uint16Array.of(2, 1, 0, 0, 1, 0, 2, 0),
    mix: Float32Array.of(0.75, 0.25, 0, 0, 0.6, 0.4, 1, 0),
    prob: Float32Array.of(0.5, 0.25, 0, 0, 0.6, 0.4, 1, 0),
    logits: Float32Array.of(1, 2, 3, 0, 0, 0, 1, 2, 0.5, -1, -2, -3),
    count: Uint16Array.of(2, 0, 2, 1),
    outputNorm: Float32Array.of(3, 1, 0, 0, 2, 2, 5, 0),
  },
  output: {
    entropy: Float32Array.of(1.5, 0.1),
    chosen: Uint32Array.of(7, 3),
    logProb: Float32Array.of(NaN, -0.25),
    top: { count: 2, ids: Uint32Array.of(3, 7, 4, 5), prob: Float32Array.of(0.5, 0.25, 0.75, 0.125) },
  },
  marks: [{ token: 1, type: 'note', text: 'here' }],
  view: { t: '1' },
  meta: {},
};
