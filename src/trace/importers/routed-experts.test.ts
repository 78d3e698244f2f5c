import { describe, expect, test } from 'vitest';
import { converted, type Made } from '../testing/converted';
import { routedExperts } from './routed-experts';

const faults = (source: unknown): unknown => converted(routedExperts, source).faults;
const file = (source: unknown): Made => {
  const { files, faults: found } = converted(routedExperts, source);
  expect(found).toEqual([]);
  expect(files).toHaveLength(1);
  return files[0]!;
};
const int32 = (...values: readonly number[]): string => Buffer.from(Int32Array.from(values).buffer).toString('base64');
const bytes = (...values: readonly number[]): string => Buffer.from(values).toString('base64');

/** Two tokens, two layers, one expert each. */
const LISTS = [[[1], [2]], [[3], [0]]];

test('a response is recognised by its routes, wherever the server puts them', () => {
  expect(routedExperts).toMatchObject({ id: 'routed-experts', name: 'routed_experts of vLLM or SGLang' });
  for (const source of [{ routed_experts: LISTS }, [{ routed_experts: LISTS }], { choices: [{ routed_experts: LISTS }] }, { choices: [{ sgl_ext: { routed_experts: LISTS } }] }, { meta_info: { routed_experts: LISTS } }, { sglext: { routed_experts: LISTS } }, { config: { routed_experts: LISTS } }, { hf_config: { routed_experts: LISTS } }]) {
    const { recognised, files } = converted(routedExperts, source);
    expect([recognised, files.length]).toEqual([true, 1]);
    expect(files[0]?.routing.experts).toEqual([1, 2, 3, 0]);
  }
  for (const source of [null, 3, [], {}, { routed_experts: null }, { choices: [] }, { choices: [null] }, { choices: {} }, [{}, { routed_experts: LISTS }]]) expect(routedExperts.recognises({ text: '', value: source })).toBe(false);
  // The nearest one counts.
  expect(file({ routed_experts: [[[9]]], choices: [{ routed_experts: [[[8]]], sgl_ext: { routed_experts: [[[7]]] } }] }).routing.experts).toEqual([8]);
});

describe('routes', () => {
  test('are choices by token, layer and slot, without weights', () => {
    const made = file({ routed_experts: LISTS });
    expect(made).toMatchObject({
      title: 'routed-experts',
      created: '1970-01-01T00:00:00Z',
      model: { id: 'unknown', moeLayers: [0, 1], layers: 2, experts: 4, topK: 1 },
      run: { promptTokens: 2 },
      tokens: { text: ['<#1>', '<#2>'] },
      routing: { shape: [2, 2, 1], experts: [1, 2, 3, 0], mix: [null, null, null, null] },
    });
    expect(made.meta.unknown).toEqual(['tokens.ids', 'tokens.text', 'model.moeLayers', 'model.experts', 'routing.mix', 'created', 'model.id', 'model.layers', 'model.sharedExperts', 'model.scoring', 'model.normTopk']);
    expect(made.output).toEqual({});
    expect(made.routing.count).toBeUndefined();
  });

  test('of -1 stand for none: a layer of nothing else has no router, a row with some has fewer', () => {
    const made = file({ routed_experts: [[[-1, -1], [5, -1], [1, 2]], [[-1, -1], [3, 4], [-1, 6]]] });
    expect(made).toMatchObject({ model: { moeLayers: [1, 2], experts: 7, topK: 2, layers: 3 }, routing: { shape: [2, 2, 2], experts: [5, 0, 1, 2, 3, 4, 6, 0], count: [1, 2, 2, 1] } });
  });

  test('keep a layer that one token passed by, that names expert 0 alone, or whose rows are never full', () => {
    expect(file({ routed_experts: [[[-1], [1]], [[2], [3]]] })).toMatchObject({ model: { moeLayers: [0, 1] }, routing: { experts: [0, 1, 2, 3], count: [0, 1, 1, 1] } });
    expect(file({ routed_experts: [[[0], [1]], [[0], [1]]] }).model.moeLayers).toEqual([0, 1]);
    expect(file({ routed_experts: [[[4, -1]], [[-1, 5]]] })).toMatchObject({ model: { moeLayers: [0] }, routing: { experts: [4, 0, 5, 0], count: [1, 1] } });
    expect(file({ routed_experts: [[[3], [-1]], [[4], [-1]]] })).toMatchObject({ model: { moeLayers: [0], layers: 1 }, routing: { experts: [3, 4] } });
  });

  test('are of the layers and experts that the response names', () => {
    const named = file({ routed_experts: LISTS, moe_layers: [3, 7], num_hidden_layers: 9, num_experts: 64, model: 'org/m', created: 1_778_970_228 });
    expect(named).toMatchObject({ title: 'org/m', created: '2026-05-16T22:23:48.000Z', model: { id: 'org/m', moeLayers: [3, 7], layers: 9, experts: 64 } });
    expect(named.meta.unknown).toEqual(['tokens.ids', 'tokens.text', 'routing.mix', 'model.sharedExperts', 'model.scoring', 'model.normTopk']);
    // As many layers as the model has: their numbers are sure.
    expect(file({ routed_experts: LISTS, num_hidden_layers: 2 }).meta.unknown).not.toContain('model.moeLayers');
    expect(file({ routed_experts: LISTS, moe_layers: [3] })).toMatchObject({ model: { moeLayers: [0, 1] } });
    expect(file({ routed_experts: LISTS, n_routed_experts: 65 }).model.experts).toBe(65);
    expect(file({ routed_experts: LISTS, hf_config: { num_local_experts: 66 } }).model.experts).toBe(66);
    expect(file({ routed_experts: LISTS, model: 5, model_path: 'x/y' }).model.id).toBe('unknown');
    expect(file({ routed_experts: LISTS, model_path: 'x/y' }).model.id).toBe('x/y');
    // A number of layers that is too small for those that are named does not count.
    expect(file({ routed_experts: LISTS, moe_layers: [3, 7], num_hidden_layers: 7 }).model.layers).toBe(8);
  });

  test('of the prompt come before those of the answer, and have to fit them', () => {
    const made = file({ prompt_routed_experts: [[[5], [6]]], routed_experts: LISTS });
    expect(made).toMatchObject({ run: { promptTokens: 1 }, routing: { shape: [3, 2, 1], experts: [5, 6, 1, 2, 3, 0] }, tokens: { kind: ['prompt', 'generated', 'generated'] } });
    expect(faults({ prompt_routed_experts: [[[5]]], routed_experts: LISTS })).toEqual([{ path: 'prompt_routed_experts', message: 'prompt_routed_experts has the shape [1, 1, 1], which does not go with [2, 2, 1] of routed_experts.' }]);
    expect(faults({ prompt_routed_experts: [[[5, 6], [7, 8]]], routed_experts: LISTS })).toHaveLength(1);
    expect(converted(routedExperts, { prompt_routed_experts: 'x', routed_experts: LISTS })).toMatchObject({ files: [], faults: [{ path: 'prompt_routed_experts' }] });
    // Bare numbers of the prompt take their shape from the model alone: how many tokens were run says nothing of them.
    expect(file({ prompt_routed_experts: int32(5, 6), routed_experts: LISTS, num_layers: 2, top_k: 1 }).routing).toMatchObject({ shape: [3, 2, 1], experts: [5, 6, 1, 2, 3, 0] });
  });

  test('are as many as the tokens, or one fewer, since the last is not run', () => {
    const made = file({ routed_experts: LISTS, prompt_token_ids: [7], token_ids: [8, 9], prompt: 'p'.repeat(70) });
    expect(made).toMatchObject({ title: 'p'.repeat(60), run: { prompt: 'p'.repeat(70), promptTokens: 1 }, tokens: { ids: [7, 8], text: ['<id 7>', '<id 8>'], kind: ['prompt', 'generated'] }, output: { chosen: [8, 9] } });
    const exact = file({ routed_experts: LISTS, prompt_token_ids: [7], token_ids: [8] });
    expect(exact.tokens.ids).toEqual([7, 8]);
    expect(exact.output).toEqual({});
    for (const [token_ids, n] of [[[], 1], [[8, 9, 10], 4]] as const) {
      expect(faults({ routed_experts: LISTS, prompt_token_ids: [7], token_ids })).toEqual([{ path: 'routed_experts', message: `routed_experts has 2 tokens, but the response lists ${n} token ids: as many are wanted, or one more, since the last token is not run.` }]);
    }
    // More prompt tokens than were routed: all are prompt.
    expect(file({ routed_experts: LISTS, usage: { prompt_tokens: 5 } }).run.promptTokens).toBe(2);
  });

  test('bring the texts and log-probabilities that were asked for', () => {
    const made = file({ routed_experts: LISTS, prompt_token_ids: [7], choices: [{ token_ids: [8, 9], logprobs: { tokens: [' b', ' c'], token_logprobs: [-0.5, -1] } }] });
    expect(made).toMatchObject({ tokens: { text: ['<id 7>', ' b'] }, output: { logProb: [null, -0.5] } });
  });
});

describe('forms of the numbers', () => {
  test('nested lists have to be as long as the first one, and whole', () => {
    const wanted = 'but expert numbers by token, layer and slot are wanted: nested lists, or base64 of a .npy file.';
    for (const routed_experts of [[[[1], [2]], [[3]]], [[[1, 2], [3]]], [[[1]], 5], [[1]]]) expect(faults({ routed_experts })).toEqual([{ path: 'routed_experts', message: `routed_experts is a list of ${routed_experts.length}, ${wanted}` }]);
    expect(faults({ routed_experts: 5 })).toEqual([{ path: 'routed_experts', message: `routed_experts is the number 5, ${wanted}` }]);
    for (const [expert, said] of [[-2, 'the number -2'], [65_536, 'the number 65536'], [0.5, 'the number 0.5'], ['1', 'NaN']] as const) {
      expect(faults({ routed_experts: [[[expert]]] })).toEqual([{ path: 'routed_experts', message: `routed_experts names expert ${said}, but whole numbers up to 65535 are wanted, or -1 for none.` }]);
    }
    expect(file({ routed_experts: [[[65_535]]] }).model.experts).toBe(65_536);
  });

  test('an object with data, shape and dtype holds raw bytes', () => {
    expect(file({ routed_experts: { data: bytes(1, 0, 2, 0), shape: [1, 2, 1], dtype: 'int16' } }).routing).toMatchObject({ shape: [1, 2, 1], experts: [1, 2] });
    expect(file({ routed_experts: { data: bytes(1, 0, 2, 0), shape: [2, 1, 1] } }).routing).toMatchObject({ shape: [2, 1, 1], experts: [1, 2] });
    expect(file({ routed_experts: { data: bytes(3), shape: [1, 1, 1], dtype: 'uint8' } }).routing.experts).toEqual([3]);
    for (const routed_experts of [{ data: 5, shape: [1, 1, 1] }, { data: bytes(1, 0), shape: '1' }, { data: bytes(1, 0), shape: [2, 1, 1] }, { data: bytes(1, 0), shape: [1] }, {}]) {
      expect(faults({ routed_experts })).toEqual([{ path: 'routed_experts', message: 'routed_experts is an object, but expert numbers by token, layer and slot are wanted: nested lists, or base64 of a .npy file.' }]);
    }
  });

  test('bare int32 take their shape from what the response says of the model', () => {
    const flat = int32(1, 2, 3, 4, 5, 6, 7, 0);
    for (const more of [{ routed_experts_shape: [2, 2, 2] }, { top_k: 2, num_layers: 2 }, { num_experts_per_tok: 2, num_moe_layers: 2 }, { topk: 2, num_hidden_layers: 2 }, { num_layers: 2, usage: { prompt_tokens: 1, completion_tokens: 2 } }, { top_k: 2, usage: { prompt_tokens: 1, completion_tokens: 2 } }]) {
      expect(file({ routed_experts: flat, ...more }).routing).toMatchObject({ shape: [2, 2, 2], experts: [1, 2, 3, 4, 5, 6, 7, 0] });
    }
    const told = [{ path: 'routed_experts', message: 'routed_experts is a row of 8 numbers without a shape: add "num_layers" and "top_k" of the model to the file, for example "num_layers": 48, "top_k": 8.' }];
    for (const more of [{}, { top_k: 2 }, { top_k: 3, num_layers: 2 }, { routed_experts_shape: [2, 2] }, { routed_experts_shape: [2, 2, 3] }, { top_k: 2, num_layers: 2, usage: { prompt_tokens: 2, completion_tokens: 2 } }, { top_k: 2, usage: { prompt_tokens: 0, completion_tokens: 0 } }]) expect(faults({ routed_experts: flat, ...more })).toEqual(told);
    for (const routed_experts of ['', 'AAAA', '????']) expect(faults({ routed_experts, top_k: 1, num_layers: 1 })).toEqual([{ path: 'routed_experts', message: `routed_experts is the text "${routed_experts}", but expert numbers by token, layer and slot are wanted: nested lists, or base64 of a .npy file.` }]);
    // What was not sent again does not count among the tokens that were run.
    expect(file({ routed_experts: flat, top_k: 2, num_layers: 2, routed_experts_start_len: 1, usage: { prompt_tokens: 2, completion_tokens: 2 } }).routing.shape).toEqual([2, 2, 2]);
  });

  test('base64 may end in one, two or no padding signs', () => {
    const npy = (n: number): string => {
      const header = "{'descr': '|u1', 'fortran_order': False, 'shape': (1, 1, 1)}".padEnd(70 + n);
      return Buffer.from([0x93, ...Buffer.from('NUMPY'), 1, 0, header.length, 0, ...Buffer.from(header), 4]).toString('base64');
    };
    expect([0, 1, 2].map((n) => /=*$/.exec(npy(n))?.[0].length).toSorted()).toEqual([0, 1, 2]);
    for (const n of [0, 1, 2]) expect(file({ routed_experts: npy(n) }).routing.experts).toEqual([4]);
  });
});

test('several responses are named by their place, and at most twelve are read', () => {
  expect(converted(routedExperts, Array.from({ length: 15 }, () => ({ routed_experts: LISTS }))).files).toHaveLength(12);
  expect(faults([{ routed_experts: LISTS }, {}, { routed_experts: 5 }])).toEqual([
    { path: '[1]', message: '[1] holds no routed_experts: ask the server for them (--enable-return-routed-experts).' },
    { path: '[2].routed_experts', message: '[2].routed_experts is the number 5, but expert numbers by token, layer and slot are wanted: nested lists, or base64 of a .npy file.' },
  ]);
  expect(converted(routedExperts, {})).toMatchObject({ files: [], faults: [{ path: '', message: 'The file holds no routed_experts: ask the server for them (--enable-return-routed-experts).' }] });
});
