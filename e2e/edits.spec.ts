import type { Locator, Page } from '@playwright/test';
import { readCheckpoint } from '../src/cli/read-checkpoint';
import type { StepBatch } from '../src/engine/engine';
import { generate } from '../src/engine/generate';
import { createReferenceEngine } from '../src/engine/reference/engine';
import { ROUTER_AS_TRAINED, type RoutingPlan } from '../src/routing/plan';
import { firstAffectedToken } from '../src/analysis/first-affected';
import type { Trace } from '../src/trace/trace';
import { expect, test } from './fixtures';
import { saved, screen } from './page';

const PROMPT = 'Once upon a time';
const NEW = 6;

/** Presses Tab until the control has the focus, as somebody without a pointer does. */
async function tabTo(page: Page, control: Locator): Promise<void> {
  for (let i = 0; i < 120; i += 1) {
    if (await control.evaluate((element) => element === document.activeElement).catch(() => false)) return;
    await page.keyboard.press('Tab');
  }
  throw new Error('Tab never reached the control.');
}

const share = (p: number): string => (p >= 0.9995 ? '1.00' : p.toFixed(3).replace(/^0/, ''));
const edits = (page: Page): Locator => page.getByRole('group', { name: 'Edits', exact: true });

/** The same text from the reference engine, in float64 and without the page. */
async function reference(plan: RoutingPlan, promptIds: readonly number[], run: Trace['run']): Promise<StepBatch[]> {
  const checkpoint = await readCheckpoint('public/models/moe');
  const model = await createReferenceEngine().load(checkpoint);
  const { seed = 0, sampling } = run;
  if (sampling === undefined) throw new Error('The trace holds no sampling.');
  const steps = generate(model, await model.createSequence(), { promptIds, maxNewTokens: NEW, sampling: { ...sampling, seed }, plan, record: { routing: true, logits: 'none' } });
  const out: StepBatch[] = [];
  for await (const batch of steps) out.push(batch);
  return out;
}

test('by keyboard alone: a prompt, its first expert switched off, before and after, and back', async ({ page, expectAccessible }) => {
  test.setTimeout(300_000);
  await page.goto(`/#v=1&n=${NEW}&T=0`);
  await expect(page.locator('.badge')).toContainText('WebGPU', { timeout: 120_000 });
  await tabTo(page, page.getByRole('textbox', { name: 'Prompt' }));
  await page.keyboard.press('Control+a');
  await page.keyboard.type(PROMPT);
  await page.keyboard.press('Control+Enter');
  await expect(page.locator('.position')).toContainText('live run', { timeout: 60_000 });
  await expect(page.getByRole('button', { name: 'Run', exact: true })).toBeVisible({ timeout: 60_000 });
  // Out of the text field, then to the end of the prompt.
  await page.keyboard.press('Tab');
  const base = await saved(page);
  const { promptTokens } = base.run;
  await page.keyboard.press('Home');
  for (let i = 1; i < promptTokens; i += 1) await page.keyboard.press('ArrowRight');
  await expect(page.locator('.position .b')).toHaveText(`Token ${promptTokens}`);
  const before = await screen(page);

  const row = 3;
  const slot = ((promptTokens - 1) * base.model.moeLayers.length + row) * base.routing.slots;
  const expert = base.routing.experts[slot] ?? 0;
  const cell = page.locator(`[data-cell="${row}.${expert}"]`);
  await tabTo(page, page.getByRole('grid').locator('[tabindex="0"]'));
  await page.keyboard.press('Home');
  for (let i = 0; i < 8 && !(await page.locator(':focus').getAttribute('data-cell'))?.startsWith(`${row}.`); i += 1) await page.keyboard.press('ArrowDown');
  for (let i = 0; i < expert; i += 1) await page.keyboard.press('ArrowRight');
  await expect(cell).toBeFocused();
  await page.keyboard.press('a');
  await expect(edits(page)).toHaveAttribute('data-phase', 'done', { timeout: 60_000 });
  await expect(edits(page)).toContainText(`1 edit: expert ${expert} off in layer ${row}`);
  await expect(cell).toHaveAttribute('aria-label', new RegExp(`^Layer ${row}, expert ${expert}: switched off`));

  // The tokens run are those from the first one that had chosen the expert on.
  const now = await saved(page);
  const plan = now.run.plan ?? ROUTER_AS_TRAINED;
  expect(plan.entries).toEqual([{ layers: [row], tokens: 'all', mask: [expert] }]);
  const from = firstAffectedToken(base, ROUTER_AS_TRAINED, plan);
  expect(from).toBeLessThan(promptTokens);
  await expect(edits(page)).toHaveAttribute('data-tokens-run', String(now.tokens.ids.length - from));

  // Panel G: before and now as the two runs have them; and the run equals the reference engine's with the same plan.
  const token = promptTokens - 1;
  const count = base.output.top?.count ?? 0;
  const leader = now.output.top?.ids[token * count] ?? -1;
  const cells = page.locator(`.p-next tr[data-token-id="${leader}"] td.pr`);
  const was = [...(base.output.top?.ids.subarray(token * count, (token + 1) * count) ?? [])].indexOf(leader);
  if (was >= 0) await expect(cells.nth(0)).toHaveText(share(base.output.top?.prob[token * count + was] ?? 0));
  await expect(cells.nth(1)).toHaveText(share(now.output.top?.prob[token * count] ?? 0));
  expect((await screen(page))['next']).not.toEqual(before['next']);
  const exact = await reference(plan, [...now.tokens.ids.subarray(0, promptTokens)], now.run);
  const entropy = exact.flatMap((batch) => [...batch.entropy]);
  expect(exact.flatMap((batch) => [...batch.ids])).toEqual([...now.tokens.ids]);
  for (const [i, value] of entropy.entries()) expect(Math.abs(value - (now.output.entropy?.[i] ?? 0))).toBeLessThan(2e-3);
  expect(Math.abs((now.output.entropy?.[token] ?? 0) - (base.output.entropy?.[token] ?? 0))).toBeGreaterThan(1e-4);
  await expectAccessible();

  // Panels E and F.
  await expect(page.locator('.p-router tr.offrow')).toHaveAttribute('data-expert', String(expert));
  await expect(page.locator('.p-router tr.offrow')).toContainText('off; was first');
  await expect(page.locator('.p-flow .flow')).toContainText('off');

  await tabTo(page, page.getByRole('button', { name: 'Reset: take all edits off' }));
  await page.keyboard.press('Enter');
  await expect(edits(page)).toHaveCount(0);
  expect(await screen(page)).toEqual(before);
  const back = await saved(page);
  expect({ ...back, view: {} }).toEqual({ ...base, view: {} });
});

test('on the live model a logit bias, a cut and a forced token each run from where they begin; undo steps back', async ({ page }) => {
  test.setTimeout(300_000);
  await page.goto(`/#v=1&n=${NEW}&T=0&p=${encodeURIComponent(PROMPT)}`);
  await expect(page.locator('.badge')).toContainText('WebGPU', { timeout: 120_000 });
  await page.getByRole('button', { name: 'Run', exact: true }).click();
  await expect(page.locator('.position')).toContainText('live run', { timeout: 60_000 });
  await expect(page.getByRole('button', { name: 'Run', exact: true })).toBeVisible({ timeout: 60_000 });
  const length = await page.locator('.chip').count();
  await page.locator('#token-2').click();
  const done = async (tokens: number): Promise<void> => {
    await expect(edits(page)).toHaveAttribute('data-phase', 'done', { timeout: 60_000 });
    await expect(edits(page)).toHaveAttribute('data-tokens-run', String(tokens));
  };

  await page.getByRole('button', { name: 'from token 3 on' }).click();
  await page.getByRole('slider', { name: /^Bias on the logit of expert/ }).press('ArrowRight');
  await expect(edits(page)).toContainText(/logit \+0\.10 for expert \d+ in layer 3, from token 3 on/);
  await done(length - 2);
  await page.getByRole('button', { name: 'Fewer experts' }).click();
  await done(length - 2);
  await expect(page.locator('.p-router .cutline')).toContainText('k = 1');
  await expect(page.locator('.p-router tbody tr.below').first()).toBeVisible();
  await expect(page.locator('.p-router tbody tr[class^="slot-"]')).toHaveCount(1);

  // A candidate that is not the one written: the text goes on with it.
  const candidate = page.locator('.p-next tr[data-token-id]:not(.win)').first();
  const id = await candidate.getAttribute('data-token-id');
  await page.locator(`#token-${length - 2}`).click();
  const other = page.locator('.p-next tr[data-token-id]:not(.win)').first();
  expect(id).not.toBeNull();
  const text = (await other.locator('td.tk').textContent()) ?? '';
  await other.getByRole('button').click();
  await done(1);
  await expect(page.locator(`#token-${length - 1}`)).toContainText(text);

  await page.getByRole('tab', { name: /^Edits/ }).click();
  await expect(page.locator('.edit-log tbody tr[data-edit]')).toHaveCount(3);
  await page.locator('.position').click();
  for (let i = 0; i < 3; i += 1) await page.keyboard.press('Control+z');
  await expect(edits(page)).toHaveCount(0);
  await expect(page.locator('.chip')).toHaveCount(length);
  await page.keyboard.press('Control+Shift+Z');
  await done(length - 2);
});
