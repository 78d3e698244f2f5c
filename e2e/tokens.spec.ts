import { comparedShares, layerDistances } from '../src/analysis/routing-distance';
import { expect, test } from './fixtures';
import { EXAMPLES, openLive, openReplay, recorded, run } from './page';

const first = EXAMPLES[0];
if (first === undefined) throw new Error('There are no examples.');
const trace = recorded(first.trace);
const { model, output } = trace;
const top = output.top;
const shares = comparedShares(trace, trace);
if (top === undefined || shares === undefined) throw new Error('The example holds candidates and routing.');
const { promptTokens } = trace.run;

const two = (value: number): string => value.toFixed(2).replace(/^0/, '');
const three = (value: number): string => value.toFixed(3).replace(/^0/, '');

test.use({ viewport: { width: 1440, height: 900 } });

test('a token is set as B by Shift and a click or by b, and every number of the comparison is that of the two tokens', async ({ page, expectAccessible }) => {
  await openReplay(page);
  const [a, b] = [promptTokens - 1, 4];
  await page.locator(`#token-${b}`).click({ modifiers: ['Shift'] });
  await expect(page.locator('.position .b').first()).toHaveText(`Token ${a + 1}`);
  await expect(page.locator(`#token-${b}`)).toHaveClass(/is-b/);
  await expect(page.locator(`#token-${b}`)).toHaveAttribute('aria-label', /B of the comparison$/);
  await expect(page).toHaveURL(/[#&]b=4(&|$)/);

  // A - B in the routing table: every row sums to 0, and its L1 is that of the two tokens.
  await page.locator('.p-heat').getByRole('button', { name: 'A \u2212 B' }).click();
  const distances = layerDistances(shares, model.experts, model.moeLayers.length, a, b);
  await expect(page.locator('.heat .rg')).toHaveText([...distances].map(two).map((text) => new RegExp(`^0?${text.replace('.', '\\.')}$`)));
  await expect(page.locator('.say')).toContainText(`A is token ${a + 1}, B token ${b + 1} of the same text.`);
  await expectAccessible('.sentence');

  await page.getByRole('button', { name: `B is token ${b + 1}, ${trace.tokens.text[b]?.trim()}: open Compare` }).click();
  for (const [row, distance] of distances.entries()) await expect(page.locator(`[data-panel=compare-distance] [data-row="${model.moeLayers[row]}"]`)).toContainText(two(distance));
  await expect(page.locator('.csay')).toContainText(`Between \u201c${trace.tokens.text[a]?.trim()}\u201d (${a + 1}) and \u201c${trace.tokens.text[b]?.trim()}\u201d (${b + 1}), layer`);
  await expect(page.locator('.csame')).toHaveText(`in every column: token ${b + 1} \u201c${trace.tokens.text[b]?.trim()}\u201d`);
  await expect(page.locator('.cb')).toHaveCount(0);
  await page.locator(`#column-${b}`).click();
  await expect(page.locator('.csay')).toContainText('A and B are the same token');
  await page.locator('#column-2').click();
  await page.getByRole('button', { name: 'Swap A and B' }).click();
  await expect(page.locator('.position .b').first()).toHaveText(`Token ${b + 1}`);
  await expect(page.locator('#column-2 .chip')).toHaveClass(/is-b/);
  await expectAccessible('.p-compare');
  await page.reload();
  await expect(page.locator('#column-2 .chip')).toHaveClass(/is-b/);
  await page.getByRole('button', { name: 'End', exact: true }).click();
  await expect(page.getByRole('region', { name: 'Choose A and B' })).toBeVisible();
  await page.getByRole('button', { name: `Keep token ${b + 1} as B` }).click();
  await expect(page.locator('.csay')).toContainText('A and B are the same token');
  await page.keyboard.press('Escape');
  await page.keyboard.press('b');
  await expect(page.locator('.chip.is-b')).toHaveCount(0);
});

test('a written token shows what else could stand there; one of them, or a new draw from there on, becomes an edit', async ({ page, expectAccessible }) => {
  await openReplay(page);
  const at = promptTokens + 1;
  const own = trace.tokens.ids[at];
  await page.locator(`#token-${at}`).click();
  const menu = page.getByRole('group', { name: /^Alternatives to token/ });
  await expect(menu.locator('.tip-h')).toHaveText(`H ${((output.entropy?.[at - 1] ?? 0) / Math.LN2).toFixed(2)} bits`);
  const candidates = Array.from({ length: top.count }, (_, i) => ({ id: top.ids[(at - 1) * top.count + i], p: top.prob[(at - 1) * top.count + i] ?? 0 }));
  const listed = candidates.slice(0, 5).some(({ id }) => id === own) ? candidates.slice(0, 5) : [...candidates.slice(0, 4), candidates.find(({ id }) => id === own)];
  await expect(menu.locator('.tip-row > span')).toHaveText(listed.map((one) => three(one?.p ?? 0)));
  await expect(menu.locator('.tip-row:disabled')).toHaveCount(listed.some((one) => one?.id === own) ? 1 : 0);
  await expectAccessible('.token-menu');
  await page.keyboard.press('Escape');
  await expect(menu).toHaveCount(0);
  // A token of the prompt has none, and a second click takes it away.
  await page.locator('#token-2').click();
  await expect(menu).toHaveCount(0);
  await page.locator(`#token-${at}`).click();
  await expect(menu).toHaveCount(1);
  await page.locator(`#token-${at}`).click();
  await expect(menu).toHaveCount(0);

  // By keys: Enter opens, arrows move, Escape leads back.
  await page.keyboard.press('Enter');
  await expect(menu.locator('button:not(:disabled)').first()).toBeFocused();
  await page.keyboard.press('ArrowUp');
  await expect(menu.getByRole('button', { name: 'continue from here, drawn anew' })).toBeFocused();
  await page.keyboard.press('Enter');
  const edits = page.getByRole('group', { name: 'Edits', exact: true });
  await expect(edits).toContainText(`1 edit: drawn anew from token ${at + 2} on, seed`);
  await expect(page.getByRole('listbox', { name: 'Tokens' })).toBeFocused();
  await page.keyboard.press('Enter');
  await page.keyboard.press('Enter');
  await expect(edits).toContainText('2 edits');
  await expect(page).toHaveURL(new RegExp(`draw=${at + 1}:\\d+.*force=${at}:\\d+`));
});

test('on the live model the text goes on from a token with a new draw, and reset brings the old one back', async ({ page }) => {
  test.setTimeout(240_000);
  await openLive(page);
  await run(page, 'Once upon a time', 6);
  const texts = (): Promise<string[]> => page.locator('.chip').allTextContents();
  const before = await texts();
  const at = before.length - 5;
  await page.locator(`#token-${at}`).click();
  await page.getByRole('button', { name: 'continue from here, drawn anew' }).click();
  const edits = page.getByRole('group', { name: 'Edits', exact: true });
  await expect(edits).toHaveAttribute('data-phase', 'done', { timeout: 60_000 });
  // The token itself is run again for its draw, and what was drawn behind it.
  await expect(edits).toHaveAttribute('data-tokens-run', /^[1-5]$/);
  const now = await texts();
  expect(now.slice(0, at + 1)).toEqual(before.slice(0, at + 1));
  await page.getByRole('button', { name: 'Reset: take all edits off' }).click();
  expect(await texts()).toEqual(before);
});
