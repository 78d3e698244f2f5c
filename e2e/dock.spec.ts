import { readFileSync } from 'node:fs';
import type { Page } from '@playwright/test';
import { expect, test } from './fixtures';
import { EXAMPLES, openReplay, recorded } from './page';

const first = EXAMPLES[0];
const second = EXAMPLES[1];
if (first === undefined || second === undefined) throw new Error('There are too few examples.');
const trace = recorded(first.trace);
const { model, routing, tokens } = trace;
const T = tokens.ids.length;
const E = model.experts;
/** The row that the page opens on. */
const ROW = Math.floor((model.moeLayers.length - 1) / 2);

/** Experts of a token, in the order of selection, read from the file itself. */
function chosen(t: number, row = ROW): number[] {
  const cell = t * model.moeLayers.length + row;
  return [...routing.experts.subarray(cell * routing.slots, cell * routing.slots + (routing.count?.[cell] ?? routing.slots))];
}

/** Tokens that chose each expert. */
function counts(row = ROW, from = 0, to = T): number[] {
  const found = new Array<number>(E).fill(0);
  for (let t = from; t < to; t++) for (const expert of chosen(t, row)) found[expert] = (found[expert] ?? 0) + 1;
  return found;
}

const share = (value: number, decimals = 2): string => value.toFixed(decimals).replace(/^0/, '');
const panel = (page: Page, id: string) => page.locator(`[data-panel="${id}"]`);

/** The page on a screen that holds the columns and an open panel at once. */
async function open(page: Page, view: string): Promise<void> {
  await page.setViewportSize({ width: 1440, height: 900 });
  await openReplay(page, `#v=1&view=${view}`);
}

/** Chooses an entry of a panel's menu. */
async function choose(page: Page, id: string, entry: string): Promise<void> {
  await panel(page, id).getByRole('button', { name: /^Table and downloads/ }).click();
  await panel(page, id).getByRole('button', { name: entry }).click();
}

async function saved(page: Page, id: string, entry: string): Promise<{ readonly name: string; readonly bytes: Buffer }> {
  const waiting = page.waitForEvent('download');
  await choose(page, id, entry);
  const file = await waiting;
  return { name: file.suggestedFilename(), bytes: readFileSync(await file.path()) };
}

test('tabs open and close by keyboard, and the address follows', async ({ page }) => {
  await page.setViewportSize({ width: 1440, height: 900 });
  await openReplay(page);
  const load = page.getByRole('tab', { name: /^Load/ });
  await load.focus();
  await page.keyboard.press('ArrowRight');
  const pairs = page.getByRole('tab', { name: /^Co-activation/ });
  await expect(pairs).toBeFocused();
  await expect(page.getByRole('tabpanel')).toHaveCount(0);
  await page.keyboard.press('Enter');
  await expect(page.getByRole('tabpanel')).toBeVisible();
  await expect(pairs).toHaveAttribute('aria-selected', 'true');
  await expect(page).toHaveURL(/view=coactivation/);
  // The columns above stay, and the page needs no scrolling.
  await expect(page.locator('.p-heat')).toBeVisible();
  await expect(page.locator('.p-router')).toBeVisible();
  expect(await page.evaluate(() => document.documentElement.scrollHeight)).toBeLessThanOrEqual(900);
  await page.keyboard.press('Escape');
  await expect(page.getByRole('tabpanel')).toHaveCount(0);
  await expect(pairs).toBeFocused();
  await expect(page).not.toHaveURL(/view=/);
  await page.keyboard.press('Home');
  await expect(page.getByRole('tab', { name: /^Re-mix/ })).toBeFocused();
  await load.click();
  await expect(page.getByRole('tabpanel')).toBeVisible();
  await load.click();
  await expect(page.getByRole('tabpanel')).toHaveCount(0);
});

test('on a low page an open panel takes the place of the columns', async ({ page }) => {
  await page.setViewportSize({ width: 1280, height: 700 });
  await openReplay(page);
  await expect(page.locator('.main')).toBeVisible();
  await page.getByRole('tab', { name: /^Load/ }).click();
  await expect(page.locator('.main')).toBeHidden();
  await expect(panel(page, 'load')).toBeVisible();
  await page.getByRole('tab', { name: /^Load/ }).click();
  await expect(page.locator('.main')).toBeVisible();
});

test('load: shares, max over mean and entropy are those of the trace', async ({ page }) => {
  await open(page, 'load');
  const of = counts();
  const total = of.reduce((a, b) => a + b, 0);
  const max = Math.max(...of);
  const measure = (name: string) => panel(page, 'load-measures').locator(`[data-measure="${name}"]`);
  await expect(measure('max/mean')).toHaveText(((max * E) / total).toFixed(2));
  await expect(measure('MaxVio')).toHaveText(((max * E) / total - 1).toFixed(2));
  const entropy = -of.reduce((sum, n) => (n === 0 ? sum : sum + (n / total) * Math.log(n / total)), 0) / Math.log(E);
  await expect(measure('entropy')).toHaveText(entropy.toFixed(3));
  await expect(measure('dead experts')).toHaveText(String(of.filter((n) => n < (0.01 * total) / E).length));
  await expect(panel(page, 'load').getByText(`n ${T} tokens`)).toBeVisible();
  await expect(panel(page, 'load').locator('.warn')).toHaveCount(T < (20 * E) / model.topK ? 1 : 0);

  await panel(page, 'load').getByRole('button', { name: 'generated' }).click();
  const generated = counts(ROW, trace.run.promptTokens, T);
  const most = Math.max(...generated);
  await expect(measure('max/mean')).toHaveText(((most * E) / generated.reduce((a, b) => a + b, 0)).toFixed(2));
  await panel(page, 'load-layers').getByRole('button', { name: 'L0', exact: true }).click();
  await expect(panel(page, 'load-measures').getByRole('heading')).toHaveText('Layer 0 in numbers');
});

test('co-activation: a pair by keyboard, its counts, its light in the routing table', async ({ page }) => {
  await open(page, 'coactivation');
  const grid = panel(page, 'coactivation').getByRole('grid');
  await grid.focus();
  await page.keyboard.press('Home');
  await page.keyboard.press('ArrowRight');
  const [i, j] = await grid.evaluate((element) => (document.getElementById(element.getAttribute('aria-activedescendant') ?? '')?.getAttribute('data-pair') ?? '').split('.').map(Number));
  const own = counts()[i ?? 0] ?? 0;
  let both = 0;
  for (let t = 0; t < T; t++) if (chosen(t).includes(i ?? 0) && chosen(t).includes(j ?? 0)) both++;
  await expect(panel(page, 'coactivation').locator('.pair-say')).toContainText(own === 0 ? `E${i} took no token.` : `E${j} took ${both} of the ${own} tokens of E${i}`);
  await expect(page.locator(`[data-lit="${ROW}.${i}"]`)).toBeVisible();
  await expect(page.locator(`[data-lit="${ROW}.${j}"]`)).toBeVisible();

  const row = panel(page, 'coactivation-pairs').locator('tbody tr').first();
  const [a = 0, b = 0] = ((await row.getAttribute('data-pair')) ?? '').split('.').map(Number);
  let most = 0;
  for (let t = 0; t < T; t++) if (chosen(t).includes(a) && chosen(t).includes(b)) most++;
  await expect(row.locator('td').first()).toHaveText(String(most));
  await row.hover();
  await expect(page.locator(`[data-lit="${ROW}.${a}"]`)).toBeVisible();

  await panel(page, 'coactivation').getByRole('button', { name: 'clustered' }).click();
  await expect(grid.locator('[role=rowheader]')).toHaveCount(E);
});

test('specialisation: tokens with their counts, kinds of token, and the jump to one', async ({ page }) => {
  await open(page, 'specialisation');
  const expert = chosen(trace.run.promptTokens - 1)[0] ?? 0;
  const box = panel(page, 'specialisation');
  await expect(box.getByRole('heading')).toHaveText(`Tokens of E${expert}`);
  const row = box.locator('.label-row').first();
  const text = (await row.getAttribute('data-token')) ?? '';
  const places = [...tokens.text.keys()].filter((t) => tokens.text[t] === text);
  const taken = places.filter((t) => chosen(t).includes(expert));
  await expect(row.locator('.num').last()).toHaveText(`${taken.length}/${places.length}`);
  const own = counts()[expert] ?? 0;
  await expect(row.locator('.lift')).toHaveText(taken.length < 5 ? '\u2013' : ((taken.length * T) / (own * places.length)).toFixed(1));
  await row.getByRole('button').click();
  const here = trace.run.promptTokens - 1;
  await expect(page.locator('.position .b')).toHaveText(`Token ${(taken.find((t) => t > here) ?? taken[0] ?? 0) + 1}`);

  const word = panel(page, 'specialisation-kinds').locator('[data-kind="word"]');
  const words = [...tokens.text.keys()].filter((t) => tokens.kind[t] !== 'special' && /^\s/.test(tokens.text[t] ?? '') && /\p{L}/u.test(tokens.text[t] ?? ''));
  await expect(word.locator('.num.q').first()).toHaveText(share(words.length / T));
  await word.getByRole('button').click();
  await expect(panel(page, 'specialisation-experts').getByText(`n ${words.length} tokens`)).toBeVisible();
  await expect(panel(page, 'specialisation-experts')).toContainText('A correlation, not a role.');
});

test('specialisation: statistics of the corpus where the checkpoint has them', async ({ page }) => {
  const manifest = JSON.parse(readFileSync('public/models/manifest.json', 'utf8'));
  const measured = (e: number) => ({ load: 1 / E, n: 1000 + e, tokens: [{ id: 5, text: ' king', count: 40 + e, lift: 6.25 }, { id: 6, text: '\n', count: 9, lift: 2.5 }], npmi: [0.25, -0.5] });
  const file = { domains: ['code', 'tales'], n: 40_960, layers: model.moeLayers.map(() => Array.from({ length: E }, (_, e) => measured(e))) };
  manifest.models.moe.files['experts.json'] = { bytes: 1, sha256: '0'.repeat(64) };
  manifest.models.moe.files['model.safetensors'].sha256 = model.sha256;
  await page.route('**/models/manifest.json', (route) => route.fulfill({ json: manifest }));
  await page.route('**/models/moe/experts.json', (route) => route.fulfill({ json: file }));
  await open(page, 'specialisation');
  await panel(page, 'specialisation').getByRole('button', { name: 'corpus' }).click();
  const expert = chosen(trace.run.promptTokens - 1)[0] ?? 0;
  const king = panel(page, 'specialisation').locator('[data-token=" king"]');
  await expect(king.locator('.lift')).toHaveText('6.3');
  await expect(king.locator('.num').last()).toHaveText(String(40 + expert));
  await expect(panel(page, 'specialisation').getByText(`n ${(1000 + expert).toLocaleString('en-US')} validation tokens`)).toBeVisible();
  await expect(panel(page, 'specialisation-kinds').locator('[data-domain="tales"] .num')).toHaveText('\u22120.50');
  // The closed dock shows the same numbers under the flow.
  await page.getByRole('tab', { name: /^Specialisation/ }).click();
  await expect(page.locator('.p-flow .flow-table')).toContainText('6.3');
  await expect(page.locator('.p-flow')).toContainText('n 40,960 validation tokens. A correlation, not a role.');
});

/** Hit rate of a least-recently-used cache of `size` experts a layer, first touches of free places counted as hits. */
function lru(size: number): number {
  let [hits, n] = [0, 0];
  for (const row of model.moeLayers.keys()) {
    let held: number[] = [];
    const met = new Set<number>();
    for (let t = 0; t < T; t++) {
      for (const expert of chosen(t, row)) {
        n++;
        const free = !met.has(expert) && met.size < size;
        met.add(expert);
        if (free || held.includes(expert)) hits++;
      }
      for (const expert of chosen(t, row)) held = [...held.filter((other) => other !== expert), expert].slice(-size);
    }
  }
  return hits / n;
}

test('expert cache: the hit rate is that of the trace, for every size that is set', async ({ page }) => {
  await open(page, 'cache');
  const size = panel(page, 'cache').getByRole('slider', { name: 'cache size' });
  const rate = panel(page, 'cache-numbers').locator('[data-measure="hit rate"]');
  await expect(rate).toHaveText(lru(2 * model.topK).toFixed(3));
  await expect(panel(page, 'cache').getByRole('img')).toHaveAccessibleName(new RegExp(`LRU of ${2 * model.topK} experts a layer hits \\${share(lru(2 * model.topK))}`));
  await size.focus();
  await page.keyboard.press('ArrowRight');
  await expect(rate).toHaveText(lru(2 * model.topK + 1).toFixed(3));
  await panel(page, 'cache').getByRole('combobox', { name: 'policy' }).selectOption('Belady');
  expect(Number(await rate.textContent())).toBeGreaterThanOrEqual(Number(lru(2 * model.topK + 1).toFixed(3)));
  await panel(page, 'cache').getByRole('combobox', { name: 'segment m' }).selectOption('4');
  await expect(panel(page, 'cache-layers').getByText('SRP over segments of 4 tokens')).toBeVisible();
});

test('trace: its facts, the other open traces, and one of them as B', async ({ page }) => {
  await open(page, 'trace');
  const facts = panel(page, 'trace');
  await expect(facts).toContainText(`${trace.run.promptTokens} prompt + ${T - trace.run.promptTokens} generated`);
  await expect(facts).toContainText(model.sha256?.slice(0, 16) ?? '');
  await page.getByRole('button', { name: 'Examples' }).click();
  await page.getByRole('button', { name: second.title }).click();
  const list = panel(page, 'traces');
  await expect(list.getByRole('listitem')).toHaveCount(2);
  const title = trace.title;
  await list.getByRole('button', { name: `Compare with ${title} as B` }).click();
  await expect(list.getByRole('button', { name: `Compare with ${title} as B` })).toHaveAttribute('aria-pressed', 'true');
  await list.getByRole('button', { name: `Show ${title}` }).click();
  await expect(page.locator('.position')).toContainText(`of ${T}`);
  await list.getByRole('button', { name: /^Close / }).click();
  await expect(list.getByRole('listitem')).toHaveCount(1);
  const waiting = page.waitForEvent('download');
  await panel(page, 'trace-export').getByRole('button', { name: 'Export trace' }).click();
  expect((await waiting).suggestedFilename()).toMatch(/\.moe-trace\.json$/);
});

test('every panel has a table, and its CSV holds the same rows', async ({ page }) => {
  test.setTimeout(180_000);
  await openReplay(page);
  for (const id of ['sentence', 'routing', 'layer', 'router', 'next-token']) {
    await test.step(id, async () => {
      const { name, bytes } = await saved(page, id, 'Download CSV');
      expect(name).toBe(`moe-${id}.csv`);
      await choose(page, id, 'Show as table');
      const table = panel(page, id).locator('.data-table table');
      const columns = await table.locator('thead th').count();
      const rows = await table.locator('tbody tr').count();
      const lines = csvRows(bytes.toString('utf8'));
      expect(lines).toHaveLength(rows + 1);
      for (const line of lines) expect(line).toHaveLength(columns);
      await choose(page, id, 'Show the figure');
      await expect(table).toHaveCount(0);
    });
  }
  const { bytes } = await saved(page, 'router', 'Download CSV');
  const [head = [], line = []] = csvRows(bytes.toString('utf8'));
  const t = trace.run.promptTokens - 1;
  const slot = (t * model.moeLayers.length + ROW) * routing.slots;
  expect(line[head.indexOf('expert')]).toBe(String(routing.experts[slot]));
  expect(Number(line[head.indexOf('mix')])).toBeCloseTo(routing.mix[slot] ?? 0, 6);
  expect(Number(line[head.indexOf('logit')])).toBeCloseTo(routing.logits?.[(t * model.moeLayers.length + ROW) * E + (routing.experts[slot] ?? 0)] ?? 0, 5);
});

/** Reads RFC 4180. */
function csvRows(text: string): string[][] {
  const rows: string[][] = [[]];
  for (const [, quoted, plain, end] of text.matchAll(/(?:"((?:[^"]|"")*)"|([^,\r\n]*))(,|\r\n|$)/g)) {
    if (end === undefined || (end === '' && quoted === undefined && plain === '')) continue;
    rows.at(-1)?.push(quoted === undefined ? (plain ?? '') : quoted.replaceAll('""', '"'));
    if (end === '\r\n') rows.push([]);
  }
  return rows.filter((row) => row.length > 0);
}

test('pictures stand by themselves: resolved colours, the font inside, PNG at twice the size', async ({ page }) => {
  test.setTimeout(180_000);
  await page.setViewportSize({ width: 1440, height: 900 });
  await open(page, 'load');
  // The page itself may not parse text into documents, by its policy.
  const empty = await page.context().newPage();
  // A page behind another one is drawn once a second.
  await page.bringToFront();
  for (const id of ['sentence', 'routing', 'layer', 'router', 'load', 'load-layers']) {
    await test.step(id, async () => {
      const { bytes } = await saved(page, id, 'Download SVG');
      const svg = bytes.toString('utf8');
      expect(svg).not.toMatch(/var\(|oklab|color-mix|class=|currentcolor/i);
      expect(svg).toContain("format('woff2')");
      expect(svg.match(/<text /g)?.length ?? 0).toBeGreaterThan(3);
      const size = await empty.evaluate((text) => {
        const parsed = new DOMParser().parseFromString(text, 'image/svg+xml');
        return { faults: parsed.querySelectorAll('parsererror').length, width: Number(parsed.documentElement.getAttribute('width')), height: Number(parsed.documentElement.getAttribute('height')) };
      }, svg);
      expect(size.faults).toBe(0);
      const png = (await saved(page, id, 'Download PNG')).bytes;
      expect(png.subarray(1, 4).toString()).toBe('PNG');
      expect(Math.abs(png.readUInt32BE(16) - 2 * size.width)).toBeLessThanOrEqual(2);
      expect(Math.abs(png.readUInt32BE(20) - 2 * size.height)).toBeLessThanOrEqual(2);
    });
  }
});

test('m makes the focused panel the page, Escape gives it back, and focus stays', async ({ page }) => {
  await open(page, 'cache');
  const size = panel(page, 'cache').getByRole('slider', { name: 'cache size' });
  await size.focus();
  await page.keyboard.press('m');
  await expect(panel(page, 'cache')).toHaveClass(/maximised/);
  await expect(size).toBeFocused();
  await expect(page.locator('.top')).toBeHidden();
  const box = await panel(page, 'cache').boundingBox();
  expect(box?.width).toBe(page.viewportSize()?.width);
  await page.keyboard.press('Escape');
  await expect(panel(page, 'cache')).not.toHaveClass(/maximised/);
  await expect(size).toBeFocused();
  await expect(page.getByRole('tabpanel')).toBeVisible();
  await page.getByRole('button', { name: 'Maximise: Routing' }).click();
  await expect(page.locator('.p-heat')).toHaveClass(/maximised/);
  await page.getByRole('button', { name: 'Restore: Routing' }).click();
  await expect(page.locator('.top')).toBeVisible();
});

test('axe finds nothing in any open panel', async ({ page, expectAccessibleInBothThemes }) => {
  test.setTimeout(240_000);
  await page.setViewportSize({ width: 1440, height: 900 });
  await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' });
  await openReplay(page);
  for (const name of ['Load', 'Co-activation', 'Specialisation', 'Expert cache', 'Trace']) {
    await test.step(name, async () => {
      await page.getByRole('tab', { name: new RegExp(`^${name}`) }).click();
      const body = page.getByRole('tabpanel');
      await expect(body.getByRole('heading').first()).toBeVisible();
      await expectAccessibleInBothThemes('.dock');
      await body.getByRole('button', { name: /^Table and downloads/ }).first().click();
      await expectAccessibleInBothThemes('.act-list');
      await body.getByRole('button', { name: 'Show as table' }).click();
      await page.keyboard.press('m');
      await expect(page.locator('.maximised')).toBeVisible();
      await expectAccessibleInBothThemes('.maximised');
      await page.keyboard.press('Escape');
    });
  }
});
