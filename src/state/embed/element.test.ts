import { readFileSync, statSync } from 'node:fs';
import { expect, it } from 'vitest';
import { ELEMENT_ATTRIBUTES, SANDBOX } from './code';

const SCRIPT = readFileSync('public/embed/moe-playground.js', 'utf8');

it('the element is under 5 kB, and knows the attributes and the sandbox that the Share dialog writes', () => {
  expect(statSync('public/embed/moe-playground.js').size).toBeLessThan(5_000);
  for (const name of ELEMENT_ATTRIBUTES) expect(SCRIPT).toContain(`'${name}'`);
  expect(SCRIPT).toContain(`'${SANDBOX}'`);
});
