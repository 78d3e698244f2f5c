import { describe, expect, test } from 'vitest';
import { association, domainVariation, expertsOfLabel, labelsOfExpert, labelTable, numberLabels, vocabularySpecialisation } from './specialisation';
import { digits } from './testing/routed';

/** Eight tokens: label a four times, b three times, c once; expert 0 takes all a and one b, expert 1 the rest; 2 is idle. */
const labels = numberLabels(['a', 'b', 'a', 'a', 'b', 'c', 'b', 'a']);
const table = labelTable(digits('0 0 0 0 1 1 1 0', 3), labels);

test('labels are numbered as they come, and may be absent', () => {
  expect(labels.names).toEqual(['a', 'b', 'c']);
  const some = numberLabels([7, undefined, 5, 7]);
  expect([...some.of]).toEqual([0, -1, 1, 0]);
  expect(labelTable(digits('0 0 1 1', 2), some)).toMatchObject({ n: 3, ofExpert: Uint32Array.of(1, 2), ofLabel: Uint32Array.of(2, 1), both: Uint32Array.of(1, 0, 1, 1) });
});

test('the table counts labels by expert', () => {
  expect([...table.both]).toEqual([4, 1, 0, 0, 2, 1, 0, 0, 0]);
  expect([[...table.ofExpert], [...table.ofLabel], table.n]).toEqual([[5, 3, 0], [4, 3, 1], 8]);
});

describe('an expert and a label', () => {
  test('together more often than by chance', () => {
    // Lift 4*8/(5*4) = 1.6; nPMI ln 1.6 / ln 2 = .6780719
    const pair = association(table, 0, 0, 4);
    expect(pair).toMatchObject({ count: 4, ofExpert: 5, ofLabel: 4, rate: 1, lift: 1.6, enough: true });
    expect(pair.nPmi).toBeCloseTo(0.6780719, 7);
  });
  test('together less often', () => {
    // Lift 1*8/(5*3) = 8/15; nPMI ln(8/15) / ln 8 = -.3022969
    const pair = association(table, 0, 1);
    expect(pair.lift).toBeCloseTo(8 / 15, 12);
    expect(pair.nPmi).toBeCloseTo(-0.3022969, 7);
    expect(pair.enough).toBe(false);
  });
  test('never together', () => {
    expect(association(table, 0, 2)).toMatchObject({ count: 0, lift: 0, nPmi: -1 });
  });
  test('always together and nowhere else', () => {
    const apart = labelTable(digits('0 1', 2), numberLabels(['a', 'b']));
    expect(association(apart, 0, 0)).toMatchObject({ lift: 2, nPmi: 1 });
  });
  test('one of which was never seen', () => {
    expect(association(table, 2, 0)).toMatchObject({ count: 0, lift: NaN, nPmi: NaN });
  });
  test('both everywhere', () => {
    expect(association(labelTable(digits('0 0', 1), numberLabels(['a', 'a'])), 0, 0)).toMatchObject({ lift: 1, nPmi: 0 });
  });
});

test('rankings leave out what was seen too seldom', () => {
  expect(labelsOfExpert(table, 1, { minimum: 1 }).map(({ label, lift }) => [label, lift])).toEqual([[2, 8 / 3], [1, 16 / 9]]);
  expect(labelsOfExpert(table, 1, { minimum: 2 }).map(({ label }) => label)).toEqual([1]);
  expect(labelsOfExpert(table, 1)).toEqual([]);
  expect(labelsOfExpert(table, 1, { minimum: 1, by: 'count' }).map(({ label }) => label)).toEqual([1, 2]);
  expect(expertsOfLabel(table, 1, { minimum: 1, limit: 1 }).map(({ expert }) => expert)).toEqual([1]);
});

test('domain variation is the coefficient of variation of activation rates', () => {
  // Expert 0: rates 1 and 1/3 (c is 0): mean 2/3, sample deviation .4714045, ratio .7071068. Expert 1: 2/3 and 1: .2357023/.8333333.
  const variation = domainVariation(table);
  expect(variation[0]).toBeCloseTo(0.7071068, 7);
  expect(variation[1]).toBeCloseTo(0.2828427, 7);
  expect(variation[2]).toBeNaN();
});

test('vocabulary specialisation counts top-1 experts of frequent labels', () => {
  // a: 0 0 1 (2/3 to expert 0), b: 1 1 (all to expert 1), c: once, left out. Second experts do not count.
  const choices = digits('02 02 12 12 12 02', 3);
  const { score, assigned } = vocabularySpecialisation(choices, numberLabels(['a', 'a', 'a', 'b', 'b', 'c']), 2);
  expect([[...score], [...assigned]]).toEqual([[2 / 3, 1, NaN], [1, 1, 0]]);
  expect([...vocabularySpecialisation(choices, numberLabels(['a', 'a', 'a', 'b', 'b', 'c'])).assigned]).toEqual([0, 0, 0]);
});
