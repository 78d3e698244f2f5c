import type { Browser, BrowserContext } from '@playwright/test';
import { expect, test } from './fixtures';
import { fixedLoopMs, median } from './mainThread';

/** The profile "Fast 4G" of the browser's developer tools: 10 Mbit/s and 1.5 Mbit/s less a tenth, 60 ms times 2.75. */
const FAST_4G = { offline: false, latency: 165, downloadThroughput: (10_000_000 / 8) * 0.9, uploadThroughput: (1_500_000 / 8) * 0.9 };
const LIMIT_MS = 1_500;
const LOADS = 5;
/** The document, then everything that it names at once: waits for the network before the first drawing. */
const ROUNDS = 2;
/** Bytes on the wire before the first drawing, so that the network takes at most 1 s of the 1.5 s. */
const WIRE_BYTES = (LIMIT_MS - 500 - ROUNDS * FAST_4G.latency) * (FAST_4G.downloadThroughput / 1000);
/**
 * Main-thread CPU time until the first drawing, in fixed loops of the same page. Measured: 116 on an idle machine, 44 on a
 * busy one, where the loop suffers more than the load does.
 */
const LOOPS = 300;

interface ColdLoad {
  /** From the start of the navigation until the run was on the screen. */
  readonly drawnMs: number;
  /** From then until the weights were asked for. */
  readonly weightsMs: number;
  readonly bytes: number;
  /** Main-thread CPU time until then over that of the fixed loop. */
  readonly loops: number;
}

/** Loads the page once with nothing cached. */
async function coldLoad(browser: Browser, baseURL: string, watch: (context: BrowserContext) => Promise<void>): Promise<ColdLoad> {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  await watch(context);
  const page = await context.newPage();
  const cdp = await context.newCDPSession(page);
  await cdp.send('Network.enable');
  await cdp.send('Performance.enable', { timeDomain: 'threadTicks' });
  let bytes = 0;
  cdp.on('Network.loadingFinished', ({ encodedDataLength }) => (bytes += encodedDataLength));
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
  const onWire = bytes;
  const { metrics } = await cdp.send('Performance.getMetrics');
  const cpuMs = 1000 * (metrics.find(({ name }) => name === 'TaskDuration')?.value ?? Number.NaN);
  const { drawnAt, drawnDate } = await page.evaluate(() => ({ drawnAt: Number(Reflect.get(window, 'drawnAt')), drawnDate: Number(Reflect.get(window, 'drawnDate')) }));
  await expect.poll(() => asked.some(({ url }) => url.endsWith('.safetensors')), { timeout: 30_000 }).toBe(true);
  const order = asked.map(({ url }) => url);
  const weights = order.findIndex((url) => url.endsWith('.safetensors'));
  const recorded = order.findIndex((url) => /\/traces\/(?!examples)[\w.-]+\.json$/.test(url));
  expect(recorded).toBeGreaterThanOrEqual(0);
  expect(weights).toBeGreaterThan(recorded);
  const weightsMs = (asked[weights]?.at ?? 0) - drawnDate;
  const loops = cpuMs / (await fixedLoopMs(page));
  await context.close();
  return { drawnMs: drawnAt, weightsMs, bytes: onWire, loops };
}

// A time of the wall clock is printed and does not gate: another program on the machine can double it. What the page itself
// can spoil does: what it asks for first, how much of it, and how much work it makes of it.
test('on Fast 4G the recorded run is drawn before the weights are asked for, from little, with little work', async ({ browser, baseURL, watch }) => {
  test.setTimeout(240_000);
  const loads: ColdLoad[] = [];
  for (let i = 0; i < LOADS; i += 1) loads.push(await coldLoad(browser, baseURL ?? '', watch));
  const middle = (of: keyof ColdLoad): number => median(loads.map((load) => load[of]));
  console.log(
    `cold load, Fast 4G: recorded run drawn after ${loads.map(({ drawnMs }) => Math.round(drawnMs)).join(', ')} ms (goal ${LIMIT_MS} on an idle machine), ` +
      `weights asked for ${Math.round(middle('weightsMs'))} ms later; ${Math.round(middle('bytes') / 1000)} of ${Math.round(WIRE_BYTES / 1000)} kB, ${Math.round(middle('loops'))} of ${LOOPS} fixed loops`,
  );
  expect(Math.min(...loads.map(({ weightsMs }) => weightsMs))).toBeGreaterThanOrEqual(0);
  expect(middle('bytes')).toBeGreaterThan(0);
  expect(middle('bytes')).toBeLessThanOrEqual(WIRE_BYTES);
  expect(middle('loops')).toBeGreaterThan(0);
  expect(middle('loops')).toBeLessThanOrEqual(LOOPS);
});
