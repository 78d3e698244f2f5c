import { expect, it } from 'vitest';
import { duplicateKey } from './json';

it.each([
  ['{"a":1,"a":2}', 'a'],
  ['{"a":1, "b":{"c":1,"c":2}}', 'c'],
  ['[{"a":1},{"a":2,"a" : 3}]', 'a'],
  ['{"a":{"b":1},"b":2,"a":3}', 'a'],
  ['{"":1,"":2}', ''],
  ['{"a":1,"\\u0061":2}', 'a'],
  ['{"x\\"y":1,"x\\"y":2}', 'x"y'],
  ['{"\\\\":1,"\\\\":2}', '\\'],
  ['{"a":"{","b":"}","a":1}', 'a'],
  ['{"a":"{","a":1}', 'a'],
  ['{"a":"}","a":1}', 'a'],
])('%s holds a key twice', (text, key) => expect(duplicateKey(text)).toBe(key));

it.each([
  '{}',
  '[]',
  '"a"',
  '{"a":1,"b":2}',
  '{"a":{"a":{"a":1}}}',
  '[{"a":1},{"a":2}]',
  '{"a":{"b":1},"c":{"b":1}}',
  '{"a":"b:","b":"a"}',
  '{"a":"x\\"a\\":","b":["a","a"]}',
  '{"a":"\\\\","b":1}',
  '{"a\\n":1,"a":2}',
])('%s does not', (text) => expect(duplicateKey(text)).toBeUndefined());
