/** `npm run soak -- --prompts 500`: scripts/on-demand.mjs sets the environment. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { expect, test } from '../fixtures';
import { openLive } from '../page';
import { drawOf, type Held, Meter, plain, runDraw, said } from '../soak';

// Without motion, whose pictures cost most of the time.
test.use({ viewport: { width: 1180, height: 800 }, contextOptions: { reducedMotion: 'reduce' } });

const PROMPTS = Number(process.env['PROMPTS'] ?? 500);
const SEED = Number(process.env['SEED'] ?? 1);
const TOKENS = Number(process.env['TOKENS'] ?? 3);
const FIRST = 20;
const EVERY = 20;
/** Prompts between two looks at the compiled code, which take a heap snapshot each. */
const CODE_EVERY = 100;
/** Prompts that a fresh page is asked again. */
const SAMPLES = 4;

interface Reading extends Held {
  /** Compiled code in the page's heap, bytes. */
  readonly code: number;
}

/** What a reading says beside the first one that counts. */
function summarise(first: Reading, last: Reading, start: number): Record<string, number> {
  return {
    prompts: last.prompt,
    seconds: Math.round((performance.now() - start) / 1000),
    heapRatio: (last.page + last.workers) / (first.page + first.workers),
    heapWithoutCodeRatio: (last.page + last.workers - last.code) / (first.page + first.workers - first.code),
    pageHeapRatio: last.page / first.page,
    pageHeapWithoutCodeRatio: (last.page - last.code) / (first.page - first.code),
    workerHeapRatio: last.workers / first.workers,
    gpuBytesRatio: last.gpuBytes / first.gpuBytes,
    gpuBuffersAfter: last.gpuBuffers,
    uncapturedErrors: last.gpuErrors,
  };
}

function writeReport(summary: Record<string, number>, curve: readonly (Held | Reading)[]): void {
  mkdirSync('reports', { recursive: true });
  writeFileSync('reports/soak.json', `${JSON.stringify({ summary, details: { seed: SEED, tokens: TOKENS, curve } }, undefined, 2)}\n`);
}

test(`a soak of ${PROMPTS} prompts`, async ({ page, context }) => {
  test.setTimeout(0);
  await openLive(page);
  const meter = await Meter.of(page);
  const curve: (Held | Reading)[] = [];
  const counted: Reading[] = [];
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
    if (done === FIRST || done % CODE_EVERY === 0 || done === PROMPTS) {
      const reading = { ...held, code: await meter.code() };
      curve.push(reading);
      counted.push(reading);
      // A long soak that is cut off has said what it found so far.
      writeReport(summarise(counted[0] ?? reading, reading, start), curve);
    } else curve.push(held);
    const seconds = (performance.now() - start) / 1000;
    console.log(`${done} of ${PROMPTS}, ${seconds.toFixed(0)} s, all in about ${((seconds / done) * PROMPTS).toFixed(0)} s: page ${(held.page / 1e6).toFixed(2)} MB, workers ${(held.workers / 1e6).toFixed(2)} MB, GPU ${(held.gpuBytes / 1e6).toFixed(2)} MB in ${held.gpuBuffers} buffers, ${held.gpuErrors} errors`);
  }
  const [first] = counted;
  const last = counted.at(-1);
  if (first === undefined || last === undefined) throw new Error('Nothing was measured.');
  const summary = summarise(first, last, start);
  const fresh = await context.newPage();
  await openLive(fresh);
  let equal = 0;
  for (const [i, before] of sampled) {
    await runDraw(fresh, plain(drawOf(SEED, i, TOKENS), (i + 1) % EVERY === 0 || i + 1 === PROMPTS));
    if (JSON.stringify(await said(fresh)) === JSON.stringify(before)) equal += 1;
  }
  const all: Record<string, number> = { ...summary, sampled: sampled.size, equalToFreshPage: equal };
  writeReport(all, curve);
  console.log(all);
  expect(equal).toBe(sampled.size);
  expect(last.gpuErrors).toBe(0);
  expect(last.gpuBytes).toBeLessThanOrEqual(1.05 * first.gpuBytes);
  expect(all['heapRatio']).toBeLessThanOrEqual(1.05);
  expect(all['workerHeapRatio']).toBeLessThanOrEqual(1.05);
});
