import { expect, test } from './fixtures';
import { openLive } from './page';
import { drawOf, Meter, plain, runDraw, said } from './soak';

// Without motion, whose pictures cost most of the time, and without a trace, which would be part of what is measured.
test.use({ viewport: { width: 1180, height: 800 }, contextOptions: { reducedMotion: 'reduce' }, trace: 'off' });

const PROMPTS = 30;
const SEED = 8;
/** New tokens, so that thirty prompts stay a matter of seconds. */
const TOKENS = 1;
/** A prompt with a re-mix of all layers, which the fresh page is asked too. */
const EDITED = 21;

test('thirty prompts with settings and interventions drawn at random leave memory as it was, and say what a fresh page beside says', async ({ page, context }) => {
  test.setTimeout(420_000);
  await openLive(page);
  const meter = await Meter.of(page);
  const curve = [];
  let edited: unknown;
  for (let i = 0; i < PROMPTS; i += 1) {
    // Twelve traces are kept; from then on every run takes the place of one. An edited run holds a text more than one that is not.
    const isRead = i === 14 || i === PROMPTS - 1;
    await runDraw(page, plain(drawOf(SEED, i, TOKENS), isRead || i % 2 === 0), i === 0 ? undefined : drawOf(SEED, i - 1, TOKENS));
    if (i === EDITED) edited = await said(page);
    if (isRead) curve.push(await meter.read(i + 1));
  }
  const [early, late] = curve;
  console.log(`held after prompt ${early?.prompt} and ${late?.prompt}: ${JSON.stringify(curve)}`);
  if (early === undefined || late === undefined) throw new Error('Nothing was measured.');
  expect([late.gpuBuffers, late.gpuErrors]).toEqual([early.gpuBuffers, 0]);
  // The buffer that results are read through grows to the longest reading so far.
  expect(late.gpuBytes).toBeLessThanOrEqual(1.005 * early.gpuBytes);
  // What one prompt could leak, thirty would show; the heap of so few swings by more than by 500 (npm run soak).
  expect(late.page).toBeLessThan(1.1 * early.page);
  expect(late.workers).toBeLessThan(1.1 * early.workers);

  await test.step('a tab that is hidden, where no frames are drawn, runs to the end and shows it', async () => {
    await page.evaluate(() => Object.assign(window, { drawAgain: window.requestAnimationFrame, requestAnimationFrame: () => 0 }));
    const before = await said(page);
    await runDraw(page, plain(drawOf(SEED, PROMPTS - 1, TOKENS)));
    await page.evaluate(() => Object.assign(window, { requestAnimationFrame: Reflect.get(window, 'drawAgain') as typeof requestAnimationFrame }));
    expect(await said(page)).toEqual(before);
  });

  await test.step('two tabs at once, each with an engine of its own', async () => {
    const last = await said(page);
    const fresh = await context.newPage();
    await openLive(fresh);
    await Promise.all([runDraw(fresh, plain(drawOf(SEED, PROMPTS - 1, TOKENS))), runDraw(page, plain(drawOf(SEED, PROMPTS - 1, TOKENS)))]);
    expect(await said(fresh)).toEqual(last);
    expect(await said(page)).toEqual(last);
    await runDraw(fresh, drawOf(SEED, EDITED, TOKENS));
    expect(await said(fresh)).toEqual(edited);
    await fresh.close();
  });
});
