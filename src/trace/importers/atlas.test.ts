import { describe, expect, test } from 'vitest';
import { converted, type Made } from '../testing/converted';
import { atlas } from './atlas';

const activation = (token: number, layer: number, expert: number, weight = 0.5, norm = 0) => ({ layer, token_idx: token, expert_idx: expert, gate_weight: weight, output_norm: norm });

const ONE = { model_id: 'org/model', num_experts: 8, token_strs: ['a', 'b'], activations: [activation(0, 3, 1, 0.75), activation(0, 3, 2, 0.25), activation(1, 1, 7, 1)] };

const faults = (source: unknown): unknown => converted(atlas, source).faults;
const file = (source: unknown): Made => {
  const { files, faults: found } = converted(atlas, source);
  expect(found).toEqual([]);
  expect(files).toHaveLength(1);
  return files[0]!;
};

test('a file is recognised by its list of activations and its number of experts', () => {
  expect(atlas).toMatchObject({ id: 'moe-atlas', name: 'moe-atlas' });
  for (const source of [ONE, [ONE], { traces: [ONE] }]) expect(converted(atlas, source).recognised).toBe(true);
  for (const source of [null, 1, [], {}, { traces: [] }, [1], { activations: [] }, { num_experts: 8 }, { activations: {}, num_experts: 8 }, [{}, ONE]]) expect(atlas.recognises({ text: '', value: source })).toBe(false);
});

describe('one trace', () => {
  test('becomes layers in ascending order, slots filled with 0, and counts where rows differ', () => {
    expect(file(ONE)).toMatchObject({
      exporter: 'import-moe-atlas@1',
      title: 'org/model',
      created: '1970-01-01T00:00:00Z',
      model: { id: 'org/model', moeLayers: [1, 3], layers: 4, experts: 8, topK: 2, sharedExperts: 0, scoring: 'softmax', normTopk: true },
      run: { promptTokens: 2 },
      tokens: { ids: [0, 0], text: ['a', 'b'], kind: ['prompt', 'prompt'] },
      routing: { shape: [2, 2, 2], experts: [0, 0, 1, 2, 7, 0, 0, 0], mix: [0, 0, 0.75, 0.25, 1, 0, 0, 0], count: [0, 2, 1, 0] },
      meta: { source: 'moe-atlas', unknown: ['tokens.ids', 'model.experts', 'created', 'model.layers', 'model.sharedExperts', 'model.scoring'] },
    });
    expect(Object.keys(file(ONE).routing)).toEqual(['shape', 'experts', 'mix', 'count']);
    expect(file(ONE).run).toEqual({ promptTokens: 2 });
  });

  test('keeps what it says: prompt, ids, time, norms, and a name where the id is empty', () => {
    const text = 'x'.repeat(70);
    const full = { ...ONE, model_id: '', model_name: 'Nice', text, token_ids: [4, 5], timestamp: '2026-06-05T16:18:26Z', activations: [activation(0, 0, 3, 0.5, 1.5), activation(1, 0, 2, 0.5, 0)] };
    expect(file(full)).toMatchObject({ title: 'x'.repeat(60), created: '2026-06-05T16:18:26.000Z', model: { id: 'Nice', normTopk: false }, run: { prompt: text }, tokens: { ids: [4, 5] }, routing: { shape: [2, 1, 1], outputNorm: [1.5, 0] } });
    expect(file(full).meta.unknown).toEqual(['model.experts', 'model.layers', 'model.sharedExperts', 'model.scoring']);
    expect(file(full).routing.count).toBeUndefined();
    const nameless = file({ ...ONE, model_id: 7, model_name: '', text: '' });
    expect(nameless).toMatchObject({ title: 'moe-atlas', model: { id: 'unknown' } });
    expect(nameless.run.prompt).toBeUndefined();
    expect(file({ ...ONE, model_id: undefined, text: 3 }).run.prompt).toBeUndefined();
  });

  test('has as many experts as it says, or as its largest number needs', () => {
    expect(file({ ...ONE, num_experts: 64 }).model.experts).toBe(64);
    expect(file({ ...ONE, num_experts: 3 }).model.experts).toBe(8);
    for (const said of ['64', 2.5, null]) expect(file({ ...ONE, num_experts: said }).model.experts).toBe(8);
  });

  test('may hold its lists as JSON in a text, as exports of the database do', () => {
    const { model_id, num_experts, activations } = ONE;
    const rest = { model_id, num_experts, activations };
    expect(file({ ...rest, tokens: '["c","d"]', token_ids: '[8,9]' }).tokens).toMatchObject({ text: ['c', 'd'], ids: [8, 9] });
    expect(file({ ...rest, tokens: ['e', 'f'] }).tokens.text).toEqual(['e', 'f']);
    // Without texts the ids say how many tokens there are.
    expect(file({ ...rest, token_ids: [8, 9], tokens: '[broken' }).tokens).toMatchObject({ text: ['<id 8>', '<id 9>'], ids: [8, 9] });
    // Texts of the first kind come before the others.
    expect(file({ ...ONE, tokens: ['e', 'f'] }).tokens.text).toEqual(['a', 'b']);
  });

  test('without tokens, with too many ids, or without activations is refused', () => {
    const { model_id, num_experts, activations } = ONE;
    const rest = { model_id, num_experts, activations };
    const noTokens = [{ path: 'token_strs', message: 'token_strs is nothing, but the texts of the tokens are wanted: a trace needs at least one token.' }];
    expect(faults(rest)).toEqual(noTokens);
    expect(faults({ ...rest, token_ids: [] })).toEqual(noTokens);
    expect(faults({ ...ONE, token_strs: [] })).toEqual([{ path: 'token_strs', message: 'token_strs is a list of 0, but the texts of the tokens are wanted: a trace needs at least one token.' }]);
    expect(faults({ ...ONE, token_ids: [1, 2, 3] })).toEqual([{ path: 'token_ids', message: 'token_ids has 3 elements, but there are 2 tokens: each token needs one.' }]);
    expect(faults({ ...ONE, activations: [] })).toEqual([{ path: 'activations', message: 'activations is empty: there is no routing in this trace.' }]);
  });

  test('with a faulty activation is refused with its place, and with nothing else', () => {
    const at = (entry: unknown): unknown => faults({ ...ONE, activations: [entry] });
    expect(at(5)).toEqual([{ path: 'activations[0]', message: 'activations[0] is the number 5, but an object with layer, token_idx, expert_idx and gate_weight is wanted.' }]);
    for (const [name, value, said, most] of [
      ['token_idx', 2, 'the number 2', 1],
      ['token_idx', -1, 'the number -1', 1],
      ['token_idx', '0', 'the text "0"', 1],
      ['layer', 10_000, 'the number 10000', 9_999],
      ['layer', 0.5, 'the number 0.5', 9_999],
      ['expert_idx', 65_536, 'the number 65536', 65_535],
      ['expert_idx', undefined, 'nothing', 65_535],
    ] as const) {
      expect(at({ ...activation(0, 0, 0), [name]: value })).toEqual([{ path: `activations[0].${name}`, message: `activations[0].${name} is ${said}, but a whole number from 0 to ${most} is wanted.` }]);
    }
    expect(at({ ...activation(0, 0, 0), gate_weight: null })).toEqual([{ path: 'activations[0].gate_weight', message: 'activations[0].gate_weight is null, but a finite number is wanted.' }]);
    // The bounds themselves are in, and a norm that is no number is 0.
    expect(file({ ...ONE, activations: [{ ...activation(1, 9_999, 65_535), output_norm: 'x' }] })).toMatchObject({ model: { moeLayers: [9_999], experts: 65_536 }, routing: { count: [0, 1] } });
  });
});

test('several traces are named by their place, and at most twelve are made', () => {
  expect(converted(atlas, Array.from({ length: 15 }, () => ONE)).files).toHaveLength(12);
  expect(converted(atlas, { traces: [ONE, ONE] }).files).toHaveLength(2);
  expect(faults([ONE, { ...ONE, token_ids: [1] }, 7])).toEqual([
    { path: 'traces[1].token_ids', message: 'traces[1].token_ids has 1 elements, but there are 2 tokens: each token needs one.' },
    { path: 'traces[2]', message: 'traces[2] is the number 7, but a trace of moe-atlas is wanted: an object with activations and num_experts.' },
  ]);
  expect(faults([ONE, { ...ONE, token_strs: [] }])).toMatchObject([{ path: 'traces[1].token_strs', message: expect.stringMatching(/^traces\[1\]\.token_strs is a list of 0/) as string }]);
  expect(faults([ONE, { ...ONE, activations: [] }])).toEqual([{ path: 'traces[1].activations', message: 'traces[1].activations is empty: there is no routing in this trace.' }]);
  expect(faults({})).toEqual([{ path: '', message: 'The file is an object, but a trace of moe-atlas is wanted: an object with activations and num_experts.' }]);
});

test('so many cells that memory would not do are refused before they are made', () => {
  const token_strs = Array.from({ length: 5_000 }, () => 'a');
  const spread = Array.from({ length: 4_000 }, (_, i) => activation(i, i, 0));
  expect(faults({ ...ONE, token_strs, activations: spread })).toEqual([{ path: 'activations', message: 'activations spread over 5000 tokens, 4000 layers and 1 experts, more than 16777216 numbers: export fewer tokens.' }]);
  // Few cells, but one of them with thousands of experts.
  const crowded = Array.from({ length: 4_000 }, (_, i) => activation(0, 0, i));
  expect(faults({ ...ONE, token_strs, activations: crowded })).toEqual([{ path: 'activations', message: 'activations spread over 5000 tokens, 1 layers and 4000 experts, more than 16777216 numbers: export fewer tokens.' }]);
});
