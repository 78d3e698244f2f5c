import { expect, test } from './fixtures';
import { EXAMPLES, openReplay, recorded } from './page';

const first = EXAMPLES[0];
if (first === undefined) throw new Error('There are no examples.');
const trace = recorded(first.trace);
const { model, routing, tokens } = trace;

/** Whether a token took an expert, read from the file itself. */
function took(t: number, row: number, expert: number): boolean {
  const cell = t * model.moeLayers.length + row;
  return routing.experts.subarray(cell * routing.slots, cell * routing.slots + (routing.count?.[cell] ?? routing.slots)).includes(expert);
}

const all = [...tokens.ids.keys()];

test.use({ viewport: { width: 1440, height: 900 } });

test('experts framed in the routing table are set against each other, by pointer, by keys, by a link and from the pins', async ({ page, expectAccessible }) => {
  await openReplay(page);
  const cell = (row: number, expert: number) => page.locator(`[data-cell="${row}.${expert}"]`);
  await cell(2, 10).hover();
  await page.mouse.down();
  await cell(3, 12).hover();
  await expect(page.locator('.heat-frame-box')).toHaveText('6');
  await page.mouse.up();
  const matrix = page.locator('[data-panel="coactivation"]');
  await expect(matrix.locator('[data-group]')).toHaveText('6 experts, L2 to L3');
  await expect(page.locator('.heat-frame-box')).toHaveCount(0);
  await expect(page.locator('[data-grouped]')).toHaveCount(6);
  await expect(page.getByRole('heading', { name: 'Inside layer 3' })).toBeVisible();
  await expect(page).toHaveURL(/g=2\.10(%2C|,)2\.11(%2C|,)2\.12(%2C|,)3\.10/);
  // Across layers: of the tokens that took expert 11 of layer 3, those that took expert 12 of layer 2.
  const [of, both] = [all.filter((t) => took(t, 3, 11)).length, all.filter((t) => took(t, 3, 11) && took(t, 2, 12)).length];
  expect(both).toBeGreaterThan(0);
  const grid = matrix.getByRole('grid');
  await grid.locator('[data-pair="4.2"]').hover();
  await expect(matrix.locator('.pair-say')).toContainText(`L2 E12 took ${both} of the ${of} tokens of L3 E11`);
  await expect(page.locator('[data-lit="3.11"]')).toBeVisible();
  await expect(page.locator('[data-lit="2.12"]')).toBeVisible();
  await expectAccessible('.dock');

  await page.reload();
  await expect(matrix.locator('[data-group]')).toHaveText('6 experts, L2 to L3');
  await matrix.getByRole('button', { name: 'all of L3' }).click();
  await expect(grid.locator('[role=rowheader]')).toHaveCount(model.experts);

  await cell(3, 11).click();
  await page.keyboard.press('Shift+ArrowRight');
  await page.keyboard.press('Shift+ArrowRight');
  await expect(page.locator('.heat-frame-box')).toHaveText('3');
  await expect(page.locator('[data-announcement]')).toContainText('1 by 3: 3 experts framed.');
  await page.keyboard.press('Escape');
  await expect(page.locator('.heat-frame-box')).toHaveCount(0);
  await cell(5, 0).focus();
  await page.keyboard.press('Shift+End');
  for (let i = 0; i < 4; i += 1) await page.keyboard.press('Shift+ArrowUp');
  await expect(page.locator('.heat-frame-box')).toHaveText('80, at most 64');
  await page.keyboard.press('Enter');
  await expect(page.locator('[data-announcement]')).toContainText('80 experts are too many');
  await expect(matrix.locator('[data-group]')).toHaveCount(0);
  await cell(4, 5).focus();
  await page.keyboard.press('Shift+ArrowRight');
  await page.keyboard.press('Enter');
  await expect(matrix.locator('[data-group]')).toHaveText('2 experts of L4');
  await matrix.getByRole('button', { name: /^all of L/ }).click();

  await cell(0, 1).click({ modifiers: ['Shift'] });
  await cell(7, 12).click({ modifiers: ['Shift'] });
  await matrix.getByRole('button', { name: 'only the pinned' }).click();
  await expect(matrix.locator('[data-group]')).toHaveText('2 experts, L0 to L7');
});
