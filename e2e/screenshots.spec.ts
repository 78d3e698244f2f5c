import { mkdirSync, writeFileSync } from 'node:fs';
import type { Locator, Page } from '@playwright/test';
import { expect, test } from './fixtures';
import { withPalette } from './palette';

/** Pictures of the views in both themes, taken of a live run: `npm run screenshots`. They are no test of pixels. */
const FOLDER = 'docs/screenshots';
const PROMPT = 'Once upon a time there was a king who had';
const TOKENS = 14;
/** Which question of the benchmark both models answer. */
const QUESTION = 7;
/** Nobody waits here for a bound: a busy machine takes its time. */
const PATIENCE = 400_000;
/** The last token of the prompt. */
const TOKEN = 10;

test.use({ actionTimeout: 30_000 });

const DESKTOPS = [[1440, 900], [1180, 800]] as const;

async function picture(page: Page, name: string): Promise<void> {
  await page.evaluate(async () => {
    if (document.activeElement instanceof HTMLElement) document.activeElement.blur();
    await document.fonts.ready;
  });
  await page.mouse.move(2, 2);
  mkdirSync(FOLDER, { recursive: true });
  writeFileSync(`${FOLDER}/${name}.png`, withPalette(await page.screenshot({ animations: 'disabled', caret: 'hide' })));
}

/** One view at each size in each theme. */
async function pictures(page: Page, view: string, sizes: readonly (readonly [number, number])[]): Promise<void> {
  for (const [width, height] of sizes) {
    await page.setViewportSize({ width, height });
    for (const theme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme: theme, reducedMotion: 'no-preference' });
      await expect(page.locator('html')).toHaveAttribute('data-theme', theme);
      await picture(page, `${view}-${width}-${theme}`);
    }
  }
}

async function live(page: Page): Promise<void> {
  await page.goto(`/#v=1&n=${TOKENS}&p=${encodeURIComponent(PROMPT)}`);
  await expect(page.locator('.badge, .samp-button').first()).toBeVisible();
  await expect(page.locator('.chip.cur')).toBeVisible();
  await page.getByRole('button', { name: 'Run', exact: true }).click();
  await expect(page.locator('.position')).toHaveAttribute('data-origin', 'live', { timeout: PATIENCE });
  await expect(page.getByRole('button', { name: 'Run', exact: true })).toBeVisible({ timeout: PATIENCE });
  await page.locator(`#token-${TOKEN}`).click();
}

async function ablate(page: Page): Promise<void> {
  await page.getByRole('button', { name: /^Switch expert \d+ off$/ }).first().click();
  await expect(page.getByRole('group', { name: 'Edits', exact: true })).toHaveAttribute('data-phase', 'done', { timeout: PATIENCE });
}

/** Both models answer a question of several steps, some of which begin unsure. */
async function bothModels(page: Page, press: (button: Locator) => Promise<void>): Promise<void> {
  await expect(page.locator('[data-second=ready]')).toBeVisible({ timeout: PATIENCE });
  for (let i = 0; i < QUESTION; i += 1) await press(page.getByRole('button', { name: 'next question' }));
  await press(page.getByRole('button', { name: 'Run', exact: true }));
  await expect(page.getByRole('button', { name: 'Stop' })).toBeVisible();
  await expect(page.getByRole('button', { name: 'Run', exact: true })).toBeVisible({ timeout: PATIENCE });
  await expect(page.locator('[data-answer]')).toBeVisible();
}

test('two models on a desk', async ({ page }) => {
  test.setTimeout(1_200_000);
  await page.setViewportSize({ width: 1440, height: 900 });
  await page.goto('/#v=1&view=entropy');
  await bothModels(page, (button) => button.click());
  await pictures(page, 'entropy', DESKTOPS);
});

/** A question whose answer the method changes, re-mixed and applied, so that the columns show it too. */
async function remix(page: Page): Promise<void> {
  await page.goto('/#v=1&view=remix&item=single-test-away-436');
  await expect(page.locator('[data-panel=remix-effect] [data-cost=mix]')).toBeVisible({ timeout: PATIENCE });
  await page.getByRole('button', { name: /^Find the mix/ }).click();
  await expect(page.locator('[data-panel=remix-loss]').getByText(/finished\./)).toBeVisible({ timeout: PATIENCE });
  await expect(page.getByRole('button', { name: 'Run', exact: true })).toBeVisible({ timeout: PATIENCE });
  await page.locator('[data-panel=remix-mix]').getByRole('button', { name: 'L7' }).click();
  await page.getByRole('button', { name: 'Apply', exact: true }).click();
  await expect(page.locator('.position')).toHaveAttribute('data-origin', 'live', { timeout: PATIENCE });
  await expect(page.getByRole('button', { name: 'Run', exact: true })).toBeVisible({ timeout: PATIENCE });
}

test('Re-mix on a desk', async ({ page }) => {
  test.setTimeout(1_200_000);
  await page.setViewportSize({ width: 1440, height: 900 });
  await remix(page);
  await pictures(page, 'remix', DESKTOPS);
});

test('on a desk', async ({ page }) => {
  test.setTimeout(1_200_000);
  await page.setViewportSize({ width: 1440, height: 900 });
  await live(page);
  await pictures(page, 'main', DESKTOPS);
  await page.getByRole('tab', { name: /^Load/ }).click();
  await expect(page.locator('#dock-body .panel').first()).toBeVisible();
  await pictures(page, 'load', DESKTOPS);
  await page.getByRole('tab', { name: 'Model', exact: true }).click();
  await expect(page.locator('.mc').first()).toBeVisible({ timeout: 60_000 });
  await pictures(page, 'model', DESKTOPS);
  await page.getByRole('tab', { name: 'Model', exact: true }).click();
  await ablate(page);
  await pictures(page, 'edited', DESKTOPS);
  await page.getByRole('tab', { name: /^Compare/ }).click();
  await expect(page.locator('.cheat')).toHaveCount(3);
  await pictures(page, 'compare', DESKTOPS);
});

test.describe('on a phone', () => {
  test.use({ viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, hasTouch: true });
  test('two models on a phone', async ({ page }) => {
    test.setTimeout(1_200_000);
    await page.goto('/#v=1&view=entropy');
    await bothModels(page, (button) => button.tap());
    await page.locator('.sheet .lead').first().scrollIntoViewIfNeeded();
    await pictures(page, 'entropy', [[390, 844]]);
  });

  test('Re-mix on a phone', async ({ page }) => {
    test.setTimeout(1_200_000);
    await remix(page);
    await page.locator('[data-panel=remix-neighbours]').evaluate((panel) => panel.scrollIntoView());
    await pictures(page, 'remix', [[390, 844]]);
  });
  test('on a phone', async ({ page }) => {
    test.setTimeout(1_200_000);
    const sizes = [[390, 844]] as const;
    await live(page);
    await pictures(page, 'main', sizes);
    await page.getByRole('tab', { name: 'Stats' }).tap();
    await expect(page.locator('.sheet .panel').first()).toBeVisible();
    await pictures(page, 'load', sizes);
    await page.getByRole('group', { name: 'Statistics' }).getByRole('button', { name: 'Model' }).tap();
    await expect(page.locator('.mc').first()).toBeVisible({ timeout: 60_000 });
    await pictures(page, 'model', sizes);
    await page.getByRole('tab', { name: 'Inspect' }).tap();
    await ablate(page);
    await page.getByRole('tab', { name: 'Compare' }).tap();
    await expect(page.locator('.cheat')).toHaveCount(3);
    await pictures(page, 'compare', sizes);
  });
});
