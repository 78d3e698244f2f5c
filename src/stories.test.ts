/** Every story is held to the rules of e2e/fixtures.ts. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';

const folder = fileURLToPath(new URL('../e2e', import.meta.url));

/** What is wrong with a story's file, in words. */
function faults(text: string): string[] {
  const found: string[] = [];
  if (!/import \{[^}]*\btest\b[^}]*\} from '\.\/fixtures';/.test(text)) found.push('takes no `test` from ./fixtures');
  if (/import (?!type )[^;]*from '(?:@playwright\/test|playwright)';/.test(text)) found.push('takes values from Playwright itself');
  if (/\.newContext\(|\.launch\w*\(/.test(text) && !/\bwatch\(/.test(text)) found.push('opens a context that it does not watch');
  return found;
}

const specs = readdirSync(folder).filter((name) => name.endsWith('.spec.ts')).sort();

test.each(specs)('%s uses the shared test, and watches every context that it opens', (name) => {
  expect(faults(readFileSync(join(folder, name), 'utf8'))).toEqual([]);
});

test('there are stories', () => expect(specs.length).toBeGreaterThan(20));

/** `ENGINE=onnx npm run test:e2e` leaves these out; everything else holds without WebGPU. */
test('only what is about a GPU needs one', () => {
  const tagged = specs.flatMap((name) => [...readFileSync(join(folder, name), 'utf8').matchAll(/'@gpu'/g)].map(() => name));
  expect(tagged).toEqual(['engine.spec.ts', 'recovery.spec.ts', 'smoke.spec.ts', 'wrong-input.spec.ts']);
});

describe('the rule', () => {
  const good = "import { expect, test } from './fixtures';\n";

  test('refuses another test, and an unwatched context', () => {
    expect(faults(good)).toEqual([]);
    expect(faults("import { expect, test } from '@playwright/test';")).toHaveLength(2);
    expect(faults(`${good}import type { Page } from '@playwright/test';`)).toEqual([]);
    expect(faults(`${good}import { chromium } from 'playwright';`)).toHaveLength(1);
    expect(faults(`${good}const context = await browser.newContext();`)).toHaveLength(1);
    expect(faults(`${good}const context = await browser.newContext();\nawait watch(context);`)).toEqual([]);
  });
});
