import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { routerReadout } from '../../analysis/router';
import { traceText } from '../export';
import { readTraceText } from '../read';
import type { Trace } from '../trace';

const FOLDER = new URL('../testing/foreign/', import.meta.url);
const fixture = (name: string): string => readFileSync(new URL(name, FOLDER), 'utf8');

function read(text: string): readonly Trace[] {
  const result = readTraceText(text);
  if (!result.ok) throw new Error(result.errors.map((fault) => fault.message).join('\n'));
  return result.traces;
}

function first(name: string): Trace {
  const [trace] = read(fixture(name));
  if (trace === undefined) throw new Error(name);
  return trace;
}

function messages(text: string): readonly string[] {
  const result = readTraceText(text);
  return result.ok ? [] : result.errors.map((fault) => fault.message);
}

test.each(readdirSync(FOLDER))('%s goes out as a trace of version 1 and comes back the same', (name) => {
  for (const trace of read(fixture(name))) {
    const text = traceText(trace);
    const [again] = read(text);
    expect(again).toEqual(trace);
    expect(again && traceText(again)).toBe(text);
  }
});

test.each(readdirSync(FOLDER))('%s leaves without its prompt where that is asked for, and opens again', (name) => {
  for (const trace of read(fixture(name))) {
    const text = traceText(trace, { arrays: 'plain', float: 'f32', withoutPrompt: true });
    const prompt = trace.run.prompt ?? '';
    if (prompt !== '') expect(text).not.toContain(JSON.stringify(prompt).slice(1, -1));
    const [again] = read(text);
    expect(again).toMatchObject({ title: 'Trace without its prompt', meta: { ...trace.meta, withoutPrompt: true }, routing: trace.routing });
    expect(again?.run.prompt).toBeUndefined();
    for (let t = 0; t < trace.run.promptTokens; t++) expect([again?.tokens.ids[t], again?.tokens.text[t]]).toEqual([0, '']);
  }
});

describe('moe-atlas', () => {
  test('as JSON and as JSON lines: choices and mixing weights, and no numbers beyond them', () => {
    const [trace, second] = read(fixture('moe-atlas.json'));
    expect(read(fixture('moe-atlas.jsonl'))).toEqual([trace, second]);
    expect(trace?.routing).toEqual({
      slots: 2,
      experts: Uint16Array.of(5, 2, 1, 4, 0, 7, 6, 0),
      mix: Float32Array.of(0.75, 0.25, 0.625, 0.375, 0.5, 0.5, 1, 0),
      count: Uint16Array.of(2, 2, 2, 1),
    });
    expect(trace).toMatchObject({ title: 'Hello world', created: '2026-06-05T16:18:26.836Z', model: { id: 'test/model-a', moeLayers: [1, 3], experts: 8, topK: 2, normTopk: true }, run: { prompt: 'Hello world', promptTokens: 2 }, tokens: { ids: Uint32Array.of(11, 22), text: ['Hello', ' world'] }, output: {} });
    expect(trace?.meta['unknown']).toEqual(['model.experts', 'model.layers', 'model.sharedExperts', 'model.scoring']);
    expect(second?.routing.outputNorm).toEqual(Float32Array.of(2.5, 1.5));
    expect(second?.meta['unknown']).toContain('tokens.ids');
    expect(second?.model.normTopk).toBe(false);
  });

  test('with a token that does not exist is refused with its place', () => {
    const file = JSON.parse(fixture('moe-atlas.json')) as { traces: { activations: Record<string, unknown>[] }[] };
    file.traces[1]!.activations[1]!['token_idx'] = 1e9;
    file.traces[0]!.activations[0]!['gate_weight'] = 'half';
    expect(messages(JSON.stringify(file))).toEqual([
      'traces[0].activations[0].gate_weight is the text "half", but a finite number is wanted.',
      'traces[1].activations[1].token_idx is the number 1000000000, but a whole number from 0 to 1 is wanted.',
    ]);
  });
});

describe('routed_experts', () => {
  const EXPERTS = Uint16Array.of(1, 2, 3, 4, 5, 6, 7, 0, 2, 1, 0, 3, 4, 5, 6, 7);

  test.each(['vllm-lists.json', 'vllm-npy.json', 'sglang-generate.json', 'sglang-chat.json'])('%s holds the same choices, and no weights', (name) => {
    const trace = first(name);
    expect(trace.routing.experts).toEqual(EXPERTS);
    expect([...trace.routing.mix].every(Number.isNaN)).toBe(true);
    expect(trace.routing.logits).toBeUndefined();
    expect(trace.model.moeLayers).toEqual(name === 'sglang-chat.json' ? [1, 2] : [0, 1]);
    expect(trace.run.promptTokens).toBe(3);
    expect(trace.meta['unknown']).toContain('routing.mix');
  });

  test('the last token was written and not run, so it is only named as what follows', () => {
    const trace = first('vllm-npy.json');
    expect(trace.tokens).toMatchObject({ ids: Uint32Array.of(17, 488, 18, 20), text: ['<id 17>', ' +', ' 3', ' five'], kind: ['prompt', 'prompt', 'prompt', 'generated'] });
    expect(trace.output).toEqual({ chosen: Uint32Array.of(488, 18, 20, 13), logProb: Float32Array.of(NaN, -2, -1, -0.5) });
    expect(trace).toMatchObject({ created: '2026-05-16T22:23:48.000Z', model: { id: 'Qwen/Qwen3-30B-A3B', experts: 128 } });
    expect(trace.meta['unknown']).not.toContain('model.experts');
    expect(first('vllm-lists.json').model.experts).toBe(8);
  });

  test('a bare row of numbers asks for the shape, and lengths must fit', () => {
    const bare = JSON.parse(fixture('sglang-generate.json')) as Record<string, unknown>;
    delete bare['top_k'];
    delete bare['num_layers'];
    expect(messages(JSON.stringify(bare))).toEqual(['routed_experts is a row of 16 numbers without a shape: add "num_layers" and "top_k" of the model to the file, for example "num_layers": 48, "top_k": 8.']);
    const short = JSON.parse(fixture('vllm-lists.json')) as Record<string, unknown>;
    short['prompt_token_ids'] = [1];
    expect(messages(JSON.stringify(short))).toEqual(['routed_experts has 4 tokens, but the response lists 3 token ids: as many are wanted, or one more, since the last token is not run.']);
    expect(messages(JSON.stringify({ routed_experts: '????' }))[0]).toMatch(/^routed_experts is the text "\?\?\?\?", but expert numbers by token, layer and slot are wanted/);
  });
});

describe('layer,expert rows', () => {
  test('are told apart into tokens where the model was also run one token at a time', () => {
    const trace = first('llama.csv');
    expect(trace.model).toMatchObject({ moeLayers: [1, 2], experts: 8, topK: 2 });
    expect(trace.routing.experts).toEqual(Uint16Array.of(1, 2, 0, 0, 5, 6, 0, 0, 2, 1, 0, 3, 4, 5, 6, 7, 7, 0, 3, 2));
    expect(trace.routing.count).toEqual(Uint16Array.of(2, 0, 2, 0, 2, 2, 2, 2, 2, 2));
    expect(trace.tokens.text).toEqual(['<#1>', '<#2>', '<#3>', '<#4>', '<#5>']);
    expect(trace.meta['unknown']).toEqual(['tokens.ids', 'tokens.text', 'model.experts', 'routing.mix', 'created', 'model.id', 'model.layers', 'model.sharedExperts', 'model.scoring', 'model.normTopk']);
  });

  test('with a column for the token need no guess', () => {
    expect(first('llama-columns.csv').routing).toMatchObject({ slots: 2, experts: Uint16Array.of(1, 2, 5, 6, 4, 0) });
  });

  test('that cannot be told apart are refused', () => {
    expect(messages('layer,expert\n0,1\n0,2\n')).toEqual(['The rows cannot be told apart into tokens: they name no tokens, and no layer was run for a single one. Trace at least one generated token, or write a column named token.']);
    expect(messages('0,1\n0,x\n1,70000\n')).toEqual(['line 2 has "x" as expert, but a whole number up to 65535 is wanted.', 'line 3 has "70000" as expert, but a whole number up to 65535 is wanted.']);
  });
});

describe('C3PO', () => {
  test('of OLMoE: eight of 64 experts at the last token, weights as they are', () => {
    const [trace, second] = read(fixture('c3po.json'));
    expect(second?.title).toBe('7-871: Which is a fruit? A) apple B) stone\nAnswer:');
    expect(trace?.model).toMatchObject({ id: 'allenai/OLMoE-1B-7B-0924-Instruct', moeLayers: [0, 1], experts: 64, topK: 8, normTopk: false, layers: 16 });
    expect(trace?.tokens).toMatchObject({ ids: Uint32Array.of(27), text: [':'] });
    const weights = (JSON.parse(fixture('c3po.json')) as Record<string, { last_token_routing: { layers: { routing_weights: Record<string, number> }[] } }>)['7-870']!.last_token_routing.layers[0]!.routing_weights;
    const best = Object.entries(weights).slice(0, 8);
    expect([...trace!.routing.experts.subarray(0, 8)].map((e) => `expert_${e}`)).toEqual(best.map(([name]) => name));
    expect([...trace!.routing.mix.subarray(0, 8)]).toEqual(best.map(([, weight]) => Math.fround(weight)));
    // The fixture's softmax is of logits that differ from that of expert 0 by these numbers.
    const logits = trace!.routing.logits!;
    expect([1, 2, 3].map((e) => Math.round(1000 * (logits[e]! - logits[0]!)) / 1000)).toEqual(LOGIT_DIFFERENCES);
    expect(trace?.meta['logitsUpToConstant']).toBe(true);
    expect(routerReadout(trace!, 0)).toMatchObject({ zLoss: NaN, meanLogSumExp: NaN, n: 1 });
  });

  test('of a part of the experts: neither weights nor logits', () => {
    const trace = first('c3po-partial.json');
    expect(trace.routing.logits).toBeUndefined();
    expect(trace.routing.prob).toEqual(Float32Array.of(0.05, 0.03, 0.07, 0.01));
    expect([...trace.routing.mix].every(Number.isNaN)).toBe(true);
  });

  test('of another model asks how many experts it takes', () => {
    const file = JSON.parse(fixture('c3po-partial.json')) as Record<string, unknown>;
    delete file['top_k'];
    expect(messages(JSON.stringify(file))).toEqual(['top_k is missing: add how many experts the model takes for each token, for example "top_k": 8. The file does not say it.']);
  });
});

const LOGIT_DIFFERENCES = [0.5, 0, -1.625];
