import { readFileSync } from 'node:fs';
import type { Locator, Page } from '@playwright/test';
import { spanOf } from '../src/analysis/choices';
import { firstTokenEntropies } from '../src/analysis/first-token-entropy';
import { stepStarts } from '../src/analysis/steps';
import { accessOf } from '../src/engine/access';
import { createReferenceEngine } from '../src/engine/reference/engine';
import { readCheckpoint } from '../src/cli/read-checkpoint';
import { collaborate } from '../src/methods/collaboration/collaborate';
import type { CollaborationResult } from '../src/methods/collaboration/events';
import { COLLABORATION_DEFAULTS, type CollaborationSettings } from '../src/methods/collaboration/settings';
import { ROUTER_AS_TRAINED } from '../src/routing/plan';
import { parseCalibration } from '../src/state/calibration';
import { parseStepItems } from '../src/state/entropy/items';
import { collaborationOf } from '../src/state/entropy/record';
import { parseResults } from '../src/state/results';
import { clampSetting } from '../src/state/settings';
import { EXACT, traceText } from '../src/trace/file';
import { expect, test } from './fixtures';
import { fit } from './fit';
import { fixedLoopMs, median } from './mainThread';
import { openReplay, ran, recorded, saved } from './page';

// Recording a trace for the report takes pictures of the page all the time, in the very thread that is measured.
test.use({ trace: 'off' });

const STEPS = 'steps.json';
const ITEMS = parseStepItems(readFileSync('public/benchmarks/steps.test.jsonl', 'utf8'));
const trace = recorded(STEPS);

/** First-token entropies of the recorded sums, nats, over the whole vocabulary or over likeliest candidates. */
function firsts(candidates?: number): readonly number[] {
  const starts = stepStarts(trace, { kind: 'newline' }, spanOf(trace, 'generated'));
  if ('refused' in starts) throw new Error(starts.refused);
  return [...firstTokenEntropies(trace, starts.tokens, candidates).nats];
}

const panel = (page: Page, id: string): Locator => page.locator(`[data-panel=entropy-${id}]`);
const rows = (page: Page): Locator => panel(page, 'steps').locator('[data-step]');
const labels = (page: Page): Promise<(string | null)[]> => rows(page).evaluateAll((all) => all.map((row) => row.getAttribute('data-label')));
const pill = (page: Page): Locator => page.getByRole('slider', { name: 'Threshold \u03c4 of the steps' });

/** Messages that the page has sent to workers, by type. */
async function countMessages(page: Page): Promise<() => Promise<Readonly<Record<string, number>>>> {
  await page.addInitScript(() => {
    const sent: Record<string, number> = {};
    Object.assign(window, { sent });
    const { prototype } = Worker;
    const post: unknown = Reflect.get(prototype, 'postMessage');
    Reflect.set(prototype, 'postMessage', function counted(this: Worker, ...args: unknown[]): void {
      const type = String((args[0] as { readonly type?: string } | undefined)?.type ?? 'other');
      sent[type] = (sent[type] ?? 0) + 1;
      if (typeof post === 'function') Reflect.apply(post, this, args);
    });
  });
  return () => page.evaluate(() => ({ ...(Reflect.get(window, 'sent') as Record<string, number>) }));
}

async function openSteps(page: Page, hash = ''): Promise<void> {
  await openReplay(page, `#v=1&view=entropy${hash}`);
  await page.setInputFiles('input[data-open-trace]', { name: STEPS, mimeType: 'application/json', buffer: readFileSync(`public/traces/${STEPS}`) });
  await expect(rows(page)).toHaveCount(firsts().length);
}

async function typeTau(page: Page, nats: number): Promise<void> {
  const box = page.getByRole('textbox', { name: 'exact threshold in nats' });
  await box.fill(nats.toFixed(4));
  await box.press('Enter');
}

test('one threshold cuts histogram and rows: steps change hands at once, without a run', async ({ page, expectAccessible }) => {
  test.setTimeout(180_000);
  const fetched: string[] = [];
  page.on('request', (request) => fetched.push(request.url()));
  const sent = await countMessages(page);
  await page.setViewportSize({ width: 1440, height: 900 });
  await openSteps(page, '&unit=nats');
  const nats = firsts();

  await test.step('rows are the steps of the trace, labelled by the threshold', async () => {
    for (const tau of [Math.max(...nats) + 0.01, [...nats].sort((a, b) => b - a)[1] ?? 0, 0]) {
      await typeTau(page, tau);
      await expect(async () => expect(await labels(page)).toEqual(nats.map((h) => (h >= Number(tau.toFixed(4)) ? 'large' : 'small')))).toPass();
    }
    for (const [i, h] of nats.entries()) await expect(rows(page).nth(i).locator('text.value').first()).toHaveText(h.toFixed(1));
    await expect(page.locator('[data-lead]')).toContainText('All 4 steps start unsure and would go to the large model.');
    await expect(page.locator('.position')).toHaveText('Four steps, four above \u03c4');
  });

  await test.step('the pill moves by keys and by the mouse, and the line goes with it', async () => {
    await typeTau(page, 1);
    await pill(page).press('ArrowRight');
    await expect(pill(page)).toHaveAttribute('aria-valuenow', '1.05');
    await pill(page).press('ArrowLeft');
    await pill(page).press('ArrowLeft');
    await expect(pill(page)).toHaveAttribute('aria-valuenow', '0.95');
    const line = page.locator('[data-tau-line]');
    const before = Number(await line.getAttribute('x1'));
    const box = await pill(page).boundingBox();
    const [x, y] = [(box?.x ?? 0) + (box?.width ?? 0) / 2, (box?.y ?? 0) + (box?.height ?? 0) / 2];
    await page.mouse.move(x, y);
    await page.mouse.down();
    await page.mouse.move(x + 60, y, { steps: 4 });
    await page.mouse.up();
    await expect.poll(async () => Number(await line.getAttribute('x1')) - before).toBeGreaterThan(50);
    await expect(page.getByRole('slider', { name: 'Threshold \u03c4', exact: true })).toHaveAttribute('aria-valuenow', (await pill(page).getAttribute('aria-valuenow')) ?? '');
  });

  await test.step('moving it is less work than a frame', async () => {
    const before = await sent();
    await pill(page).focus();
    const work = await pill(page).evaluate(async (element) => {
      const times: number[] = [];
      for (let i = 0; i < 16; i += 1) {
        const start = performance.now();
        element.dispatchEvent(new KeyboardEvent('keydown', { key: i % 2 === 0 ? 'Home' : 'End', bubbles: true }));
        await Promise.resolve();
        document.body.getBoundingClientRect();
        times.push(performance.now() - start);
      }
      return times;
    });
    const loopMs = await fixedLoopMs(page);
    console.log(`threshold in the Entropy view: ${median(work).toFixed(1)} ms of work (median of ${work.length}), ${(median(work) / loopMs).toFixed(1)} times the fixed loop of ${loopMs.toFixed(1)} ms`);
    expect(median(work)).toBeLessThanOrEqual(Math.max(16, 8 * loopMs));
    expect(await sent()).toEqual(before);
    expect(new Set(await labels(page))).toEqual(new Set(['small']));
  });

  await test.step('entropy over the likeliest candidates, everywhere', async () => {
    await page.getByRole('combobox', { name: 'Entropy is taken over' }).selectOption({ label: 'top-20, renormalised' });
    for (const [i, h] of firsts(20).entries()) await expect(rows(page).nth(i).locator('text.value').first()).toHaveText(h.toFixed(1));
    await expect(page.locator('.legend .what')).toContainText('over the 20 likeliest tokens');
    await page.getByRole('combobox', { name: 'Entropy is taken over' }).selectOption({ label: 'full vocabulary' });
  });

  await test.step('other rules', async () => {
    await page.getByRole('button', { name: 'all large' }).click();
    await expect(page.locator('[data-lead]')).toHaveText('The large model alone: 4 steps.');
    await page.getByRole('button', { name: 'relay' }).click();
    await expect(async () => expect(await labels(page)).toEqual(['large', 'small', 'small', 'small'])).toPass();
    await expect(page).toHaveURL(/who=method:relay/);
    await page.getByRole('button', { name: 'first token', exact: true }).click();
  });

  await test.step('steps by an own pattern: a catastrophic one is stopped with a sentence', async () => {
    await page.getByRole('combobox', { name: 'step ends at' }).selectOption({ label: 'own pattern' });
    const own = page.getByRole('textbox', { name: 'Pattern that separates steps' });
    await own.fill('(a+)+$');
    await expect(page.locator('.step-fault')).toContainText('can take very long');
    await expect(rows(page)).toHaveCount(0);
    await own.fill('\\n\\n');
    await expect(page.locator('.step-fault')).toHaveCount(0);
    await expect(rows(page)).toHaveCount(nats.length);
    await own.fill('=');
    await expect(rows(page)).toHaveCount(4);
    await expect(page).toHaveURL(/end=pattern.*re=/);
    await page.getByRole('combobox', { name: 'step ends at' }).selectOption({ label: 'newline' });
  });

  await test.step('candidates stand at a token', async () => {
    const token = rows(page).nth(1).locator('[data-token]').first();
    await token.locator('.hit').hover();
    await expect(page.locator('.ent-box .tip')).toContainText('H ');
    await expect(page.locator('.ent-box .tip .tip-row')).toHaveCount(5);
  });

  await typeTau(page, 0);
  for (const scheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme: scheme });
    await expect(page.locator('html')).toHaveAttribute('data-theme', scheme);
    await expectAccessible('.dock');
  }
  for (const [width, height] of [[1440, 900], [1180, 800]] as const) {
    await page.setViewportSize({ width, height });
    await expect(async () => expect({ width, ...(await fit(page)) }).toEqual({ width, beyond: 0, clipped: [], overlaps: [], outside: [] })).toPass({ timeout: 5_000 });
  }
  expect(fetched.filter((url) => url.includes('dense-small'))).toEqual([]);
});

test.describe('on a phone', () => {
  test.use({ viewport: { width: 390, height: 844 }, hasTouch: true });

  test('the steps stand under one another, and the threshold is moved by touch', async ({ page, expectAccessible }) => {
    await openSteps(page);
    await page.getByRole('button', { name: 'Show more' }).tap();
    await rows(page).first().scrollIntoViewIfNeeded();
    await page.getByRole('slider', { name: 'hand over' }).fill('100');
    // All of the calibration set: the threshold is its lowest entropy.
    const { entropy } = parseCalibration(JSON.parse(readFileSync('public/references/first-token-entropy.json', 'utf8')));
    const tau = clampSetting('tau', Math.min(...entropy)) ?? 0;
    const wanted = firsts().map((h) => (h >= tau ? 'large' : 'small'));
    expect(wanted).toContain('large');
    await expect(async () => expect(await labels(page)).toEqual(wanted)).toPass({ timeout: 15_000 });
    expect(await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)).toBeLessThanOrEqual(0);
    await expectAccessible('.sheet');
  });
});

/** What both models write in float64, without the page. */
async function reference(prompt: string, settings: Partial<CollaborationSettings>): Promise<CollaborationResult> {
  const writer = async (name: string) => {
    const checkpoint = await readCheckpoint(`public/models/${name}`);
    return { name, access: accessOf(await createReferenceEngine().load(checkpoint), checkpoint.tokenizer), plan: ROUTER_AS_TRAINED };
  };
  const [small, large] = [await writer('dense-small'), await writer('moe')];
  const run = collaborate(small, large, await large.access.encode(prompt), { ...COLLABORATION_DEFAULTS, delimiter: { kind: 'newline' }, ...settings });
  for (;;) {
    const next = await run.next();
    if (next.done === true) return next.value;
  }
}

const runBoth = (page: Page): Promise<void> => ran(page, () => page.getByRole('button', { name: 'Run', exact: true }).click(), 120_000);

test('both models write a question of the benchmark; the text is taken away and back; some questions are measured', async ({ page }) => {
  test.setTimeout(480_000);
  page.setDefaultTimeout(120_000);
  const small: string[] = [];
  page.on('request', (request) => {
    if (request.url().includes('dense-small')) small.push(request.url());
  });
  const sent = await countMessages(page);
  await page.setViewportSize({ width: 1440, height: 900 });
  await page.goto('/#v=1&unit=nats');
  await expect(page.locator('.badge')).toContainText('WebGPU', { timeout: 120_000 });
  expect(small).toEqual([]);
  const item = ITEMS[0];
  if (item === undefined) throw new Error('There are no questions.');

  await test.step('the small model comes when the view opens', async () => {
    await page.getByRole('tab', { name: 'Entropy' }).click();
    await expect(page.locator('[data-second=ready]')).toBeVisible({ timeout: 120_000 });
    expect(small.filter((url) => url.endsWith('model.safetensors'))).toHaveLength(1);
  });

  // Between the first-token entropies of the first two steps.
  const tau = 0.174;
  const file = await test.step('both write, as they do in float64', async () => {
    await page.getByRole('button', { name: 'next question' }).click();
    await expect(page.getByRole('textbox', { name: 'Prompt' })).toHaveValue(item.prompt);
    await typeTau(page, tau);
    await runBoth(page);
    const exact = await reference(item.prompt, { threshold: tau });
    const written = await saved(page);
    const { promptTokens } = written.run;
    expect([...written.tokens.ids].slice(promptTokens)).toEqual([...exact.ids]);
    expect([...(written.tokens.writer ?? [])].slice(promptTokens)).toEqual([...exact.writer]);
    const decided = exact.steps.filter(({ final }) => !final);
    expect(written.marks.map(({ token }) => token)).toEqual(decided.map(({ position }) => position));
    for (const [i, mark] of written.marks.entries()) {
      expect(['small', 'large']).toContain(mark.decision);
      expect(Math.abs((mark.entropy ?? Number.NaN) - (decided[i]?.entropy ?? 0))).toBeLessThan(2e-3);
    }
    await expect(rows(page)).toHaveCount(decided.length);
    expect(await labels(page)).toEqual(written.marks.map(({ decision }) => decision));
    await expect(page.locator('[data-answer]')).toHaveAttribute('data-answer', exact.text.trim().endsWith(`answer: ${item.answer}`) ? 'right' : 'wrong');
    await expect(panel(page, 'time').locator('[data-part]')).toHaveCount(4);
    return written;
  });

  await test.step('under another threshold the rows say that their text is another one; Run writes them anew', async () => {
    const before = await sent();
    await typeTau(page, 0);
    await expect(rows(page).first()).toHaveAttribute('data-label', 'large');
    await expect(panel(page, 'steps').locator('[data-stale=true]').first()).toContainText('reads otherwise');
    expect(await sent()).toEqual(before);
    await runBoth(page);
    expect(new Set(await labels(page))).toEqual(new Set(['large']));
    await expect(panel(page, 'steps').locator('[data-stale=true]')).toHaveCount(0);
    expect(collaborationOf(await saved(page))?.costs.smallDecode.tokens).toBe(0);
  });

  await test.step('an exported text shows its rows again', async () => {
    await typeTau(page, tau);
    await page.setInputFiles('input[data-open-trace]', { name: 'both.json', mimeType: 'application/json', buffer: Buffer.from(traceText(file, EXACT)) });
    await expect(page.locator('.ent-state')).toContainText('Both models wrote this text');
    expect(await labels(page)).toEqual(file.marks.map(({ decision }) => decision));
  });

  await test.step('a long text is stopped; what was written stays', async () => {
    await page.getByRole('textbox', { name: 'Prompt' }).fill('Once upon a time');
    await page.getByRole('textbox', { name: 'New tokens' }).fill('200');
    await page.getByRole('combobox', { name: 'step ends at' }).selectOption({ label: 'sentence' });
    await page.getByRole('button', { name: 'Run', exact: true }).click();
    await expect(page.locator('#token-0')).toHaveText('On');
    await expect(page.locator('.chip.gen').first()).toBeVisible();
    await page.getByRole('button', { name: 'Stop' }).click();
    await expect(page.getByRole('button', { name: 'Run', exact: true })).toBeVisible();
    await expect(page.locator('.chip.gen').first()).toBeVisible();
    await expect(rows(page).first()).toBeVisible();
    // Stopped while the prompt is still read: nothing is lost, and the engine goes on.
    await page.getByRole('textbox', { name: 'Prompt' }).fill('Long ago');
    await page.getByRole('button', { name: 'Run', exact: true }).click();
    await page.getByRole('button', { name: 'Stop' }).click();
    await expect(page.getByRole('button', { name: 'Run', exact: true })).toBeVisible();
    await expect(page.locator('.badge')).toContainText('WebGPU');
  });

  await test.step('questions are measured; a stop keeps them, and it goes on', async () => {
    const bench = panel(page, 'bench');
    await expect(bench.getByRole('button', { name: '20', exact: true })).toHaveAttribute('aria-pressed', 'true');
    await bench.getByRole('button', { name: /^Measure hand-over/ }).click();
    await expect(bench.getByRole('status')).toContainText('1 of 20 questions', { timeout: 120_000 });
    await bench.getByRole('button', { name: /^Cancel the measuring/ }).click();
    const goOn = bench.getByRole('button', { name: 'Go on measuring hand-over' });
    await expect(goOn).toBeEnabled();
    const kept = Number(await bench.getByRole('progressbar').getAttribute('value'));
    expect(kept).toBeGreaterThanOrEqual(1);
    await goOn.click();
    await expect.poll(async () => Number(await bench.getByRole('progressbar').getAttribute('value')), { timeout: 120_000 }).toBeGreaterThan(kept);
    await bench.getByRole('button', { name: /^Cancel the measuring/ }).click();
    await expect(goOn).toBeEnabled();
    const done = Number(await bench.getByRole('progressbar').getAttribute('value'));
    const download = page.waitForEvent('download');
    await bench.getByRole('button', { name: 'results as JSON' }).click();
    const results = parseResults(JSON.parse(readFileSync(await (await download).path(), 'utf8')));
    expect(results.items).toHaveLength(done);
    expect(results.items.map(({ id }) => id)).toEqual(ITEMS.filter(({ template }) => template === 'home').slice(0, done).map(({ id }) => id));
    const right = results.items.filter(({ arms }) => (arms as Record<string, { readonly right: boolean }>)['large']?.right).length;
    await expect(bench.locator('[data-arm=large] [data-right]')).toHaveText(`${right} of ${done}`);
    await expect(bench.locator('[data-arm=large] [data-large-share]')).toHaveAttribute('data-large-share', '1.0000');
    await expect(bench.locator('[data-arm=small] [data-large-share]')).toHaveAttribute('data-large-share', '0.0000');
  });

  await test.step('closing the view frees the small model', async () => {
    expect((await sent())['unload'] ?? 0).toBe(0);
    await page.getByRole('tab', { name: 'Entropy' }).click();
    await expect.poll(async () => (await sent())['unload']).toBe(1);
  });
});
