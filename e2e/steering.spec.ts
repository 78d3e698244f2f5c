import { existsSync, readFileSync } from 'node:fs';
import { parseResults } from '../src/state/results';
import { expect, test } from './fixtures';
import { openLive, openReplay, run, saved } from './page';

const shipped = (suite: string) => {
  const file = `public/results/${suite}.json`;
  return existsSync(file) ? parseResults(JSON.parse(readFileSync(file, 'utf8'))) : undefined;
};

test('a card for each method shows what was measured, with its numbers', async ({ page, expectAccessible }) => {
  const results = shipped('top-p');
  await openReplay(page, '#view=remix&method=top-p');
  const frontier = page.locator('[data-panel=top-p-frontier]');
  const rows = (results?.['frontier'] ?? []) as readonly { readonly kind: string; readonly meanExperts: number; readonly bitsPerByte: { readonly mean: number } }[];
  expect(rows.length).toBeGreaterThan(5);
  for (const { kind, meanExperts, bitsPerByte } of rows.filter((row) => row.kind !== 'paper')) {
    await expect(frontier.locator(`circle[data-line="${kind}"][data-x="${meanExperts}"]`)).toHaveAttribute('data-y', bitsPerByte.mean.toFixed(4));
  }
  await expect(page.locator('.honest')).toContainText(`${results?.summary['n']} texts`);
  await expectAccessible();

  for (const [name, panel] of [['Rerouting', 'rerouting-loss'], ['RICE', 'rice-rank']] as const) {
    await page.getByRole('tab', { name, exact: true }).click();
    await expect(page.locator(`[data-panel=${panel}]`)).toBeVisible();
    await expectAccessible();
  }
});

test('a number that cannot be gets a sentence and is not taken over', async ({ page }) => {
  await openReplay(page, '#view=remix&method=top-p');
  const p = page.getByRole('textbox', { name: 'Probability mass p' });
  await p.fill('NaN');
  const fault = page.locator('.p-remix').getByRole('alert');
  await expect(fault).toHaveText('Probability mass p has to be a number from 0.05 to 1.');
  await p.fill('0.7');
  await expect(fault).toHaveCount(0);
});

test('each method runs on the text on screen, and its plan travels in the trace', async ({ page }) => {
  test.setTimeout(240_000);
  await openLive(page);
  await run(page, 'Once upon a time there was a king who had three sons', 2);
  await page.getByRole('tab', { name: /^Re-mix/ }).click();

  await page.getByRole('tab', { name: 'Top-p', exact: true }).click();
  await page.getByRole('textbox', { name: 'Probability mass p' }).fill('0.5');
  await page.getByRole('button', { name: 'Run on this text' }).click();
  const bars = page.locator('[data-panel=top-p-layers] [data-layer]');
  await expect(bars).toHaveCount(8, { timeout: 60_000 });
  for (const value of await bars.locator('text.ink').allTextContents()) {
    expect(Number(value)).toBeGreaterThanOrEqual(1);
    expect(Number(value)).toBeLessThanOrEqual(2);
  }

  await page.getByRole('tab', { name: 'Rerouting', exact: true }).click();
  await page.getByRole('textbox', { name: 'Gradient steps' }).fill('2');
  await page.getByRole('button', { name: 'Run on this text' }).click();
  const losses = page.locator('[data-panel=rerouting-loss] circle[data-line=context]');
  await expect(losses).toHaveCount(3, { timeout: 120_000 });
  const [first, , last] = await losses.evaluateAll((circles) => circles.map((circle) => Number(circle.getAttribute('data-y'))));
  expect(last).toBeLessThan(first!);

  await page.getByRole('tab', { name: 'RICE', exact: true }).click();
  await page.getByRole('combobox', { name: 'marker' }).selectOption('own');
  await page.getByRole('textbox', { name: 'text of the marker' }).fill(' a');
  await page.getByRole('button', { name: 'Run on this text' }).click();
  await expect(page.locator('[data-panel=rice-rank] tbody tr')).toHaveCount(8, { timeout: 60_000 });
  await expect(page.locator('[data-panel=rice-rank] tbody tr.on')).toHaveCount(2);
  await page.getByRole('button', { name: 'Use in all views' }).click();
  await expect(page.getByRole('button', { name: 'Use in all views' })).toBeEnabled({ timeout: 60_000 });
  const trace = await saved(page);
  expect(trace.run.method?.id).toBe('rice');
  expect(trace.run.plan?.entries.flatMap(({ scale }) => Object.values(scale ?? {}))).toEqual([4, 4]);
});
