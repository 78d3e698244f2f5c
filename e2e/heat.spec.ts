import type { Page } from '@playwright/test';
import type { Trace } from '../src/trace/trace';
import { expect, test } from './fixtures';
import { EXAMPLES, openReplay, recorded } from './page';
import { syntheticFile, syntheticTrace, type SyntheticShape } from './syntheticTrace';

const first = EXAMPLES[0];
if (first === undefined) throw new Error('There are no examples.');
const trace = recorded(first.trace);
const E = trace.model.experts;
const rows = trace.model.moeLayers.length;
const startToken = trace.run.promptTokens - 1;

/** Uses of each expert in one row, counted from the file. */
function usesIn({ model, routing, tokens }: Trace, row: number): number[] {
  const uses = new Array<number>(model.experts).fill(0);
  for (let t = 0; t < tokens.ids.length; t += 1) {
    const at = t * model.moeLayers.length + row;
    for (let i = 0; i < (routing.count?.[at] ?? routing.slots); i += 1) uses[routing.experts[at * routing.slots + i]!]! += 1;
  }
  return uses;
}

async function openShape(page: Page, shape: SyntheticShape): Promise<void> {
  await openReplay(page);
  await page.setInputFiles('input[data-open-trace]', syntheticFile(shape));
  await expect(page.locator('.position')).toContainText(`of ${shape.tokens}`, { timeout: 60_000 });
}

const cell = (page: Page, row: number, expert: number) => page.locator(`[data-cell="${row}.${expert}"]`);

test.describe('on a desk', () => {
  test.use({ viewport: { width: 1440, height: 900 } });

  test('all tokens: shares over the whole text, and never is not rarely', async ({ page }) => {
    await openReplay(page);
    await page.locator('.p-heat').getByRole('button', { name: 'all tokens' }).click();
    const uses = usesIn(trace, 0);
    const total = uses.reduce((sum, n) => sum + n, 0);
    const most = uses.indexOf(Math.max(...uses));
    await expect(cell(page, 0, most)).toHaveAttribute('aria-label', `Layer ${trace.model.moeLayers[0]}, expert ${most}: ${uses[most]} of ${total} choices in this text, ${((uses[most]! / total) * E).toFixed(1)} times the uniform share.`);
    const never = Array.from({ length: rows }, (_, row) => usesIn(trace, row).indexOf(0));
    const row = never.findIndex((expert) => expert >= 0);
    if (row >= 0) {
      await expect(cell(page, row, never[row]!)).toHaveClass(/never/);
      await expect(page.locator('.keys')).toContainText('never routed');
    }
    await expect(page.locator('.scale')).toContainText('\u00d71/8');
    await expect(page).toHaveURL(/heat=all/);
  });

  test('the difference waits for a second trace and says so', async ({ page }) => {
    await openReplay(page);
    const button = page.getByRole('button', { name: 'A \u2212 B' });
    await expect(button).toHaveAttribute('aria-disabled', 'true');
    await expect(button).toHaveAccessibleDescription(/second trace/);
    await button.click({ force: true });
    await expect(page.locator('[data-announcement]')).toContainText('Needs a second trace');
    await expect(cell(page, 0, 0)).toHaveAttribute('aria-label', /Softmax|probability/);
  });

  test('a click focuses, Shift and a click pins, and a pin keeps its colour along the text and in the link', async ({ page }) => {
    await openReplay(page);
    const row = Math.floor((rows - 1) / 2);
    const layer = trace.model.moeLayers[row]!;
    const uses = usesIn(trace, row);
    const chosen = trace.routing.experts.subarray((startToken * rows + row) * trace.routing.slots);
    const expert = uses.findIndex((n, e) => n > 0 && e !== chosen[0] && e !== chosen[1]);
    await cell(page, row, expert).click({ modifiers: ['Shift'] });
    await expect(page.getByRole('button', { name: `Let go layer ${layer}, expert ${expert}` })).toBeVisible();
    await expect(page).toHaveURL(new RegExp(`e=${layer}\\.${expert}(&|$)`));
    const bars = page.locator('.score-body path[data-slot=c]');
    const count = async (): Promise<number> => ((await bars.getAttribute('d')) ?? '').match(/M/g)?.length ?? 0;
    const seen = await count();
    expect(seen).toBeGreaterThan(0);
    await page.keyboard.press('Home');
    await expect(cell(page, row, expert)).toHaveClass(/slot-c/);
    await page.keyboard.press('End');
    await expect(cell(page, row, expert)).toHaveClass(/slot-c/);

    await page.reload();
    await expect(cell(page, row, expert)).toHaveClass(/slot-a/);
    await page.getByRole('button', { name: `Let go layer ${layer}, expert ${expert}` }).click();
    await expect(page).not.toHaveURL(/[&#]e=/);
  });

  test('columns move only on request, under a named order', async ({ page }) => {
    await page.emulateMedia({ reducedMotion: 'reduce' });
    await openReplay(page);
    const row = Math.floor((rows - 1) / 2);
    const layer = trace.model.moeLayers[row]!;
    const uses = usesIn(trace, row);
    const wanted = uses.map((_, e) => e).sort((a, b) => uses[b]! - uses[a]! || a - b);
    const heads = (): Promise<string[]> => page.locator('.heat .hd[aria-label^=E]').evaluateAll((all) => all.map((one) => one.getAttribute('aria-label')!.slice(1)));
    await page.getByRole('combobox', { name: 'Order of the columns' }).selectOption({ label: `share in L${layer}` });
    expect(await heads()).toEqual(wanted.map(String));
    await page.keyboard.press('End');
    expect(await heads()).toEqual(wanted.map(String));
    await page.getByRole('combobox', { name: 'Order of the columns' }).selectOption('id');
    expect(await heads()).toEqual(uses.map((_, e) => String(e)));
  });

  test('the threshold is moved by keys, by hand and by number, and cuts what was recorded', async ({ page }) => {
    const shape = { tokens: 256, layers: 8, experts: 16, topK: 2, promptTokens: 20 };
    await openShape(page, shape);
    const made = syntheticTrace(shape);
    const starts: number[] = [];
    for (let t = shape.promptTokens; t < shape.tokens; t += 1) if (t === shape.promptTokens || (made.tokens.text[t - 1] === '\n' && made.tokens.text[t] !== '\n')) starts.push(t);
    const above = (nats: number): number => starts.filter((t) => made.output.entropy![t - 1]! >= nats).length;
    const legend = page.locator('[data-steps]');
    const slider = page.getByRole('slider', { name: 'Threshold \u03c4' });
    await expect(legend).toHaveText(`above \u03c4: ${above(1)} of ${starts.length}`);
    await page.getByRole('textbox', { name: 'exact value of \u03c4, bits' }).fill('2');
    await page.keyboard.press('Enter');
    await expect(legend).toHaveText(`above \u03c4: ${above(2 * Math.LN2)} of ${starts.length}`);
    await slider.focus();
    await page.keyboard.press('ArrowUp');
    await expect(slider).toHaveAttribute('aria-valuenow', '2.05');
    await expect(page).toHaveURL(/tau=1\.42/);
    const box = (await slider.boundingBox())!;
    await page.mouse.move(box.x + 6, box.y + 12);
    await page.mouse.down();
    await page.mouse.move(box.x + 6, box.y - 6);
    await page.mouse.up();
    expect(Number(await slider.getAttribute('aria-valuenow'))).toBeGreaterThan(3);
    await page.getByRole('combobox', { name: 'step ends at' }).selectOption('blank line');
    await expect(page).toHaveURL(/end=blank-line/);
    await expect(legend).not.toHaveText(new RegExp(`of ${starts.length}$`));
  });

  test('a token under the pointer shows what the model thought before it wrote it', async ({ page }) => {
    await openReplay(page);
    const t = startToken + 1;
    await page.locator(`#token-${t}`).hover();
    const tip = page.locator('.tip');
    await expect(tip.locator('.tip-h')).toHaveText(`H ${(trace.output.entropy![t - 1]! / Math.LN2).toFixed(2)} bits`);
    await expect(tip.locator('.tip-row')).toHaveCount(Math.min(5, trace.output.top!.count));
    await page.mouse.move(5, 5);
    await expect(tip).toHaveCount(0);
  });

  test('64 experts: one canvas, the cursor row as cells, the row under the pointer in large', async ({ page }) => {
    const shape = { tokens: 40, layers: 20, experts: 64, topK: 8, promptTokens: 10 };
    await openShape(page, shape);
    const made = syntheticTrace(shape);
    const grid = page.getByRole('grid');
    await expect(page.locator('.heat-canvas')).toBeVisible();
    await expect(grid).toHaveAttribute('aria-rowcount', '21');
    await expect(grid.getByRole('row')).toHaveCount(1);
    const token = shape.promptTokens - 1;
    const top = made.routing.experts[(token * shape.layers + 4) * shape.topK]!;
    await page.locator('.heat-canvas').evaluate((canvas, [row, expert, layers]) => {
      const box = canvas.getBoundingClientRect();
      const at = { bubbles: true, clientX: box.left + 2 + ((expert! + 0.5) * (box.width - 4)) / 64, clientY: box.top + 2 + ((row! + 0.5) * (box.height - 4)) / layers! };
      canvas.dispatchEvent(new PointerEvent('pointermove', at));
      canvas.dispatchEvent(new MouseEvent('click', at));
    }, [4, top, shape.layers]);
    await expect(page.getByRole('heading', { name: 'Inside layer 4' })).toBeVisible();
    await expect(page.locator('.say')).toContainText(`Layer 4, expert ${top}: chosen first of eight`);
    await expect(page.locator('.magnified-name')).toHaveText('Layer 4, large cells');
    await expect(page.locator(`[data-large="4.${top}"]`)).toHaveClass(/k1/);
    await expect(page.locator('.magnified > *')).toHaveCount(64);

    await cell(page, 4, top).focus();
    await page.keyboard.press('Home');
    await page.keyboard.press('PageDown');
    await page.keyboard.press('ArrowDown');
    await expect(grid.locator(':focus')).toHaveAttribute('data-cell', '5.8');
    await expect(grid.locator(':focus')).toHaveAttribute('aria-label', /^Layer 5, expert 8: /);
    await page.keyboard.press('Enter');
    await expect(page.getByRole('button', { name: 'Let go layer 5, expert 8' })).toBeVisible();
    await page.locator('.p-heat').getByRole('button', { name: 'all tokens' }).click();
    await expect(page.locator('[data-large="4.63"]').or(page.locator('[data-large="5.63"]'))).toHaveClass(/never/);
  });

  test('stages last 220 ms at 1x, a seek is followed at once, and nothing moves at rest', async ({ page }) => {
    await openReplay(page);
    await page.keyboard.press('Home');
    const times = await page.evaluate(async () => {
      const seen: (readonly [string, number])[] = [];
      const watch = new MutationObserver(() => {
        const name = document.querySelector('.stages [aria-current]')?.textContent ?? '';
        if (seen.at(-1)?.[0] !== name) seen.push([name, performance.now()]);
      });
      watch.observe(document.querySelector('.stages')!, { subtree: true, attributes: true });
      document.querySelector<HTMLButtonElement>('.transport .play')!.click();
      for (let i = 0; i < 100 && seen.length < 5; i += 1) await new Promise((resolve) => setTimeout(resolve, 100));
      watch.disconnect();
      return seen;
    });
    expect(times.map(([name]) => name).slice(0, 5)).toEqual(['1 Score', '2 Cut', '3 Run', '4 Combine', '1 Score']);
    const token = (times[4]![1] - times[0]![1]);
    console.log(`a token at 1x: ${token.toFixed(0)} ms, wanted 880`);
    expect(token).toBeGreaterThan(600);
    await page.locator('#token-8').click();
    await expect(page.locator('.position .b')).toHaveText(/Token (9|10)$/);
    await page.getByRole('button', { name: 'Pause' }).click();
    // The last fades end, and from then on nothing starts again: a loop would be caught in the second that follows.
    const moving = (): Promise<number> => page.evaluate(() => document.getAnimations().filter((one) => one.playState === 'running').length);
    await expect.poll(moving, { timeout: 3_000 }).toBe(0);
    for (let i = 0; i < 10; i += 1) {
      await page.waitForTimeout(100);
      expect(await moving()).toBe(0);
    }
  });

  test('with reduced motion the stages are four stills with a way back and on', async ({ page }) => {
    await page.emulateMedia({ reducedMotion: 'reduce' });
    await openReplay(page);
    const stills = page.locator('.stills');
    await expect(stills).toContainText('stage 4 of 4: Combine');
    await stills.getByRole('button', { name: 'Next stage' }).click();
    await expect(stills).toContainText('stage 1 of 4: Score');
    await expect(page.locator('.position .b')).toHaveText(`Token ${startToken + 2}`);
    await page.keyboard.press(',');
    await expect(stills).toContainText('stage 4 of 4: Combine');
    await expect(page.locator('.position .b')).toHaveText(`Token ${startToken + 1}`);
  });

  test('playback speaks at most once a second', async ({ page }) => {
    await openReplay(page);
    await page.keyboard.press('Home');
    await page.getByRole('combobox', { name: 'Playback speed' }).selectOption('8');
    const messages = await page.evaluate(async () => {
      let count = 0;
      const region = document.querySelector('[role=status]:not([data-announcement])')!;
      const watch = new MutationObserver(() => (count += 1));
      watch.observe(region, { characterData: true, childList: true, subtree: true });
      document.querySelector<HTMLButtonElement>('.transport .play')!.click();
      await new Promise((resolve) => setTimeout(resolve, 3_000));
      document.querySelector<HTMLButtonElement>('.transport .play')!.click();
      return count;
    });
    expect(messages).toBeGreaterThan(0);
    expect(messages).toBeLessThanOrEqual(3);
  });

  test('the sheet of keys lists what the keyboard answers', async ({ page }) => {
    await openReplay(page);
    await page.keyboard.press('?');
    const dialog = page.getByRole('dialog', { name: 'Keys' });
    for (const what of ['previous or next stage of the token', 'pin the expert: it keeps its colour', 'move the threshold by .05']) await expect(dialog).toContainText(what);
  });

  test('axe finds nothing in the modes, on the canvas and with pins', async ({ page, expectAccessibleInBothThemes }) => {
    test.setTimeout(180_000);
    await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' });
    await openReplay(page, '#v=1&heat=all&e=3.1,2.2&tau=3');
    await expectAccessibleInBothThemes('.p-heat');
    await expectAccessibleInBothThemes('.sentence');
    await page.setInputFiles('input[data-open-trace]', syntheticFile({ tokens: 20, layers: 48, experts: 128, topK: 8, promptTokens: 5 }));
    await expect(page.locator('.heat-canvas')).toBeVisible();
    await expectAccessibleInBothThemes('.p-heat');
  });
});
