import { readFileSync } from 'node:fs';
import { expect, test } from './fixtures';
import { drop, EXAMPLES, openReplay, recorded, screen } from './page';

const first = EXAMPLES[0];
if (first === undefined) throw new Error('There are no examples.');

test('the first recorded run is drawn before any weights, and its numbers are those of the file', async ({ page }) => {
  const asked: string[] = [];
  page.on('request', (request) => asked.push(request.url()));
  await openReplay(page);
  const trace = recorded(first.trace);
  const { model, routing, run } = trace;
  const token = run.promptTokens - 1;
  const row = Math.floor((model.moeLayers.length - 1) / 2);
  const slot = (token * model.moeLayers.length + row) * routing.slots;
  await expect(page.locator('.position')).toHaveText(`Token ${token + 1} of ${trace.tokens.ids.length} recorded run`);
  await expect(page.getByRole('textbox', { name: 'Prompt' })).toHaveValue(first.prompt);

  const rows = page.locator('.p-router tbody tr[data-expert]');
  await expect(rows.nth(0)).toHaveAttribute('data-expert', String(routing.experts[slot]));
  await expect(rows.nth(1)).toHaveAttribute('data-expert', String(routing.experts[slot + 1]));
  await expect(rows.nth(0).locator('.m')).toHaveText((routing.mix[slot] ?? 0).toFixed(2).replace(/^0/, ''));
  const cell = page.locator(`[data-cell="${row}.${routing.experts[slot]}"]`);
  await expect(cell).toHaveClass(/k1/);
  await expect(cell).toHaveAttribute('aria-label', new RegExp(`^Layer ${model.moeLayers[row]}, expert ${routing.experts[slot]}: chosen first of two`));
  await expect(page.locator('.p-next tr.win td').first()).toBeVisible();
  expect(asked.filter((url) => url.endsWith('.safetensors'))).toEqual([]);
});

test('stepping, scrubbing and playing move every view', async ({ page }) => {
  await openReplay(page);
  const position = page.locator('.position .b');
  await page.getByRole('button', { name: 'First token' }).click();
  await expect(position).toHaveText('Token 1');
  await page.getByRole('button', { name: 'Next token', exact: true }).click();
  await expect(position).toHaveText('Token 2');
  const before = await screen(page);
  await page.locator('#token-4').click();
  await expect(position).toHaveText('Token 5');
  const after = await screen(page);
  for (const view of ['heat', 'router', 'next'] as const) expect(after[view]).not.toEqual(before[view]);

  await page.getByRole('combobox', { name: 'Playback speed' }).selectOption('8');
  await page.getByRole('button', { name: 'Play' }).click();
  await expect(page.getByRole('button', { name: 'Pause' })).toBeVisible();
  await expect(position).not.toHaveText('Token 5');
  await page.getByRole('button', { name: 'Pause' }).click();
  const stood = await position.textContent();
  await page.waitForTimeout(400);
  expect(await position.textContent()).toBe(stood);
  await page.getByRole('button', { name: 'Last token' }).click();
  await expect(position).toHaveText(`Token ${recorded(first.trace).tokens.ids.length}`);
});

test('stages of a token are named and can be stepped through', async ({ page }) => {
  await openReplay(page);
  await expect(page.getByRole('button', { name: '4 Combine' })).toHaveAttribute('aria-current', 'step');
  await page.getByRole('button', { name: '1 Score' }).click();
  await expect(page.locator('.p-flow .cap')).toContainText('The router gives each of the 16 experts a share');
  await page.keyboard.press('.');
  await expect(page.getByRole('button', { name: '2 Cut' })).toHaveAttribute('aria-current', 'step');
});

test('everything is reached by keyboard alone', async ({ page }) => {
  await openReplay(page);
  const position = page.locator('.position .b');
  await page.keyboard.press('Home');
  await expect(position).toHaveText('Token 1');
  await page.keyboard.press('ArrowRight');
  await expect(position).toHaveText('Token 2');
  await page.keyboard.press('End');
  await expect(position).toHaveText(`Token ${recorded(first.trace).tokens.ids.length}`);
  await page.keyboard.press('[');
  await expect(page.getByRole('heading', { name: /^Inside layer 2/ })).toBeVisible();

  await page.keyboard.press('Tab');
  await expect(page.getByRole('link', { name: 'Skip to the routing table' })).toBeFocused();
  await page.keyboard.press('Enter');
  const grid = page.getByRole('grid');
  await expect(grid).toBeFocused();
  await page.keyboard.press('Tab');
  await expect(grid.locator(':focus')).toHaveAttribute('data-cell', /^2\./);
  await page.keyboard.press('Home');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('PageDown');
  await expect(grid.locator(':focus')).toHaveAttribute('data-cell', '3.8');
  await expect(page.locator('.say')).toContainText('Layer 3, expert 8:');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { name: 'Inside layer 3' })).toBeVisible();

  await page.keyboard.press('?');
  await expect(page.getByRole('dialog', { name: 'Keys' })).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog')).toHaveCount(0);
});

test('an example brings its prompt, its settings and its recorded run', async ({ page }) => {
  expect(EXAMPLES.length).toBeGreaterThanOrEqual(8);
  await openReplay(page);
  for (const { title, prompt, trace } of [EXAMPLES[4], EXAMPLES.at(-1)].flatMap((example) => example ?? [])) {
    await page.getByRole('button', { name: 'Examples' }).click();
    await page.getByRole('button', { name: title }).click();
    await expect(page.getByRole('textbox', { name: 'Prompt' })).toHaveValue(prompt);
    await expect(page.locator('.position')).toContainText(`of ${recorded(trace).tokens.ids.length}`);
  }
});

test('an exported trace, dropped on the page, gives the same screen', async ({ page }) => {
  await openReplay(page);
  await page.locator('#token-3').click();
  await page.keyboard.press(']');
  const before = await screen(page);
  await page.getByRole('button', { name: 'Share' }).click();
  await page.getByRole('tab', { name: 'File' }).click();
  const download = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Export trace' }).click();
  const file = await download;
  expect(file.suggestedFilename()).toMatch(/\.moe-trace\.json$/);
  const content = readFileSync(await file.path(), 'utf8');
  expect(JSON.parse(content)).toMatchObject({ format: 'moe-trace', version: '1.0' });
  await page.keyboard.press('Escape');

  await page.reload();
  await expect(page.locator('.chip.cur')).toBeVisible();
  await page.getByRole('button', { name: 'First token' }).click();
  await drop(page, 'mine.json', content);
  await expect(page.locator('.position')).toContainText('from mine.json');
  expect(await screen(page)).toEqual(before);
});

test('a link carries prompt, settings, token and layer; bad values are dropped with a notice', async ({ page }) => {
  await openReplay(page, '#v=1&T=0.3&k=999&unit=hartley&t=2&l=5&p=Hello');
  await expect(page.getByRole('textbox', { name: 'Prompt' })).toHaveValue('Hello');
  await expect(page.getByRole('slider', { name: 'Temperature', exact: true })).toHaveValue('0.3');
  await expect(page.getByRole('slider', { name: 'Top-k', exact: true })).toHaveValue('100');
  await expect(page.locator('.position .b')).toHaveText('Token 3');
  await expect(page.getByRole('heading', { name: 'Inside layer 5' })).toBeVisible();
  await expect(page.getByRole('alert')).toContainText('unit=hartley');
  await expect(page.getByRole('alert')).toContainText('k=999');
  await page.keyboard.press('ArrowRight');
  await expect(page).toHaveURL(/[#&]t=3/);
});

test('with Save-Data the weights wait for a click that names their size', async ({ page }) => {
  const weights: string[] = [];
  page.on('request', (request) => {
    if (request.url().endsWith('.safetensors')) weights.push(request.url());
  });
  await openReplay(page);
  const button = page.getByRole('button', { name: /^Load model \(1[0-9]\.\d MB\)$/ });
  await expect(button).toBeVisible();
  expect(weights).toEqual([]);
  await button.click();
  await expect(page.locator('.badge')).toContainText('WebGPU', { timeout: 80_000 });
});

test('the theme is remembered, and the first one is the system\u2019s', async ({ page }) => {
  await page.emulateMedia({ colorScheme: 'dark' });
  await openReplay(page);
  const root = page.locator('html');
  await expect(root).toHaveAttribute('data-theme', 'dark');
  await page.getByRole('button', { name: 'Theme: as the system' }).click();
  await expect(root).toHaveAttribute('data-theme', 'light');
  await page.reload();
  await expect(root).toHaveAttribute('data-theme', 'light');
  await page.getByRole('button', { name: 'Theme: light' }).click();
  await expect(root).toHaveAttribute('data-theme', 'dark');
});
