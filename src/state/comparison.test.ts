import { describe, expect, it } from 'vitest';
import { routedTrace } from '../analysis/testing/routed';
import type { Trace } from '../trace/trace';
import type { ComparedPair } from './compare';
import { compareAt, compareTexts, playheadColumn, tokenOfColumn } from './comparison';
import { pairLabels, planWords } from './comparisonLabels';
import { comparisonSentence } from './comparisonSentence';

const z = (...p: number[]): number[] => p.map(Math.log);
const even = z(0.25, 0.25, 0.25, 0.25);

/** Three tokens, two layers, four experts; the last token of `b` goes elsewhere in layer 1 and is followed by another word. */
function run(last: readonly number[], next: readonly [id: number, text: string, p: number], changes: Partial<Trace> = {}): Trace {
  const trace = routedTrace({
    experts: 4,
    chosen: [[[0, 1], [0, 1]], [[0, 1], [0, 1]], [[0, 1], [2, 3]]],
    logits: [[even, even], [even, even], [even, z(...last)]],
    promptTokens: 2,
    text: ['3', '+4', '='],
  });
  return {
    ...trace,
    tokens: { ...trace.tokens, names: new Map([[7, '7'], [8, '8'], [next[0], next[1]]]) },
    output: {
      entropy: Float32Array.of(1, 1, 0.5),
      top: { count: 2, ids: Uint32Array.of(7, 8, 7, 8, next[0], next[0] === 7 ? 8 : 7), prob: Float32Array.of(0.5, 0.25, 0.5, 0.25, next[2], 0.25) },
    },
    ...changes,
  };
}

const pairOf = (a: Trace, b: Trace, kind: ComparedPair['kind'] = 'traces'): ComparedPair => ({ a: { trace: a, origin: 'file', name: 'a' }, b: { trace: b, origin: 'file', name: 'b' }, kind, shown: kind === 'edits' ? 'b' : 'a' });
const before = run([0.5, 0.25, 0.125, 0.125], [7, '7', 0.5]);
const after = run([0.125, 0.25, 0.5, 0.125], [8, '8', 0.625]);

describe('two runs laid over one another', () => {
  const pair = pairOf(before, after);
  const texts = compareTexts(pair);

  it('gives shares, distances and the next token of the column', () => {
    const here = compareAt(texts, 2);
    expect(texts.samePrompt).toBe(true);
    expect(texts.parts).toBeUndefined();
    expect(here.layers.map(({ distance }) => Number(distance.toFixed(4)))).toEqual([0, 0.75]);
    expect([...(here.layers[1]?.b ?? [])].map((p) => Number(p.toFixed(3)))).toEqual([0.125, 0.25, 0.5, 0.125]);
    expect(here.layers[1]?.chosenA).toEqual([2, 3]);
    expect(here.next?.rows).toEqual([{ id: 8, text: '8', a: 0.25, b: 0.625 }, { id: 7, text: '7', a: 0.5, b: 0.25 }]);
    expect(here.next?.top).toEqual({ a: '7', b: '8', probA: 0.5, probB: 0.625, changed: true });
    expect(Number(texts.moved?.[2]?.toFixed(4))).toBe(0.375);
  });

  it('says what changed, from the numbers', () => {
    expect(comparisonSentence(pair, texts, compareAt(texts, 2))).toBe(
      'Layer 1 moves most (.75 of 2): from expert 0 to 2. Layers before 1 route as before. No other layer moves by .1 or more. The likeliest next token changes from \u201c7\u201d to \u201c8\u201d. The texts are the same to the end.',
    );
    expect(comparisonSentence(pair, texts, compareAt(texts, 0))).toContain('The two runs route this token alike');
  });

  it('sets every token of a text against one of them', () => {
    const tokens: ComparedPair = { ...pairOf(before, before), kind: 'tokens', token: 1 };
    const all = compareTexts(tokens);
    const here = compareAt(all, 2);
    expect([here.tokenA, here.tokenB]).toEqual([2, 1]);
    expect(here.layers.map(({ distance }) => Number(distance.toFixed(4)))).toEqual([0, 0.5]);
    // Layer 1 of token 2 against even: .25 + 0 + .125 + .125; the mean over two layers is a half of it.
    expect([...(all.moved ?? [])].map((moved) => Number(moved.toFixed(4)))).toEqual([0, 0, 0.25]);
    expect(pairLabels(tokens)).toEqual({ a: 'the token in focus', b: 'token 2 \u201c+4\u201d' });
    expect(comparisonSentence(tokens, all, here)).toBe('Between \u201c=\u201d (3) and \u201c+4\u201d (2), layer 1 differs most (.50 of 2): A leans to expert 0, B to 2 and 3. No other layer differs by .1 or more. After both, \u201c7\u201d is likeliest (.50 and .50).');
    expect(comparisonSentence(tokens, all, compareAt(all, 1))).toBe('A and B are the same token: go to another one.');
  });

  it('names the edit that it compares', () => {
    const plan = { format: 'moe-plan', version: '1.0', entries: [{ layers: [1], tokens: 'all', mask: [0] }] } as const;
    const edited = { ...after, run: { ...after.run, plan } };
    const edits = pairOf(before, edited, 'edits');
    const compared = compareTexts(edits);
    expect(planWords(edited)).toBe('expert 0 off in layer 1');
    expect(pairLabels(edits)).toEqual({ a: 'router as trained', b: 'expert 0 off in layer 1' });
    expect(comparisonSentence(edits, compared, compareAt(compared, 2))).toMatch(/^With expert 0 off in layer 1, layer 1 moves most \(1\.00 of 2\): from expert 0 to 2\./);
  });

  it('labels two prompts by prompt and two settings by setting', () => {
    const with_ = (trace: Trace, prompt: string, temperature: number): Trace => ({ ...trace, run: { ...trace.run, prompt, seed: 3, sampling: { temperature, topK: 0, topP: 1 } } });
    expect(pairLabels(pairOf(with_(before, 'One', 1), with_(after, 'Two', 1)))).toEqual({ a: '\u201cOne\u201d', b: '\u201cTwo\u201d' });
    expect(pairLabels(pairOf(with_(before, 'One', 1), with_(after, 'One', 0.2)))).toEqual({ a: 'T 1, seed 3', b: 'T .2, seed 3' });
  });

  it('says first that two runs are of different weights', () => {
    const of = (trace: Trace, digit: string): Trace => ({ ...trace, model: { ...trace.model, sha256: digit.repeat(64) } });
    expect(pairLabels(pairOf(of(before, 'a'), of(after, 'b')))).toEqual({ a: 'weights aaaaaaaa\u2026', b: 'weights bbbbbbbb\u2026' });
  });

  it('keeps to what there is where one text has no token, and where the shapes differ', () => {
    const short = { ...after, tokens: { ...after.tokens, ids: after.tokens.ids.slice(0, 2), text: ['3', '+4'], kind: after.tokens.kind.slice(0, 2) } };
    const cut = compareTexts(pairOf(before, short));
    const gone = compareAt(cut, 2);
    expect(gone).toMatchObject({ tokenA: 2, tokenB: -1, layers: [], next: undefined });
    expect(comparisonSentence(pairOf(before, short), cut, gone)).toBe('Only one of the two has a token here, so there is nothing to lay over one another. The texts part at column 3.');
    const other = compareTexts(pairOf(before, routedTrace({ experts: 5, chosen: [[[0], [1]]] })));
    expect(other.shares).toBeUndefined();
    expect(compareAt(other, 0).layers).toEqual([]);
  });

  it('finds the column of the playhead and back', () => {
    expect(playheadColumn(texts, 'a', 2)).toBe(2);
    expect(playheadColumn(texts, 'a', 9)).toBe(2);
    expect(tokenOfColumn(texts, 'b', 1)).toBe(1);
    expect(tokenOfColumn(texts, 'b', 9)).toBe(2);
  });
});
