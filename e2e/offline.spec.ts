import { cpSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { writeServiceWorker } from '../scripts/service-worker';
import { WITHOUT_WEBGPU } from './engine';
import { expect, test } from './fixtures';
import { EXAMPLES, openReplay, recorded, run } from './page';
import { StaticServer } from './staticServer';

/** A host of its own, which can be changed and switched off. */
const PORT = Number(process.env['PORT'] ?? '4173') + 500;
test.use({ serviceWorkers: 'allow', baseURL: `http://127.0.0.1:${PORT}` });

/** The worker is there, and this page is served by it. */
async function controlled(page: Page): Promise<void> {
  await page.waitForFunction(() => navigator.serviceWorker.controller?.state === 'activated', undefined, { timeout: 30_000 });
}

/** Addresses in all caches, by cache. */
async function kept(page: Page): Promise<Record<string, string[]>> {
  return page.evaluate(async () => {
    const found: Record<string, string[]> = {};
    for (const name of await caches.keys()) found[name] = (await (await caches.open(name)).keys()).map(({ url }) => url);
    return found;
  });
}

test('after one visit the page works without its host: live, and on recorded runs', async ({ page, context }) => {
  test.setTimeout(180_000);
  const server = new StaticServer('dist');
  await server.listen(PORT);
  try {
    await page.goto('/');
    await expect(page.locator('.badge')).toContainText(/WebGPU|CPU/, { timeout: 80_000 });
    await controlled(page);
    // What the engine had fetched before there was a service worker is kept a moment later.
    if (WITHOUT_WEBGPU) await expect.poll(async () => Object.values(await kept(page)).flat().some((url) => url.includes('.wasm'))).toBe(true);
    const cdp = await context.newCDPSession(page);
    const { installabilityErrors } = await cdp.send('Page.getInstallabilityErrors');
    // A story runs in a private window, where nothing can be installed; there is no other reason.
    expect(installabilityErrors.map(({ errorId }) => errorId)).toEqual(['in-incognito']);
    expect((await cdp.send('Page.getAppManifest')).errors).toEqual([]);
    expect(server.log.filter((line) => line.endsWith('.safetensors'))).toEqual(['GET /models/moe/model.safetensors']);
    expect(server.log.filter((line) => !line.startsWith('GET ') || line.includes('?'))).toEqual([]);
  } finally {
    await server.close();
  }

  server.log.length = 0;
  await context.setOffline(true);
  await page.reload();
  await expect(page.locator('.badge')).toContainText(/WebGPU|CPU/, { timeout: 80_000 });
  await run(page, 'Once upon a time', 2);
  await expect(page.locator('.position')).toContainText('live run');
  await page.getByRole('button', { name: 'Examples' }).click();
  const { title, trace = '' } = EXAMPLES[2] ?? { title: '' };
  await page.getByRole('button', { name: title }).click();
  await expect(page.locator('.position')).toContainText(`of ${recorded(trace).tokens.ids.length}`);
  await page.locator('#tab-model').click();
  await expect(page.getByRole('heading', { name: 'Bits per byte' })).toBeVisible();
  expect(server.log).toEqual([]);
  // The weights are kept once, by the page.
  const caches = await kept(page);
  expect(Object.keys(caches).filter((name) => name.includes('shell'))).toHaveLength(1);
  expect(Object.values(caches).flat().filter((url) => url.endsWith('.safetensors'))).toEqual([]);
  expect(caches['moe-playground-weights-1']?.length).toBeGreaterThan(3);
});

/** What a later build of the page would be: its scripts have other names, and those of before are gone from the host. */
async function nextBuild(folder: string): Promise<void> {
  cpSync('dist', folder, { recursive: true, filter: (name) => !name.endsWith('.safetensors') });
  const assets = readdirSync(join(folder, 'assets'));
  const renamed = assets.filter((name) => /^(index|ModelDock)-.*\.js$/.test(name));
  for (const name of renamed) renameSync(join(folder, 'assets', name), join(folder, 'assets', later(name)));
  for (const file of ['index.html', ...readdirSync(join(folder, 'assets')).filter((name) => name.endsWith('.js')).map((name) => `assets/${name}`)]) {
    const text = readFileSync(join(folder, file), 'utf8');
    writeFileSync(join(folder, file), renamed.reduce((sum, name) => sum.replaceAll(name, later(name)), text));
  }
  await writeServiceWorker(folder);
}

const later = (name: string): string => name.replace(/\.js$/, '.later.js');

test('a new version is offered, waits beside the page that runs, and takes its place when asked', async ({ page, context, expectAccessible, allowRequests }) => {
  test.setTimeout(120_000);
  // The later build lies beside the one that the rule about requests knows.
  allowRequests(/\.later\.js$/);
  const folder = mkdtempSync(join(tmpdir(), 'moe-playground-'));
  const server = new StaticServer('dist');
  await server.listen(PORT);
  const newer = page.locator('script[src*=".later.js"]');
  try {
    await nextBuild(folder);
    await openReplay(page);
    await controlled(page);
    server.folder = folder;
    await page.reload();
    const notice = page.getByRole('alert').filter({ hasText: 'A new version is ready.' });
    await expect(notice).toBeVisible({ timeout: 30_000 });
    await expectAccessible('.notices');
    // The old page stays whole, with scripts that only the worker has.
    await expect(newer).toHaveCount(0);
    server.log.length = 0;
    await page.locator('#tab-model').click();
    await expect(page.getByRole('heading', { name: 'Bits per byte' })).toBeVisible();
    expect(server.log.filter((line) => line.includes('ModelDock'))).toEqual([]);

    await notice.getByRole('button', { name: 'Reload' }).click();
    await expect(newer).toHaveCount(1, { timeout: 30_000 });
    await expect(page.locator('.chip.cur')).toHaveCount(1);
    await expect(page.getByRole('heading', { name: 'Bits per byte' })).toBeVisible();
    await expect(notice).toHaveCount(0);
    // The panel says which build this is, and of which weights.
    await context.grantPermissions(['clipboard-read', 'clipboard-write']);
    const cite = page.getByRole('region', { name: 'How to cite' });
    await cite.getByRole('button', { name: 'Copy BibTeX' }).click();
    await expect(cite.getByRole('button', { name: 'Copied' })).toBeVisible();
    const entry = await page.evaluate(() => navigator.clipboard.readText());
    expect(entry).toMatch(/^@software\{moe_playground,[^@]*Page revision [0-9a-f]{8}(-dirty)?, model revision e072270a\}\n\}$/);
    await expect(cite.locator('pre')).toHaveText(entry);
    await expect.poll(async () => Object.keys(await kept(page)).filter((name) => name.includes('shell'))).toHaveLength(1);
    expect(Object.values(await kept(page)).flat().filter((url) => /\/index-[^/]*\.js$/.test(url))).toEqual([expect.stringContaining('.later.js')]);
  } finally {
    await server.close();
    rmSync(folder, { recursive: true });
  }
});
