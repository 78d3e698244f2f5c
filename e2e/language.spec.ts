/** The page in German, from right to left, and with every text of the catalogue in brackets. */
import type { Page } from '@playwright/test';
import { CLOSING, OPENING } from '../src/state/strings/pseudo';
import { expect, test } from './fixtures';
import { fit } from './fit';
import { openReplay } from './page';

/** All of the page that opens from the dock. */
const PANELS = ['remix', 'load', 'coactivation', 'specialisation', 'cache', 'edits', 'trace', 'entropy', 'compare', 'model'] as const;

/** How far the page is wider than its window, px. */
function overflow(page: Page): Promise<number> {
  return page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
}

async function openPanel(page: Page, name: string): Promise<void> {
  await page.locator(`#tab-${name}`).click();
  await expect(page.locator('#dock-body').getByRole('heading').first()).toBeVisible();
}

/** Texts and accessible names with words outside of the brackets. Tokens, prompts and names in files are no part of the catalogue. */
function unbracketed(page: Page): Promise<readonly string[]> {
  return page.evaluate(
    ([opening, closing]) => {
      const data = 'bdi, [lang], .chip, .prompt, .ex-p, .token, .fields dt, code, option, .p-bits text, .p-families text, .ent-fig tspan, script, style, noscript';
      const innermost = new RegExp(`${opening}[^${opening}${closing}]*${closing}`, 'g');
      const bare = (text: string): string => (text.search(innermost) < 0 ? text : bare(text.replace(innermost, '')));
      const found = new Set<string>();
      const look = (text: string | null, element: Element): void => {
        if (text !== null && /\p{L}{3}/u.test(bare(text)) && element.closest(data) === null) found.add(`${element.tagName}: ${text.trim().slice(0, 80)}`);
      };
      for (const element of document.body.querySelectorAll('*')) {
        for (const node of element.childNodes) if (node instanceof Text) look(node.data, element);
        for (const name of ['title', 'placeholder', 'aria-valuetext']) look(element.getAttribute(name), element);
      }
      return [...found];
    },
    [OPENING, CLOSING] as const,
  );
}

test('every text of the page comes from the catalogue, and none is kept from before it was chosen', async ({ page }) => {
  test.setTimeout(120_000);
  await openReplay(page, '#v=1&lang=en-XA&b=4');
  await expect(page.locator('html')).toHaveAttribute('lang', 'en-XA');
  expect(await unbracketed(page)).toEqual([]);
  for (const name of PANELS) {
    await openPanel(page, name);
    expect.soft({ name, found: await unbracketed(page) }).toEqual({ name, found: [] });
  }
  await page.keyboard.press('Escape');
  await page.keyboard.press('?');
  await expect(page.getByRole('dialog')).toBeVisible();
  expect(await unbracketed(page)).toEqual([]);
});

test('English visitors load no German; the button switches, and what the page holds stays', async ({ page, expectAccessible }) => {
  test.setTimeout(120_000);
  const scripts: string[] = [];
  page.on('request', (request) => scripts.push(new URL(request.url()).pathname));
  const german = (): readonly string[] => scripts.filter((path) => /\/de-[\w-]+\.js$/.test(path));
  await openReplay(page);
  await expect(page.locator('html')).toHaveAttribute('lang', 'en');
  expect(german()).toEqual([]);
  await page.locator('[data-cell="4.9"]').click({ modifiers: ['Shift'] });
  await page.locator('#token-7').click();
  await page.getByRole('textbox', { name: 'Prompt' }).fill('Es war einmal');
  await openPanel(page, 'load');

  await page.getByRole('button', { name: 'Deutsch' }).click();
  await expect(page.locator('html')).toHaveAttribute('lang', 'de');
  expect(german()).toHaveLength(1);
  await expect(page).toHaveTitle(/^MoE Playground: ein/);
  await expect(page.getByRole('button', { name: 'English' })).toBeFocused();
  await expect(page.getByRole('textbox', { name: 'Prompt' })).toHaveValue('Es war einmal');
  await expect(page.locator('.position .b')).toHaveText('Token 8');
  await expect(page.locator('[data-cell="4.9"]')).toHaveAttribute('aria-label', /^Schicht 4, Experte 9: .* Angeheftet als a\.$/);
  await expect(page.locator('#tab-load')).toHaveAttribute('aria-selected', 'true');
  // Decimal comma on screen, and both signs are read.
  const temperature = page.getByRole('textbox', { name: 'genauer Wert von T', exact: true });
  await expect(temperature).toHaveValue(/^0,\d0$/);
  await temperature.fill('0,5');
  await temperature.press('Enter');
  await expect(temperature).toHaveValue('0,50');
  await expect(page).toHaveURL(/T=0\.5/);
  await expectAccessible();

  // The choice is remembered, and a link is stronger than it.
  await page.goto('about:blank');
  await page.goto('/');
  await expect(page.getByRole('button', { name: 'Ausführen' })).toBeVisible();
  await page.goto('about:blank');
  await page.goto('/#v=1&lang=en');
  await expect(page.getByRole('button', { name: 'Run', exact: true })).toBeVisible();
});

test('German fits at 1180 x 800, where room is least', async ({ page }) => {
  test.setTimeout(120_000);
  await page.setViewportSize({ width: 1180, height: 800 });
  await openReplay(page, '#v=1&lang=de');
  const state = async (name: string): Promise<void> => expect.soft(async () => expect({ name, ...(await fit(page)) }).toEqual({ name, beyond: 0, clipped: [], overlaps: [], outside: [] })).toPass({ timeout: 3_000 });
  await state('main');
  for (const name of PANELS) {
    await openPanel(page, name);
    await state(name);
  }
});

test('from right to left the page mirrors, axes do not, and nothing leaves the window', async ({ page, expectAccessible }) => {
  test.setTimeout(120_000);
  await openReplay(page, '#v=1&lang=ar-XB');
  await expect(page.locator('html')).toHaveAttribute('dir', 'rtl');
  const x = async (selector: string): Promise<number> => (await page.locator(selector).first().boundingBox())?.x ?? Number.NaN;
  expect(await x('.brand')).toBeGreaterThan(await x('.tools'));
  expect(await x('.p-heat')).toBeGreaterThan(await x('.p-router'));
  expect(await x('#token-3')).toBeGreaterThan(await x('#token-2'));
  expect(await x('[data-cell="0.1"]')).toBeGreaterThan(await x('[data-cell="0.0"]'));
  for (const name of PANELS) {
    await openPanel(page, name);
    expect.soft({ name, over: await overflow(page) }).toEqual({ name, over: 0 });
  }
  await page.keyboard.press('Escape');
  // Onward is to the left here.
  await page.locator('#tab-remix').focus();
  await page.keyboard.press('ArrowLeft');
  await expect(page.locator('#tab-load')).toBeFocused();
  await expectAccessible();
  await page.setViewportSize({ width: 390, height: 844 });
  await expect(page.locator('.tabbar')).toBeVisible();
  expect(await overflow(page)).toBe(0);
});
