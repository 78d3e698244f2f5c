/** What the stories do again and again, and the numbers that they expect. */
import { readFileSync } from 'node:fs';
import { expect, type Page } from '@playwright/test';
import { importTrace } from '../src/trace/file';
import type { Trace } from '../src/trace/trace';

export const EXAMPLES = JSON.parse(readFileSync('public/traces/examples.json', 'utf8')).examples as readonly { readonly title: string; readonly prompt: string; readonly trace: string }[];

/** A recorded trace as it lies in public/. */
export function recorded(name: string): Trace {
  const result = importTrace(readFileSync(`public/traces/${name}`, 'utf8'));
  if (!result.ok) throw new Error(`${name}: ${result.errors[0]?.message}`);
  return result.trace;
}

/** Keeps the weights off the wire, as a browser with Save-Data does: for stories that need no live model. */
export async function saveData(page: Page): Promise<void> {
  await page.addInitScript(() => Object.defineProperty(navigator, 'connection', { configurable: true, value: { saveData: true } }));
}

/** Opens the page on its first recorded run, without the model. */
export async function openReplay(page: Page, hash = ''): Promise<void> {
  await saveData(page);
  await page.goto(`/${hash}`);
  await expect(page.locator('.chip.cur')).toBeVisible();
  await settled(page);
}

/** Fonts have arrived and the tokens stand where they stay. */
async function settled(page: Page): Promise<void> {
  await page.evaluate(async () => {
    await document.fonts.ready;
    await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
  });
}

/** Starts a run that is meant to be interrupted: greedy, so that no draw ends the text early. Returns once the model writes. */
export async function startLongRun(page: Page): Promise<void> {
  await page.getByRole('textbox', { name: 'exact value of T', exact: true }).fill('0');
  await page.getByRole('textbox', { name: 'New tokens' }).fill('200');
  await page.getByRole('textbox', { name: 'Prompt' }).fill('Once upon a time');
  await page.keyboard.press('Control+Enter');
  await expect(page.locator('.position')).toContainText('live run', { timeout: 60_000 });
  await expect(page.locator('.chip.gen').first()).toBeVisible({ timeout: 60_000 });
}

/** Opens the page and waits until the model can run. */
export async function openLive(page: Page): Promise<void> {
  await page.goto('/');
  await expect(page.locator('.badge')).toContainText('WebGPU', { timeout: 80_000 });
  await settled(page);
}

/** Starts a run by what `start` does and waits for its end. A short one may be over before anybody looks for Stop. */
export async function ran(page: Page, start: () => Promise<void>, timeout = 80_000): Promise<void> {
  const button = page.getByRole('button', { name: 'Run', exact: true });
  const seen = await button.evaluateHandle((element) => {
    const found = { stop: false };
    const atRest = element.textContent;
    new MutationObserver(() => {
      found.stop ||= element.textContent !== atRest;
    }).observe(element, { childList: true, characterData: true, subtree: true });
    return found;
  });
  await start();
  await expect.poll(() => seen.evaluate(({ stop }) => stop)).toBe(true);
  await expect(button).toBeVisible({ timeout });
}

/** Puts a prompt and a number of tokens into their fields and runs them to the end. */
export async function run(page: Page, prompt: string, tokens: number): Promise<void> {
  await page.getByRole('textbox', { name: 'New tokens' }).fill(String(tokens));
  await page.getByRole('textbox', { name: 'Prompt' }).fill(prompt);
  await ran(page, () => page.keyboard.press('Control+Enter'));
}

/** What Ctrl+S saves, as a trace. */
export async function saved(page: Page): Promise<Trace> {
  const download = page.waitForEvent('download');
  await page.keyboard.press('Control+s');
  const result = importTrace(readFileSync(await (await download).path(), 'utf8'));
  if (!result.ok) throw new Error(result.errors[0]?.message);
  return result.trace;
}

/** Everything that the figures say, to compare two states of the page. */
export async function screen(page: Page): Promise<Record<string, unknown>> {
  return page.evaluate(() => ({
    position: document.querySelector('.position .b')?.textContent,
    tokens: [...document.querySelectorAll('.chip')].map((chip) => chip.getAttribute('aria-label')),
    heat: [...document.querySelectorAll('[role=gridcell]')].map((cell) => cell.getAttribute('aria-label')),
    router: document.querySelector('.p-router table')?.textContent,
    next: document.querySelector('.p-next table')?.textContent,
    flow: document.querySelector('.p-flow .cap')?.textContent,
  }));
}

/** Drops a file onto the page as a visitor would. */
export async function drop(page: Page, name: string, content: string): Promise<void> {
  const data = await page.evaluateHandle(
    ([file, text]) => {
      const transfer = new DataTransfer();
      transfer.items.add(new File([text ?? ''], file ?? '', { type: 'application/json' }));
      return transfer;
    },
    [name, content],
  );
  await page.dispatchEvent('body', 'dragenter', { dataTransfer: data });
  await expect(page.getByText('Drop a trace to open it')).toBeVisible();
  await page.dispatchEvent('body', 'drop', { dataTransfer: data });
}
