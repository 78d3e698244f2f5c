/** Losing the GPU and the worker on purpose, at a chosen submit, and what a run says that none of it may change. */
import { expect, type Page } from '@playwright/test';
import type { Trace } from '../src/trace/trace';
import { changeWorker } from './engine';
import { screen } from './page';

/** `crash` ends the browser's GPU process, `destroy` the page's device, `kill` the worker. */
export type LossKind = 'crash' | 'destroy' | 'kill';

/**
 * In front of the worker's script. Once armed, the submit of that number is the last one that the device answers: what was
 * submitted is held back until the loss, so that every loss falls into the middle of work.
 */
const IN_WORKER = `{
  const channel = new BroadcastChannel('losses');
  let left = -1;
  let kind = '';
  let held = false;
  channel.onmessage = ({ data }) => {
    if (data.arm === undefined) return;
    left = data.submits;
    kind = data.arm;
    channel.postMessage({ armed: true });
  };
  let submits = 0;
  const submit = GPUQueue.prototype.submit;
  const devices = new Map();
  const request = GPUAdapter.prototype.requestDevice;
  GPUAdapter.prototype.requestDevice = async function (...all) {
    const device = await request.apply(this, all);
    devices.set(device.queue, device);
    return device;
  };
  GPUQueue.prototype.submit = function (...all) {
    submit.apply(this, all);
    channel.postMessage({ submits: ++submits });
    if (left < 0 || --left > 0) return;
    left = -1;
    held = true;
    if (kind === 'destroy') setTimeout(() => devices.get(this).destroy(), 0);
    channel.postMessage({ strike: kind });
    if (kind === 'kill') setTimeout(() => self.close(), 0);
  };
  const map = GPUBuffer.prototype.mapAsync;
  GPUBuffer.prototype.mapAsync = async function (...all) {
    if (held) await new Promise((resolve) => setTimeout(resolve, 5000));
    return map.apply(this, all);
  };
}`;

/** What the page's init script puts onto its window. */
interface InPage {
  readonly losses: { struck: number; submits: number; later: number; readonly arm: (kind: string, submits: number) => Promise<void> };
  readonly crashGpu: () => Promise<void>;
}

export interface Losses {
  /** Loses it at the given submit from now on, 1 for the next one. Settles once that is sure to happen. */
  arm(kind: LossKind, submits: number): Promise<void>;
  /** Losses that happened so far. */
  readonly struck: () => Promise<number>;
  /** Submits of the worker that runs now. */
  readonly submits: () => Promise<number>;
  /** Moves the page's clock past the time in which a second loss would count. */
  later(): Promise<void>;
}

/** To be called before the page is opened. */
export async function prepareLosses(page: Page): Promise<Losses> {
  const browser = page.context().browser();
  if (browser === null) throw new Error('There is no browser to crash.');
  const cdp = await browser.newBrowserCDPSession();
  await page.exposeFunction('crashGpu', async () => await cdp.send('Browser.crashGpuProcess'));
  await page.addInitScript(() => {
    const channel = new BroadcastChannel('losses');
    let armed: (() => void) | undefined;
    const losses = {
      struck: 0,
      submits: 0,
      later: 0,
      arm: async (kind: string, submits: number): Promise<void> =>
        await new Promise((resolve) => {
          armed = resolve;
          channel.postMessage({ arm: kind, submits });
        }),
    };
    channel.addEventListener('message', ({ data }: MessageEvent<{ armed?: boolean; strike?: string; submits?: number }>) => {
      losses.submits = data.submits ?? losses.submits;
      if (data.armed) armed?.();
      if (data.strike === undefined) return;
      losses.struck += 1;
      if (data.strike === 'crash') void (window as unknown as InPage).crashGpu();
    });
    const now = performance.now.bind(performance);
    performance.now = () => now() + losses.later;
    Object.assign(window, { losses });
  });
  await changeWorker(page, IN_WORKER);
  return {
    arm: async (kind, submits) => {
      await page.evaluate(async ([how, count]) => await (window as unknown as InPage).losses.arm(how, count), [kind, submits] as const);
    },
    struck: async () => await page.evaluate(() => (window as unknown as InPage).losses.struck),
    submits: async () => await page.evaluate(() => (window as unknown as InPage).losses.submits),
    later: async () => {
      await page.evaluate(() => {
        (window as unknown as InPage).losses.later += 11 * 60_000;
      });
    },
  };
}

/** All that a run says, bit by bit, and all that the page shows and its link holds. */
export interface Outcome {
  readonly trace: Omit<Trace, 'created'>;
  readonly screen: Record<string, unknown>;
  readonly link: string;
  readonly prompt: string;
}

/** @param trace what the page exports now */
export async function outcome(page: Page, trace: Trace): Promise<Outcome> {
  const { created: _, ...rest } = trace;
  // A line at the top leaves less room for rows; what it says is looked at before.
  const dismiss = page.getByRole('alert').getByRole('button', { name: 'Dismiss' });
  while ((await dismiss.count()) > 0) await dismiss.first().click();
  // What the pointer rests on may be lit.
  await page.mouse.move(1, 1);
  await page.waitForTimeout(600);
  // The address follows the page after a moment, and figures move to their values.
  let seen = await screen(page);
  for (let looks = 0, before = ''; looks < 20 && before !== JSON.stringify(seen); looks += 1) {
    before = JSON.stringify(seen);
    await page.waitForTimeout(400);
    seen = await screen(page);
  }
  return { trace: rest, screen: seen, link: new URL(page.url()).hash, prompt: await page.getByRole('textbox', { name: 'Prompt' }).inputValue() };
}

const panel = (page: Page, id: string) => page.locator(`[data-panel=remix-${id}]`);

/** Runs the method that is chosen in Re-mix to its end. */
export async function findMix(page: Page): Promise<void> {
  await page.getByRole('button', { name: /^Find the mix/ }).click();
  await expect(page.getByRole('button', { name: 'Stop' }).first()).toBeVisible();
  await expect(page.getByRole('button', { name: 'Run', exact: true })).toBeVisible({ timeout: 240_000 });
  await expect(panel(page, 'loss').getByText(/finished\./)).toBeVisible({ timeout: 60_000 });
}

/** What Re-mix shows after a method: the losses of its steps, the mix, and what it does to the options. */
export async function mixOutcome(page: Page): Promise<Record<string, unknown>> {
  return {
    loss: await panel(page, 'loss').locator('svg [data-loss], svg path').evaluateAll((marks) => marks.map((mark) => [...mark.attributes].map(({ name, value }) => `${name}=${value}`).join(' '))),
    mix: await panel(page, 'mix').locator('.mixtable input').evaluateAll((sliders) => sliders.map((slider) => (slider as HTMLInputElement).value)),
    options: await panel(page, 'effect').locator('td.pr').allTextContents(),
  };
}
