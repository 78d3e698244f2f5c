/** Run, scrub and inspect without scrolling, and no text cut off or standing on another, in the states that a visitor meets. */
import type { Page } from '@playwright/test';
import { expect, test } from './fixtures';
import { fit } from './fit';
import { EXAMPLES, openLive, openReplay, run } from './page';

const SIZES = [[1440, 900], [1180, 800]] as const;
const FITS = { beyond: 0, clipped: [], overlaps: [], outside: [] };

async function expectFits(page: Page, state: string): Promise<void> {
  await expect.soft(async () => expect({ state, ...(await fit(page)) }).toEqual({ state, ...FITS })).toPass({ timeout: 3_000 });
}

/** The same at every size, without another run. */
async function expectFitsAnywhere(page: Page, state: string): Promise<void> {
  for (const [width, height] of SIZES) {
    await page.setViewportSize({ width, height });
    await expectFits(page, `${state} at ${width} x ${height}`);
  }
}

for (const [width, height] of SIZES) {
  test.describe(`${width} x ${height}`, () => {
    test.use({ viewport: { width, height } });

    test('a recorded run, each panel of the dock, edits that wait, and each way to look at the table fit', async ({ page }) => {
      test.setTimeout(240_000);
      await openReplay(page);
      await expectFits(page, 'main');
      for (const stage of ['Score', 'Cut', 'Run', 'Combine']) {
        await page.getByRole('button', { name: new RegExp(`^\\d ${stage}$`) }).click();
        await expectFits(page, `stage ${stage}`);
      }
      await page.getByRole('button', { name: 'all tokens', exact: true }).first().click();
      await expectFits(page, 'all tokens');
      await page.getByRole('button', { name: 'token', exact: true }).first().click();
      await page.locator('[data-cell="4.9"]').click();
      await page.locator('[data-cell="4.9"]').click({ modifiers: ['Shift'] });
      await expectFits(page, 'an expert that was not chosen, pinned');
      await page.getByRole('button', { name: 'all 16' }).click();
      await expectFits(page, 'all experts of the router');
      await page.getByRole('button', { name: 'fewer', exact: true }).click();
      for (const tab of await page.getByRole('tablist', { name: 'Panels' }).getByRole('tab').all()) {
        await tab.click();
        await expect(page.locator('#dock-body .panel').first()).toBeVisible();
        await expectFits(page, `dock: ${await tab.textContent()}`);
      }
      await page.keyboard.press('Escape');
      await expect(page.getByRole('tabpanel')).toHaveCount(0);
      await expect(page).not.toHaveURL(/view=/);
      await page.reload();
      await expect(page.locator('.chip.cur')).toBeVisible();
      await page.getByRole('button', { name: /^Switch expert \d+ off$/ }).first().click();
      await expect(page.getByRole('group', { name: 'Edits', exact: true })).toHaveAttribute('data-phase', 'waiting');
      await expectFits(page, 'an edit that waits for the model');
    });

    for (const { title } of EXAMPLES.filter(({ trace }) => /python|german|steps|languages/.test(trace))) {
      test(`"${title}" fits at its first, its middle and its last token`, async ({ page }) => {
        await openReplay(page);
        await page.getByRole('button', { name: 'Examples' }).click();
        await page.getByRole('button', { name: new RegExp(`^${title}`) }).click();
        for (const key of ['Home', 'End']) {
          await page.keyboard.press(key);
          await expectFits(page, `${title} ${key}`);
        }
      });
    }
  });
}

test('a live run and edits that have run fit', async ({ page }) => {
  test.setTimeout(300_000);
  await openLive(page);
  await run(page, 'Once upon a time there was a king who had', 6);
  await page.locator('#token-10').click();
  await expectFitsAnywhere(page, 'live run');
  const edits = page.getByRole('group', { name: 'Edits', exact: true });
  await page.getByRole('button', { name: /^Switch expert \d+ off$/ }).first().click();
  await expect(edits).toHaveAttribute('data-phase', 'done', { timeout: 60_000 });
  await expectFitsAnywhere(page, 'one edit');
  await page.getByRole('button', { name: 'Fewer experts' }).click();
  await expect(edits).toContainText('2 edits');
  await expect(edits).toHaveAttribute('data-phase', 'done', { timeout: 60_000 });
  await expectFitsAnywhere(page, 'two edits');
  await page.getByRole('tab', { name: /^Edits/ }).click();
  await expectFitsAnywhere(page, 'two edits, dock open');
});
