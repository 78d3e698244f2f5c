/** What the page shows after an edit is what `npm run trace -- --plan` writes with the same mask: the same engine, in another process. */
import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { promisify } from 'node:util';
import type { Page, TestInfo } from '@playwright/test';
import { AGREEMENT_LIMITS, compareTraces } from '../src/analysis/agreement';
import type { RoutingPlan } from '../src/routing/plan';
import { importTrace } from '../src/trace/file';
import type { Trace } from '../src/trace/trace';
import { expect, test } from './fixtures';
import { saved, screen } from './page';

const PROMPT = 'Once upon a time';
const NEW = 4;
const ROW = 3;

/** Runs the command on the prompt and reads the trace that it wrote. */
async function traceCommand(info: TestInfo, name: string, engine: 'webgpu' | 'reference', plan?: RoutingPlan): Promise<Trace> {
  const out = info.outputPath(`${name}.json`);
  const args = ['run', '-s', 'trace', '--', '--prompt', PROMPT, '--max-new-tokens', String(NEW), '--temperature', '0', '--engine', engine, '--out', out];
  if (plan !== undefined) {
    const file = info.outputPath('plan.json');
    writeFileSync(file, JSON.stringify(plan));
    args.push('--plan', file);
  }
  await promisify(execFile)('npm', args);
  const result = importTrace(readFileSync(out, 'utf8'));
  if (!result.ok) throw new Error(result.errors[0]?.message);
  return result.trace;
}

/** Asserts that two runs agree in every number, decisions included, and says how closely. */
function expectAgreement(name: string, page: Trace, command: Trace): void {
  const report = compareTraces(page, command);
  console.log(`${name}: ${report.criteria.filter(({ n }) => n > 0).map(({ name: what, value, n }) => `${what} ${value.toPrecision(2)} of ${n}`).join(', ')}`);
  expect(report.criteria.filter(({ pass }) => !pass), name).toEqual([]);
  expect(report.tokensCompared, name).toBe(page.tokens.ids.length);
  // Nothing was left out because of a turned decision.
  expect(report.decisionsCompared, name).toBe(report.decisions);
}

const numbers = (texts: readonly string[]): number[] => texts.map((text) => Number(text.replace('\u2212', '-')));
/** Rounding on the screen, and what two adapters may differ by. */
const near = (shown: number, value: number, decimals: number): void => expect(Math.abs(shown - value)).toBeLessThanOrEqual(0.5 * 10 ** -decimals + AGREEMENT_LIMITS.topProbability);

/** Panels F and G against one row of a trace: chosen experts with their weights, candidates with their probabilities. */
async function expectOnScreen(page: Page, { routing, output, model }: Trace, token: number): Promise<void> {
  const first = (token * model.moeLayers.length + ROW) * routing.slots;
  const rows = page.locator('.p-router tbody tr:has(.sw)');
  expect(await rows.evaluateAll((all) => all.map((row) => Number(row.getAttribute('data-expert'))))).toEqual([...routing.experts.subarray(first, first + routing.slots)]);
  for (const [rank, shown] of numbers(await rows.locator('td.m').allTextContents()).entries()) near(shown, routing.mix[first + rank] ?? Number.NaN, 2);
  for (const [rank, shown] of numbers(await rows.locator('td.p').allTextContents()).entries()) near(shown, routing.prob?.[first + rank] ?? Number.NaN, 3);

  const count = output.top?.count ?? 0;
  const ids = [...(output.top?.ids.subarray(token * count, (token + 1) * count) ?? [])];
  const candidates = page.locator('.p-next tr[data-token-id]');
  const compared = (await page.locator('.p-next th', { hasText: /^before$/ }).count()) > 0;
  let checked = 0;
  for (const candidate of await candidates.all()) {
    const rank = ids.indexOf(Number(await candidate.getAttribute('data-token-id')));
    if (rank < 0) continue;
    const shown = await candidate.locator('td.pr').nth(compared ? 1 : 0).textContent();
    near(Number(shown), output.top?.prob[token * count + rank] ?? Number.NaN, 3);
    checked += 1;
  }
  expect(checked).toBeGreaterThanOrEqual(4);
}

test('an expert switched off on screen gives the numbers of the command line with the same mask, and reset those from before, bit for bit', async ({ page }, info) => {
  test.setTimeout(300_000);
  await page.setViewportSize({ width: 1440, height: 900 });
  await page.goto(`/#v=1&n=${NEW}&T=0&p=${encodeURIComponent(PROMPT)}`);
  await expect(page.locator('.badge')).toContainText('WebGPU', { timeout: 120_000 });
  await page.getByRole('button', { name: 'Run', exact: true }).click();
  await expect(page.locator('.position')).toContainText('live run', { timeout: 60_000 });
  await expect(page.getByRole('button', { name: 'Run', exact: true })).toBeVisible({ timeout: 60_000 });
  const base = await saved(page);
  const token = base.run.promptTokens - 1;
  await page.locator(`#token-${token}`).click();
  await page.locator(`[data-cell="${ROW}.0"]`).click();
  const before = await screen(page);
  await expectOnScreen(page, base, token);

  const expert = base.routing.experts[(token * base.model.moeLayers.length + ROW) * base.routing.slots] ?? -1;
  await page.getByRole('button', { name: `Switch expert ${expert} off`, exact: true }).click();
  const edits = page.getByRole('group', { name: 'Edits', exact: true });
  await expect(edits).toHaveAttribute('data-phase', 'done', { timeout: 60_000 });
  const now = await saved(page);

  // By hand, not what the page exported: the mask is all that the two have in common.
  const plan: RoutingPlan = { format: 'moe-plan', version: '1.0', entries: [{ layers: [ROW], tokens: 'all', mask: [expert] }] };
  expectAgreement('router as trained, page against command', base, await traceCommand(info, 'base', 'webgpu'));
  const command = await traceCommand(info, 'masked', 'webgpu', plan);
  expectAgreement('one expert off, page against command', now, command);
  expectAgreement('one expert off, page against the float64 oracle', now, await traceCommand(info, 'oracle', 'reference', plan));
  await expectOnScreen(page, command, token);
  expect(command.routing.experts.filter((_, slot) => Math.floor(slot / command.routing.slots) % command.model.moeLayers.length === ROW)).not.toContain(expert);
  // The mask did something: were it lost on both sides, the two would agree as well.
  expect(compareTraces(base, command).pass).toBe(false);
  expect((await screen(page))['next']).not.toEqual(before['next']);

  await page.getByRole('button', { name: 'Reset: take all edits off' }).click();
  await expect(edits).toHaveCount(0);
  expect(await screen(page)).toEqual(before);
  expect({ ...(await saved(page)), view: {} }).toEqual({ ...base, view: {} });
});
