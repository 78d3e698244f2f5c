/**
 * Tests that draw hundreds of inputs, or fill memory up to a bound, are left out of mutation tests: they would make a run take
 * hours, and what they find the tests with literal values should find too. Not by `testNamePattern`, which Stryker sets itself.
 */
import { beforeEach } from 'vitest';

const LONG = /500 mutated|200 generated|every float32 exactly|never with another error|come back as they were written|inflating to more|larger than 64 MiB|keys, nesting or sizes that could do harm/;

beforeEach(({ task, skip }) => {
  if (LONG.test(task.name)) skip();
});
