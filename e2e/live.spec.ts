import { expect, test } from './fixtures';
import { openLive, openReplay, run, screen, startLongRun } from './page';

test('a prompt runs on the live model: tokens stream, the heatmap follows, and the same seed writes the same text', async ({ page }) => {
  test.setTimeout(180_000);
  await openLive(page);
  await page.evaluate(() => {
    const seen = new Set<string>();
    const observe = (): void => {
      const cell = document.querySelector('.heat')?.textContent ?? '';
      seen.add(cell);
      Object.assign(window, { heatStates: seen.size });
    };
    new MutationObserver(observe).observe(document.body, { subtree: true, childList: true, characterData: true, attributes: true });
  });
  await run(page, 'Once upon a time', 10);
  await expect(page.locator('.position')).toContainText('live run');
  await expect(page.locator('.chip.gen')).toHaveCount(10);
  expect(await page.evaluate(() => Reflect.get(window, 'heatStates') as number)).toBeGreaterThan(2);
  await expect(page.locator('.position .b')).toHaveText(new RegExp(`^Token ${await page.locator('.chip').count()}$`));

  const before = await screen(page);
  await run(page, 'Once upon a time', 10);
  expect(await screen(page)).toEqual(before);
  await page.getByRole('button', { name: 'Play' }).click();
  await expect(page.locator('.position .b')).toHaveText(/^Token [2-9]$/);
});

test('Stop keeps what was written, and the page runs again', async ({ page }) => {
  test.setTimeout(180_000);
  await openLive(page);
  await startLongRun(page);
  await page.getByRole('button', { name: 'Stop' }).click();
  await expect(page.getByRole('button', { name: 'Run', exact: true })).toBeVisible();
  const kept = await page.locator('.position').textContent();
  expect(Number(/of (\d+)/.exec(kept ?? '')?.[1])).toBeGreaterThan(1);
  await page.waitForTimeout(500);
  expect(await page.locator('.position').textContent()).toBe(kept);
  await run(page, 'The king', 2);
  await expect(page.locator('.chip.gen')).toHaveCount(2);
});

test('emoji and right-to-left text run, each token isolated and every hidden character visible', async ({ page }) => {
  test.setTimeout(180_000);
  await openLive(page);
  await run(page, 'a\u202eb \u{1f600} \u05e9\u05dc\u05d5\u05dd', 2);
  await expect(page.locator('.chip.gen')).toHaveCount(2);
  await expect(page.getByRole('alert')).toBeEmpty();
  const isolated = await page.locator('.chip > bdi').count();
  expect(isolated).toBe(await page.locator('.chip').count());
  await page.getByRole('button', { name: 'Share' }).click();
  await page.getByRole('tab', { name: 'File' }).click();
  await expect(page.getByRole('textbox', { name: 'Text of this run' })).toHaveValue(/^a\u202eb \u{1f600} \u05e9\u05dc\u05d5\u05dd/u);
});

test('a prompt beyond the context is refused with both numbers, and the text stays', async ({ page }) => {
  test.setTimeout(180_000);
  await openLive(page);
  const before = await screen(page);
  const long = 'abcde fghi '.repeat(1000).slice(0, 10_000);
  await page.getByRole('textbox', { name: 'Prompt' }).fill(long);
  await page.keyboard.press('Control+Enter');
  await expect(page.getByRole('alert')).toContainText(/\d{3,} tokens.*at most 512 tokens/, { timeout: 30_000 });
  await expect(page.getByRole('textbox', { name: 'Prompt' })).toHaveValue(long);
  expect(await screen(page)).toEqual(before);
  await run(page, 'Once', 1);
  await expect(page.getByRole('alert')).toBeEmpty();
});

test('an empty prompt is refused before anything is loaded', async ({ page }) => {
  await openReplay(page);
  await page.getByRole('textbox', { name: 'Prompt' }).fill('  \n');
  await page.getByRole('button', { name: 'Run', exact: true }).click();
  await expect(page.getByRole('alert')).toContainText('The prompt is empty');
  await expect(page.locator('.position')).toContainText('recorded run');
  await page.getByRole('button', { name: 'Dismiss' }).click();
  await expect(page.getByRole('alert')).toBeEmpty();
});

test('after a live run at 1440 px every panel of the dock can be opened, and the trace says how fast it was', async ({ page }) => {
  await page.setViewportSize({ width: 1440, height: 900 });
  await openLive(page);
  await run(page, 'Once upon a time', 4);
  const tabs = page.getByRole('tablist', { name: 'Panels' }).getByRole('tab');
  expect(await tabs.count()).toBeGreaterThan(5);
  for (const tab of await tabs.all()) {
    await tab.click();
    await expect(tab).toHaveAttribute('aria-selected', 'true');
    // The panel has arrived, so the tabs stand where they stay.
    await expect(page.locator('#dock-body .panel').first()).toBeVisible();
    if ((await tab.getAttribute('id')) === 'tab-trace') await expect(page.locator('.facts-list')).toContainText(/4 tokens in [\d.]+ s, [\d.]+ a second/);
  }
});
