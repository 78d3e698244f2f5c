import type { Browser } from '@playwright/test';
import { expect, test } from './fixtures';

/** The profile "Fast 4G" of the browser's developer tools: 10 Mbit/s and 1.5 Mbit/s less a tenth, 60 ms times 2.75. */
const FAST_4G = { offline: false, latency: 165, downloadThroughput: (10_000_000 / 8) * 0.9, uploadThroughput: (1_500_000 / 8) * 0.9 };
const LIMIT_MS = 1_500;
/** Other work on the machine can only make a load slower, so the fastest of a few is the page's own. */
const ATTEMPTS = 6;

interface ColdLoad {
  /** From the start of the navigation until the run was on the screen. */
  readonly drawnMs: number;
  /** From then until the weights were asked for. */
  readonly weightsMs: number;
}

/** Loads the page once with nothing cached. */
async function coldLoad(browser: Browser, baseURL: string): Promise<ColdLoad> {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  const page = await context.newPage();
  const cdp = await context.newCDPSession(page);
  await cdp.send('Network.enable');
  await cdp.send('Network.setCacheDisabled', { cacheDisabled: true });
  await cdp.send('Network.emulateNetworkConditions', FAST_4G);
  const asked: { readonly url: string; readonly at: number }[] = [];
  context.on('request', (request) => asked.push({ url: request.url(), at: Date.now() }));
  await page.addInitScript(() => {
    const look = (): void => {
      const there = document.querySelector('.chip.cur') !== null && document.querySelector('[data-cell], .heat-frame canvas') !== null && document.querySelector('.p-router tr[data-expert]') !== null;
      // Two frames on, what is in the document is on the screen.
      if (there) requestAnimationFrame(() => requestAnimationFrame(() => Object.assign(window, { drawnAt: performance.now(), drawnDate: Date.now() })));
      else requestAnimationFrame(look);
    };
    look();
  });
  await page.goto(baseURL, { waitUntil: 'commit' });
  await page.waitForFunction(() => Reflect.get(window, 'drawnAt') !== undefined, undefined, { timeout: 20_000 });
  const { drawnAt, drawnDate } = await page.evaluate(() => ({ drawnAt: Number(Reflect.get(window, 'drawnAt')), drawnDate: Number(Reflect.get(window, 'drawnDate')) }));
  await expect.poll(() => asked.some(({ url }) => url.endsWith('.safetensors')), { timeout: 30_000 }).toBe(true);
  const order = asked.map(({ url }) => url);
  const weights = order.findIndex((url) => url.endsWith('.safetensors'));
  const recorded = order.findIndex((url) => /\/traces\/(?!examples)[\w.-]+\.json$/.test(url));
  expect(recorded).toBeGreaterThanOrEqual(0);
  expect(weights).toBeGreaterThan(recorded);
  const weightsMs = (asked[weights]?.at ?? 0) - drawnDate;
  await context.close();
  return { drawnMs: drawnAt, weightsMs };
}

test('on Fast 4G the recorded run is drawn within 1.5 s of a cold load, and weights start after it', async ({ browser, baseURL }) => {
  test.setTimeout(240_000);
  const loads: ColdLoad[] = [];
  while (loads.length < ATTEMPTS && !loads.some(({ drawnMs }) => drawnMs <= LIMIT_MS)) loads.push(await coldLoad(browser, baseURL ?? ''));
  console.log(`cold load, Fast 4G: recorded run drawn after ${loads.map(({ drawnMs }) => Math.round(drawnMs)).join(', ')} ms; weights asked for ${loads.map(({ weightsMs }) => Math.round(weightsMs)).join(', ')} ms later`);
  expect(Math.min(...loads.map(({ weightsMs }) => weightsMs))).toBeGreaterThanOrEqual(0);
  expect(Math.min(...loads.map(({ drawnMs }) => drawnMs))).toBeLessThanOrEqual(LIMIT_MS);
});
