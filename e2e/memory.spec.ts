import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Page } from '@playwright/test';
import { changeWorker, WITHOUT_WEBGPU } from './engine';
import { expect, test } from './fixtures';
import { run } from './page';

const CONFIG = 'public/models/moe/config.json';

/** Serves the model with a context of another length, as its own files and manifest say; returns how to change it. */
async function serveContext(page: Page): Promise<(tokens: number) => void> {
  let config = Buffer.alloc(0);
  await page.route('**/models/moe/config.json', (route) => route.fulfill({ body: config, contentType: 'application/json' }));
  await page.route('**/models/manifest.json', (route) => {
    const manifest = JSON.parse(readFileSync('public/models/manifest.json', 'utf8'));
    manifest.models.moe.files['config.json'] = { bytes: config.length, sha256: createHash('sha256').update(config).digest('hex') };
    return route.fulfill({ json: manifest });
  });
  return (tokens) => {
    config = Buffer.from(JSON.stringify({ ...JSON.parse(readFileSync(CONFIG, 'utf8')), max_position_embeddings: tokens }));
  };
}

/** What each engine says of a model that it cannot hold, and what is offered then. */
const REFUSED = WITHOUT_WEBGPU
  ? { said: /The model "moe" does not fit into ONNX Runtime: it wanted 4,\d\d\d MB, and a model there has at most 2,147 MB/, offered: 'Try again' }
  : { said: /The model "moe" does not fit into the memory of this GPU: it wanted 2,147 MB in one piece \(rope table\), and this GPU gives at most 1,074 MB/, offered: 'Run it on the processor' };

test('a context that cannot fit is told with numbers, and the text runs; one that no engine holds ends in a sentence; a full storage is told once', async ({ page }) => {
  test.setTimeout(240_000);
  const serve = await serveContext(page);
  await changeWorker(page, "Cache.prototype.put = () => Promise.reject(new DOMException('no room', 'QuotaExceededError'));");
  const alert = page.getByRole('alert');

  await test.step('2 x 8 layers x 64 floats x 262,144 tokens are 1 GiB, which the device allows and has not got', async () => {
    serve(262_144);
    await page.goto('/');
    await expect(page.locator('.badge')).toContainText('WebGPU', { timeout: 80_000 });
    await expect(alert.getByText('storage is full')).toHaveCount(1);
    await run(page, 'Once upon a time', 3);
    if (WITHOUT_WEBGPU) {
      // A page has that much: memory of its own costs nothing until it is written.
      await expect(alert).not.toContainText('does not fit');
    } else {
      await expect(alert).toContainText(/does not fit into the memory of this GPU: it wanted 1,0\d\d MB beside the \d+ MB in use/);
      await expect(alert).toContainText('This text runs all the same');
    }
    await expect(page.locator('.chip.gen')).toHaveCount(3);
  });

  await test.step('one piece of more than the engine takes', async () => {
    serve(1 << 24);
    await page.reload();
    await expect(alert).toContainText(REFUSED.said, { timeout: 60_000 });
    await expect(alert.getByRole('button', { name: REFUSED.offered })).toBeVisible();
    await expect(page.locator('.badge')).toContainText('Replay only');
    await page.getByRole('button', { name: 'First token' }).click();
    await expect(page.locator('.position .b')).toHaveText('Token 1');
  });
});

test.describe('automatic choice', () => {
  test.use({ engine: 'auto' });

  test('with every kind of storage forbidden the page works, and says so once', async ({ page, context }) => {
    test.setTimeout(120_000);
    const forbid = `for (const [owner, names] of [[globalThis, ['caches', 'localStorage', 'sessionStorage', 'indexedDB']], [navigator, ['storage', 'locks']]])
      for (const name of names) Object.defineProperty(owner, name, { configurable: true, get() { throw new DOMException('The operation is insecure.', 'SecurityError'); } });`;
    await context.addInitScript(forbid);
    await changeWorker(page, forbid);
    await page.goto('/');
    await expect(page.locator('.badge')).toContainText(/WebGPU|CPU/, { timeout: 80_000 });
    await expect(page.getByRole('alert').getByText('keeps no files for this page')).toHaveCount(1);
    await run(page, 'The king', 2);
    await expect(page.locator('.chip.gen')).toHaveCount(2);
    await page.getByRole('button', { name: /^Theme/ }).click();
  });
});
