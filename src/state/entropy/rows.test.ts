import { describe, expect, it } from 'vitest';
import { routedTrace } from '../../analysis/testing/routed';
import type { Trace } from '../../trace/trace';
import { stepEntropy } from '../stepEntropy';
import { leadSentence } from './lead';
import { COLLABORATION_ID } from './record';
import { labelRows, stepRows, type LabelRule } from './rows';
import { scoreOf } from './scores';

const text = ['Q', '\n', 'a', 'b', '\n', 'c', '\n', 'd'];
const plain = routedTrace({ experts: 2, chosen: text.map(() => [[0]]), promptTokens: 2, text });
// Entropy after each token; a step's first token is drawn from the one before it: 1.5, 0.25, 2.
const trace: Trace = { ...plain, output: { ...plain.output, entropy: Float32Array.from([0, 1.5, 0.5, 0.1, 0.25, 1, 2, 0]) } };
const rowsOf = (of: Trace) => stepRows(of, stepEntropy(of, { end: 'newline', candidates: 'all', pattern: { phase: 'none' } }), 'all');
const rule = (part: Partial<LabelRule>): LabelRule => ({ method: 'glimprouter', gate: 'entropy', threshold: 1, largeShare: 0.5, relaySteps: 1, finalByLarge: false, coin: (step) => [0.9, 0.1, 0.4][step] ?? 0, score: (row) => row.first, ...part });
const who = (of: Trace, part: Partial<LabelRule>) => labelRows(rowsOf(of), rule(part)).map(({ by }) => by);

const cost = { tokens: 1, flops: 1, ms: 1 };
const steps = [
  { position: 2, length: 3, writer: 'large', final: false, entropy: 1.5, squares: 0.25, top: [0.4, 0.3], judgement: undefined },
  { position: 5, length: 2, writer: 'small', final: false, entropy: 0.25, squares: 0.9, top: [0.9, 0.05] },
  { position: 7, length: 1, writer: 'large', final: true, entropy: 0.5, squares: 0.7, top: [0.8, 0.1] },
];
const record = { settings: {}, small: 'dense-small', large: 'moe', steps, costs: { probe: cost, smallDecode: cost, largePrefill: cost, largeDecode: cost }, end: 'answered' };
const both = (params: Record<string, unknown> = record): Trace => ({ ...trace, run: { ...trace.run, method: { id: COLLABORATION_ID, params } } });

describe('the steps of a text', () => {
  it('have the entropy of their first token and the mean of all', () => {
    const rows = rowsOf(trace);
    expect(rows.map(({ from, to }) => [from, to])).toEqual([[2, 5], [5, 7], [7, 8]]);
    expect(rows.map(({ first }) => first)).toEqual([1.5, 0.25, 2]);
    expect(rows[0]?.mean).toBeCloseTo((1.5 + 0.5 + 0.1) / 3, 6);
  });

  it('are those of the record where two models wrote, whatever the delimiter', () => {
    const rows = rowsOf(both());
    expect(rows.map(({ writer, first, final }) => [writer, first, final])).toEqual([['large', 1.5, false], ['small', 0.25, false], ['large', 0.5, true]]);
  });

  it('fall back to the delimiter where a record does not fit the text', () => {
    const gap = { ...record, steps: [steps[1]] };
    expect(rowsOf(both(gap))[0]?.writer).toBeUndefined();
    expect(rowsOf(both({ ...record, small: 3 }))[0]?.writer).toBeUndefined();
  });
});

describe('who writes', () => {
  it('is decided by each rule', () => {
    expect(who(trace, {})).toEqual(['large', 'small', 'large']);
    expect(who(trace, { threshold: 2 })).toEqual(['small', 'small', 'large']);
    expect(who(trace, { method: 'small' })).toEqual(['small', 'small', 'small']);
    expect(who(trace, { method: 'large' })).toEqual(['large', 'large', 'large']);
    expect(who(trace, { method: 'random' })).toEqual(['small', 'large', 'large']);
    expect(who(trace, { method: 'relay' })).toEqual(['large', 'small', 'small']);
    expect(who(trace, { method: 'stepMean', threshold: 0.69 })).toEqual(['large', 'small', 'large']);
  });

  it('is the large model for an answer that is always its own', () => {
    expect(who(both(), { finalByLarge: true })).toEqual(['large', 'small', 'large']);
    expect(who(both(), { finalByLarge: false })).toEqual(['large', 'small', 'small']);
  });

  it('makes all that follows a changed step stale', () => {
    const labels = labelRows(rowsOf(both()), rule({ threshold: 0.2, finalByLarge: true }));
    expect(labels.map(({ by }) => by)).toEqual(['large', 'large', 'large']);
    expect(labels.map(({ changed, stale }) => [changed, stale])).toEqual([[false, false], [true, true], [false, true]]);
    expect(labelRows(rowsOf(both()), rule({ finalByLarge: true })).some(({ stale }) => stale)).toBe(false);
  });
});

describe('scores of other gates', () => {
  const [first] = rowsOf(both());
  it('come from what was recorded of the first token', () => {
    expect(scoreOf(both(), first!, 'maxProbability', 'all')).toBeCloseTo(0.6, 6);
    // Squares of 1/4 over four tokens are those of the uniform distribution: no dispersion at all.
    expect(scoreOf({ ...both(), model: { ...trace.model, vocabulary: 4 } }, first!, 'variance', 'all')).toBeCloseTo(1, 12);
    expect(scoreOf(both(), first!, 'maxProbability', '20')).toBeNaN();
  });
});

describe('the sentence', () => {
  const say = (of: Trace, part: Partial<LabelRule>, would = false): string => leadSentence(rowsOf(of), labelRows(rowsOf(of), rule(part)), rule(part), would);
  it('names the steps of each model', () => {
    expect(say(trace, {})).toBe('Steps 1 and 3 start unsure and go to the large model. The small one writes 2.');
    expect(say(trace, {}, true)).toBe('Steps 1 and 3 start unsure and would go to the large model. The small one would write 2.');
    expect(say(trace, { threshold: 1.8 })).toBe('Step 3 starts unsure and goes to the large model. The small one writes 1 and 2.');
    expect(say(trace, { threshold: 9 })).toBe('No step starts unsure. The small model writes all 3.');
    expect(say(trace, { threshold: 0 })).toBe('All 3 steps start unsure and go to the large model.');
    expect(say(trace, { method: 'random' })).toBe('By the coin, steps 2 and 3 are the large model\u2019s. The small one writes 1.');
    expect(say(trace, { method: 'small' })).toBe('The small model alone: 3 steps.');
    expect(say(both(), { finalByLarge: true })).toBe('Step 1 starts unsure and goes to the large model. The small one writes 2. The answer is the large model\u2019s in any case.');
  });
});
