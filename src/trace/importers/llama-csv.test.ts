import { describe, expect, test } from 'vitest';
import { converted, type Made } from '../testing/converted';
import { llamaCsv } from './llama-csv';

const rows = (...lines: readonly string[]): string => lines.join('\n');
const faults = (text: string): unknown => converted(llamaCsv, undefined, text).faults;
const file = (text: string): Made => {
  const { files, faults: found } = converted(llamaCsv, undefined, text);
  expect(found).toEqual([]);
  expect(files).toHaveLength(1);
  return files[0]!;
};
const UNTOLD = [{ path: '', message: 'The rows cannot be told apart into tokens: they name no tokens, and no layer was run for a single one. Trace at least one generated token, or write a column named token.' }];

test('a text is recognised by its columns, or by two numbers in its first line', () => {
  expect(llamaCsv).toMatchObject({ id: 'llama-csv', name: 'llama.cpp layer,expert CSV (experimental)' });
  for (const text of ['layer,expert\n', 'Layer , EXPERT', 'token,expert,layer\r\n0,0,0', '3,4\n', '0 , 12', '  1,2  \n', '12,3']) expect(converted(llamaCsv, undefined, text).recognised).toBe(true);
  for (const text of ['', 'layer\n', 'expert,layers', '3\n', '3,4,5\n', '{"layer":1,"expert":2}', 'x,1\n', `${' '.repeat(400)}\n1,2`, `1,${' '.repeat(400)}2`]) expect(llamaCsv.recognises({ text, value: undefined })).toBe(false);
  expect(llamaCsv.recognises({ text: 'layer,expert', value: {} })).toBe(false);
});

describe('rows without tokens', () => {
  test('begin a new batch where the layer falls; the shortest run is one token', () => {
    // A batch of two tokens, of which the last layer is run for the last only, and then one token more.
    const made = file(rows('layer,expert', '1,1', '1,2', '1,3', '1,4', '3,5', '3,6', '1,7', '1,0', '3,2', '3,1', ''));
    expect(made).toMatchObject({
      title: 'llama.cpp moe-trace',
      model: { moeLayers: [1, 3], layers: 4, experts: 8, topK: 2 },
      run: { promptTokens: 3 },
      tokens: { kind: ['prompt', 'prompt', 'prompt'], text: ['<#1>', '<#2>', '<#3>'] },
      routing: { shape: [3, 2, 2], experts: [1, 2, 0, 0, 3, 4, 5, 6, 7, 0, 2, 1], count: [2, 0, 2, 2, 2, 2], mix: [null, null, 0, 0, null, null, null, null, null, null, null, null] },
      meta: { source: 'llama-csv' },
    });
    expect(made.meta.unknown).toContain('model.experts');
  });

  test('need no header, bear Windows line ends and blank lines, and have no count where all rows are full', () => {
    const made = file('0,1\r\n1,2\r\n \t\r\n0,3\r\n1,0\r\n');
    expect(made.routing).toEqual({ shape: [2, 2, 1], experts: [1, 2, 3, 0], mix: [null, null, null, null] });
  });

  test('may be of a single token, and of a layer that was run for some tokens of a batch', () => {
    expect(file(rows('0,1', '1,2')).routing).toMatchObject({ shape: [1, 2, 1], experts: [1, 2] });
    expect(file(rows('0,1', '0,2', '0,3', '4,5', '4,6', '0,7', '4,8')).routing).toMatchObject({ shape: [4, 2, 1], experts: [1, 0, 2, 5, 3, 6, 7, 8], count: [1, 0, 1, 1, 1, 1, 1, 1] });
  });

  test('that cannot be told apart are refused', () => {
    // One run only; a run that is no multiple of the shortest; a run that names an expert twice.
    expect(converted(llamaCsv, undefined, rows('0,1', '0,2'))).toMatchObject({ files: [], faults: UNTOLD });
    expect(faults(rows('0,1', '0,2', '1,1', '1,2', '1,3', ''))).toEqual(UNTOLD);
    expect(faults(rows('0,1', '0,1', '1,1', '1,2'))).toEqual(UNTOLD);
    expect(faults(rows('0,1', '0,2', '1,1', '1,1'))).toEqual(UNTOLD);
  });
});

test('a column for the token needs no guess, in whatever order and place', () => {
  const made = file(rows('rank,expert,token,layer', '0,4,9,2', '0,3,7,0', '1,1,7,0', '0,5,7,2'));
  expect(made).toMatchObject({ model: { moeLayers: [0, 2], experts: 6, topK: 2 }, routing: { shape: [2, 2, 2], experts: [3, 1, 5, 0, 0, 0, 4, 0], count: [2, 1, 0, 1] } });
  // The token's column first, digits in a name, and layers in any order.
  expect(file(rows('token,layer,expert,top2', '0,2,1', '0,0,3'))).toMatchObject({ model: { moeLayers: [0, 2] }, routing: { shape: [1, 2, 1], experts: [3, 1] } });
});

test('fields that are no whole numbers are refused with their line, and a file without rows too', () => {
  expect(faults(rows('layer,expert,token', 'x,1,0', '1,,0', '1,2,1000000', '10000,65536', '1,2,3'))).toEqual([
    { path: 'line 2', message: 'line 2 has "x" as layer, but a whole number up to 9999 is wanted.' },
    { path: 'line 3', message: 'line 3 has "" as expert, but a whole number up to 65535 is wanted.' },
    { path: 'line 4', message: 'line 4 has "1000000" as token, but a whole number up to 999999 is wanted.' },
    { path: 'line 5', message: 'line 5 has "10000" as layer, but a whole number up to 9999 is wanted.' },
    { path: 'line 5', message: 'line 5 has "65536" as expert, but a whole number up to 65535 is wanted.' },
    { path: 'line 5', message: 'line 5 has "" as token, but a whole number up to 999999 is wanted.' },
  ]);
  expect(faults(rows('layer,expert', `0,${'9'.repeat(50)}`))).toEqual([{ path: 'line 2', message: `line 2 has "${'9'.repeat(40)}" as expert, but a whole number up to 65535 is wanted.` }]);
  expect(faults(rows('layer,expert', '0,1', 'layer,expert'))).toHaveLength(2);
  for (const odd of ['-1', '1e1', '0x1', '+1', '1.0']) expect(faults(rows('layer,expert', `0,${odd}`))).toEqual([{ path: 'line 2', message: `line 2 has "${odd}" as expert, but a whole number up to 65535 is wanted.` }]);
  expect(faults('layer,expert\n\n')).toEqual([{ path: '', message: 'The file holds no rows of layer and expert.' }]);
  expect(file(rows('layer,expert,token', '9999, 65535 ,999999'))).toMatchObject({ model: { moeLayers: [9_999], experts: 65_536, topK: 1 } });
});

test('more cells than memory would do are refused before they are made', () => {
  const wide = rows('layer,expert,token', ...Array.from({ length: 6_000 }, (_, i) => `${i >> 1},${i & 1},${i >> 1}`));
  expect(faults(wide)).toEqual([{ path: '', message: 'The file holds 3000 tokens, 3000 layers and 2 experts, more than 16777216 numbers: trace fewer tokens.' }]);
});
