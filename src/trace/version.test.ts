import { expect, test } from 'vitest';
import { Faults } from './faults';
import type { JsonObject } from './json';
import { MIGRATIONS, recogniseTrace } from './version';

const END = 'docs/TRACE_FORMAT.md describes the format.';

function recognise(value: unknown, migrations: ReadonlyMap<number, (file: JsonObject) => JsonObject> = MIGRATIONS): unknown {
  const faults = new Faults();
  const file = recogniseTrace(value, faults, migrations);
  return file ?? faults.list();
}

test('a file of version 1.x is taken as it is', () => {
  for (const version of ['1.0', '1.7', '1.123456']) expect(recognise({ format: 'moe-trace', version })).toEqual({ format: 'moe-trace', version });
});

test('what is no trace, or of no version, is refused at its place', () => {
  expect(recognise([])).toEqual([{ path: '', message: `The file holds a list of 0, but a trace is an object with "format": "moe-trace". Choose another file; ${END}` }]);
  expect(recognise({ format: 'x' })).toEqual([{ path: 'format', message: `The file is not a trace: its format is the text "x", but the text "moe-trace" is wanted. Choose another file; ${END}` }]);
  for (const version of ['1', '1.', '.1', 'v1.0', '1.0 ', 'x1.0', '1.0x', '1234567.0', '1.1234567', 1.5]) {
    expect(recognise({ format: 'moe-trace', version })).toEqual([{ path: 'version', message: `The trace's version is ${typeof version === 'string' ? `the text "${version}"` : 'the number 1.5'}, but a text such as "1.0" is wanted. Export it again; ${END}` }]);
  }
  for (const version of ['2.5', '12.0', '123456.0']) expect(recognise({ format: 'moe-trace', version })).toEqual([{ path: 'version', message: `The trace has version ${version}, but only versions 1.x are read here. Export it again in version 1, or open it with the program that wrote it; ${END}` }]);
});

test('an older version is brought up step by step, and a step that is missing is a refusal', () => {
  const steps = new Map<number, (file: JsonObject) => JsonObject>([[-1, (file: JsonObject) => ({ ...file, a: 1 })], [0, (file: JsonObject) => ({ ...file, b: 2 })]]);
  expect(recognise({ format: 'moe-trace', version: '0.9' }, steps)).toEqual({ format: 'moe-trace', version: '0.9', b: 2 });
  expect(recognise({ format: 'moe-trace', version: '0.9' })).toMatchObject([{ path: 'version' }]);
  expect(MIGRATIONS.size).toBe(0);
});
