import { expect, test } from 'vitest';
import { fieldsOf, knowsMix, missingIn, OPTIONAL_FIELDS, unknownFields } from './fields';
import { smallTrace } from './testing/small';
import type { Trace } from './trace';

/** Everything that may be left out, left out. */
const bare: Trace = {
  ...smallTrace,
  model: { id: 'm', layers: 2, moeLayers: [0, 1], experts: 3, topK: 2, sharedExperts: 0, scoring: 'softmax', normTopk: true },
  run: { promptTokens: 1 },
  tokens: { ids: smallTrace.tokens.ids, text: smallTrace.tokens.text, kind: smallTrace.tokens.kind },
  routing: { slots: 2, experts: smallTrace.routing.experts, mix: smallTrace.routing.mix.map(() => NaN) },
  output: {},
};

const full: Trace = {
  ...smallTrace,
  model: { ...bare.model, sha256: 'a'.repeat(64) },
  run: { promptTokens: 1, prompt: 'p', sampling: { temperature: 1, topK: 0, topP: 1 } },
  tokens: { ...bare.tokens, names: new Map() },
  routing: { ...smallTrace.routing, prob: new Float32Array(8), logits: new Float32Array(12), outputNorm: new Float32Array(8) },
  output: { entropy: new Float32Array(2), chosen: new Uint32Array(2), logProb: Float32Array.of(NaN, -1), top: { count: 0, ids: new Uint32Array(0), prob: new Float32Array(0) }, logits: new Float32Array(2) },
};

test('each field is there or not', () => {
  expect(Object.entries(fieldsOf(full)).filter(([, here]) => !here)).toEqual([]);
  expect(Object.entries(fieldsOf(bare)).filter(([, here]) => here)).toEqual([]);
  expect(Object.keys(fieldsOf(full))).toEqual([...OPTIONAL_FIELDS]);
});

test('weights and log-probabilities are there when they are known', () => {
  expect(knowsMix(full)).toBe(true);
  expect(knowsMix({ ...full, routing: { ...full.routing, mix: Float32Array.of(1, NaN) } })).toBe(false);
  expect(fieldsOf({ ...full, output: { logProb: Float32Array.of(NaN, NaN) } })['output.logProb']).toBe(false);
});

test('a refused file lacks what is absent, null, or in a group that is none', () => {
  expect(missingIn({})).toEqual([...OPTIONAL_FIELDS]);
  expect(missingIn({ routing: { mix: [], prob: null }, output: 'x', model: { sha256: '' }, run: { prompt: 'p' } })).toEqual(OPTIONAL_FIELDS.filter((path) => !['routing.mix', 'model.sha256', 'run.prompt'].includes(path)));
});

test('placeholders are those texts that the importer listed', () => {
  expect([...unknownFields({ ...bare, meta: { unknown: ['a', 5, 'b'] } })]).toEqual(['a', 'b']);
  expect([...unknownFields({ ...bare, meta: { unknown: 'a' } })]).toEqual([]);
  expect([...unknownFields({ ...bare, meta: {} })]).toEqual([]);
});
