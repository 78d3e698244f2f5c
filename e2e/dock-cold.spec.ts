import { expect, test } from './fixtures';

/** The profile "Fast 4G" of the browser's developer tools: 10 Mbit/s and 1.5 Mbit/s less a tenth, 60 ms times 2.75. */
const FAST_4G = { offline: false, latency: 165, downloadThroughput: (10_000_000 / 8) * 0.9, uploadThroughput: (1_500_000 / 8) * 0.9 };
const LIMIT_MS = 1_500;

test('on Fast 4G the recorded run is drawn within 1.5 s of a cold load, and weights start after it', async ({ page, context }) => {
  const cdp = await context.newCDPSession(page);
  await cdp.send('Network.enable');
  await cdp.send('Network.setCacheDisabled', { cacheDisabled: true });
  await cdp.send('Network.emulateNetworkConditions', FAST_4G);
  const asked: { readonly url: string; readonly at: number }[] = [];
  context.on('request', (request) => asked.push({ url: request.url(), at: Date.now() }));
  await page.addInitScript(() => {
    const look = (): void => {
      const there = document.querySelector('.chip.cur') !== null && document.querySelector('[data-cell], .heat-frame canvas') !== null && document.querySelector('.p-router tr[data-expert]') !== null;
      // Two frames on, what was in the document is on the screen.
      if (there) requestAnimationFrame(() => requestAnimationFrame(() => Object.assign(window, { drawnAt: performance.now(), drawnDate: Date.now() })));
      else requestAnimationFrame(look);
    };
    look();
  });
  await page.goto('/', { waitUntil: 'commit' });
  await expect.poll(() => page.evaluate(() => Reflect.get(window, 'drawnAt') !== undefined), { timeout: 20_000, intervals: [50] }).toBe(true);
  const { drawnAt, drawnDate } = await page.evaluate(() => ({ drawnAt: Number(Reflect.get(window, 'drawnAt')), drawnDate: Number(Reflect.get(window, 'drawnDate')) }));
  // Weights are large and slow here: that they are asked for at all is enough.
  await expect.poll(() => asked.some(({ url }) => url.endsWith('.safetensors')), { timeout: 20_000 }).toBe(true);
  const order = asked.map(({ url }) => url);
  const recorded = order.findIndex((url) => /\/traces\/(?!examples)[\w.-]+\.json$/.test(url));
  const weights = order.findIndex((url) => url.endsWith('.safetensors'));
  console.log(`cold load, Fast 4G: recorded run drawn after ${Math.round(drawnAt)} ms; weights asked for ${Math.round((asked[weights]?.at ?? 0) - drawnDate)} ms later`);
  expect(recorded).toBeGreaterThanOrEqual(0);
  expect(weights).toBeGreaterThan(recorded);
  expect(asked[weights]?.at ?? 0).toBeGreaterThanOrEqual(drawnDate - 5);
  expect(drawnAt).toBeLessThanOrEqual(LIMIT_MS);
});
