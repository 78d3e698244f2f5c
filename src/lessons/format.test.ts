import { describe, expect, it } from 'vitest';
import { parseLesson, wordCount } from './format';

const step = { text: 'Look.', task: 'Do it.', hint: 'Like this.', why: 'So it is.', check: { read: 'token', is: 3 }, solution: { set: { t: '3' } } };
const lesson = { format: 'moe-lesson', version: '1.0', id: 'mine', title: 'Mine', goal: 'To see.', minutes: 3, live: false, steps: [step] };
const faults = (value: unknown): readonly string[] => {
  const parsed = parseLesson(value);
  return parsed.ok ? [] : parsed.faults;
};
const withStep = (part: object): unknown => ({ ...lesson, steps: [{ ...step, ...part }] });

describe('a lesson file', () => {
  it('is read as it stands, with what is left out filled in', () => {
    const parsed = parseLesson(lesson);
    expect(parsed.ok && parsed.value.steps[0]).toEqual({ ...step, set: {}, values: {}, claims: [] });
  });

  it('is refused with a sentence and a path for each fault', () => {
    expect(faults({ ...lesson, id: 'Mine!', steps: [{ ...step, check: { read: 'tokn', is: 3 } }] })).toEqual([
      'id: an id is of small letters, digits and hyphens, at most 40.',
      'steps.0.check.read: this reading is not known; docs/LESSONS.md lists those that are.',
    ]);
    expect(faults(withStep({ check: { read: 'token' } }))).toEqual(['steps.0.check: a check compares its reading by is, min, max, same, more or less.']);
    expect(faults(withStep({ check: { all: [] } }))).toEqual(['steps.0.check.all: at least one check is wanted.']);
    expect(faults(withStep({ spot: 'moon' }))[0]).toMatch(/^steps\.0\.spot: one of prompt, /);
    expect(faults(withStep({ show: ['sentence', 'nothing'] }))).toEqual(['steps.0.show.1: an id of a part of the page is wanted; docs/LINKS.md lists them.']);
    expect(faults('text')).toHaveLength(1);
  });

  it('has texts of at most 60 words', () => {
    expect(faults(withStep({ text: 'word '.repeat(60).trim() }))).toEqual([]);
    expect(faults(withStep({ text: 'word '.repeat(61).trim() }))).toEqual(['steps.0.text: a text of a step has at most 60 words.']);
    expect(wordCount('A \u2013 b, c. 12')).toBe(4);
  });

  it('has a value for every name in braces', () => {
    expect(faults(withStep({ why: 'It was {a} and {b}.', values: { a: { read: 'mix', rank: 1 } } }))).toEqual(['steps.0: {b} stands in a text, but values has no b.']);
  });

  it('asks for no more than a prediction can hold', () => {
    const option = { text: 'yes', when: { read: 'token', is: 1 } };
    expect(faults(withStep({ predict: { question: 'Well?', options: [option] } }))).toEqual(['steps.0.predict.options: a prediction has at least two options.']);
    expect(faults(withStep({ predict: { question: 'Well?', options: [option, { text: 'no', when: { not: { read: 'token', is: 1 } } }] } }))).toEqual([]);
  });
});
