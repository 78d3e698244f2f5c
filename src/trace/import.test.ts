import { describe, expect, test } from 'vitest';
import { importTrace } from './import';
import type { Trace } from './trace';

type Json = Record<string, unknown>;

/** Three tokens, one layer of four experts, one slot. */
const MINIMAL = {
  format: 'moe-trace',
  version: '1.0',
  exporter: 'other@2',
  created: '2026-01-31T12:00:00Z',
  title: 't',
  model: { id: 'm', layers: 2, moeLayers: [1], experts: 4, topK: 1, sharedExperts: 0, scoring: 'softmax', normTopk: true } as Json,
  tokens: { ids: [9, 1, 2], text: ['a', 'b', 'c'], kind: ['special', 'prompt', 'generated'] } as Json,
  routing: { shape: [3, 1, 1], experts: [3, 0, 1], mix: [1, -0.5, 1] } as Json,
};

function imported(change: Json): Trace {
  const result = importTrace({ ...MINIMAL, ...change });
  if (!result.ok) throw new Error(result.errors.map(({ message }) => message).join('\n'));
  return result.trace;
}

const faults = (change: Json): unknown => {
  const result = importTrace({ ...MINIMAL, ...change });
  return result.ok ? [] : result.errors.map(({ path, message }) => `${path} | ${message}`);
};
const model = (change: Json): Json => ({ model: { ...MINIMAL.model, ...change } });
const tokens = (change: Json): Json => ({ tokens: { ...MINIMAL.tokens, ...change } });
const routing = (change: Json): Json => ({ routing: { ...MINIMAL.routing, ...change } });
const f32 = (...numbers: readonly number[]): string => Buffer.from(Float32Array.from(numbers).buffer).toString('base64');

test('text, JSON and what was parsed already are read alike', () => {
  expect(importTrace(JSON.stringify(MINIMAL))).toEqual(importTrace(MINIMAL));
  expect(importTrace(MINIMAL)).toMatchObject({ ok: true, notes: [] });
});

test('what is not JSON, or can do harm, is told for that alone', () => {
  expect(importTrace('')).toMatchObject({ ok: false, errors: [{ path: '', message: 'The file is not JSON: Unexpected end of JSON input. Choose a trace, a .json file that this page or its command line wrote.' }] });
  expect(importTrace('{"__proto__":1}')).toEqual({ ok: false, errors: [{ path: '', message: 'The file has a key named __proto__, which no trace needs and which can do harm. Remove it.' }] });
});

describe('the model and the run', () => {
  test('keep what is said; null and absent are the same', () => {
    const said = { revision: 'r', sha256: 'a'.repeat(64), vocabulary: 10, context: 8 };
    expect(imported(model(said)).model).toEqual({ ...MINIMAL.model, ...said });
    expect(imported(model({ revision: null, sha256: null, vocabulary: null, context: null })).model).toEqual(MINIMAL.model);
    const two = imported({ models: [MINIMAL.model, { ...MINIMAL.model, id: 'n', revision: null }], ...tokens({ writer: [0, 1, 1] }) });
    expect(two.models?.map(({ id }) => id)).toEqual(['m', 'n']);
    expect(two.tokens.writer).toEqual(Uint16Array.of(0, 1, 1));
    expect(imported({ models: null }).models).toBeUndefined();
  });

  test('count the prompt up to the first generated token, where they do not say', () => {
    expect(imported({}).run).toEqual({ promptTokens: 2 });
    expect(imported(tokens({ kind: ['prompt', 'special', 'prompt'] })).run.promptTokens).toBe(3);
    expect(imported(tokens({ kind: ['generated', 'prompt', 'prompt'] })).run.promptTokens).toBe(0);
    expect(imported({ run: { promptTokens: 0 } }).run.promptTokens).toBe(0);
    expect(imported({ run: { promptTokens: null } }).run.promptTokens).toBe(2);
  });

  test('fill in what sampling leaves out, and copy the rest', () => {
    expect(imported({ run: { sampling: {} } }).run.sampling).toEqual({ temperature: 1, topK: 0, topP: 1 });
    expect(imported({ run: { sampling: { temperature: 0, topK: 5, topP: 0.5 } } }).run.sampling).toEqual({ temperature: 0, topK: 5, topP: 0.5 });
    const plan = { format: 'moe-plan', version: '1.0', entries: [] };
    const run = { prompt: 'p', seed: 3, backend: 'b', engine: 'onnx', method: { id: 'x', params: { a: [1] } }, plan, interventions: [{ a: { b: 1 } }] };
    expect(imported({ run }).run).toEqual({ ...run, promptTokens: 2 });
    expect(imported({ run: { method: { id: 'x' }, prompt: null, seed: null, sampling: null, plan: null, interventions: null } }).run).toEqual({ promptTokens: 2, method: { id: 'x', params: {} } });
    expect(imported({ run: { method: null } }).run).toEqual({ promptTokens: 2 });
  });
});

describe('marks, view and meta', () => {
  test('are copied without their nulls', () => {
    const trace = imported({ marks: [{ token: 1, type: 'note', entropy: null, decision: 'small', text: null }], view: { t: '1' }, meta: { a: [{ b: null }] } });
    expect(trace).toMatchObject({ view: { t: '1' }, meta: { a: [{ b: null }] } });
    expect(trace.marks).toEqual([{ token: 1, type: 'note', decision: 'small' }]);
    expect(imported({ marks: null, view: null, meta: null })).toMatchObject({ marks: [], view: {}, meta: {} });
  });
});

describe('tokens', () => {
  test('have ids in the vocabulary, or of 32 bits where it is not known', () => {
    expect(faults({ ...model({ vocabulary: 9 }) })).toEqual(['tokens.ids | tokens.ids[0] is the number 9, but a whole number from 0 to 8 is wanted.']);
    expect(imported(tokens({ ids: [2 ** 32 - 1, 0, 1] })).tokens.ids).toEqual(Uint32Array.of(2 ** 32 - 1, 0, 1));
    expect(faults(tokens({ ids: [2 ** 32, 0, 1] }))).toEqual(['tokens.ids | tokens.ids[0] is the number 4294967296, but a whole number from 0 to 4294967295 is wanted.']);
  });

  test('are written by one of the models', () => {
    expect(imported(tokens({ writer: [0, 0, 0] })).tokens.writer).toEqual(new Uint16Array(3));
    expect(faults(tokens({ writer: [0, 1, 0] }))).toEqual(['tokens.writer | tokens.writer[1] is the number 1, but a whole number from 0 to 0 is wanted.']);
    expect(faults({ models: [MINIMAL.model, MINIMAL.model], ...tokens({ writer: [0, 2, 0] }) })).toEqual(['tokens.writer | tokens.writer[1] is the number 2, but a whole number from 0 to 1 is wanted.']);
  });

  test('have names for other ids, as many as texts', () => {
    expect([...(imported(tokens({ names: { ids: [7, 5], text: ['x', 'y'] } })).tokens.names ?? [])]).toEqual([[7, 'x'], [5, 'y']]);
    expect(imported(tokens({ names: null })).tokens.names).toBeUndefined();
    expect(faults(tokens({ names: { ids: [7], text: ['x', 'y'] } }))).toEqual(['tokens.names.ids | tokens.names.ids has 1 elements, but 2 are wanted: the numbers must fill the shape [names] = [2], 2 in all.']);
  });
});

describe('routing', () => {
  test('takes what is optional, and says nothing of what is not there', () => {
    const all = routing({ prob: [0.5, 0, 1], logits: [[[1, 2, 3, 4]], [[5, 6, 7, 8]], [[-1, -2, -3, -4]]], count: [1, 1, 1], outputNorm: [0, 1, 2] });
    expect(imported(all).routing).toEqual({ slots: 1, experts: Uint16Array.of(3, 0, 1), mix: Float32Array.of(1, -0.5, 1), prob: Float32Array.of(0.5, 0, 1), logits: Float32Array.of(1, 2, 3, 4, 5, 6, 7, 8, -1, -2, -3, -4), count: Uint16Array.of(1, 1, 1), outputNorm: Float32Array.of(0, 1, 2) });
    expect(Object.keys(imported({}).routing)).toEqual(['slots', 'experts', 'mix']);
    expect(imported(routing({ mix: [1, null, 1] })).routing.mix).toEqual(Float32Array.of(1, NaN, 1));
  });

  test('has bounds of its own', () => {
    expect(faults(routing({ experts: [4, 0, 1] }))).toEqual(['routing.experts | routing.experts[0][0][0] is the number 4, but a whole number from 0 to 3 is wanted.']);
    expect(faults(routing({ prob: [-0.5, 0, 0] }))).toEqual(['routing.prob | routing.prob[0][0][0] is the number -0.5, but a finite number of at least 0 is wanted.']);
    expect(faults(routing({ prob: [null, 0, 0] }))).toHaveLength(1);
    expect(faults(routing({ outputNorm: [-1, 0, 0] }))).toEqual(['routing.outputNorm | routing.outputNorm[0][0][0] is the number -1, but a finite number of at least 0 is wanted.']);
    expect(faults(routing({ count: [2, 0, 0] }))).toEqual(['routing.count | routing.count[0][0] is the number 2, but a whole number from 0 to 1 is wanted.']);
    expect(faults(routing({ count: [-1, 0, 0] }))).toEqual(['routing.count | routing.count[0][0] is the number -1, but a whole number from 0 to 1 is wanted.']);
    expect(faults(routing({ logits: [1, 2, 3] }))).toEqual(['routing.logits | routing.logits has 3 elements, but 12 are wanted: the numbers must fill the shape [T, L, E] = [3, 1, 4], 12 in all.']);
    expect(faults(routing({ count: [1, 1] }))).toEqual(['routing.count | routing.count has 2 elements, but 3 are wanted: the numbers must fill the shape [T, L] = [3, 1], 3 in all.']);
    expect(faults(routing({ experts: [3], mix: [1] }))).toHaveLength(2);
  });

  test('of a dense model is empty', () => {
    const dense = imported({ ...model({ moeLayers: [], experts: 0, topK: 0 }), routing: { shape: [3, 0, 1], experts: [], mix: [] } });
    expect(dense.routing).toEqual({ slots: 1, experts: new Uint16Array(0), mix: new Float32Array(0) });
  });
});

describe('output', () => {
  test('is read column by column, within what rounding takes', () => {
    const trace = imported({ output: { entropy: [0, -0.001, 2], chosen: [1, 2, 3], logProb: [null, 0.001, -5] } });
    expect(trace.output).toEqual({ entropy: Float32Array.of(0, -0.001, 2), chosen: Uint32Array.of(1, 2, 3), logProb: Float32Array.of(NaN, 0.001, -5) });
    expect(imported({ output: null }).output).toEqual({});
    expect(faults({ output: { entropy: [0, -0.0011, 2] } })).toEqual(['output.entropy | output.entropy[1] is the number -0.0011, but a finite number of at least 0 is wanted.']);
    expect(faults({ output: { entropy: [null, 0, 0] } })).toHaveLength(1);
    expect(faults({ output: { logProb: [0, 0.0011, 0] } })).toEqual(['output.logProb | output.logProb[1] is the number 0.0011, but a finite number of at most 0 is wanted.']);
    expect(faults({ ...model({ vocabulary: 10 }), output: { chosen: [10, 0, 0] } })).toEqual(['output.chosen | output.chosen[0] is the number 10, but a whole number from 0 to 9 is wanted.']);
  });

  test('has as many candidates as their list says, in either form', () => {
    const top = { ids: [[1, 2], [3, 4], [5, 6]], p: [[0.5, 0.25], [1.001, 0], [0, -0.001]] };
    expect(imported({ output: { top } }).output.top).toEqual({ count: 2, ids: Uint32Array.of(1, 2, 3, 4, 5, 6), prob: Float32Array.of(0.5, 0.25, 1.001, 0, 0, -0.001) });
    expect(imported({ output: { top: { ids: [1, 2, 3, 4, 5, 6], p: { dtype: 'f32', shape: [3, 2], b64: f32(0, 0, 0, 0, 0, 1) } } } }).output.top?.count).toBe(2);
    expect(imported({ output: { top: { ids: { dtype: 'u8', shape: [3, 1], b64: 'AQID' }, p: [0, 0, 1] } } }).output.top).toEqual({ count: 1, ids: Uint32Array.of(1, 2, 3), prob: Float32Array.of(0, 0, 1) });
    expect(imported({ output: { top: null, logits: null } }).output).toEqual({});
    expect(faults({ output: { top: { ids: [[1, 2], [3, 4], [5]], p: [0, 0, 1] } } })).toEqual(['output.top.ids | output.top.ids[0] has 2 elements, but 1 are wanted: the numbers must fill the shape [T, N] = [3, 1], 3 in all.']);
    expect(faults({ output: { top: { ...top, p: [[0.5, 0.25], [1.0011, 0], [0, 0]] } } })).toEqual(['output.top.p | output.top.p[1][0] is the number 1.0011, but a finite number from 0 to 1 is wanted.']);
    expect(faults({ ...model({ vocabulary: 10 }), output: { top: { ...top, ids: [[1, 10], [3, 4], [5, 6]] } } })).toEqual(['output.top.ids | output.top.ids[0][1] is the number 10, but a whole number from 0 to 9 is wanted.']);
    expect(faults({ output: { top: { ids: { dtype: 'u8', shape: ['3', 1], b64: 'AQID' }, p: [0, 0, 1] } } })).not.toEqual([]);
  });

  test('has logits of the vocabulary, which they may say themselves', () => {
    const logits = [[1, 2], [3, 4], [5, 6]];
    const flat = Float32Array.of(1, 2, 3, 4, 5, 6);
    expect(imported({ output: { logits } }).output.logits).toEqual(flat);
    expect(imported({ output: { logits: flat.length === 6 ? [...flat] : [] } }).output.logits).toEqual(flat);
    expect(imported({ output: { logits: { dtype: 'f32', shape: [3, 2], b64: f32(...flat) } } }).output.logits).toEqual(flat);
    expect(imported({ ...model({ vocabulary: 10 }), output: { logits: Array.from({ length: 3 }, () => Array<number>(10).fill(1)) } }).output.logits).toHaveLength(30);
    expect(faults({ ...model({ vocabulary: 10 }), output: { logits } })).toEqual(['output.logits | output.logits[0] has 2 elements, but 10 are wanted: the numbers must fill the shape [T, V] = [3, 10], 30 in all.']);
  });
});

test('a fingerprint that belongs to other tokens is told, and the trace opens', () => {
  const fingerprint = '0'.repeat(64);
  expect(importTrace({ ...MINIMAL, fingerprint })).toMatchObject({ ok: true, notes: ["The trace's fingerprint does not belong to its tokens and experts: they were changed after it was written."] });
  expect(importTrace({ ...MINIMAL, fingerprint: null })).toMatchObject({ ok: true, notes: [] });
});

test('faults of several arrays are listed together, and none hides the others', () => {
  expect(faults({ ...tokens({ ids: [-1, 0, 0] }), ...routing({ mix: ['x', 0, 0], prob: [-1, 0, 0] }), output: { entropy: [-1, 0, 0] } })).toHaveLength(4);
});
