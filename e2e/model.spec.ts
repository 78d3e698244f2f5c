import { existsSync, readFileSync } from 'node:fs';
import type { Page } from '@playwright/test';
import { readEvaluation, type Evaluation } from '../src/state/evaluation';
import { evaluationFixture } from '../src/state/testing/evaluation';
import { expect, test } from './fixtures';
import { openReplay } from './page';

const FILE = 'public/models/moe/evaluation.json';
const manifest = JSON.parse(readFileSync('public/models/manifest.json', 'utf8')) as { models: { moe: { files: Record<string, { bytes: number; sha256: string }> } } };
const weights = manifest.models.moe.files['model.safetensors']?.sha256 ?? '';
/** The fixture as if it were measured on the weights of the page. */
const fitting: Evaluation = { ...evaluationFixture, sha256: weights };

/** Puts this text in the place of evaluation.json; undefined takes the file away. */
async function serve(page: Page, text: string | undefined): Promise<void> {
  const { 'evaluation.json': listed, ...files } = manifest.models.moe.files;
  const moe = { files: text === undefined ? files : { ...files, 'evaluation.json': listed ?? { bytes: 1, sha256: '0'.repeat(64) } } };
  await page.route('**/models/manifest.json', (route) => route.fulfill({ json: { version: 1, models: { moe } } }));
  await page.route('**/models/moe/evaluation.json', (route) => route.fulfill({ body: text ?? '', contentType: 'application/json' }));
}

async function openModel(page: Page): Promise<void> {
  await openReplay(page);
  await page.getByRole('button', { name: /\d+ layers/ }).click();
}

test('the model\u2019s line opens what was measured, which is fetched only then', async ({ page }) => {
  const asked: string[] = [];
  page.on('request', (request) => asked.push(request.url()));
  await serve(page, JSON.stringify(fitting));
  await openReplay(page);
  expect(asked.filter((url) => /evaluation|training/.test(url))).toEqual([]);
  await page.getByRole('button', { name: /\d+ layers/ }).click();
  await expect(page).toHaveURL(/view=model/);

  await expect(page.getByRole('img', { name: /^Bits per byte\. 1\.42 bits per byte in the mean of 3 domains/ })).toBeVisible();
  const german = page.locator('[data-panel=model-bits] [data-row=german]');
  await expect(german).toContainText('2.03');
  await expect(german).toContainText('dense-match, n-gram');
  await expect(german.locator('.better')).toHaveCount(2);
  await expect(page.locator('[data-panel=model-specialisation] [data-row="1"]')).toContainText('40\u00d7');
  await expect(page.locator('[data-panel=model-balance] [data-row="1"]')).toContainText('.60');
  await expect(page.locator('[data-panel=model-sweep]')).toContainText('lowest at k = 2');
  await expect(page.locator('[data-panel=model-summary] .msay')).toContainText('80\u00a0% right in the wording seen in training');
  await expect(page.locator('[data-panel=model-families] [data-row=parity] .iv')).toHaveCount(8);
  const facts = page.getByRole('region', { name: 'Where this is from' });
  await expect(facts).toContainText(evaluationFixture.command);
  await expect(facts).toContainText(weights);
  await expect(facts).toContainText(/trained on[\d,]+ tokens/);
  await expect(page.getByText('These measurements are of other weights')).toHaveCount(0);
  expect(asked.filter((url) => url.endsWith('evaluation.json'))).toHaveLength(1);
});

test('each figure is also a table and a CSV file with the same numbers', async ({ page }) => {
  await serve(page, JSON.stringify(fitting));
  await openModel(page);
  await page.getByRole('button', { name: 'Table and downloads: Bits per byte' }).click();
  const download = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Download CSV' }).click();
  const lines = readFileSync(await (await download).path(), 'utf8').split('\r\n');
  expect(lines[0]).toBe('domain,tokens,this model,low,high,dense-match,earlier,dense-small,n-gram,xz primed,xz');
  expect(lines[2]).toBe('german,8000,2.03,2.01,2.05,1.98,2.11,2.3,2.01,2.26,2.82');
  await page.getByRole('button', { name: 'Table and downloads: Accuracy by task' }).click();
  await page.getByRole('button', { name: 'Show as table' }).click();
  await expect(page.locator('[data-panel=model-families] tbody tr')).toHaveCount(fitting.families.length);
  await expect(page.locator('[data-panel=model-families] tbody tr').first()).toContainText('parity');
});

test('a checkpoint without measurements says so, and one with others\u2019 says that', async ({ page }) => {
  await serve(page, undefined);
  await openModel(page);
  await expect(page.getByText('This checkpoint has not been measured yet')).toBeVisible();
  await page.unrouteAll();
  await serve(page, JSON.stringify(evaluationFixture));
  await openModel(page);
  await expect(page.getByText('These measurements are of other weights (0123456789ab\u2026)')).toBeVisible();
});

test('a malformed file is refused with every fault, and no figure is drawn', async ({ page }) => {
  await serve(page, JSON.stringify({ ...fitting, model: 3, families: 'none' }));
  await openModel(page);
  await expect(page.getByText('evaluation.json has 2 faults')).toBeVisible();
  await expect(page.getByText('families is the text "none", but a list is wanted')).toBeVisible();
  await expect(page.locator('.mc')).toHaveCount(0);
});

test('the shipped measurements are of the shipped weights and drawn in full, or the page says that there are none', async ({ page }) => {
  await openModel(page);
  if (!existsSync(FILE)) {
    await expect(page.getByText('This checkpoint has not been measured yet')).toBeVisible();
    return;
  }
  const result = readEvaluation(readFileSync(FILE, 'utf8'));
  expect(result.ok ? [] : result.errors).toEqual([]);
  if (!result.ok) return;
  await expect(page.locator('[data-panel=model-bits] [data-row]')).toHaveCount(result.evaluation.domains.length + 1);
  await expect(page.locator('[data-panel=model-families] [data-row]')).toHaveCount(new Set(result.evaluation.families.map(({ kind, family }) => kind + family)).size);
  expect(result.evaluation.sha256).toBe(weights);
  await expect(page.getByText('These measurements are of other weights')).toHaveCount(0);
});

for (const width of [1440, 390]) {
  test(`axe finds nothing in About this model at ${width} px`, async ({ page, expectAccessibleInBothThemes }) => {
    test.setTimeout(120_000);
    await page.setViewportSize({ width, height: 900 });
    await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' });
    await serve(page, JSON.stringify(fitting));
    if (width === 1440) await openModel(page);
    else {
      await openReplay(page);
      await page.getByRole('button', { name: 'Menu' }).click();
      await page.getByRole('button', { name: 'About this model' }).click();
    }
    await expect(page.locator('[data-panel=model-bits] .own').first()).toBeVisible();
    await expectAccessibleInBothThemes('.p-model');
    expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0);
  });
}
