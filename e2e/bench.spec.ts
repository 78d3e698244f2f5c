import type { Page } from '@playwright/test';
import { WITHOUT_WEBGPU } from './engine';
import { expect, test } from './fixtures';

/** Of a table of the bench page: its rows as text, cell by cell. */
const rows = (page: Page): Promise<string[][]> =>
  page.getByRole('row').evaluateAll((found) => found.slice(1).map((row) => [...row.children].map((cell) => cell.textContent ?? '')));

test('the bench page puts our block beside four other engines, and each of them computes it right', async ({ page, expectAccessible }) => {
  test.setTimeout(240_000);
  await page.goto('/bench/?only=ffn');
  await expect(page.getByRole('heading', { name: 'Benchmark' })).toBeVisible();
  await expectAccessible();
  await page.getByRole('button', { name: 'Run' }).click();
  if (WITHOUT_WEBGPU) {
    await expect(page.getByRole('status')).toContainText('The benchmark stopped: ');
    return;
  }
  await expect(page.getByRole('region', { name: 'Feed-forward block of one layer' })).toBeVisible({ timeout: 200_000 });
  const table = await rows(page);
  expect(table.map(([, engine]) => engine)).toEqual(['ours', 'ort-webgpu', 'ort-wasm', 'ort-wasm', 'tfjs-webgpu', 'jax-js-webgpu']);
  for (const [, engine, , median] of table) {
    console.log(`${engine}: ${median} ms`);
    expect(Number(median), engine).toBeGreaterThan(0);
  }
  // The same work on the same adapter in the same page: a ratio, not a time. Measured 12 to 25.
  expect(Number(table[1]?.[4])).toBeGreaterThan(5);
  await expect(page.getByText('WebAssembly is printed as the CPU ceiling')).toBeVisible();
  await expect(page.getByRole('link', { name: 'Save report' })).toBeVisible();
  await expectAccessible();
});
