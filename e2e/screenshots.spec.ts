import { expect, test } from './fixtures';
import { openLive, run } from './page';

/** Pictures for the README, taken of a live run: `npm run screenshots`. They are no test of pixels. */
const VIEWPORTS = { desktop: { width: 1440, height: 900 }, phone: { width: 390, height: 844 } } as const;

for (const [name, viewport] of Object.entries(VIEWPORTS)) {
  for (const theme of ['light', 'dark'] as const) {
    test.describe(`${name} ${theme}`, () => {
      test.use({ viewport, colorScheme: theme, deviceScaleFactor: name === 'phone' ? 2 : 1, hasTouch: name === 'phone' });
      test('is pictured', async ({ page }) => {
        test.setTimeout(240_000);
        await openLive(page);
        if (name === 'desktop') await run(page, 'Once upon a time there was a king who had', 32);
        else {
          await page.getByRole('button', { name: 'Run', exact: true }).click();
          await expect(page.getByRole('button', { name: 'Stop' })).toBeVisible();
          await expect(page.getByRole('button', { name: 'Run', exact: true })).toBeVisible({ timeout: 120_000 });
        }
        await page.evaluate(() => (document.activeElement instanceof HTMLElement ? document.activeElement.blur() : undefined));
        await page.keyboard.press('Home');
        for (let i = 0; i < 10; i += 1) await page.keyboard.press('ArrowRight');
        await page.waitForTimeout(600);
        await page.screenshot({ path: `docs/screenshots/${name}-${theme}.png` });
      });
    });
  }
}
