import type { Page } from '@playwright/test';
import { expect, test } from './fixtures';
import { EXAMPLES, openLive, openReplay, ran, recorded } from './page';

const first = EXAMPLES[0];
const second = EXAMPLES[1];
if (first === undefined || second === undefined) throw new Error('There are too few examples.');

const two = (value: number): string => value.toFixed(2).replace(/^0/, '');

test.use({ viewport: { width: 390, height: 844 }, hasTouch: true });

/** How far the page is wider than the screen. */
function overflow(page: Page): Promise<number> {
  return page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
}

test('on a phone a prompt is typed and run live, its tokens are scrubbed, and an expert is opened', async ({ page }) => {
  test.setTimeout(240_000);
  await openLive(page);
  await page.getByRole('button', { name: 'Sampling' }).tap();
  await page.getByRole('textbox', { name: 'exact value of tokens' }).fill('3');
  await page.getByRole('button', { name: 'Close' }).tap();
  await page.getByRole('textbox', { name: 'Prompt' }).fill('The king said');
  await ran(page, () => page.getByRole('button', { name: 'Run', exact: true }).tap(), 120_000);
  await expect(page.locator('.chip.gen')).toHaveCount(3);

  const position = page.locator('.position .b');
  await page.locator('#token-1').tap();
  await expect(position).toHaveText('Token 2');
  await page.getByRole('button', { name: 'Next token', exact: true }).tap();
  await expect(position).toHaveText('Token 3');

  const sheet = page.getByRole('region', { name: 'Inspector' });
  await sheet.getByRole('button', { name: 'Show more' }).tap();
  const cells = sheet.getByRole('group', { name: /^Experts of layer/ }).getByRole('button');
  await expect(cells).toHaveCount(16);
  await cells.nth(4).tap();
  await expect(cells.nth(4)).toHaveAttribute('aria-pressed', 'true');
  await expect(cells.nth(4)).toHaveAttribute('aria-label', /^Layer \d+, expert 4: /);
  expect(await overflow(page)).toBeLessThanOrEqual(0);
});

test('the large cells and the half sheet hold the numbers of the trace', async ({ page }) => {
  await openReplay(page);
  const { model, routing, run } = recorded(first.trace);
  const row = Math.floor((model.moeLayers.length - 1) / 2);
  const slot = ((run.promptTokens - 1) * model.moeLayers.length + row) * routing.slots;
  const sheet = page.getByRole('region', { name: 'Inspector' });
  const rows = sheet.locator('.router tbody tr[data-expert]');
  await expect(rows).toHaveCount(routing.slots);
  await expect(rows.nth(0)).toHaveAttribute('data-expert', String(routing.experts[slot]));
  await sheet.getByRole('button', { name: 'Show more' }).tap();
  const chosen = sheet.locator(`[data-large="${routing.experts[slot]}"]`);
  await expect(chosen).toContainText(two(routing.prob?.[slot] ?? 0));
  await expect(chosen).toHaveClass(/k1/);
  for (const cell of await sheet.locator('.large-cell').all()) {
    const box = await cell.boundingBox();
    expect(Math.min(box?.width ?? 0, box?.height ?? 0)).toBeGreaterThanOrEqual(44);
  }
});

test('the strip of tokens and its transport stay in sight while the page scrolls and while the sheet is full', async ({ page }) => {
  await openReplay(page);
  await page.mouse.move(200, 300);
  await page.mouse.wheel(0, 400);
  const play = page.getByRole('button', { name: 'Play' });
  await expect(play).toBeInViewport();
  // The wheel scrolls for some frames, and would go on below what comes next.
  const scrolled = (): Promise<number> => page.evaluate(async () => {
    const from = scrollY;
    await new Promise((resolve) => setTimeout(resolve, 200));
    return scrollY === from ? scrollY : -1;
  });
  await expect.poll(scrolled).toBeGreaterThan(0);
  await page.evaluate(() => scrollTo(0, 0));
  await page.getByRole('button', { name: 'Show more' }).tap();
  await expect(page.locator('.sheet.full')).toBeVisible();
  await expect(async () => {
    const [strip, sheet] = [await page.locator('.sentence').boundingBox(), await page.locator('.sheet').boundingBox()];
    expect(strip?.y).toBeGreaterThanOrEqual(-1);
    expect((strip?.y ?? 0) + (strip?.height ?? 0)).toBeLessThanOrEqual((sheet?.y ?? 0) + 1);
  }).toPass();
  await page.getByRole('button', { name: 'Next token', exact: true }).tap();
  await expect(page.locator('.position .b')).toHaveText(`Token ${recorded(first.trace).run.promptTokens + 1}`);
});

test('the sheet has three stops, by the grip and by dragging it', async ({ page }) => {
  await openReplay(page);
  const sheet = page.locator('.sheet');
  const grip = sheet.locator('.grip');
  await expect(sheet).toHaveClass(/half/);
  await grip.tap();
  await expect(sheet).toHaveClass(/full/);
  await grip.tap();
  await expect(sheet).toHaveClass(/low/);
  expect((await sheet.boundingBox())?.height).toBe(88);
  const box = await grip.boundingBox();
  const [x, y] = [(box?.x ?? 0) + (box?.width ?? 0) / 2, (box?.y ?? 0) + 10];
  await page.mouse.move(x, y);
  await page.mouse.down();
  await page.mouse.move(x, y - 120, { steps: 4 });
  await page.mouse.up();
  await expect(sheet).toHaveClass(/half/);
});

test('every section has something in it, and a link opens the same one', async ({ page }) => {
  await openReplay(page);
  const tabs = page.getByRole('tablist', { name: 'Sections' }).getByRole('tab');
  const names = await tabs.allTextContents();
  expect(names.length).toBeGreaterThanOrEqual(4);
  expect(names.length).toBeLessThanOrEqual(6);
  for (const name of names) {
    await page.getByRole('tab', { name }).tap();
    await expect(page.getByRole('tab', { name })).toHaveAttribute('aria-selected', 'true');
    await expect(page.locator('.sheet :is(h2, h3)').first()).toBeVisible();
    expect(await overflow(page), name).toBeLessThanOrEqual(0);
  }
  await page.getByRole('tab', { name: 'Stats' }).tap();
  const parts = page.getByRole('group', { name: 'Statistics' }).getByRole('button');
  for (let i = 0; i < (await parts.count()); i += 1) {
    await parts.nth(i).tap();
    await expect(parts.nth(i)).toHaveAttribute('aria-pressed', 'true');
    await expect(page.locator('.sheet .panel, .sheet .nothing').first()).toBeVisible();
    expect(await overflow(page), await parts.nth(i).innerText()).toBeLessThanOrEqual(0);
  }
  await expect(page).toHaveURL(/view=model/);
  await page.reload();
  await expect(page.getByRole('tab', { name: 'Stats' })).toHaveAttribute('aria-selected', 'true');
  await expect(page.getByRole('group', { name: 'Statistics' }).getByRole('button', { name: 'Model' })).toHaveAttribute('aria-pressed', 'true');
});

test('two runs are compared in the sheet', async ({ page }) => {
  await openReplay(page);
  await page.getByRole('tab', { name: 'Compare' }).tap();
  await page.getByRole('combobox', { name: 'Recorded examples' }).selectOption({ label: second.title });
  await expect(page.getByRole('listbox', { name: 'Tokens of A and B' })).toBeVisible();
  await page.locator('#column-1').tap();
  await expect(page.locator('.position .b').first()).toHaveText('Token 2');
  await expect(page.locator('.cheat')).toHaveCount(3);
  expect(await overflow(page)).toBeLessThanOrEqual(0);
});

test('what is tapped is 44 px in each direction: the rows of the table stand for its cells', async ({ page }) => {
  await openReplay(page);
  const small = await page.evaluate(() => {
    const found: string[] = [];
    for (const element of document.querySelectorAll<HTMLElement>('.top button, .transport button, .tabbar button, .sheet button, .ph button')) {
      const box = element.getBoundingClientRect();
      if (box.width === 0 || box.top < 0 || box.bottom > innerHeight || element.matches(':disabled')) continue;
      const [x, y] = [box.left + box.width / 2, box.top + box.height / 2];
      if (!element.contains(document.elementFromPoint(x, y))) continue;
      const hit = (dx: number, dy: number): boolean => element.contains(document.elementFromPoint(x + dx, y + dy));
      const reach = (dx: number, dy: number): number => {
        let at = 0;
        while (at < 44 && hit(dx * (at + 1), dy * (at + 1))) at += 1;
        return at;
      };
      const [wide, tall] = [reach(-1, 0) + reach(1, 0), reach(0, -1) + reach(0, 1)];
      if (wide < 42 || tall < 42) found.push(`${element.className} ${element.getAttribute('aria-label') ?? element.textContent}: ${Math.round(wide)} x ${Math.round(tall)}`);
    }
    return found;
  });
  expect(small).toEqual([]);
});

for (const [width, height] of [[320, 640], [390, 844], [844, 390]] as const) {
  test(`nothing is wider than the screen at ${width} x ${height}`, async ({ page }) => {
    await page.setViewportSize({ width, height });
    await openReplay(page);
    expect(await overflow(page)).toBeLessThanOrEqual(0);
  });
}

test('on its side the table stands left and the numbers right', async ({ page }) => {
  await page.setViewportSize({ width: 844, height: 390 });
  await openReplay(page);
  const [table, router] = [await page.locator('.p-heat').boundingBox(), await page.locator('.p-router').boundingBox()];
  expect((table?.x ?? 0) + (table?.width ?? 0)).toBeLessThanOrEqual((router?.x ?? 0) + 1);
});

test('axe finds nothing in the sections of the phone', async ({ page, expectAccessibleInBothThemes }) => {
  test.setTimeout(180_000);
  await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' });
  await openReplay(page);
  await page.getByRole('button', { name: 'Show more' }).tap();
  await expectAccessibleInBothThemes('.sheet');
  await page.getByRole('tab', { name: 'Compare' }).tap();
  await expectAccessibleInBothThemes('.sheet');
  await page.getByRole('combobox', { name: 'Recorded examples' }).selectOption({ label: second.title });
  await expect(page.locator('.cheat')).toHaveCount(3);
  await expectAccessibleInBothThemes('.sheet');
});
