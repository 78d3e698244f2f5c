import { describe, expect, it } from 'vitest';
import { readEvaluation } from './evaluation';
import { evaluationFixture } from './testing/evaluation';

/** The fixture with one value changed, as a file. */
function fileWith(change: (value: Record<string, never>) => void): string {
  const value = JSON.parse(JSON.stringify(evaluationFixture)) as Record<string, never>;
  change(value);
  return JSON.stringify(value);
}

const set = (path: string, to: unknown) => (value: Record<string, never>): void => {
  const keys = path.split('.');
  const last = keys.pop() ?? '';
  let at: Record<string, unknown> = value;
  for (const key of keys) at = at[key] as Record<string, unknown>;
  if (to === undefined) Reflect.deleteProperty(at, last);
  else at[last] = to;
};

const errors = (text: string): readonly string[] => {
  const result = readEvaluation(text);
  return result.ok ? [] : result.errors;
};

describe('readEvaluation', () => {
  it('reads what evaluate.py writes', () => {
    const result = readEvaluation(JSON.stringify(evaluationFixture));
    expect(result).toEqual({ ok: true, evaluation: evaluationFixture });
  });

  it('reads a dense model, without routing, references and oracle', () => {
    const text = fileWith((value) => {
      for (const key of ['specialisation', 'balance', 'kSweep']) set(key, undefined)(value);
      for (const key of ['miRatioMedian', 'maxVioMax', 'deadExperts', 'oracleAway', 'denseSmallSteps', 'bpbDenseMatch']) set(`summary.${key}`, null)(value);
      for (const i of [0, 1, 2]) set(`domains.${i}.denseMatch`, undefined)(value);
    });
    expect(readEvaluation(text).ok).toBe(true);
  });

  it.each([
    ['{', /^The file is not JSON/],
    ['3', /^The file is the number 3, but an object is wanted/],
    [fileWith(set('sha256', 'abc')), /^sha256 is the text "abc", but a SHA-256 as 64/],
    [fileWith(set('domains.1.bpb', undefined)), /^domains\[1\]\.bpb is missing/],
    [fileWith(set('domains', [])), /^domains is an empty list, but at least one/],
    [fileWith(set('families.0.accuracy', 1.2)), /^families\[0\]\.accuracy is the number 1\.2, but a number of at most 1/],
    [fileWith(set('families.0.low', 0.85)), /^families\[0\] has the accuracy 0\.8, which lies outside its own interval 0\.85 to 0\.86/],
    [fileWith(set('balance.1.load', [0.5, 0.5])), /^balance\[1\]\.load is a list of 2, but every layer/],
    [fileWith(set('balance.1.load', [0.5, 0.5, 0.5, 0])), /^balance\[1\]\.load sums to 1\.500/],
    [fileWith(set('summary.homeAccuracy', 'high')), /^summary\.homeAccuracy is the text "high"/],
    [fileWith(set('created', 'yesterday')), /^created is the text "yesterday", but a time/],
    ['{"__proto__": {}}', /__proto__/],
  ])('refuses %# with a sentence', (text, sentence) => {
    expect(errors(text)[0]).toMatch(sentence);
  });

  it('lists all faults at once', () => {
    expect(errors(fileWith((value) => {
      set('model', undefined)(value);
      set('kSweep.0.k', 0)(value);
    }))).toHaveLength(2);
  });
});
