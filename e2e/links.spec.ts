/** Links: what they leave out, what is wrong with them, and the dialog that makes them. */
import { readFileSync } from 'node:fs';
import { deflateRawSync } from 'node:zlib';
import type { Page } from '@playwright/test';
import { expect, test } from './fixtures';
import { openReplay, recorded } from './page';

/** Accessible names of everything that takes a click or a key, but for tokens, cells and rows of tables. */
function controls(page: Page): Promise<string[]> {
  return page.evaluate(() =>
    [...document.querySelectorAll<HTMLElement>('button, input:not([type=file]), select, textarea, a[href], [role=tab], [role=slider]')]
      .filter((element) => element.checkVisibility() && element.closest('table, [role=grid]') === null)
      .map((element) => element.getAttribute('aria-label') ?? element.textContent.trim()),
  );
}

test('hide= leaves out what it names: not drawn, no key, in no menu, and the link keeps saying so', async ({ page, expectAccessible }) => {
  const hide = 'prompt,run,examples,open,keys,theme,lang,lesson,settings,timeline,unit,alternatives,heat,order,flow,menus,dock';
  await openReplay(page, `#v=1&hide=${hide}&view=load`);
  const shown = await controls(page);
  expect(shown).toEqual(['Skip to the routing table', 'MoE Playground, start', 'Share', 'First token', 'Previous token', 'Play', 'Next token', 'Last token', 'Playback speed']);
  await expect(page.locator('.p-heat, .p-router, .p-next')).toHaveCount(3);
  await expect(page.locator('.p-flow, .dock, .prompt-box, .top-set')).toHaveCount(0);

  // Keys of what is hidden do nothing: help, panels' maximising, switching an expert off.
  const first = page.locator('[data-cell="0.0"]');
  await first.focus();
  for (const key of ['?', 'm', 'a', 'Control+o']) await page.keyboard.press(key);
  await expect(page.getByRole('dialog')).toHaveCount(0);
  await expect(page.locator('.maximised, [data-masked=true], .router .offrow')).toHaveCount(0);
  // Numbers stay, what would change them is gone: the router has no switches, the candidates no buttons.
  expect(await page.locator('.p-router .sw-off button, .p-router .stepper, .p-router .xtools, .p-next td button').count()).toBe(0);
  await page.keyboard.press('ArrowRight');
  await expectAccessible();
  await page.getByRole('button', { name: 'Share' }).click();
  await expect(page.getByRole('textbox', { name: 'Link to this prompt' })).toHaveValue(new RegExp(`hide=${hide}&.*rev=${recorded('tale.json').model.sha256?.slice(0, 8)}`));
  await page.keyboard.press('Escape');

  // A part that is none is told, and the other is left out all the same.
  await page.goto('about:blank');
  await openReplay(page, '#v=1&hide=sampling,chat');
  await expect(page.getByRole('alert')).toContainText('hide=chat');
  await expect(page.getByRole('slider', { name: 'Temperature' })).toHaveCount(0);
  await expect(page.getByRole('textbox', { name: 'Prompt' })).toBeVisible();
  await expect(page.getByRole('tab', { name: /^Load/ })).toBeVisible();
});

test('a hostile link shows what is wrong with it and does nothing else', async ({ page }) => {
  const dialogs: string[] = [];
  page.on('dialog', (dialog) => {
    dialogs.push(dialog.message());
    void dialog.dismiss();
  });
  await openReplay(page);
  const clean = await page.locator('main').textContent();
  const bomb = deflateRawSync(Buffer.alloc(50_000_000)).toString('base64url');
  const list = Array.from({ length: 3_000 }, (_, i) => `${99 + i}.${i}`).join(',');
  const hostile = [
    '__proto__=1&constructor=x',
    `pz=${bomb}`,
    'T=<script>alert(1)</script>',
    'view=javascript:alert(1)',
    'trace=javascript:alert(1)',
    'unit=%E2%80%AEstib',
    `hide=${'x,'.repeat(2_000)}__proto__`,
    'c3po=__proto__:1',
    `ab=${list}`,
    'plan=AAAA',
  ];
  await page.goto('about:blank');
  await openReplay(page, `#v=1&${hostile.join('&')}`);
  const alert = page.getByRole('alert');
  await expect(alert).toContainText('this page does not know (__proto__, constructor)');
  await expect(alert).toContainText('longer than 200,000 characters when unpacked');
  await expect(alert).toContainText('T=<script>alert(1)</script>, but T takes a number from 0 to 2');
  await expect(alert).toContainText('view=javascript:alert(1)');
  await expect(alert).toContainText('unit=<U+202E>stib');
  await expect(alert).toContainText('which is not a file of this page\u2019s own address');
  await expect(alert).toContainText(/And [\d,]+ more\./);
  expect(await page.locator('main').textContent()).toBe(clean);
  expect(await page.evaluate(() => Object.hasOwn(Object.prototype, '1') || 'x' in {})).toBe(false);
  expect(await page.locator('script:not([src]), main a[href^="javascript:"]').count()).toBe(0);
  expect(dialogs).toEqual([]);

  // Of another version nothing is used.
  await page.goto('about:blank');
  await openReplay(page, '#v=9&T=0.3');
  await expect(alert).toContainText('version 9');
  await expect(page.getByRole('slider', { name: 'Temperature', exact: true })).toHaveValue('0.8');
});

test('Share: a link, code for a page, a QR code and a file; a long link gives way to the file', async ({ page, expectAccessible }) => {
  await page.emulateMedia({ colorScheme: 'dark' });
  await openReplay(page, '#v=1&T=0.5&l=3');
  await page.getByRole('button', { name: 'Share' }).click();
  const dialog = page.getByRole('dialog');
  const field = dialog.getByRole('textbox', { name: 'Link to this prompt' });
  await expect(field).toHaveValue(/#v=1/);
  const link = await field.inputValue();
  expect(new URL(link).hash).toMatch(/^#v=1&p=Once[^&]*&T=0\.5&n=40&t=\d+&l=3&rev=[0-9a-f]{8}$/);
  await expectAccessible('dialog');

  // The tabs are one stop of the Tab key; arrows go through them.
  await dialog.getByRole('tab', { name: 'Link' }).focus();
  await page.keyboard.press('ArrowRight');
  const code = dialog.getByRole('textbox', { name: 'Code to paste' });
  await expect(code).toHaveValue(/^<iframe src="http:\/\/127\.0\.0\.1:\d+\/#v=1&amp;p=[^&]*&amp;T=0\.5&amp;.*embed=1" title=".*" width="100%" height="520" loading="lazy" sandbox="allow-scripts allow-same-origin allow-popups"/);
  await dialog.getByLabel('Shows').selectOption('load');
  await dialog.getByLabel('Width').selectOption('700px');
  await dialog.getByLabel('Height').fill('420');
  await dialog.getByLabel('Theme').selectOption('dark');
  await expect(code).toHaveValue(/view=load&amp;theme=dark&amp;embed=1".*width="700" height="420"/);
  await dialog.getByRole('button', { name: 'the element' }).click();
  await expect(code).toHaveValue(/<moe-playground view="load" theme="dark" keys="p=[^&]*&amp;T=0\.5&amp;.*" height="420" style="max-width: 700px"><\/moe-playground>$/);
  await expectAccessible('dialog');

  await dialog.getByRole('tab', { name: 'QR code' }).click();
  await expect(dialog.getByRole('img', { name: `QR code of the link ${link}` })).toBeVisible();
  const download = page.waitForEvent('download');
  await dialog.getByRole('button', { name: 'Save as SVG' }).click();
  expect(readFileSync(await (await download).path(), 'utf8')).toContain(`<title>${link.replaceAll('&', '&amp;')}</title>`);
  await expectAccessible('dialog');
  await dialog.getByRole('tab', { name: 'File' }).click();
  await expect(dialog.getByRole('button', { name: 'Export trace' })).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('button', { name: 'Share' })).toBeFocused();

  // A prompt that does not pack well makes a long link.
  await page.getByRole('textbox', { name: 'Prompt' }).fill(Array.from({ length: 1_500 }, (_, i) => String.fromCodePoint(0x4e00 + ((i * 7_919) % 20_000))).join(''));
  await page.getByRole('button', { name: 'Share' }).click();
  await expect(dialog.getByRole('note')).toContainText('longer than 2,000 characters');
  await dialog.getByRole('tab', { name: 'QR code' }).click();
  await expect(dialog).toContainText('too long for a QR code');
});
