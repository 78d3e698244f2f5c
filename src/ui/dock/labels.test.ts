import { expect, test } from 'vitest';
import { digits, routedTrace } from '../../analysis/testing/routed';
import { alongText, byClass, byText, classInformation, ofExpert } from './labels';

/** Twelve tokens of two experts: words go to 0, numbers to 1, but one. */
const text = [' a', ' a', ' a', ' a', ' a', ' b', '1', '1', '1', '1', '1', '2'];
const trace = routedTrace({ experts: 2, chosen: text.map((t, i) => [[/\d/.test(t) !== (i === 11) ? 1 : 0]]), text });
const choices = digits('0 0 0 0 0 0 1 1 1 1 1 0', 2);

test('tokens of an expert: lift first, then what is too rare for one, by count', () => {
  const texts = byText(trace, choices);
  // Expert 0 took 7 of 12 tokens, all five " a": lift (5/7) / (5/12) = 12/7.
  expect(ofExpert(texts, 0).map(({ label, count, enough }) => [texts.labels.names[label], count, enough])).toEqual([[' a', 5, true], [' b', 1, false], ['2', 1, false]]);
  expect(ofExpert(texts, 0)[0]!.lift).toBeCloseTo(12 / 7, 12);
});

test('kinds of token', () => {
  const kinds = byClass(trace, choices);
  expect([...kinds.table.ofLabel]).toEqual([6, 0, 6, 0, 0, 0]);
  expect([...kinds.table.both]).toEqual([6, 0, 1, 0, 0, 0, 0, 0, 5, 0, 0, 0]);
});

test('use along the text in parts', () => {
  expect(alongText(choices, 0, 4)).toEqual([1, 1, 0, 1 / 3]);
  expect(alongText(digits('0', 2), 0, 2)).toEqual([1, Number.NaN]);
});

test('what the kind tells of the expert is far above shuffled kinds', () => {
  // H(kind) 1 bit, H(kind | expert) 7/12 H(1/7): 1 - .345142 = .654858 bits.
  const { bits, ratio } = classInformation(trace, 0);
  expect(bits).toBeCloseTo(0.654858, 5);
  expect(ratio).toBeGreaterThan(2);
});
