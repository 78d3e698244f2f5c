/** The engine that the page chooses, says and lets the visitor choose. */
import type { Page } from '@playwright/test';
import type { Trace } from '../src/trace/trace';
import { takeWebgpu } from './engine';
import { expect, test } from './fixtures';
import { run, saved } from './page';
import { StaticServer } from './staticServer';

const badge = (page: Page) => page.locator('.badge').first();
const facts = (page: Page) => page.getByRole('dialog').locator('.facts-list');
const choice = (page: Page, name: string) => page.getByRole('radio', { name, exact: true });

/** Addresses of the runtime for the processor that the page asked for. */
function runtimes(page: Page): string[] {
  const seen: string[] = [];
  page.context().on('request', (request) => {
    if (request.url().endsWith('.wasm')) seen.push(request.url());
  });
  return seen;
}

/** Eight greedy tokens after the prompt of the stories, as every engine writes them. */
const TEXT = 'Once upon a time of time, and the time of the';

test.use({ engine: 'auto' });

test('without WebGPU the page computes on the processor: a run, its whole trace, an expert off, a mix moved', async ({ page, context, expectAccessible }) => {
  test.setTimeout(240_000);
  await takeWebgpu(context);
  const asked = runtimes(page);
  await page.goto('/');
  await expect(badge(page)).toHaveText('CPUno WebGPU here', { timeout: 120_000 });
  expect(asked.map((url) => new URL(url).pathname)).toEqual([expect.stringMatching(/^\/assets\/ort-wasm-simd-threaded-[\w-]+\.wasm$/)]);
  await expect(page.getByRole('alert')).toBeEmpty();

  await page.getByRole('textbox', { name: 'exact value of T', exact: true }).fill('0');
  await run(page, 'Once upon a time', 8);
  await expect(page.locator('.chip.gen')).toHaveCount(8);
  const trace = await saved(page);
  expect(trace.tokens.text.join('')).toBe(TEXT);
  expect(trace.run.engine).toBe('onnx');
  expect(trace.run.backend).toBe('onnx (ONNX Runtime Web 1.30.0, WebAssembly SIMD, threads: 1)');
  const cells = trace.tokens.ids.length * 8;
  const { logits, prob, mix, outputNorm, count } = trace.routing;
  expect([logits?.length, prob?.length, mix.length, outputNorm?.length, count?.length ?? cells]).toEqual([cells * 16, cells * 2, cells * 2, cells * 2, cells]);
  expect([...mix].every((weight) => weight > 0 && weight < 1)).toBe(true);

  await page.getByRole('button', { name: /^Switch expert \d+ off/ }).first().click();
  await expect(page.getByRole('group', { name: 'Edits', exact: true })).toHaveAttribute('data-phase', 'done', { timeout: 60_000 });
  await expect(page.locator('.chip.gen')).toHaveCount(8);
  await page.getByRole('button', { name: 'Undo the last edit' }).click();

  await page.getByRole('tab', { name: /^Re-mix/ }).click();
  const effect = page.locator('[data-panel=remix-effect]');
  await expect(effect.locator('[data-cost=mix]')).toBeVisible({ timeout: 60_000 });
  const before = await effect.locator('td.pr').allTextContents();
  await page.locator('[data-panel=remix-mix] tr[data-expert] .figure-input').first().fill('0.9');
  await page.keyboard.press('Tab');
  await expect.poll(() => effect.locator('td.pr').allTextContents(), { timeout: 60_000 }).not.toEqual(before);

  await badge(page).click();
  await expect(facts(page)).toContainText('the processor, with ONNX Runtime (WebAssembly)');
  await expect(facts(page)).toContainText('this browser offers no WebGPU, or no graphics adapter');
  await expect(facts(page)).toContainText('on the processor in double precision');
  await expect(choice(page, 'What is there and faster')).toBeChecked();
  await expectAccessible('dialog');
  await page.emulateMedia({ colorScheme: 'dark' });
  await expectAccessible('dialog');
});

test('on a software adapter the page measures, keeps the faster engine, and the visitor may choose the other', { tag: '@gpu' }, async ({ page }) => {
  test.setTimeout(240_000);
  const asked = runtimes(page);
  await page.goto('/');
  // Which one wins depends on the machine: the faster one has to, and WebGPU where they are about equal.
  await expect(badge(page)).toHaveText(/^(CPU|WebGPU.*)([\d.]+× faster|as fast) here$/, { timeout: 120_000 });
  const said = (await badge(page).textContent()) ?? '';
  expect(asked).toHaveLength(1);
  const speeds = await page.evaluate(() => Object.values(JSON.parse(localStorage.getItem('moe-playground.engineSpeeds') ?? '{}') as Record<string, { webgpu: number; onnx: number }>));
  expect(speeds).toHaveLength(1);
  const [{ webgpu, onnx } = { webgpu: 0, onnx: 0 }] = speeds;
  console.log(`measured by the page: WebGPU ${webgpu.toFixed(1)} ms a token, ONNX Runtime ${onnx.toFixed(1)} ms`);
  expect(Math.min(webgpu, onnx)).toBeGreaterThan(0);
  expect(said.startsWith('CPU')).toBe(onnx * 1.1 < webgpu);

  // The next visit measures nothing and says the same.
  await page.reload();
  await expect(badge(page)).toHaveText(said, { timeout: 120_000 });

  await page.getByRole('textbox', { name: 'Prompt' }).fill('The king');
  await badge(page).click();
  await expect(facts(page)).toContainText(`measured here: WebGPU ${webgpu.toFixed(1)} ms a token, the processor ${onnx.toFixed(1)} ms`);
  const other = said.startsWith('CPU') ? 'WebGPU' : 'The processor (ONNX Runtime)';
  await choice(page, other).check();
  await expect(facts(page)).toContainText(other === 'WebGPU' ? 'WebGPU on the processor (software adapter)' : 'the processor, with ONNX Runtime (WebAssembly)', { timeout: 120_000 });
  await expect(facts(page)).toContainText('chosen by you');
  await page.keyboard.press('Escape');
  await expect(badge(page)).toHaveText(other === 'WebGPU' ? /^WebGPU/ : /^CPU/);
  await expect(page.getByRole('textbox', { name: 'Prompt' })).toHaveValue('The king');
  expect(await page.evaluate(() => localStorage.getItem('moe-playground.engine'))).toBe(other === 'WebGPU' ? 'webgpu' : 'onnx');
});

test.describe('a host of its own', () => {
  const PORT = Number(process.env['PORT'] ?? '4173') + 600;
  test.use({ engine: 'onnx', baseURL: `http://127.0.0.1:${PORT}` });

  /** A greedy run, and how fast a longer one after it was, as the device report says it. Leaves the report open. */
  async function runs(page: Page): Promise<{ readonly trace: Trace; readonly speed: string | undefined }> {
    await page.goto('/');
    await expect(badge(page)).toHaveText(/^CPU/, { timeout: 80_000 });
    await page.getByRole('textbox', { name: 'exact value of T', exact: true }).fill('0');
    await run(page, 'Once upon a time', 8);
    const trace = await saved(page);
    await run(page, 'Once upon a time', 100);
    await badge(page).click();
    const said = await facts(page).textContent();
    return { trace, speed: /(\d+ tokens written in [\d.]+ s, \d+ a second)/.exec(said ?? '')?.[1] };
  }

  test('where the host isolates the page, the processor computes in several threads, to the same text as in one', async ({ page }) => {
    test.setTimeout(180_000);
    // Otherwise the browser would keep the page with the headers of its first visit.
    const fresh = { 'cache-control': 'no-store' };
    const server = new StaticServer('dist', fresh);
    await server.listen(PORT);
    try {
      const one = await runs(page);
      expect(await page.evaluate(() => crossOriginIsolated)).toBe(false);
      expect(one.trace.run.backend).toBe('onnx (ONNX Runtime Web 1.30.0, WebAssembly SIMD, threads: 1)');
      expect(server.log.filter((line) => line.includes('ort-wasm'))).toEqual([expect.stringMatching(/ort-wasm-simd-threaded-[\w-]+\.wasm$/)]);

      server.headers = { ...fresh, 'cross-origin-opener-policy': 'same-origin', 'cross-origin-embedder-policy': 'require-corp' };
      const several = await runs(page);
      expect(await page.evaluate(() => crossOriginIsolated)).toBe(true);
      const count = Math.min(4, await page.evaluate(() => navigator.hardwareConcurrency));
      expect(several.trace.run.backend).toBe(`onnx (ONNX Runtime Web 1.30.0, WebAssembly SIMD, threads: ${count})`);
      await expect(facts(page)).toContainText(`WebAssembly SIMD, threads: ${count}`);
      expect(several.trace.tokens).toEqual(one.trace.tokens);
      expect(several.trace.routing.experts).toEqual(one.trace.routing.experts);
      console.log(`ONNX Runtime, one thread: ${one.speed}; ${count}: ${several.speed}`);
    } finally {
      await server.close();
    }
  });
});
