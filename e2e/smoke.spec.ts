import { expect, test } from './fixtures';

test('the page opens, says what it is, and offers a prompt and Run', async ({ page, expectAccessible }) => {
  await page.goto('/');
  await expect(page).toHaveTitle(/MoE Playground/);
  await expect(page.getByRole('textbox', { name: 'Prompt' })).toBeVisible();
  await expect(page.getByRole('button', { name: 'Run', exact: true })).toBeVisible();
  await expectAccessible();
});

test('stories run on a WebGPU adapter, and say on which', { tag: '@gpu' }, async ({ page }) => {
  await page.goto('/');
  const adapter = await page.evaluate(async () => {
    const info = (await navigator.gpu.requestAdapter())?.info;
    return info === undefined ? undefined : `${info.vendor} ${info.architecture}${info.isFallbackAdapter ? ' (software)' : ''}`;
  });
  console.log(`adapter (page): ${adapter ?? 'none'}`);
  expect(adapter).toBeDefined();
});
