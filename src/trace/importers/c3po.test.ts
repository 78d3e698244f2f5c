import { describe, expect, test } from 'vitest';
import { converted, type Made } from '../testing/converted';
import { c3po } from './c3po';

const layer = (number: number, weights: Record<string, unknown>) => ({ layer: number, routing_weights: weights });
const item = (layers: readonly unknown[], more: object = {}, inside: object = {}) => ({ ...more, last_token_routing: { layers, ...inside } });
const ONE = item([layer(4, { expert_0: 0.1, expert_2: 0.6, expert_1: 0.3 })], { top_k: 2 });

const faults = (source: unknown): unknown => converted(c3po, source).faults;
const file = (source: unknown): Made => {
  const { files, faults: found } = converted(c3po, source);
  expect(found).toEqual([]);
  expect(files).toHaveLength(1);
  return files[0]!;
};
const OLMOE = { model: 'allenai/OLMoE-1B-7B' };
/** All 64 experts: number 9 has most, then 3, the others the same. */
const sixtyFour = Object.fromEntries(Array.from({ length: 64 }, (_, e) => [`expert_${e}`, e === 9 ? 0.2 : e === 3 ? 0.18 : 0.01]));

test('a file is recognised by the layers of its first item', () => {
  expect(c3po).toMatchObject({ id: 'c3po', name: 'C3PO' });
  for (const source of [ONE, [ONE], { '7-1': ONE }]) expect(converted(c3po, source).recognised).toBe(true);
  for (const source of [null, 3, [], {}, [3], { last_token_routing: {} }, { last_token_routing: { layers: {} } }, { last_token_routing: [] }, { a: 1, b: ONE }]) expect(c3po.recognises({ text: '', value: source })).toBe(false);
});

describe('one question', () => {
  test('gives the likeliest experts of each layer in order, ties to the lower number', () => {
    const made = file(item([layer(7, { expert_0: 0.2, expert_1: 0.5, expert_2: 0.2, expert_3: 0.1 }), layer(2, { expert_0: 0.1, expert_2: 0.6, expert_1: 0.3 })], { num_experts_per_tok: 2 }));
    expect(made).toMatchObject({
      title: 'last token of a question',
      model: { id: 'unknown', moeLayers: [2, 7], layers: 8, experts: 4, topK: 2, scoring: 'softmax', normTopk: false },
      run: { promptTokens: 1 },
      tokens: { ids: [0], text: ['<#1>'], kind: ['prompt'] },
      routing: { shape: [1, 2, 2], experts: [2, 1, 1, 0], prob: [0.6, 0.3, 0.5, 0.2], mix: [null, null, null, null] },
      meta: { source: 'c3po', lastTokenOnly: true },
    });
    expect(made.routing.logits).toBeUndefined();
    expect(made.meta.logitsUpToConstant).toBeUndefined();
    expect(made.meta.unknown).toEqual(['tokens.ids', 'tokens.text', 'routing.mix', 'created', 'model.id', 'model.layers', 'model.sharedExperts', 'model.normTopk']);
    expect(Object.keys(made.run)).toEqual(['promptTokens']);
  });

  test('takes no more slots than the smallest layer has, and logits only where all experts are positive', () => {
    const short = file(item([layer(0, { expert_0: 0.9 }), layer(1, { expert_0: 0.5, expert_1: 0.5 })], { top_k: 2 }));
    expect(short).toMatchObject({ model: { topK: 2, experts: 2 }, routing: { shape: [1, 2, 1], experts: [0, 0] } });
    expect(short.routing.logits).toBeUndefined();
    const whole = file(item([layer(0, { expert_1: 0.75, expert_0: 0.25 })], { top_k: 1 }));
    expect(whole.routing).toMatchObject({ experts: [1], logits: [Math.log(0.25), Math.log(0.75)] });
    expect(whole.meta.logitsUpToConstant).toBe(true);
    expect(file(item([layer(0, { expert_0: 1, expert_1: 0 })], { top_k: 1 })).routing.logits).toBeUndefined();
  });

  test('of OLMoE needs no number, and its weights are the softmax as it is', () => {
    for (const more of [OLMOE, { tokenizer: 'x/olmoe' }, { model: '', tokenizer: 'OLMOE' }]) {
      const made = file(item([layer(0, sixtyFour)], more));
      expect(made).toMatchObject({ model: { topK: 8, layers: 16, sharedExperts: 0, normTopk: false, experts: 64 } });
      expect(made.routing).toMatchObject({ experts: [9, 3, 0, 1, 2, 4, 5, 6], mix: [0.2, 0.18, 0.01, 0.01, 0.01, 0.01, 0.01, 0.01] });
      expect(made.meta.unknown).not.toContain('routing.mix');
    }
    expect(file(item([layer(0, sixtyFour)], { ...OLMOE, top_k: 3 }))).toMatchObject({ model: { topK: 3 }, routing: { experts: [9, 3, 0] } });
    // Of another size it is not the model that the authors used.
    expect(faults(item([layer(0, { expert_0: 1 })], OLMOE))).toHaveLength(1);
    expect(file(item([layer(0, sixtyFour)], { model: 'other', top_k: 2 })).routing.mix).toEqual([null, null]);
  });

  test('keeps its text and its token', () => {
    const text = 'q'.repeat(70);
    const made = file(item([layer(0, { expert_0: 1 })], { top_k: 1, input_text: text, model: 'org/m' }, { token_id: 27, token_text: ':' }));
    expect(made).toMatchObject({ title: 'q'.repeat(60), model: { id: 'org/m' }, run: { prompt: text }, tokens: { ids: [27], text: [':'] } });
    for (const token_id of [-1, 0.5, '27']) expect(file(item([layer(0, { expert_0: 1 })], { top_k: 1 }, { token_id, token_text: 5 })).meta.unknown).toEqual(expect.arrayContaining(['tokens.ids', 'tokens.text']));
    expect(file(item([layer(0, { expert_0: 1 })], { top_k: 1 }, { token_id: 0 })).tokens.ids).toEqual([0]);
    expect(file(item([layer(0, { expert_0: 1 })], { input_text: 5 }, { top_k: 1 })).title).toBe('last token of a question');
  });

  test('is refused where the number of experts it takes is missing', () => {
    expect(faults(item([layer(0, { expert_0: 1 })]))).toEqual([{ path: 'top_k', message: 'top_k is missing: add how many experts the model takes for each token, for example "top_k": 8. The file does not say it.' }]);
  });

  test('is refused for a layer or a weight that is none, with its place', () => {
    const of = (entry: unknown): unknown => faults(item([entry], { top_k: 1 }));
    const wanted = 'but an object with a whole number as layer and weights by expert as routing_weights is wanted.';
    for (const entry of [layer(-1, { expert_0: 1 }), layer(0.5, { expert_0: 1 }), layer(10_000, { expert_0: 1 }), { layer: '0', routing_weights: { expert_0: 1 } }, layer(0, {}), { layer: 0, routing_weights: [1] }]) {
      expect(of(entry)).toEqual([{ path: 'last_token_routing.layers[0]', message: `last_token_routing.layers[0] is an object, ${wanted}` }]);
    }
    expect(of(3)).toEqual([{ path: 'last_token_routing.layers[0]', message: `last_token_routing.layers[0] is the number 3, ${wanted}` }]);
    for (const key of ['expert', 'expert_x', 'expert_123456', 'expert_65536', 'xexpert_1', 'expert_1x']) {
      expect(of(layer(0, { [key]: 1 }))).toEqual([{ path: 'last_token_routing.layers[0]', message: `last_token_routing.layers[0].routing_weights names the text "${key}", but expert_0, expert_1 and so on are wanted.` }]);
    }
    for (const [weight, said] of [[-0.1, 'the number -0.1'], [1.1, 'the number 1.1'], ['1', 'the text "1"'], [null, 'null']] as const) {
      expect(of(layer(0, { expert_0: weight }))).toEqual([{ path: 'last_token_routing.layers[0]', message: `last_token_routing.layers[0].routing_weights.expert_0 is ${said}, but a probability from 0 to 1 is wanted.` }]);
    }
    expect(faults(item([], { top_k: 1 }))).toEqual([{ path: 'last_token_routing.layers', message: 'last_token_routing.layers is empty: there is no routing in this file.' }]);
    // The bounds themselves are in.
    expect(file(item([layer(9_999, { expert_65535: 1, expert_0: 0 })], { top_k: 1 }))).toMatchObject({ model: { moeLayers: [9_999], experts: 65_536 }, routing: { experts: [65_535] } });
  });

  test('with more numbers than memory would do is refused', () => {
    const layers = Array.from({ length: 257 }, (_, l) => layer(l, { expert_65535: 1 }));
    expect(faults(item(layers, { top_k: 1 }))).toEqual([{ path: '', message: 'The file names 257 layers of 65536 experts, which is too many.' }]);
    expect(converted(c3po, item(layers.slice(1), { top_k: 1 })).faults).toEqual([]);
  });
});

test('several questions are named by their key or place, and at most twelve are made', () => {
  const { files } = converted(c3po, { '7-870': ONE, '7-871': item([layer(0, { expert_0: 1 })], { input_text: 'Which?', top_k: 1 }) });
  expect(files.map(({ title }) => title)).toEqual(['7-870: last token of a question', '7-871: Which?']);
  expect(converted(c3po, [ONE]).files[0]?.title).toBe('[0]: last token of a question');
  expect(converted(c3po, Array.from({ length: 15 }, () => ONE)).files).toHaveLength(12);
  // What the whole file says holds for each.
  expect(converted(c3po, Object.assign({ first: item([layer(0, { expert_0: 1 })]) }, { top_k: 1 })).files[0]?.model.topK).toBe(1);
  expect(faults([ONE, 7, item([])])).toEqual([
    { path: '[1]', message: '[1] is the number 7, but an object with last_token_routing.layers is wanted.' },
    { path: '[2].last_token_routing.layers', message: '[2].last_token_routing.layers is empty: there is no routing in this file.' },
  ]);
  expect(faults({ a: item([layer(0, { expert_0: 1 })]) })).toMatchObject([{ path: 'a.top_k' }]);
});
