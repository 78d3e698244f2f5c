import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import type { Page } from '@playwright/test';
import type { ChromeTrace, CompleteEvent } from '../src/engine/chrome-trace';
import { importTrace, traceText } from '../src/trace/file';
import type { Trace } from '../src/trace/trace';
import { WITHOUT_WEBGPU } from './engine';
import { expect, test } from './fixtures';
import { drop, EXAMPLES, openReplay, recorded, saved, screen } from './page';
import { csvFiles, open, visitPanels } from './tracePage';

const FOREIGN = 'src/trace/testing/foreign/';

function fixture(name: string): { text: string; trace: Trace } {
  const text = readFileSync(`src/trace/testing/hf/${name}.json`, 'utf8');
  const result = importTrace(text);
  if (!result.ok) throw new Error(name);
  return { text, trace: result.trace };
}

for (const name of ['olmoe', 'qwen3-moe', 'deepseek-v3', 'gpt-oss'] as const) {
  test(`a trace of ${name} that hf_moe_trace.py wrote opens, and all panels work`, async ({ page }) => {
    const { text, trace } = fixture(name);
    await openReplay(page);
    await open(page, `${name}.json`, text);
    await expect(page.locator('.position')).toContainText(`of 26 from ${name}.json`);
    await page.getByRole('button', { name: 'Last token' }).click();
    // The router's own logits and the mixing weights, as transformers had them.
    const row = trace.model.moeLayers.indexOf(Number(/layer (\d+)/.exec((await page.locator('.p-router').textContent()) ?? '')?.[1]));
    expect(row).toBeGreaterThanOrEqual(0);
    const cell = 25 * trace.model.moeLayers.length + row;
    const first = trace.routing.experts[cell * trace.routing.slots] ?? -1;
    const line = page.locator('.p-router table tbody tr').first();
    await expect(line).toContainText(`E${first}`);
    const logit = trace.routing.logits?.[cell * trace.model.experts + first] ?? Number.NaN;
    await expect(line).toContainText(logit.toFixed(2).replace('-', '\u2212'));
    await expect(line).toContainText((trace.routing.mix[cell * trace.routing.slots] ?? Number.NaN).toFixed(2).replace(/^0/, ''));
    await visitPanels(page);
    await page.getByRole('tab', { name: 'Trace' }).click();
    await expect(page.getByRole('region', { name: 'What it holds' })).toContainText('11 of 13');
    expect((await saved(page)).routing).toEqual(trace.routing);
  });
}

test('files of other programs open with what they know, and say what they do not', async ({ page, expectAccessible }) => {
  test.setTimeout(120_000);
  await openReplay(page, '#view=trace');
  const files: readonly (readonly [file: string, tokens: number, holds: string, list: number])[] = [
    ['moe-atlas.jsonl', 2, '2 of 13', 3],
    ['vllm-npy.json', 4, '2 of 13', 4],
    ['sglang-generate.json', 4, '0 of 13', 5],
    ['llama.csv', 5, '0 of 13', 6],
    ['c3po.json', 1, '4 of 13', 8],
  ];
  for (const [file, tokens, holds, list] of files) {
    await open(page, file, readFileSync(FOREIGN + file));
    await expect(page.locator('.position')).toContainText(`of ${tokens} from ${file}`);
    const fields = page.getByRole('region', { name: 'What it holds' });
    await expect(fields).toContainText(holds);
    await expect(fields).toContainText('does not say');
    await expect(page.getByRole('region', { name: 'Open traces' }).getByRole('listitem')).toHaveCount(list);
    // The files of the panels in sight have what is known, and an empty cell for what is not.
    const tables = await csvFiles(page);
    expect(Object.keys(tables), file).toEqual(expect.arrayContaining(['sentence', 'trace', 'traces', 'trace-fields']));
    for (const [panel, csv] of Object.entries(tables)) expect(csv, `${file}, ${panel}`).not.toMatch(/NaN|undefined|Infinity/);
  }
  await open(page, 'llama.csv', readFileSync(`${FOREIGN}llama.csv`));
  await expect(page.locator('.position')).toContainText('of 5 from llama.csv');
  // Choices, and no number that the file does not hold.
  await expect(page.locator('.p-flow .cap')).toContainText('with weights that this trace does not hold');
  await expect(page.locator('body')).not.toContainText('NaN');
  await visitPanels(page);
  await page.getByRole('tab', { name: 'Trace' }).click();
  for (const theme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme: theme });
    await expectAccessible();
  }
});

test('a trace comes by paste, gzipped, as lines, and by a link to this address only', async ({ page, allowErrors, allowRequests }) => {
  allowErrors(/404/);
  allowRequests(/nothing\.json/);
  await openReplay(page, '#view=trace');
  const { text, trace } = fixture('mixtral');
  await page.evaluate((content) => {
    const data = new DataTransfer();
    data.setData('text/plain', content);
    document.body.dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }));
  }, text);
  await expect(page.locator('.position')).toContainText('of 26 from the pasted text');
  await open(page, 'two.jsonl.gz', gzipSync(`${text}\n${traceText({ ...trace, title: 'the second' })}\n`));
  await expect(page.locator('.position')).toContainText('of 26 from two.jsonl.gz');
  const list = page.getByRole('region', { name: 'Open traces' });
  await expect(list.getByRole('listitem')).toHaveCount(4);
  await list.getByRole('button', { name: 'Compare with the second as B' }).click();
  await expect(list.getByRole('button', { name: 'Compare with the second as B' })).toHaveText('is B');

  const name = EXAMPLES[3]?.trace ?? '';
  await page.goto(`/?again#trace=traces/${name}`);
  await expect(page.locator('.position')).toContainText(`of ${recorded(name).tokens.ids.length} recorded run`);
  await page.keyboard.press('End');
  await expect.poll(() => page.url()).toContain(`trace=traces/${name}`);

  for (const link of ['https://example.org/t.json', '//example.org/t.json', 'javascript:alert(1)', 'data:application/json,{}']) {
    await page.goto(`/?${encodeURIComponent(link)}#trace=${encodeURIComponent(link)}`);
    await expect(page.getByRole('alert')).toContainText('not a file of this page\u2019s own address');
    await expect(page.locator('.position')).toContainText('recorded run');
  }
  await page.route('**/nothing.json', (route) => route.fulfill({ status: 404 }));
  await page.goto('/?missing#trace=nothing.json');
  await expect(page.getByRole('alert')).toContainText('The trace nothing.json that the link asks for could not be loaded (HTTP 404). Open it as a file instead.');
});

test('hostile files do nothing but show an error', async ({ page }) => {
  test.setTimeout(120_000);
  await openReplay(page);
  const before = await screen(page);
  const { text } = fixture('olmoe');
  const good = JSON.parse(text);
  const cases: readonly (readonly [name: string, content: string | Buffer, fault: RegExp])[] = [
    ['proto.json', text.replace('"meta":{', '"meta":{"__proto__":{"hacked":1},'), /__proto__/],
    ['deep.json', `{"format":"moe-trace","meta":${'['.repeat(100_000)}${']'.repeat(100_000)}}`, /32 deep/],
    ['bomb.json.gz', gzipSync(Buffer.alloc(200 * 1024 * 1024)), /inflates to more than 64 MiB/],
    ['huge.json', JSON.stringify({ ...good, routing: { ...good.routing, mix: { dtype: 'f32', shape: [1e9, 1e9, 1e9], b64: 'AAAA' } } }), /routing\.mix/],
    ['many.json', JSON.stringify({ ...good, tokens: { ...good.tokens, text: Array.from({ length: 500_000 }, () => 7) } }), /more faults/],
    ['script.json', `<script>window.hacked = 1</script>`, /not JSON/],
  ];
  for (const [name, content, fault] of cases) {
    await open(page, name, content);
    const dialog = page.getByRole('dialog', { name: `${name} was not opened` });
    await expect(dialog.getByRole('list')).toContainText(fault, { timeout: 30_000 });
    await dialog.getByRole('button', { name: 'Close' }).last().click();
  }
  // Refused by its size alone, before a byte is read.
  await page.evaluate(() => {
    const data = new DataTransfer();
    data.items.add(new File([new Uint8Array(65 * 1024 * 1024)], 'large.json'));
    document.body.dispatchEvent(new DragEvent('drop', { dataTransfer: data, bubbles: true, cancelable: true }));
  });
  const large = page.getByRole('dialog', { name: 'large.json was not opened' });
  await expect(large).toContainText('This file has 68 MB, more than the 67 MB that the page opens');
  await large.getByRole('button', { name: 'Close' }).last().click();
  expect(await screen(page)).toEqual(before);

  // A faulty file of our own format also says what it leaves out.
  await drop(page, 'faulty.json', JSON.stringify({ ...good, output: {}, created: 'yesterday' }));
  const faulty = page.getByRole('dialog', { name: 'faulty.json was not opened' });
  await expect(faulty.getByRole('list')).toContainText('created is the text "yesterday"');
  await faulty.getByText('It also leaves out').click();
  await expect(faulty).toContainText('next-token bars');
  await faulty.getByRole('button', { name: 'Close' }).last().click();

  // What is valid is shown as text, whatever it spells.
  const image = '<img src=x onerror="window.hacked=1">';
  const spelled = { ...good, title: image, model: { ...good.model, id: image }, tokens: { ...good.tokens, text: (good.tokens.text as readonly string[]).map((word, t) => (t === 1 ? image : t === 2 ? '\u202Eevil' : word)) } };
  await open(page, 'spelled.json', JSON.stringify(spelled));
  await expect(page.locator('.position')).toContainText('of 26 from spelled.json');
  await expect(page.locator('.chip').nth(2)).toContainText('<U+202E>evil');
  await visitPanels(page);
  expect(await page.evaluate((): unknown[] => [Reflect.get(window, 'hacked') as unknown, Reflect.get({}, 'hacked') as unknown, document.querySelectorAll('img[src="x"], script:not([src])').length])).toEqual([undefined, undefined, 0]);
});

/** The same text once more with every kernel timed; without WebGPU there are none. */
async function expectKernelTimes(page: Page, promptTokens: number): Promise<void> {
  const exports = page.getByRole('region', { name: 'Export', exact: true });
  const button = exports.getByRole('button', { name: 'Kernel times' });
  if (WITHOUT_WEBGPU) {
    await button.click();
    return expect(exports).toContainText('This engine runs no kernels on a device, so there is nothing to time.', { timeout: 30_000 });
  }
  const file = page.waitForEvent('download');
  await button.click();
  const { traceEvents, otherData } = JSON.parse(readFileSync(await (await file).path(), 'utf8')) as ChromeTrace;
  const events = traceEvents.filter((event): event is CompleteEvent => event.ph === 'X');
  const submits = events.filter(({ cat }) => cat === 'submit');
  expect(otherData).toMatchObject({ clock: 'device', submits: submits.length, dispatches: events.length - submits.length });
  expect(submits.reduce((sum, { args }) => sum + Number(args['tokens']), 0)).toBeGreaterThanOrEqual(promptTokens);
  await expect(exports.getByRole('status')).toContainText(`kernels.json: ${events.length - submits.length} kernels in ${submits.length} submits`);
}

test('a recorded run is replayed by force, and a changed one is found out', async ({ page }) => {
  test.setTimeout(180_000);
  await page.goto('/#view=trace');
  await expect(page.locator('.badge')).toContainText('WebGPU', { timeout: 80_000 });
  const replay = page.getByRole('region', { name: 'Replay' });
  await expect(replay).toContainText('Nothing is run.');
  await replay.getByRole('button', { name: 'force' }).click();
  await replay.getByRole('button', { name: 'Run with these experts' }).click();
  const trace = recorded(EXAMPLES[0]?.trace ?? '');
  // Another adapter rounds otherwise, so a near tie may fall the other way.
  await expect(replay).toContainText(/another likeliest next token\s*after [0-2] of/, { timeout: 90_000 });
  expect(Number(/own\s*(\d+\.\d) %/.exec((await replay.textContent()) ?? '')?.[1])).toBeLessThanOrEqual(1);

  await expectKernelTimes(page, trace.run.promptTokens);

  // The recorded experts of layer 3, each moved on by five.
  const { moeLayers, experts } = trace.model;
  const moved = trace.routing.experts.map((e, i) => (Math.floor(i / trace.routing.slots) % moeLayers.length === 3 ? (e + 5) % experts : e));
  await open(page, 'moved.json', traceText({ ...trace, routing: { ...trace.routing, experts: moved } }));
  await expect(page.locator('.position')).toContainText('from moved.json');
  await replay.getByRole('button', { name: 'force' }).click();
  await replay.getByRole('button', { name: 'Run with these experts' }).click();
  await expect(replay).toContainText(/against the recorded outputs/, { timeout: 90_000 });
  // The run with those experts stands as B, and the comparison finds the two texts alike and their routing too.
  await replay.getByRole('button', { name: 'Open this run as B' }).click();
  await expect(replay.getByRole('button', { name: 'This run is B' })).toBeDisabled();
  await expect(page.getByRole('region', { name: 'Open traces' })).toContainText(`forced: ${trace.title}`);
  await replay.getByRole('button', { name: /^Table and downloads/ }).click();
  const saving = page.waitForEvent('download');
  await replay.getByRole('button', { name: /CSV/ }).click();
  expect(readFileSync(await (await saving).path(), 'utf8').trim().split('\n')).toHaveLength(9);
  await replay.getByRole('button', { name: /^Table and downloads/ }).click();
  await replay.getByRole('button', { name: 'Show as table' }).click();
  const shares = await replay.locator('tbody tr').evaluateAll((rows) => rows.map((row) => Number(row.children[1]?.textContent)));
  expect(shares).toHaveLength(8);
  expect(shares[3]).toBeGreaterThan(0.9);
  expect(Math.max(...shares.filter((_, row) => row < 3))).toBeLessThanOrEqual(0.02);
  await page.getByRole('tab', { name: /^Compare/ }).click();
  await expect(page.getByRole('tabpanel').last()).toContainText('forced: ');
});
