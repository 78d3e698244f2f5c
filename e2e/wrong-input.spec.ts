import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Page } from '@playwright/test';
import { changeWorker, takeWebgpu } from './engine';
import { expect, test } from './fixtures';
import { drop, EXAMPLES, openReplay, screen } from './page';

const WEIGHTS = 'public/models/moe/model.safetensors';

/** Replay works whatever happened to the model. */
async function replayWorks(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'First token' }).click();
  await expect(page.locator('.position .b')).toHaveText('Token 1');
  await expect(page.getByRole('grid')).toBeVisible();
}

async function serveWeights(page: Page, bytes: Buffer, manifestFits: boolean): Promise<void> {
  await page.route('**/model.safetensors', (route) => route.fulfill({ body: bytes, contentType: 'application/octet-stream' }));
  if (!manifestFits) return;
  await page.route('**/models/manifest.json', (route) => {
    const manifest = JSON.parse(readFileSync('public/models/manifest.json', 'utf8'));
    manifest.models.moe.files['model.safetensors'] = { bytes: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') };
    return route.fulfill({ json: manifest });
  });
}

for (const [what, bytes, manifestFits] of [
  ['truncated', () => readFileSync(WEIGHTS).subarray(0, 1_000_000), false],
  ['changed in one byte', () => flipped(readFileSync(WEIGHTS), 5_000_000), false],
  ['lying about its offsets', () => lying(readFileSync(WEIGHTS)), true],
] as const) {
  test(`a weights file that is ${what} is refused in one sentence, and replay goes on`, async ({ page }) => {
    await serveWeights(page, bytes(), manifestFits);
    await page.goto('/');
    const alert = page.getByRole('alert');
    await expect(alert).toContainText(/model\.safetensors|weights|tensor/i, { timeout: 60_000 });
    await expect(alert.getByRole('button', { name: 'Try again' })).toBeVisible();
    await expect(page.locator('.badge')).toContainText('Replay only');
    await replayWorks(page);
  });
}

function flipped(bytes: Buffer, at: number): Buffer {
  bytes[at] = (bytes[at] ?? 0) ^ 1;
  return bytes;
}

/** Moves the end of the first tensor past the end of the file; the header keeps its length. */
function lying(bytes: Buffer): Buffer {
  const length = Number(bytes.readBigUInt64LE(0));
  const header = bytes.subarray(8, 8 + length).toString('utf8');
  const changed = header.replace(/("data_offsets":\[\d+,)(\d+)/, (_, start: string, end: string) => start + '9'.repeat(end.length));
  bytes.write(changed, 8, length, 'utf8');
  return bytes;
}

test.describe('automatic choice', () => {
  test.use({ engine: 'auto' });

  test('without WebGPU and WebAssembly the page stays a replay, with one sentence and a hint', async ({ page, context }) => {
    const weights: string[] = [];
    page.on('request', (request) => {
      if (request.url().endsWith('.safetensors')) weights.push(request.url());
    });
    await takeWebgpu(context, 'delete globalThis.WebAssembly;');
    await page.goto('/');
    await expect(page.getByRole('alert')).toContainText('no WebGPU', { timeout: 30_000 });
    await expect(page.getByRole('alert')).toContainText('no WebAssembly');
    await expect(page.getByRole('alert')).toContainText('In Chrome and Edge');
    await expect(page.locator('.badge')).toContainText('Replay only');
    expect(weights).toEqual([]);
    await replayWorks(page);
  });
});

test('a refused adapter is told, and trying again is offered', { tag: '@gpu' }, async ({ page }) => {
  await changeWorker(page, "navigator.gpu.requestAdapter = () => Promise.resolve(null);");
  await page.goto('/');
  await expect(page.getByRole('alert')).toContainText('no graphics adapter', { timeout: 30_000 });
  await page.getByRole('alert').getByRole('button', { name: 'Try again' }).click();
  await expect(page.getByRole('alert')).toContainText('no graphics adapter', { timeout: 30_000 });
  await replayWorks(page);
});

test('loading can be cancelled and tried again, with bytes on screen', async ({ page }) => {
  test.setTimeout(120_000);
  let hold = true;
  await page.route('**/model.safetensors', async (route) => {
    if (hold) await new Promise((resolve) => setTimeout(resolve, 4_000));
    await route.continue().catch(() => undefined);
  });
  await page.goto('/');
  await expect(page.locator('.badge')).toContainText(/Loading .* of 1\d\.\d MB/, { timeout: 30_000 });
  await expect(page.getByRole('progressbar')).toBeVisible();
  await page.getByRole('button', { name: 'Cancel' }).click();
  await expect(page.locator('.badge')).toContainText('Model not loaded');
  await replayWorks(page);
  hold = false;
  await page.getByRole('alert').getByRole('button', { name: 'Try again' }).click();
  await expect(page.locator('.badge')).toContainText('WebGPU', { timeout: 80_000 });
});

test('trace files that are no traces are refused with all their faults, and the page stays as it was', async ({ page }) => {
  await openReplay(page);
  const before = await screen(page);
  const good = JSON.parse(readFileSync(`public/traces/${EXAMPLES[0]?.trace ?? ''}`, 'utf8'));
  const tokens = good.tokens.text.length as number;
  const cases: readonly (readonly [string, string, RegExp])[] = [
    ['not-json.json', 'Once upon a time', /JSON/],
    ['version.json', JSON.stringify({ ...good, version: '2.0' }), /version/i],
    ['length.json', JSON.stringify({ ...good, output: { ...good.output, entropy: new Array(tokens + 1).fill(0) } }), /output\.entropy/],
    ['nan.json', JSON.stringify({ ...good, output: { ...good.output, entropy: new Array(tokens).fill(0).with(1, 'NaN') } }), /output\.entropy/],
  ];
  for (const [name, content, fault] of cases) {
    await drop(page, name, content);
    const dialog = page.getByRole('dialog', { name: `${name} was not opened` });
    await expect(dialog).toBeVisible();
    await expect(dialog.getByRole('listitem').first()).toBeVisible();
    await expect(dialog.getByRole('list')).toContainText(fault);
    await dialog.getByRole('button', { name: 'Close' }).last().click();
    await expect(dialog).toHaveCount(0);
    expect(await screen(page)).toEqual(before);
  }
});
