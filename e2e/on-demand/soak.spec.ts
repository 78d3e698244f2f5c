/** `npm run soak -- --prompts 500`: scripts/on-demand.mjs sets the environment. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { expect, test } from '../fixtures';
import { openLive } from '../page';
import { drawOf, type Held, Meter, plain, runDraw, said } from '../soak';

// Without motion, whose pictures cost most of the time.
test.use({ viewport: { width: 1440, height: 900 }, contextOptions: { reducedMotion: 'reduce' } });

const PROMPTS = Number(process.env['PROMPTS'] ?? 500);
const SEED = Number(process.env['SEED'] ?? 1);
const TOKENS = Number(process.env['TOKENS'] ?? 3);
const FIRST = 20;
const EVERY = 20;
/** Prompts that a fresh page is asked again. */
const SAMPLES = 4;

test(`a soak of ${PROMPTS} prompts`, async ({ page, context }) => {
  test.setTimeout(0);
  await openLive(page);
  const meter = await Meter.of(page);
  const curve: Held[] = [];
  /** Compiled code at the first and at the last reading that count. */
  const code: number[] = [];
  const sampled = new Map<number, unknown>();
  const start = performance.now();
  for (let i = 0; i < PROMPTS; i += 1) {
    const done = i + 1;
    // An edited run holds a text more than one that is not, so what is read is read after one that is not.
    const isRead = done % EVERY === 0 || done === PROMPTS;
    await runDraw(page, plain(drawOf(SEED, i, TOKENS), isRead), i === 0 ? undefined : drawOf(SEED, i - 1, TOKENS));
    if (done % Math.floor(PROMPTS / SAMPLES) === 0) sampled.set(i, await said(page));
    if (!isRead) continue;
    const held = await meter.read(done);
    curve.push(held);
    if (done === FIRST || done === PROMPTS) code.push(await meter.code());
    const seconds = (performance.now() - start) / 1000;
    console.log(`${done} of ${PROMPTS}, ${seconds.toFixed(0)} s, all in about ${((seconds / done) * PROMPTS).toFixed(0)} s: page ${(held.page / 1e6).toFixed(2)} MB, workers ${(held.workers / 1e6).toFixed(2)} MB, GPU ${(held.gpuBytes / 1e6).toFixed(2)} MB in ${held.gpuBuffers} buffers, ${held.gpuErrors} errors`);
  }
  const seconds = (performance.now() - start) / 1000;
  const fresh = await context.newPage();
  await openLive(fresh);
  let equal = 0;
  for (const [i, before] of sampled) {
    await runDraw(fresh, plain(drawOf(SEED, i, TOKENS), (i + 1) % EVERY === 0 || i + 1 === PROMPTS));
    if (JSON.stringify(await said(fresh)) === JSON.stringify(before)) equal += 1;
  }
  const first = curve.find(({ prompt }) => prompt >= FIRST) ?? curve[0];
  const last = curve.at(-1);
  const [firstCode, lastCode] = [code[0], code.at(-1)];
  if (first === undefined || last === undefined || firstCode === undefined || lastCode === undefined) throw new Error('Nothing was measured.');
  const summary = {
    prompts: PROMPTS,
    seconds: Math.round(seconds),
    heapRatio: (last.page + last.workers) / (first.page + first.workers),
    heapWithoutCodeRatio: (last.page + last.workers - lastCode) / (first.page + first.workers - firstCode),
    pageHeapRatio: last.page / first.page,
    pageHeapWithoutCodeRatio: (last.page - lastCode) / (first.page - firstCode),
    workerHeapRatio: last.workers / first.workers,
    gpuBytesRatio: last.gpuBytes / first.gpuBytes,
    gpuBuffersAfter: last.gpuBuffers,
    uncapturedErrors: last.gpuErrors,
    sampled: sampled.size,
    equalToFreshPage: equal,
  };
  mkdirSync('reports', { recursive: true });
  writeFileSync('reports/soak.json', `${JSON.stringify({ summary, details: { seed: SEED, tokens: TOKENS, pageCode: { first: firstCode, last: lastCode }, curve } }, undefined, 2)}\n`);
  console.log(summary);
  expect(equal).toBe(sampled.size);
  expect(last.gpuErrors).toBe(0);
  expect(last.gpuBytes).toBeLessThanOrEqual(1.05 * first.gpuBytes);
  expect(summary.pageHeapWithoutCodeRatio).toBeLessThanOrEqual(1.05);
  expect(summary.workerHeapRatio).toBeLessThanOrEqual(1.05);
});
