import { expect, test } from 'vitest';
import { tokensOf, type ServedTokens } from './served-tokens';

const of = (response: Record<string, unknown>): ServedTokens => tokensOf(response, [response]);

test('ids are those of the prompt and of the answer, under any of their names', () => {
  for (const prompt of ['prompt_token_ids', 'input_ids']) {
    for (const written of ['completion_token_ids', 'output_token_ids', 'output_ids', 'token_ids']) expect(of({ [prompt]: [1, 2], [written]: [3, 4] })).toEqual({ ids: [1, 2, 3, 4], text: undefined, logProb: undefined, promptTokens: 2, promptText: undefined, ran: 3 });
  }
  expect(of({ prompt_token_ids: [1, 2] })).toMatchObject({ ids: undefined, promptTokens: 2, ran: undefined });
  expect(of({ token_ids: [3] })).toMatchObject({ ids: undefined, promptTokens: undefined, ran: undefined });
  // Texts and log-probabilities have no place without the ids of both.
  expect(of({ token_ids: [3], logprobs: { tokens: ['three'], token_logprobs: [-1] } })).toMatchObject({ ids: undefined, text: undefined, logProb: undefined });
  // A list that is none of ids does not count; the first name does.
  expect(of({ prompt_token_ids: ['1'], input_ids: [1], completion_token_ids: [2], token_ids: [9] }).ids).toEqual([1, 2]);
});

test('counts come from the lists, else from what the server says it used', () => {
  expect(of({ usage: { prompt_tokens: 3, completion_tokens: 2 } })).toMatchObject({ promptTokens: 3, ran: 4 });
  expect(of({ prompt_tokens: 3, completion_tokens: 2, routed_experts_start_len: 1 })).toMatchObject({ promptTokens: 3, ran: 3 });
  expect(of({ usage: { prompt_tokens: 0, completion_tokens: 0 } })).toMatchObject({ promptTokens: 0, ran: -1 });
  expect(of({ prompt_token_ids: [1], usage: { prompt_tokens: 9 } }).promptTokens).toBe(1);
  expect(of({ prompt: 'text' }).promptText).toBe('text');
  expect(of({ prompt: ['text'] }).promptText).toBeUndefined();
  expect(tokensOf({}, [{ prompt: ['text'] }, { prompt: 'far' }]).promptText).toBe('far');
});

test("texts and log-probabilities of vLLM's completions", () => {
  const prompt_logprobs = [null, { 2: { logprob: -1.5, decoded_token: 'two' }, 7: { logprob: -9, decoded_token: 'seven' } }];
  const tokens = of({ prompt_token_ids: [1, 2], token_ids: [3, 4], prompt_logprobs, logprobs: { tokens: ['three', 'four'], token_logprobs: [-0.25, 0] } });
  expect(tokens).toMatchObject({ text: ['<id 1>', 'two', 'three', 'four'], logProb: [undefined, -1.5, -0.25, 0] });
  // What is no probability is not known.
  expect(of({ prompt_token_ids: [1], token_ids: [3, 4, 5], logprobs: { token_logprobs: [0.5, Number.NEGATIVE_INFINITY, '-1'] } })).toMatchObject({ text: undefined, logProb: undefined });
  expect(of({ prompt_token_ids: [1], token_ids: [3], logprobs: { token_logprobs: { 0: -1 } } }).logProb).toBeUndefined();
  expect(of({ prompt_token_ids: [1, 2], token_ids: [3], prompt_logprobs: [{ 1: 5 }, { 9: { logprob: -1 } }] }).logProb).toBeUndefined();
});

test('texts and log-probabilities of the chat form', () => {
  const tokens = of({ prompt_token_ids: [1], token_ids: [3, 4], logprobs: { content: [{ token: 'three', logprob: -0.5 }, { token: 4, logprob: -2 }] } });
  expect(tokens).toMatchObject({ text: ['<id 1>', 'three', '<id 4>'], logProb: [undefined, -0.5, -2] });
  // Where the chat form has nothing for a token, the lists of the other form are asked.
  expect(of({ prompt_token_ids: [1], token_ids: [3, 4], logprobs: { content: [null], tokens: ['a', 'b'], token_logprobs: [-1, -2] } })).toMatchObject({ text: ['<id 1>', 'a', 'b'], logProb: [undefined, -1, -2] });
});
