import { expect, test } from './fixtures';
import { atStep, card, done, guess, lessonFile, next, panelTab } from './lessonPage';

// Found twice, the mix takes half a minute on a software adapter; here the two finds are a matter of seconds.
test.use({ engine: 'onnx' });

test('lessons 5 and 6 with the live model: an expert off, another mix', async ({ page }) => {
  test.setTimeout(300_000);
  page.setDefaultTimeout(60_000);
  await page.goto('/#v=1&lesson=ablation&step=1');
  await expect(page.locator('.badge')).toContainText('CPU', { timeout: 90_000 });
  await test.step('break an expert', async () => {
    await atStep(page, 1);
    await guess(page, 'yes, another word');
    await page.getByRole('button', { name: 'Switch expert 11 off' }).click();
    await done(page, /Now \u201ca\u201d comes first/, 90_000);
    await expect(card(page).locator('.lesson-outcome')).toHaveText('You guessed it.');
    await next(page);
    await atStep(page, 2);
    await page.locator('#token-3').click();
    await done(page, /At \u201ca\u201d the experts stay E2 and E7/);
    await next(page);
    await atStep(page, 3);
    await page.locator('[data-cell="3.8"]').focus();
    await page.keyboard.press('a');
    await done(page, /ran 0 tokens again/, 60_000);
    await next(page);
    await atStep(page, 4);
    await panelTab(page, /^Compare/);
    await done(page, /The text now goes on/, 60_000);
    await next(page);
    await atStep(page, 5);
    await page.getByRole('button', { name: 'Reset: take all edits off' }).click();
    await done(page, /\u201cbeen\u201d comes first again/);
    await card(page).getByRole('button', { name: 'Finish' }).click();
  });
  await test.step('change the mix', async () => {
    await page.getByRole('button', { name: new RegExp(`: ${lessonFile('remix').title}`) }).click();
    await atStep(page, 1);
    await panelTab(page, /^Re-mix/);
    await done(page, /The right answer has \.1\d\d here/, 90_000);
    await expect(card(page).locator('.lesson-outcome')).toHaveText('The answer: no.');
    await next(page);
    await atStep(page, 2);
    await page.getByRole('group', { name: 'Presets of the mix' }).getByRole('button', { name: 'neighbours\u2019 mean' }).click();
    await done(page, /Top-k is applied again/, 60_000);
    await next(page);
    await atStep(page, 3);
    const knob = page.locator('[data-panel=remix-mix]').getByRole('slider', { name: /^Weight of expert/ }).first();
    await knob.focus();
    for (let i = 0; i < 4; i += 1) await page.keyboard.press('ArrowLeft');
    await done(page, /By hand you use the label/, 60_000);
    await next(page);
    await atStep(page, 4);
    await guess(page, 'yes');
    await page.getByRole('button', { name: /^Find the mix/ }).click();
    await done(page, /an illustration, not a result/, 90_000);
    await expect(card(page).locator('.lesson-outcome')).toHaveText('You guessed it.');
    await next(page);
    await atStep(page, 5);
    await page.getByRole('checkbox', { name: 'Control: random references instead' }).check();
    await page.getByRole('button', { name: /^Find the mix/ }).click();
    await done(page, /over 1,000, this model is right on 49\.7 %/, 90_000);
  });
});
