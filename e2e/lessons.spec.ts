import { readFileSync } from 'node:fs';
import { expect, test } from './fixtures';
import { atStep, card, done, guess, lessonFile, next, openLesson, panelTab } from './lessonPage';
import { openReplay, recorded, saveData } from './page';
import { open } from './tracePage';

const TALE = recorded('tale.json');

test('lesson 1 by keyboard alone, as a screen reader finds it', async ({ page, expectAccessible }) => {
  await openReplay(page);
  const lesson = lessonFile('router');
  await page.getByRole('button', { name: 'Lessons', exact: true }).focus();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('dialog', { name: 'Lessons' }).getByRole('listitem')).toHaveCount(8);
  await expectAccessible('dialog');
  await page.getByRole('button', { name: /^Start: One token, one router\./ }).focus();
  await page.keyboard.press('Enter');
  await atStep(page, 1);
  // The reader stands at the text, in a region of its own, with the steps, the task and the ways on.
  await expect(card(page).locator('[data-lesson-text]')).toBeFocused();
  await expect(card(page)).toMatchAriaSnapshot(`
    - region "Lesson":
      - heading "One token, one router" [level=2]
      - text: step 1 of 5
      - list "Steps":
        - listitem:
          - button "Step 1"
        - listitem:
          - button "Step 2"
        - listitem:
          - button "Step 3"
        - listitem:
          - button "Step 4"
        - listitem:
          - button "Step 5"
      - button "Leave the lesson"
      - paragraph: "${lesson.steps[0]?.text.replace('{prompt}', String(TALE.run.promptTokens))}"
      - paragraph: Task Move to token 9, \u201cking\u201d.
      - button "Go there"
      - button "Hint"
      - button "Show me"
      - button "Back" [disabled]
      - button "Next"
  `);
  await expectAccessible('#lesson-card');
  // The address names the lesson, and none of the parts that its steps choose.
  await expect(page).toHaveURL(/lesson=router/);

  await test.step('a task is done by the page\u2019s own keys, and the page says so politely', async () => {
    await page.keyboard.press('ArrowLeft');
    await page.keyboard.press('ArrowLeft');
    await done(page, /Layer 3 is in focus too, one of 8/);
    await expect(page.locator('[data-announcement]')).toHaveText(/^Done\. The black token is in focus/);
    await page.keyboard.press('n');
    await atStep(page, 2);
    await expect(page).toHaveURL(/lesson=router&step=2/);
    await expect(page).not.toHaveURL(/hide=/);
    await expect(card(page).locator('[data-lesson-text]')).toBeFocused();
  });

  await test.step('a guess, the way to the part that is marked and back, and what really happened', async () => {
    await page.keyboard.press('Tab');
    await expect(card(page).getByRole('radio', { name: 'below .20' })).toBeFocused();
    await page.keyboard.press('Space');
    await expect(card(page).getByRole('group', { name: /^First, a guess How large is the share/ }).getByRole('radio')).toHaveCount(3);
    await card(page).getByRole('button', { name: 'Go there' }).focus();
    await page.keyboard.press('Enter');
    await expect(page.locator('.p-flow .stages')).toBeFocused();
    await expect(page.locator('.p-flow .stages')).toHaveAttribute('data-spot', '');
    await page.keyboard.press('l');
    await expect(card(page).locator('[data-lesson-text]')).toBeFocused();
    for (let i = 0; i < 3; i += 1) await page.keyboard.press(',');
    const share = (TALE.routing.prob?.[(8 * 8 + 3) * 2] ?? 0).toFixed(2).replace(/^0/, '');
    await done(page, new RegExp(`E11 has a share of ${share.replace('.', '\\.')}`));
    await expect(card(page).locator('.lesson-outcome')).toHaveText('It was: above .50.');
  });

  await test.step('hint, show me, and on to the end', async () => {
    await page.keyboard.press('n');
    await atStep(page, 3);
    await card(page).getByRole('button', { name: 'Hint' }).focus();
    await page.keyboard.press('Enter');
    await expect(card(page).locator('.lesson-hint')).toContainText('Press the full stop key');
    await card(page).getByRole('button', { name: 'Show me' }).focus();
    await page.keyboard.press('Enter');
    await done(page, /E3 missed the cut by \.038/);
    await page.keyboard.press('n');
    await atStep(page, 4);
    await page.keyboard.press('.');
    await page.keyboard.press('.');
    await done(page, /\.90 of E11 and \.10 of E12/);
    await page.keyboard.press('n');
    await atStep(page, 5);
    await page.keyboard.press(']');
    await done(page, /Layer 4 puts E2 first/);
    await expect(card(page).getByRole('list', { name: 'Steps' }).getByRole('button', { name: /, done$/ })).toHaveCount(5);
  });

  await test.step('back in the history, and Escape leaves with the page as it was', async () => {
    await page.goBack();
    await atStep(page, 4);
    await card(page).locator('[data-lesson-text]').focus();
    await page.keyboard.press('Escape');
    await expect(card(page)).toHaveCount(0);
    await expect(page.locator('.position .b')).toHaveText(`Token ${TALE.run.promptTokens}`);
    await expect(page.getByRole('button', { name: 'Lessons', exact: true })).toBeFocused();
    await page.reload();
    await page.getByRole('button', { name: 'Lessons', exact: true }).click();
    await expect(page.getByRole('button', { name: /^Start: One token.*all 5 steps done$/ })).toBeVisible();
  });
});

test('lessons 2 to 4 on recorded runs: softmax, the table, load', async ({ page }) => {
  test.setTimeout(120_000);
  await openReplay(page);
  await test.step('softmax and the cut', async () => {
    await openLesson(page, 'cut');
    await page.locator('#token-1').click();
    await done(page, /For \u201cce\u201d, the first share is \.18/);
    await next(page);
    await atStep(page, 2);
    await page.locator('#token-47').click();
    await done(page, /For \u201cwell\u201d, E11 has \.97/);
    await next(page);
    await atStep(page, 3);
    await guess(page, '1');
    await page.getByRole('button', { name: 'Fewer experts' }).click();
    await done(page, /itself is 1\.0\./);
    await expect(card(page).locator('.lesson-outcome')).toHaveText('You guessed it.');
    await next(page);
    await atStep(page, 4);
    await guess(page, 'it rises');
    await page.getByRole('button', { name: 'More experts' }).click();
    await page.getByRole('button', { name: 'More experts' }).click();
    await done(page, /From \.60 to \.42/);
    await expect(card(page).locator('.lesson-outcome')).toHaveText('It was: it falls.');
    await next(page);
    await atStep(page, 5);
    await page.locator('#token-12').click();
    await done(page, /1\.455 bits per byte with k = 1/);
    await card(page).getByRole('button', { name: 'Finish' }).click();
  });
  await test.step('across layers and tokens', async () => {
    await page.getByRole('button', { name: new RegExp(`: ${lessonFile('map').title}`) }).click();
    await atStep(page, 1);
    await page.locator('[data-cell="3.11"]').click();
    await done(page, /It is layer 3, with 1\.38 bits/);
    await next(page);
    await atStep(page, 2);
    await page.getByRole('button', { name: 'all tokens', exact: true }).click();
    await done(page, /E11 takes 41 of 51 tokens/);
    await next(page);
    await atStep(page, 3);
    await page.locator('[data-cell="3.7"]').click({ modifiers: ['Shift'] });
    await done(page, /17 of 51 tokens/);
    await next(page);
    await atStep(page, 4);
    await page.locator('#token-36').click();
    await done(page, /E11 and E1\./);
    await next(page);
    await atStep(page, 5);
    await page.getByRole('button', { name: 'Examples' }).click();
    await page.getByRole('button', { name: 'A Python class' }).click();
    await done(page, /Here E15 leads, with 36 of 86 tokens/);
    await card(page).getByRole('button', { name: 'Finish' }).click();
  });
  await test.step('who is busy', async () => {
    await page.getByRole('button', { name: new RegExp(`: ${lessonFile('load').title.replace('?', '\\?')}`) }).click();
    await atStep(page, 1);
    await panelTab(page, /^Load/);
    await done(page, /4 experts took nothing, while E11 took 45 of 61/);
    await next(page);
    await atStep(page, 2);
    for (let i = 0; i < 3; i += 1) await page.keyboard.press(']');
    await done(page, /It is layer 6, with 4\.37/);
    await next(page);
    await atStep(page, 3);
    await page.getByRole('button', { name: 'Examples' }).click();
    await page.getByRole('button', { name: 'A French help page' }).click();
    await done(page, /Now E9 takes 27 of 59 tokens/);
    await next(page);
    await atStep(page, 4);
    await panelTab(page, /^Model/);
    await done(page, /Dead experts: 0\. The largest load of layer 3 is 1\.39 times the mean, against 5\.90/);
  });
});

test('lessons 7 and 8 on recorded runs: entropy, and a trace from elsewhere', async ({ page }) => {
  test.setTimeout(120_000);
  await openReplay(page);
  await test.step('unsure tokens', async () => {
    await openLesson(page, 'entropy');
    await guess(page, 'at a digit of a result');
    await page.locator('#token-41').click();
    await done(page, /It is token 42, the \u201c7\u201d of 17/);
    await expect(card(page).locator('.lesson-outcome')).toHaveText('You guessed it.');
    await next(page);
    await atStep(page, 2);
    await panelTab(page, /^Entropy/);
    await done(page, /^\W*Done 0 of 4\./);
    await next(page);
    await atStep(page, 3);
    const tau = page.getByRole('textbox', { name: 'exact threshold in bits' });
    await tau.fill('3.6');
    await tau.press('Enter');
    await done(page, /1 of 7 steps, at \u03c4 = 3\.60 bits/);
    await next(page);
    await atStep(page, 4);
    await tau.fill('3.2');
    await tau.press('Enter');
    await done(page, /The small model alone is right on 10 %/);
    await card(page).getByRole('button', { name: 'Finish' }).click();
  });
  await test.step('a trace from a big model', async () => {
    await page.getByRole('button', { name: new RegExp(`: ${lessonFile('trace').title}`) }).click();
    await atStep(page, 1);
    const download = page.waitForEvent('download');
    await card(page).getByRole('link', { name: 'Save random-qwen3-moe.json' }).click();
    await open(page, 'random-qwen3-moe.json', readFileSync(await (await download).path()));
    await done(page, /16 layers, 64 experts, 8 of them chosen/);
    await next(page);
    await atStep(page, 2);
    for (let i = 0; i < 7; i += 1) await page.keyboard.press(']');
    await done(page, /at an entropy of 5\.98 bits/);
    await next(page);
    await atStep(page, 3);
    await guess(page, '4 to 8, as it should be');
    await page.getByRole('button', { name: 'all tokens', exact: true }).click();
    await done(page, /E48 takes 31 of 31 tokens, 36 experts take none/);
    await expect(card(page).locator('.lesson-outcome')).toHaveText('It was: more than 20.');
    await next(page);
    await atStep(page, 4);
    await page.getByRole('button', { name: 'Examples' }).click();
    await page.getByRole('button', { name: 'A tale begins' }).click();
    await done(page, /It is 3\.40/);
    await next(page);
    await atStep(page, 5);
    await panelTab(page, /^Specialisation/);
    await done(page, /fewer than five times/);
  });
});

test('on a phone the lesson is a sheet that folds to one line; without storage it works all the same', async ({ page, expectAccessible }) => {
  await page.addInitScript(() => {
    Object.defineProperty(window, 'localStorage', { configurable: true, get: () => { throw new Error('SecurityError'); } });
  });
  await page.setViewportSize({ width: 390, height: 844 });
  await saveData(page);
  await page.goto('/#v=1&lesson=router&step=2');
  await atStep(page, 2);
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    await expectAccessible('#lesson-card');
  }
  await card(page).getByRole('button', { name: 'Fold the lesson' }).click();
  await expect(card(page).locator('.lesson-text')).toBeHidden();
  const [bar, sheet] = await Promise.all([card(page).boundingBox(), page.locator('#sheet').boundingBox()]);
  expect((sheet?.y ?? 0) + (sheet?.height ?? 0)).toBeLessThanOrEqual((bar?.y ?? 0) + 1);
  await card(page).getByRole('button', { name: 'Open the lesson' }).click();
  await card(page).getByRole('button', { name: 'Show me' }).click();
  await done(page, /E11 has a share of \.69/);
  await page.reload();
  await atStep(page, 2);
});

test('a lesson that is not there is told, with a way out', async ({ page, allowErrors, allowRequests }) => {
  allowErrors(/404|Failed to load/);
  allowRequests(/none\.json/);
  await openReplay(page, '#v=1&lesson=none');
  await expect(card(page).getByRole('alert')).toContainText('The lesson \u201cnone\u201d cannot be shown.');
  await card(page).getByRole('button', { name: 'Leave the lesson' }).click();
  await expect(card(page)).toHaveCount(0);
});

/** Where each part of the page stands that a teacher can ask for. */
const PARTS = {
  prompt: '.prompt-box',
  examples: '.tools .menu',
  share: '.tools button:text-is("Share")',
  backend: '.badge',
  sampling: '.top-set input[type=range]',
  sentence: '.sentence',
  routing: '.p-heat',
  flow: '.p-flow',
  router: '.p-router',
  next: '.p-next',
  load: '#tab-load',
  compare: '#tab-compare',
} as const;

test('a teacher chooses a lesson and what is shown; the link shows exactly that; the sheet has every task and room to answer', async ({ page, expectAccessible }) => {
  await saveData(page);
  await page.goto('/teacher.html');
  const sheet = page.getByRole('article', { name: 'Printed sheet' });
  await expect(sheet.locator('ol > li')).toHaveCount(5);
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    await expectAccessible();
  }
  // Questions stand as the page asks them, with the values of the recorded run.
  await expect(sheet).toContainText('The shares were .69 and .08. What weight does the first expert get in the mix?');
  await page.getByRole('combobox', { name: 'Lesson', exact: true }).selectOption({ label: '5  Break an expert' });
  await expect(sheet.locator('ol > li')).toHaveCount(5);
  await expect(sheet).toContainText('Before, the likeliest word after \u201chad\u201d is \u201cbeen\u201d.');
  await page.emulateMedia({ media: 'print' });
  await expect(page.locator('.teach')).toBeHidden();
  const pdf = await page.pdf({ preferCSSPageSize: true });
  expect(pdf.subarray(0, 5).toString()).toBe('%PDF-');
  expect(pdf.toString('latin1').match(/\/Type \/Page\b/g)?.length).toBeLessThanOrEqual(3);
  await page.emulateMedia({ media: 'screen', colorScheme: 'light' });

  await page.getByRole('combobox', { name: 'Lesson', exact: true }).selectOption({ label: '1  One token, one router' });
  await page.getByRole('combobox', { name: 'Begins at step' }).selectOption('2');
  await page.getByRole('radio', { name: 'Only what is ticked' }).check();
  await page.getByRole('checkbox', { name: 'Router', exact: true }).uncheck();
  await page.getByRole('checkbox', { name: 'Load', exact: true }).check();
  const link = await page.locator('[data-link]').inputValue();
  expect(await page.locator('[data-frame]').inputValue()).toContain(`src="${link.replaceAll('&', '&amp;')}"`);
  await expect(page.getByRole('img', { name: `QR code: ${link}` })).toBeVisible();

  await page.goto(link);
  await atStep(page, 2);
  const asked: readonly string[] = ['sentence', 'routing', 'flow', 'load'];
  for (const [part, selector] of Object.entries(PARTS)) await expect(page.locator(selector).filter({ visible: true }), part).toHaveCount(asked.includes(part) ? await page.locator(selector).count() : 0);
  await expect(page.getByRole('tablist', { name: 'Panels' }).getByRole('tab')).toHaveCount(1);
  await expectAccessible();
  await card(page).getByRole('button', { name: 'Next', exact: true }).click();
  await atStep(page, 3);
  // The step would show the router; what the teacher left out stays out.
  await expect(page.locator(PARTS.router)).toHaveCount(0);
});
