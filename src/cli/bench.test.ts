import { expect, test } from 'vitest';
import { mergeReport } from './bench';

const result = { summary: { speed: 2 }, details: { adapter: 'a' }, lines: [] };

test('a section replaces its own figures in the report and keeps those of others', () => {
  const before = { summary: { speed: 1, accuracy: 0.5 }, sections: { engine: { measured: 'old', details: {} }, tasks: { measured: 'then', details: {} } } };
  expect(mergeReport(before, 'engine', result, 'now')).toEqual({
    summary: { speed: 2, accuracy: 0.5 },
    sections: { engine: { measured: 'now', details: { adapter: 'a' } }, tasks: { measured: 'then', details: {} } },
  });
});

test('what is no report is replaced', () => {
  for (const before of [undefined, 3, null, [], { summary: 4 }]) {
    expect(mergeReport(before, 'engine', result, 'now')).toEqual({ summary: { speed: 2 }, sections: { engine: { measured: 'now', details: { adapter: 'a' } } } });
  }
});
