import { readFileSync } from 'node:fs';
import { deflateRawSync } from 'node:zlib';
import type { Locator, Page } from '@playwright/test';
import { takeWebgpu } from './engine';
import { expect, test } from './fixtures';
import { EXAMPLES, openReplay, recorded, screen } from './page';

const example = EXAMPLES[0];
if (example === undefined) throw new Error('There are no examples.');
const trace = recorded(example.trace);
const token = trace.run.promptTokens - 1;
const row = Math.floor((trace.model.moeLayers.length - 1) / 2);
const layer = trace.model.moeLayers[row] ?? 0;
const slot = (token * trace.model.moeLayers.length + row) * trace.routing.slots;
const expert = trace.routing.experts[slot] ?? 0;

const edits = (page: Page): Locator => page.getByRole('group', { name: 'Edits', exact: true });

test('on a recording without the model an edit is listed, marks what it would change and says what it waits for', async ({ page, expectAccessible }) => {
  await openReplay(page);
  const before = await screen(page);
  await page.getByRole('button', { name: `Switch expert ${expert} off` }).click();
  await expect(edits(page)).toContainText(`1 edit: expert ${expert} off in layer ${layer}`);
  await expect(edits(page)).toHaveAttribute('data-phase', 'waiting');
  await expect(page.getByText('This needs the model, which waits because your browser saves data.')).toBeVisible();
  await expect(page.locator('.chip.old')).toHaveCount(await page.locator('.chip.gen').count());
  await expect(page.locator('.chip.old').first()).toHaveAttribute('aria-label', /written before the edit$/);
  // Nothing on screen pretends to be the edited run.
  const { tokens: _, ...numbers } = await screen(page);
  expect(numbers).toEqual({ ...numbers, heat: before['heat'], next: before['next'], flow: before['flow'] });
  await expectAccessible();
  await page.getByRole('button', { name: 'Undo the last edit' }).click();
  await expect(edits(page)).toHaveCount(0);
  expect(await screen(page)).toEqual(before);
});

test.describe('automatic choice', () => {
  test.use({ engine: 'auto' });

  test('without WebGPU and WebAssembly the page says why an edit cannot be run', async ({ page, context }) => {
    await takeWebgpu(context, 'delete globalThis.WebAssembly;');
    await page.goto('/');
    await expect(page.getByRole('alert')).toContainText('no WebGPU', { timeout: 30_000 });
    await page.getByRole('button', { name: `Switch expert ${expert} off` }).click();
    await expect(page.getByText('This browser cannot run the model (no WebGPU), so the edit cannot be put into effect.')).toBeVisible({ timeout: 60_000 });
    await expect(page.locator('.position')).toContainText('recorded run');
  });
});

test('a link holds edits; a bad one is left out with a notice', async ({ page }) => {
  await openReplay(page, '#v=1&ab=3.7&rk=5:1@4&bias=3.8:+50&ab=3.99');
  await expect(page.getByText('The link says ab=3.99, but ab takes experts of this model as layer.expert, so it was left out.')).toBeVisible();
  await expect(edits(page)).toContainText('3 edits: expert 7 off in layer 3 and 2 more');
  await page.getByRole('tab', { name: /^Edits/ }).click();
  const rows = page.locator('.edit-log tbody tr[data-edit]');
  await expect(rows.nth(1)).toContainText('k = 1 in layer 5, from token 5 on');
  await expect(rows.nth(2)).toContainText('logit +10.00 for expert 8 in layer 3');
  await expect.poll(() => page.evaluate(() => decodeURIComponent(location.hash))).toContain('ab=3.7&rk=5:1@4&bias=3.8:+10');
});

test('the list of edits: order by buttons, on and off, remove, clear, undo and redo by keys', async ({ page, expectAccessible }) => {
  await openReplay(page, '#v=1&ab=3.7&rk=1&view=edits');
  const rows = page.locator('.edit-log tbody tr[data-edit]');
  await expect(rows).toHaveCount(2);
  await rows.nth(1).getByRole('button', { name: /^Earlier/ }).click();
  await expect(rows.nth(0)).toContainText('k = 1 in all layers');
  await rows.nth(0).getByRole('checkbox').uncheck();
  await expect(edits(page)).toContainText('1 edit: expert 7 off in layer 3');
  await page.emulateMedia({ colorScheme: 'light' });
  await expectAccessible();
  await page.emulateMedia({ colorScheme: 'dark' });
  await expectAccessible();
  await rows.nth(1).getByRole('button', { name: /^Remove/ }).click();
  await expect(edits(page)).toContainText('1 edit, none on');
  await page.locator('.position').click();
  await page.keyboard.press('Control+z');
  await expect(rows).toHaveCount(2);
  await page.keyboard.press('Control+Shift+Z');
  await expect(rows).toHaveCount(1);
  await page.getByRole('button', { name: 'clear all' }).click();
  await expect(edits(page)).toHaveCount(0);
  await expect(page.getByText('No edits yet.')).toBeVisible();
});

test('what is wanted of a router shows at once: k, top-p, a bias by slider, number box and drag', async ({ page }) => {
  await openReplay(page);
  const cut = page.locator('.p-router .cutline');
  await page.getByRole('combobox', { name: 'A new cut covers' }).selectOption('all');
  await page.getByRole('button', { name: 'More experts' }).click();
  await expect(cut).toContainText(`k = ${trace.model.topK + 1}`);
  await expect(edits(page)).toContainText(`k = ${trace.model.topK + 1} in all layers`);
  await page.getByRole('button', { name: 'Fewer experts' }).click();
  await expect(edits(page)).toHaveCount(0);
  await page.getByRole('combobox', { name: 'How experts are chosen' }).selectOption('top-p');
  await expect(edits(page)).toContainText('top-p .50 of experts in all layers');
  await page.getByRole('button', { name: 'Reset: take all edits off' }).click();

  const box = page.getByRole('textbox', { name: `exact bias of expert ${expert}` });
  await box.fill('-1.5');
  await box.press('Enter');
  await expect(edits(page)).toContainText(`logit \u22121.50 for expert ${expert} in layer ${layer}`);
  await page.getByRole('button', { name: `Take the change of expert ${expert} back` }).click();
  await expect(edits(page)).toHaveCount(0);

  const bar = page.locator(`.p-router tr[data-expert="${expert}"] .bar`);
  const place = await bar.boundingBox();
  if (place === null) throw new Error('The bar is not on screen.');
  await page.mouse.move(place.x + 10, place.y + place.height / 2);
  await page.mouse.down();
  await page.mouse.move(place.x + 34, place.y + place.height / 2, { steps: 4 });
  await page.mouse.move(place.x + 58, place.y + place.height / 2, { steps: 4 });
  await page.mouse.up();
  await expect(edits(page)).toContainText(`logit +2.00 for expert ${expert} in layer ${layer}`);
  // One gesture is one step.
  await page.keyboard.press('Control+z');
  await expect(edits(page)).toHaveCount(0);
});

test('sampling sliders act on the recorded distribution at once, with nothing run', async ({ page }) => {
  await openReplay(page);
  const asked: string[] = [];
  // The browser asks for the tab's icon when it likes; that is not the page's doing.
  page.on('request', (request) => request.url().endsWith('/favicon.svg') || asked.push(request.url()));
  await expect(page.locator('.p-next')).toContainText('sliders need a live run');
  const set = async (name: string, value: string): Promise<void> => {
    await page.getByRole('textbox', { name, exact: true }).fill(value);
    await page.keyboard.press('Enter');
  };
  await set('exact value of top-k', '10');
  await set('exact value of top-p', '1');
  await set('exact value of T', '0.5');
  const top = trace.output.top;
  const probs = [...(top?.prob.subarray(token * (top?.count ?? 0), token * (top?.count ?? 0) + 10) ?? [])];
  const squares = probs.map((p) => p ** 2);
  const drawn = squares.map((p) => p / squares.reduce((a, b) => a + b, 0));
  const shown = page.locator('.p-next tr[data-token-id]').first().locator('td.pr').last();
  await expect(shown).toHaveText((drawn[0] ?? 0).toFixed(3).replace(/^0/, ''));
  await set('exact value of top-k', '2');
  await expect(page.locator('.p-next .cutrow')).toContainText('top-k 2');
  await expect(page.locator('.p-next [data-kept]')).toHaveAttribute('data-kept', '2');
  await set('exact value of T', '0');
  await expect(page.locator('.p-next .cutrow')).toContainText('temperature 0');
  expect(asked).toEqual([]);
});

test('on a phone the line of edits stays in sight, and the tools are in the full sheet', async ({ page, expectAccessible }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  await openReplay(page, `#v=1&ab=${layer}.${expert}`);
  await expect(edits(page)).toContainText('1 edit');
  const reset = page.getByRole('button', { name: 'Reset: take all edits off' });
  await expect(reset).toBeInViewport({ ratio: 1 });
  const box = await reset.boundingBox();
  expect((box?.x ?? 0) + (box?.width ?? 0)).toBeLessThanOrEqual(390);
  await page.getByRole('button', { name: 'Show more' }).click();
  await expect(page.getByRole('slider', { name: /^Bias on the logit/ })).toBeVisible();
  await expect(page.getByRole('group', { name: 'edits cover' }).getByRole('button', { name: 'all tokens' })).toBeVisible();
  await expectAccessible();
});

test('a whole plan is an edit: from a link, from a file, and refused with every fault where it does not fit the model', async ({ page, expectAccessible }) => {
  const plan = JSON.parse(readFileSync('docs/plans/masked-expert.json', 'utf8')) as { readonly entries: readonly unknown[] };
  const packed = deflateRawSync(JSON.stringify(plan)).toString('base64url');
  await openReplay(page, `#v=1&plan=${packed}`);
  const edits = page.getByRole('group', { name: 'Edits', exact: true });
  await expect(edits).toContainText(`1 edit: a plan of ${plan.entries.length}`);
  await page.getByRole('tab', { name: /^Edits/ }).click();
  await expect(page.locator('.edit-log tbody tr[data-edit]')).toHaveCount(1);
  await expectAccessible('.dock');
  await page.getByRole('tab', { name: /^Edits/ }).click();
  await page.getByRole('button', { name: 'Share' }).click();
  await expect(page.getByRole('textbox', { name: /link/i }).first()).toHaveValue(/[#&]plan=[\w-]{40,}/);
  await page.keyboard.press('Escape');

  await page.getByRole('button', { name: 'Reset: take all edits off' }).click();
  await expect(edits).toHaveCount(0);
  await page.setInputFiles('input[data-open-trace]', { name: 'plan.json', mimeType: 'application/json', buffer: Buffer.from(JSON.stringify(plan)) });
  await expect(edits).toContainText('1 edit: a plan of');
  await page.setInputFiles('input[data-open-trace]', { name: 'other.json', mimeType: 'application/json', buffer: Buffer.from(JSON.stringify({ ...plan, entries: [{ layers: [99], tokens: 'all', mask: [77] }] })) });
  const dialog = page.getByRole('dialog');
  await expect(dialog).toContainText('2 faults');
  await expect(dialog).toContainText('entries[0].layers[0]');
  await expect(dialog).toContainText('entries[0].mask[0]');
  await page.keyboard.press('Escape');
  await expect(edits).toContainText('1 edit: a plan of');
});

test('a plan in a link that is none is left out with a notice', async ({ page }) => {
  await openReplay(page, '#v=1&plan=AAAA');
  await expect(page.locator('.notices')).toContainText('plan=AAAA');
  await expect(page.getByRole('group', { name: 'Edits', exact: true })).toHaveCount(0);
});
