import { expect, it } from 'vitest';
import { EXACT, importTrace, traceText } from './file';
import { smallTrace } from './testing/small';
import type { Trace, TraceModel } from './trace';

const dense: TraceModel = { ...smallTrace.model, id: 'dense', moeLayers: [], experts: 0, topK: 0 };

/** The first token by the mixture, the second by a dense model, which leaves no routing. */
const handedOver: Trace = {
  ...smallTrace,
  models: [dense, smallTrace.model],
  run: { ...smallTrace.run, method: { id: 'glimprouter', params: { threshold: 0.5 } } },
  tokens: { ...smallTrace.tokens, writer: Uint16Array.of(1, 0) },
  routing: {
    ...smallTrace.routing,
    experts: Uint16Array.of(2, 1, 0, 0, 0, 0, 0, 0),
    mix: Float32Array.of(0.75, 0.25, 0, 0, 0, 0, 0, 0),
    prob: Float32Array.of(0.5, 0.25, 0, 0, 0, 0, 0, 0),
    count: Uint16Array.of(2, 0, 0, 0),
    outputNorm: Float32Array.of(3, 1, 0, 0, 0, 0, 0, 0),
  },
  marks: [{ token: 1, type: 'step-start', entropy: 0.25, decision: 'small' }],
};

it('a text of two models is written and read back without loss: who wrote, decisions and entropies', () => {
  const file = JSON.parse(traceText(handedOver, EXACT)) as { models: { id: string }[]; marks: unknown[] };
  expect(file.models.map(({ id }) => id)).toEqual(['dense', 'tiny']);
  expect(file.marks).toEqual([{ token: 1, type: 'step-start', entropy: 0.25, decision: 'small' }]);
  expect(importTrace(traceText(handedOver, EXACT))).toEqual({ ok: true, notes: [], trace: handedOver });
});

it('a writer that is none of the models is refused', () => {
  const result = importTrace(traceText({ ...handedOver, tokens: { ...handedOver.tokens, writer: Uint16Array.of(1, 2) } }, EXACT));
  expect(result.ok).toBe(false);
  if (!result.ok) expect(JSON.stringify(result)).toContain('writer');
});
