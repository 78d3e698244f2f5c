import type { Page } from '@playwright/test';
import { expect, test } from './fixtures';
import { findMix, mixOutcome, outcome, prepareLosses } from './losses';
import { openLive, run, saved } from './page';

test.use({ viewport: { width: 1440, height: 900 } });

const PROMPT = 'Once upon a time';
const TOKENS = 10;

/** Runs what is in the fields, and the edits that are on. */
async function runAgain(page: Page): Promise<void> {
  await page.getByRole('textbox', { name: 'Prompt' }).focus();
  await page.keyboard.press('Control+Enter');
  await expect(page.getByRole('button', { name: 'Stop' })).toBeVisible();
  await expect(page.getByRole('button', { name: 'Run', exact: true })).toBeVisible({ timeout: 120_000 });
}

test('a GPU that is lost in a run, with edits and in a gradient costs nothing; the second loss moves the same text to the processor', { tag: '@gpu' }, async ({ page, allowErrors }) => {
  test.setTimeout(420_000);
  // Where a worker is killed the browser may say so.
  allowErrors(/worker|GPU|Instance dropped/i);
  const losses = await prepareLosses(page);
  const notices = page.getByRole('alert');
  let mix: Record<string, unknown> = {};
  await openLive(page);
  await page.getByRole('textbox', { name: 'exact value of T', exact: true }).fill('0.8');
  await run(page, PROMPT, TOKENS);

  await test.step('a crash of the GPU process in the middle of writing', async () => {
    const before = await outcome(page, await saved(page));
    await losses.arm('crash', 3);
    await runAgain(page);
    expect(await losses.struck()).toBe(1);
    await expect(notices).toContainText('The GPU was lost and the engine was started again');
    expect(await outcome(page, await saved(page))).toEqual(before);
  });

  await test.step('a killed worker while edits are put into effect', async () => {
    await losses.later();
    const expert = page.getByRole('button', { name: /^Switch expert \d+ off$/ }).first();
    await expert.click();
    await expect(page.locator('.edits[data-phase=done]')).toBeVisible({ timeout: 60_000 });
    const before = await outcome(page, await saved(page));
    await losses.arm('kill', 4);
    await runAgain(page);
    await expect(page.locator('.edits[data-phase=done]')).toBeVisible({ timeout: 60_000 });
    expect(await losses.struck()).toBe(2);
    await expect(notices).toContainText('The engine stopped unexpectedly and was started again');
    expect(await outcome(page, await saved(page))).toEqual(before);
  });

  await test.step('a device that is destroyed in the gradient run of Re-mix', async () => {
    await losses.later();
    await page.getByRole('tab', { name: 'Re-mix' }).click();
    await expect(page.locator('[data-panel=remix-mix] .mixtable')).toBeVisible({ timeout: 60_000 });
    await findMix(page);
    mix = await mixOutcome(page);
    await losses.arm('destroy', 20);
    await findMix(page);
    expect(await losses.struck()).toBe(3);
    expect(await mixOutcome(page)).toEqual(mix);
  });

  await test.step('the second loss within ten minutes', async () => {
    const before = await outcome(page, await saved(page));
    await losses.arm('crash', 3);
    await runAgain(page);
    await expect(notices).toContainText('so the model now runs on the processor');
    await expect(notices.getByRole('button', { name: 'Try the GPU again' })).toBeVisible();
    await expect(page.locator('.badge')).toContainText('CPU');
    const after = await outcome(page, await saved(page));
    expect(after.trace.tokens.ids).toEqual(before.trace.tokens.ids);
    expect(await mixOutcome(page)).toEqual(mix);
    expect(after.trace.run.interventions).toEqual(before.trace.run.interventions);
    expect([after.prompt, after.link]).toEqual([before.prompt, before.link]);
  });
});
