import type { Page } from '@playwright/test';
import { alignTexts } from '../src/analysis/alignment';
import { comparedShares, layerDistances } from '../src/analysis/routing-distance';
import { traceText, EXACT } from '../src/trace/file';
import type { Trace } from '../src/trace/trace';
import { expect, test } from './fixtures';
import { EXAMPLES, openLive, openReplay, recorded, run } from './page';

const [first, second] = EXAMPLES;
if (first === undefined || second === undefined) throw new Error('There are too few examples.');

const two = (value: number): string => value.toFixed(2).replace(/^0/, '');

async function openCompare(page: Page): Promise<void> {
  await page.getByRole('tab', { name: /^Compare/ }).click();
  await expect(page.getByRole('region', { name: 'Choose A and B' })).toBeVisible();
}

/** The first recorded run, its last token replaced and one expert of layer 3 switched off in the plan. */
function edited(trace: Trace): Trace {
  const ids = trace.tokens.ids.slice();
  const last = ids.length - 1;
  ids[last] = ids[last] === 5 ? 6 : 5;
  return {
    ...trace,
    tokens: { ...trace.tokens, ids, text: trace.tokens.text.with(last, 'other') },
    run: { ...trace.run, plan: { format: 'moe-plan', version: '1.0', entries: [{ layers: [3], tokens: 'all', mask: [5] }] } },
  };
}

async function chooseFile(page: Page, trace: Trace): Promise<void> {
  await page.setInputFiles('input[data-open-other]', { name: 'b.json', mimeType: 'application/json', buffer: Buffer.from(traceText(trace, EXACT)) });
  await expect(page.getByRole('listbox', { name: 'Tokens of A and B' })).toBeVisible();
}

test('two recorded runs stand side by side, and every number is that of the traces', async ({ page }) => {
  await openReplay(page);
  await openCompare(page);
  await page.getByRole('combobox', { name: 'Recorded examples' }).selectOption({ label: second.title });
  const strip = page.getByRole('listbox', { name: 'Tokens of A and B' });
  await expect(strip).toBeVisible();

  const [a, b] = [recorded(first.trace), recorded(second.trace)];
  const alignment = alignTexts(a, b);
  const shares = comparedShares(a, b);
  if (shares === undefined) throw new Error('The examples have one shape.');
  const column = alignment.a.findIndex((token, c) => token > 1 && (alignment.b[c] ?? -1) >= 0);
  await page.locator(`#column-${column}`).click();
  await expect(page.locator(`#column-${column}`)).toHaveAttribute('aria-selected', 'true');
  await expect(page.locator(`#column-${column}`)).toHaveAttribute('aria-setsize', String(alignment.a.length));
  const distances = layerDistances(shares, a.model.experts, a.model.moeLayers.length, alignment.a[column] ?? 0, alignment.b[column] ?? 0);
  for (const [row, distance] of distances.entries()) {
    await expect(page.locator(`[data-panel=compare-distance] [data-row="${a.model.moeLayers[row]}"]`)).toContainText(two(distance));
  }
  const most = Math.max(...distances);
  await expect(page.locator('.csay')).toContainText(`(${two(most)} of 2)`);

  const top = a.output.top;
  const probability = top?.prob[(alignment.a[column] ?? 0) * top.count] ?? 0;
  const row = page.locator(`[data-panel=compare-next] [data-token="${top?.ids[(alignment.a[column] ?? 0) * (top?.count ?? 0)]}"]`);
  await expect(row).toContainText(two(probability));

  const swap = page.locator('.clabels');
  const before = await swap.textContent();
  await page.getByRole('button', { name: 'Swap A and B' }).click();
  await expect(swap).not.toHaveText(before ?? '');
  await expect(page.locator('.p-compare .position')).toContainText(`of ${b.tokens.ids.length}`);
  await page.getByRole('button', { name: 'End', exact: true }).click();
  await expect(page.getByRole('region', { name: 'Choose A and B' })).toBeVisible();
});

test('a file as B: the same prompt is said once, another token is boxed, a switched-off expert is hatched', async ({ page }) => {
  const trace = recorded(first.trace);
  await openReplay(page);
  await openCompare(page);
  await chooseFile(page, edited(trace));
  await expect(page.locator('.csame')).toHaveText('same prompt');
  await page.getByRole('listbox', { name: 'Tokens of A and B' }).focus();
  await page.keyboard.press('End');
  const last = trace.tokens.ids.length - 1;
  await expect(page.locator(`#column-${last} .cb.other`)).toHaveText('other');
  await expect(page.locator('.cb.other')).toHaveCount(1);
  await expect(page.locator('[data-panel=compare-b] .offcell')).toHaveCount(1);
  await expect(page.locator('[data-panel=compare-a] .offcell')).toHaveCount(0);
  await expect(page.locator('.clabels')).toContainText('B expert 5 off in layer 3');
  await expect(page.locator('.csay')).toContainText(`The texts part at column ${last + 1}.`);

  await page.getByRole('button', { name: 'Table and downloads: B \u2212 A' }).click();
  await page.getByRole('button', { name: 'Show as table' }).click();
  const rows = page.locator('[data-panel=compare-difference] tbody tr');
  await expect(rows).toHaveCount(trace.model.moeLayers.length * trace.model.experts);
  const sums = await rows.evaluateAll((all) => {
    const found = new Map<string, number>();
    for (const row of all) {
      const cells = [...row.children].map((cell) => cell.textContent?.replace('\u2212', '-') ?? '');
      found.set(cells[0] ?? '', (found.get(cells[0] ?? '') ?? 0) + Number(cells[4]));
    }
    return [...found.values()];
  });
  for (const sum of sums) expect(Math.abs(sum)).toBeLessThan(0.002);
});

test('traces of another shape get a sentence, and their texts still stand side by side', async ({ page }) => {
  const trace = recorded(first.trace);
  const layers = trace.model.moeLayers.length;
  const keep = <T extends Float32Array | Uint16Array>(values: T, width: number): T => values.filter((_, i) => Math.floor(i / width) % layers < 2) as T;
  const { slots, experts, mix } = trace.routing;
  const shallow: Trace = { ...trace, model: { ...trace.model, layers: 2, moeLayers: [0, 1] }, run: { ...trace.run }, routing: { slots, experts: keep(experts, slots), mix: keep(mix, slots) } };
  await openReplay(page);
  await openCompare(page);
  await chooseFile(page, shallow);
  await expect(page.locator('.csay')).toContainText(`A has ${layers} layers with 16 experts and B has 2 layers with 16 experts`);
  await expect(page.locator('.cheat')).toHaveCount(0);
  await expect(page.locator('[data-panel=compare-next] .cnext')).toBeVisible();
});

test('a second prompt runs as B on the live model while A stays', async ({ page }) => {
  test.setTimeout(240_000);
  await openLive(page);
  await run(page, 'Once upon a time', 3);
  await openCompare(page);
  await page.getByRole('textbox', { name: 'Prompt of B' }).fill('Once upon a hill');
  await page.getByRole('spinbutton', { name: 'B New tokens' }).fill('2');
  await page.getByRole('button', { name: 'Run B' }).click();
  await expect(page.locator('.clabels')).toContainText('\u201cOnce upon a hill\u201d', { timeout: 120_000 });
  await expect(page.getByRole('button', { name: 'Run', exact: true })).toBeVisible({ timeout: 120_000 });
  await expect(page.locator('.clabels')).toContainText('A \u201cOnce upon a time\u201d');
  await expect(page.locator('.cb.other').first()).toBeVisible();
  await expect(page.getByRole('textbox', { name: 'Prompt', exact: true })).toHaveValue('Once upon a time');
});

test('an edit is compared with the run before it, without choosing anything', async ({ page }) => {
  test.setTimeout(240_000);
  await openLive(page);
  await run(page, 'Once upon a time', 2);
  const off = page.getByRole('button', { name: /^Switch expert \d+ off$/ }).first();
  const expert = /\d+/.exec((await off.getAttribute('aria-label')) ?? '')?.[0] ?? '';
  await off.click();
  await expect(page.locator('.edits[data-phase=done]')).toBeVisible({ timeout: 120_000 });
  await page.getByRole('tab', { name: /^Compare/ }).click();
  await expect(page.locator('.clabels')).toHaveText(new RegExp(`A router as trained\\s*B expert ${expert} off in layer 3`));
  await expect(page.locator('.csay')).toContainText(`With expert ${expert} off in layer 3, `);
  await expect(page.locator(`[data-panel=compare-b] [data-row="3"] .offcell`)).toHaveCount(1);
  await expect(page.locator('[data-panel=compare-distance] [data-row="0"]')).toContainText('.00');
  await expect(page.locator('[data-panel=compare-distance] [data-row="3"]')).not.toContainText('.00');
  await expect(page.getByRole('button', { name: 'Swap A and B' })).toHaveCount(0);
});

test('axe finds nothing in Compare', async ({ page, expectAccessibleInBothThemes }) => {
  test.setTimeout(120_000);
  await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' });
  await page.setViewportSize({ width: 1440, height: 900 });
  await openReplay(page);
  await openCompare(page);
  await expectAccessibleInBothThemes('.p-compare');
  await chooseFile(page, edited(recorded(first.trace)));
  await expectAccessibleInBothThemes('.p-compare');
  expect(await page.evaluate(() => [document.documentElement.scrollWidth - innerWidth, document.documentElement.scrollHeight - innerHeight])).toEqual([0, 0]);
});
