import { existsSync, readFileSync } from 'node:fs';
import type { Locator, Page } from '@playwright/test';
import { readCheckpoint } from '../src/cli/read-checkpoint';
import { accessOf, type ModelAccess } from '../src/engine/access';
import { createReferenceEngine } from '../src/engine/reference/engine';
import { rerouteReading } from '../src/methods/rerouting/reading';
import { REROUTING_DEFAULTS } from '../src/methods/rerouting/settings';
import { ROUTER_AS_TRAINED } from '../src/routing/plan';
import { parseResults, type Results } from '../src/state/results';
import { expect, test } from './fixtures';
import { openLive, openReplay, run, saved } from './page';

const shipped = (suite: string): Results | undefined => {
  const file = `public/results/${suite}.json`;
  return existsSync(file) ? parseResults(JSON.parse(readFileSync(file, 'utf8'))) : undefined;
};

async function reference(): Promise<ModelAccess> {
  const checkpoint = await readCheckpoint('public/models/moe');
  return accessOf(await createReferenceEngine().load(checkpoint), checkpoint.tokenizer);
}

const panel = (page: Page, id: string): Locator => page.locator(`[data-panel=${id}]`);
const card = (page: Page, name: string): Promise<void> => page.getByRole('tab', { name, exact: true }).click();

/** Runs the open card to its end. */
async function runCard(page: Page, name = 'Run on this text'): Promise<void> {
  await page.getByRole('button', { name }).click();
  await expect(page.getByRole('button', { name: 'Run on this text' })).toBeVisible({ timeout: 120_000 });
}

interface Found {
  readonly tokens: number;
  readonly markers: number;
  readonly experts: number;
  readonly active: readonly number[];
  readonly together: readonly number[];
}

/** nPMI by its formula, from the counts of the shipped file. */
function npmi({ tokens, markers, active, together }: Found, pair: number): number {
  const [k, K] = [together[pair]!, active[pair]!];
  return k === 0 ? -1 : (Math.log2(k / markers) + Math.log2(tokens / K)) / Math.log2(tokens / k);
}

test('the cards show what was measured, with its numbers, without the model', async ({ page, expectAccessibleInBothThemes }) => {
  await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' });
  const topP = shipped('top-p');
  await openReplay(page, '#view=remix&method=top-p');
  const rows = (topP?.['frontier'] ?? []) as readonly { readonly kind: string; readonly meanExperts: number; readonly bitsPerByte: { readonly mean: number } }[];
  expect(rows.length).toBeGreaterThan(5);
  for (const { kind, meanExperts, bitsPerByte } of rows.filter((row) => row.kind !== 'paper')) {
    await expect(panel(page, 'top-p-frontier').locator(`circle[data-line="${kind}"][data-x="${meanExperts}"]`)).toHaveAttribute('data-y', bitsPerByte.mean.toFixed(4));
  }
  for (const [kind, name] of [['levels', (one: string) => `level ${one}`], ['domains', (one: string) => one]] as const) {
    await panel(page, 'top-p-kinds').getByRole('button', { name: kind }).click();
    for (const { name: one, meanExperts } of (topP?.[kind] ?? []) as readonly { readonly name: string; readonly meanExperts: number }[]) {
      await expect(panel(page, 'top-p-kinds').locator(`[data-name="${name(one)}"] circle`)).toHaveAttribute('data-value', meanExperts.toFixed(3));
    }
  }
  await expect(page.locator('.honest')).toContainText(`${topP?.summary['n']} texts`);
  await expectAccessibleInBothThemes('.p-remix');

  await card(page, 'Rerouting');
  const arms = (shipped('rerouting')?.['arms'] ?? {}) as Readonly<Record<string, { readonly cycles: readonly { readonly heldOut: { readonly mean: number } }[] }>>;
  for (const [arm, { cycles }] of Object.entries(arms)) for (const [x, { heldOut }] of cycles.entries()) await expect(panel(page, 'rerouting-cycles').locator(`circle[data-line="${arm}"][data-x="${x}"]`)).toHaveAttribute('data-y', heldOut.mean.toFixed(3));
  await page.getByRole('button', { name: 'Settings', exact: true }).click();
  await expectAccessibleInBothThemes('.p-remix');

  await card(page, 'RICE');
  const found = shipped('rice')?.items.find(({ id }) => id === 'find-step')?.['at'] as Found;
  const order = found.active.map((_, pair) => pair).sort((a, b) => npmi(found, b) - npmi(found, a) || a - b);
  const listed = panel(page, 'rice-rank').locator('tbody tr');
  const names = (pairs: readonly number[]): readonly string[] => pairs.map((pair) => `${Math.floor(pair / found.experts)}.${pair % found.experts}`);
  await expect(listed).toHaveCount(9);
  expect(await listed.evaluateAll((trs) => trs.map((tr) => tr.getAttribute('data-expert')))).toEqual(names(order.slice(0, 9)));
  const [best = 0] = order;
  await expect(listed.first().locator('td.num')).toHaveText([npmi(found, best).toFixed(3), npmi(found, best).toFixed(3), found.together[best]!.toLocaleString('en-US'), found.active[best]!.toLocaleString('en-US')]);
  for (const pair of [0, 17, best]) await expect(panel(page, 'rice-map').locator(`[data-signed="${Math.floor(pair / found.experts)}.${pair % found.experts}"]`)).toHaveAttribute('data-value', npmi(found, pair).toFixed(4));
  // The two highest are steered; a key in the map lets another one in, which makes the set the visitor's own.
  await expect(panel(page, 'rice-map').locator('[aria-selected=true]')).toHaveCount(2);
  await panel(page, 'rice-map').getByRole('gridcell').first().focus();
  await page.keyboard.press('End');
  await page.keyboard.press('Enter');
  await expect(panel(page, 'rice-map').locator('[data-signed="0.15"]')).toHaveAttribute('aria-selected', 'true');
  await expect(page.getByRole('combobox', { name: 'which' })).toHaveValue('manual');
  await expect(panel(page, 'rice-rank').getByRole('checkbox', { name: 'Steer L0 E15' })).toBeChecked();
  // A second marker joins the score with its weight, and has a map of its own.
  await page.getByRole('checkbox', { name: 'Use the marker answer:' }).check();
  await page.getByRole('textbox', { name: 'Weight of answer:' }).fill('-1');
  const other = shipped('rice')?.items.find(({ id }) => id === 'find-answer')?.['at'] as Found;
  const score = Math.max(...found.active.map((_, pair) => npmi(found, pair) - npmi(other, pair)));
  await expect(listed.first().locator('td.num').first()).toHaveText(score.toFixed(3));
  await panel(page, 'rice-map').getByRole('button', { name: 'answer:' }).click();
  await expect(panel(page, 'rice-map').locator(`[data-signed="${Math.floor(best / found.experts)}.${best % found.experts}"]`)).toHaveAttribute('data-value', npmi(other, best).toFixed(4));
  const beta = page.getByRole('slider', { name: 'Factor beta on their weight, slider' });
  await beta.focus();
  await page.keyboard.press('Home');
  await expect(page.getByRole('textbox', { name: 'Factor beta on their weight' })).toHaveValue('0');
  await page.keyboard.press('End');
  await expect(page.getByRole('textbox', { name: 'Factor beta on their weight' })).toHaveValue('512');
  await expectAccessibleInBothThemes('.p-remix');
});

test('a number that cannot be gets a sentence and is not taken over', async ({ page }) => {
  await openReplay(page, '#view=remix&method=top-p');
  const p = page.getByRole('textbox', { name: 'Probability mass p' });
  await p.fill('NaN');
  const fault = page.locator('.p-remix').getByRole('alert');
  await expect(fault).toHaveText('Probability mass p has to be a number from 0.05 to 1.');
  await p.fill('0.7');
  await expect(fault).toHaveCount(0);
});

const TEXT = 'Once upon a time there was a king who had three sons';

test('top-p and RICE run on the text on screen; what they find stays, and their plan travels in the trace', async ({ page }) => {
  test.setTimeout(240_000);
  await openLive(page);
  await run(page, TEXT, 2);
  await page.getByRole('tab', { name: /^Re-mix/ }).click();
  await card(page, 'Top-p');
  const tokens = await test.step('top-p: as many experts as it takes', async () => {
    await page.getByRole('textbox', { name: 'Mean experts wanted' }).fill('1.4');
    await runCard(page, 'Match mean k');
    await runCard(page);
    const bars = panel(page, 'top-p-layers').locator('[data-measure=experts]');
    await expect(bars).toHaveCount(8, { timeout: 60_000 });
    const perLayer = await bars.evaluateAll((groups) => groups.map((group) => Number(group.getAttribute('data-value'))));
    const mean = perLayer.reduce((a, b) => a + b, 0) / perLayer.length;
    // Matched on the router as trained; what runs differs a little.
    expect(Math.abs(mean - 1.4)).toBeLessThan(0.15);
    const count = await page.locator('.sshades li').count();
    const counts = await panel(page, 'top-p-histogram').locator('[data-count]').evaluateAll((groups) => groups.map((group) => [Number(group.getAttribute('data-value')), Number(group.getAttribute('data-count'))] as const));
    expect(counts.reduce((sum, [, n]) => sum + n, 0)).toBe(8 * count);
    expect(counts.reduce((sum, [t, n]) => sum + t * n, 0) / (8 * count)).toBeCloseTo(mean, 3);
    await expect(panel(page, 'top-p-loss').locator('circle.dot')).toHaveCount(count - 1);
    return count;
  });

  await test.step('RICE: an own marker is counted, steered, swept, and written with', async () => {
    await card(page, 'RICE');
    await page.getByRole('checkbox', { name: 'Use the marker blank line' }).uncheck();
    await page.getByRole('checkbox', { name: 'Use the marker own' }).check();
    await page.getByRole('textbox', { name: 'text of the marker' }).fill(' a');
    await page.getByRole('textbox', { name: 'Tokens that the model writes with it' }).fill('6');
    await runCard(page);
    await expect(panel(page, 'rice-rank').locator('tbody tr.on')).toHaveCount(2, { timeout: 60_000 });
    await expect(panel(page, 'rice-written').locator('[data-degenerate]')).toBeVisible();
    await expect(panel(page, 'rice-position').locator('[data-points]')).toHaveAttribute('data-points', String(tokens));
    // " a" stands twice in the text: before "time" and before "king".
    await expect(panel(page, 'rice-position').locator('[data-place]')).toHaveCount(2);
    const figures = await panel(page, 'rice-effect').locator('dd b').allTextContents();
    await page.getByRole('textbox', { name: 'Tokens that the model writes with it' }).fill('0');
    await runCard(page, 'Sweep this text');
    const points = panel(page, 'rice-sweep').locator('circle[data-line=steered]');
    await expect(points).toHaveCount(6);
    // beta 1 changes nothing, and beta 4 is what was measured above.
    expect(Number(await points.nth(1).getAttribute('data-y'))).toBeCloseTo(Number(figures[0]), 4);
    expect(Number(await points.nth(2).getAttribute('data-y'))).toBeCloseTo(Number(figures[1]), 4);
  });

  await test.step('tokens after the marker alone, and the sentence where there is none', async () => {
    await page.getByRole('combobox', { name: 'Tokens that are steered' }).selectOption('after');
    await runCard(page);
    await page.getByRole('button', { name: 'Use in all views' }).click();
    await expect(page.getByRole('button', { name: 'Use in all views' })).toBeEnabled({ timeout: 60_000 });
    const trace = await saved(page);
    expect(trace.run.method).toMatchObject({ id: 'rice', params: { scope: 'after', beta: 4, markers: [{ name: 'own', weight: 1 }] } });
    const after = trace.tokens.text.indexOf(' a') + 1;
    expect(trace.run.plan?.entries.map(({ tokens: at }) => at)).toEqual(trace.run.plan?.entries.map(() => ({ from: after })));
    expect(trace.run.plan?.entries.flatMap(({ scale }) => Object.values(scale ?? {}))).toEqual([4, 4]);
    await page.getByRole('textbox', { name: 'text of the marker' }).fill(' wolf');
    await runCard(page);
    await expect(page.locator('.p-remix').getByRole('alert')).toContainText(/does not occur in the text|No marker of positive weight is in this text/);
  });

  await test.step('what top-p found is still there', async () => {
    await card(page, 'Top-p');
    await expect(panel(page, 'top-p-loss').locator('circle.dot')).toHaveCount(tokens - 1);
    await expect(page.getByRole('textbox', { name: 'Mean experts wanted' })).toHaveValue('1.4');
  });
});

test('rerouting shows its cycles as they happen, with the numbers of the reference engine, and writes', async ({ page }) => {
  test.setTimeout(240_000);
  await openLive(page);
  await run(page, TEXT, 2);
  await page.getByRole('tab', { name: /^Re-mix/ }).click();
  await card(page, 'Rerouting');
  await page.getByRole('textbox', { name: 'Gradient steps' }).fill('2');
  await page.getByRole('textbox', { name: 'Tokens between two cycles' }).fill('8');
  await runCard(page);
  const losses = panel(page, 'rerouting-loss').locator('circle');
  const shown = await losses.evaluateAll((circles) => circles.map((circle) => ({ line: circle.getAttribute('data-line'), cycle: Number(circle.getAttribute('data-cycle')), step: Number(circle.getAttribute('data-x')), value: Number(circle.getAttribute('data-y')) })));
  const trace = await saved(page);
  const ids = [...trace.tokens.ids];
  const access = await reference();
  const first = Math.max(2, Math.round(0.4 * ids.length));
  const cycles = await rerouteReading(access, ids, { settings: { ...REROUTING_DEFAULTS, steps: 2, interval: 8 }, first });
  expect(cycles.length).toBeGreaterThan(1);
  expect(shown).toHaveLength(2 * 3 * cycles.length);
  for (const { line, cycle, step, value } of shown) {
    const exact = cycles[cycle]?.steps[step];
    expect(Math.abs(value - ((line === 'context' ? exact?.contextLoss : exact?.heldOutLoss) ?? NaN)), `${line}, cycle ${cycle}, step ${step}`).toBeLessThan(5e-3);
  }
  // The added logits of each cycle, and the layers that were chosen.
  for (const [cycle, { delta, layers }] of cycles.entries()) {
    await panel(page, 'rerouting-delta').getByRole('button', { name: `Cycle ${cycle + 1}` }).click();
    const at = (layers.at(-1) ?? 0) * 16;
    for (const expert of [0, 5, 15]) {
      const cell = panel(page, 'rerouting-delta').locator(`[data-signed="${layers.at(-1)}.${expert}"]`);
      // Adam's first steps have the sign of the gradient alone, so a gradient near 0 may fall on either side.
      expect(Math.abs(Math.abs(Number(await cell.getAttribute('data-value'))) - Math.abs(delta.values[at + expert] ?? 0))).toBeLessThan(2e-2);
    }
  }
  await expect(panel(page, 'rerouting-layers').locator('[data-chosen=true]')).toHaveCount(cycles.at(-1)?.layers.length ?? 0);
  const plain = await access.score(ids, ROUTER_AS_TRAINED);
  await expect(panel(page, 'rerouting-text').locator('li')).toHaveCount(plain.logProb.length);
  await expect(panel(page, 'rerouting-cost').locator('dd b')).toHaveCount(2);

  await test.step('as the model writes: cycles between the tokens, and both texts', async () => {
    await page.getByRole('combobox', { name: 'text', exact: true }).selectOption('writing');
    await page.getByRole('textbox', { name: 'Tokens that the model writes' }).fill('10');
    await runCard(page);
    await expect(panel(page, 'rerouting-loss').locator('[data-cycle] circle[data-line=context]')).toHaveCount(6);
    await expect(panel(page, 'rerouting-loss').locator('circle[data-line=heldOut]')).toHaveCount(0);
    await expect(panel(page, 'rerouting-text').locator('dd')).toHaveCount(2);
    for (const written of await panel(page, 'rerouting-text').locator('dd').allTextContents()) expect(written.length).toBeGreaterThan(5);
  });

  await test.step('a stop keeps the steps so far', async () => {
    await page.getByRole('textbox', { name: 'Gradient steps' }).fill('20');
    await page.getByRole('button', { name: 'Run on this text' }).click();
    await expect(panel(page, 'rerouting-loss').locator('circle[data-line=context]').nth(2)).toBeVisible({ timeout: 60_000 });
    await page.getByRole('group', { name: 'Rerouting settings' }).getByRole('button', { name: 'Cancel' }).click();
    await expect(page.getByRole('button', { name: 'Run on this text' })).toBeVisible({ timeout: 60_000 });
    const kept = await panel(page, 'rerouting-loss').locator('circle[data-line=context]').count();
    expect(kept).toBeGreaterThan(2);
    expect(kept).toBeLessThan(42);
  });
});
