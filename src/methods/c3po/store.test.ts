import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parseItems, parseReferences } from './store';

const ITEM = { id: 'a', family: 'last', level: 2, template: 'away', prompt: 'One of two:', options: [' x', ' y'], answer: ' y' };
const lines = (...rows: readonly unknown[]): string => rows.map((row) => (typeof row === 'string' ? row : JSON.stringify(row))).join('\n');

describe('items', () => {
  it('are read, with and without an answer', () => {
    expect(parseItems(lines(ITEM, '', { prompt: 'q', options: ['1', '2'] }))).toEqual([ITEM, { id: 'line-3', family: '', prompt: 'q', options: ['1', '2'] }]);
  });

  it.each([
    ['{', 'Line 2 is not JSON: every line must be one complete JSON object.'],
    [[1], 'Line 2 is a list of 1, but a JSON object is wanted.'],
    [{ options: ['1', '2'] }, 'The item in line 2 has no prompt: "prompt" must be the text of the question.'],
    [{ prompt: 'q' }, 'The item in line 2 has no options: "options" must list at least two possible answers.'],
    [{ prompt: 'q', options: ['1'] }, 'The item in line 2 has one option only: at least two are needed to choose from.'],
    [{ prompt: 'q', options: ['1', 2] }, 'The item in line 2 has the number 2 as option 2: every option must be a text that is not empty.'],
    [{ prompt: 'q', options: ['1', '1'] }, 'The item in line 2 lists the option "1" twice: options must differ.'],
    [{ prompt: 'q', options: ['1', '2'], answer: '3' }, 'The item in line 2 has the answer "3", which is not one of its options.'],
  ])('%j is refused with its line', (row, sentence) => {
    expect(() => parseItems(lines(ITEM, row))).toThrow(`The list of items cannot be used. ${sentence}`);
  });

  it('are refused when there are none, or one twice', () => {
    expect(() => parseItems('\n')).toThrow('The list of items is empty');
    expect(() => parseItems(lines(ITEM, ITEM))).toThrow('the id "a" occurs twice');
  });
});

describe('references', () => {
  const shape = { layers: 1, experts: 2, width: 3 };
  const reference = { ...ITEM, baseAnswer: ' x', margin: -0.5, pathway: [[0.25, 0.75]], embedding: [1, 2, 3] };

  it('are read; whether the model was right follows from its answer', () => {
    const { references } = parseReferences(lines(reference, { ...reference, id: 'b', baseAnswer: ' y', correct: false }), shape);
    expect(references.map(({ correct, margin, pathway, embedding }) => [correct, margin, [...pathway], [...embedding]])).toEqual([
      [false, -0.5, [0.25, 0.75], [1, 2, 3]],
      [true, -0.5, [0.25, 0.75], [1, 2, 3]],
    ]);
  });

  it.each([
    [{ ...reference, answer: undefined }, 'The reference in line 1 has no answer: only labelled questions can be neighbours.'],
    [{ ...reference, baseAnswer: ' z' }, 'The reference in line 1 has the text " z" as "baseAnswer", but one of its options is wanted.'],
    [{ ...reference, embedding: [1] }, 'embedding'],
  ])('are refused otherwise', (row, sentence) => {
    expect(() => parseReferences(lines(row), shape)).toThrow(sentence);
  });

  it('that ship can be read', () => {
    const text = readFileSync(new URL('../../../public/references/single.jsonl', import.meta.url), 'utf8');
    const { references } = parseReferences(text, { layers: 8, experts: 16, width: 128 });
    expect(references.length).toBeGreaterThanOrEqual(2000);
    expect(references.every(({ pathway, embedding }) => pathway.length === 128 && embedding.length === 128)).toBe(true);
  });
});
