/** The page inside another page: what it shows there, whom it listens to, and the element that makes the frame. */
import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from './fixtures';
import { recorded } from './page';

/** The ten lines of docs/EMBEDDING.md. */
const ELEMENT = `<!doctype html>
<title>Routing</title>
<script type="module" src="https://YOUR-HOST/embed/moe-playground.js"></script>
<moe-playground trace="traces/tale.json" view="main" keys="t=38" height="480"></moe-playground>
<button id="go">After the first word</button>
<p id="says"></p>
<script type="module">
  const figure = document.querySelector('moe-playground');
  document.querySelector('#go').onclick = () => figure.seek(0);
  figure.addEventListener('moe-state', ({ detail }) => (document.querySelector('#says').textContent = \`Token \${detail.token + 1} of \${detail.tokens}\`));
</script>
`;

/** A page that holds the frame, and a second frame of its own that tries to speak in its place. */
const HOST = (frame: string): string => `<!doctype html>
<title>Host</title>
<iframe id="moe" src="${frame}" sandbox="allow-scripts allow-same-origin" width="700" height="300" style="border: 0"></iframe>
<iframe id="other" srcdoc="&lt;p>another window&lt;/p>"></iframe>
<script>
  const said = (window.said = []);
  const moe = document.querySelector('#moe');
  const origin = new URL(moe.src).origin;
  window.send = (message) => moe.contentWindow.postMessage({ moe: 1, ...message }, origin);
  window.sendFromOther = (message) => {
    const other = document.querySelector('#other').contentWindow;
    const script = other.document.createElement('script');
    script.textContent = 'parent.document.querySelector("#moe").contentWindow.postMessage(' + JSON.stringify({ moe: 1, ...message }) + ', ' + JSON.stringify(origin) + ')';
    other.document.body.append(script);
  };
  addEventListener('message', (event) => {
    if (event.source !== moe.contentWindow || event.origin !== origin) return;
    said.push(event.data);
    if (event.data.type === 'height') moe.style.height = event.data.px + 'px';
  });
  const pings = setInterval(() => (said.some(({ type }) => type === 'ready') ? clearInterval(pings) : moe.contentWindow.postMessage({ moe: 1, type: 'ping' }, origin)), 100);
</script>
`;

interface HostWindow {
  readonly said: readonly { readonly type: string; readonly [field: string]: unknown }[];
  readonly send: (message: object) => void;
  readonly sendFromOther: (message: object) => void;
}

/** Serves pages at another origin than the page's own: another port, and another name of this machine. */
async function serve(pages: Readonly<Record<string, string>>): Promise<{ readonly address: string; readonly server: Server }> {
  const server = createServer((request, response) => {
    const page = pages[request.url ?? ''];
    // A browser asks every host for its sign.
    response.writeHead(page === undefined ? 204 : 200, { 'content-type': 'text/html; charset=utf-8' }).end(page ?? '');
  });
  await new Promise<void>((resolve) => server.listen(0, 'localhost', resolve));
  return { address: `http://localhost:${(server.address() as AddressInfo).port}`, server };
}

test('in a sandboxed frame of another origin it runs live, seeks by message, refuses others and keeps its height', async ({ page, baseURL, allowRequests }) => {
  test.setTimeout(180_000);
  const { address, server } = await serve({ '/': HOST(`${baseURL}/#v=1&amp;embed=1&amp;n=3&amp;T=0`) });
  allowRequests(new RegExp(address));
  try {
    await page.goto(address);
    const frame = page.frameLocator('#moe');
    const last = (type: string) => page.evaluate((wanted) => (window as unknown as HostWindow).said.findLast((message) => message.type === wanted), type);
    await expect.poll(() => last('ready')).toMatchObject({ moe: 1, version: '0.1.0' });
    expect(await page.evaluate(() => (window as unknown as HostWindow).said[0]?.type)).toBe('ready');
    const tale = recorded('tale.json');
    expect(await last('state')).toMatchObject({ tokens: tale.tokens.ids.length, experts: 16, layers: [0, 1, 2, 3, 4, 5, 6, 7], model: 'idle' });

    const send = (message: object) => page.evaluate((data) => (window as unknown as HostWindow).send(data), message);
    // Seek and select by message; the frame shows it and says so.
    await send({ type: 'seek', token: 2 });
    await expect(frame.locator('.position .b')).toHaveText('Token 3');
    await send({ type: 'select', layer: 5, expert: 4 });
    await expect.poll(() => last('select')).toMatchObject({ layer: 5, expert: 4 });
    await expect.poll(() => last('state')).toMatchObject({ token: 2, layer: 5, expert: 4 });
    // A message from another window of the same page does nothing.
    await page.evaluate(() => (window as unknown as HostWindow).sendFromOther({ type: 'seek', token: 9 }));
    await send({ type: 'seek', token: 999 });
    await expect.poll(() => last('error')).toMatchObject({ about: 'seek', sentence: `There is no token 999: the trace has ${tale.tokens.ids.length}.` });
    await expect(frame.locator('.position .b')).toHaveText('Token 3');

    // The height follows the content, and settles: what the frame says is what it needs.
    const height = async (): Promise<readonly number[]> => [Number((await last('height'))?.['px']), await frame.locator('body').evaluate((body) => Math.ceil(body.getBoundingClientRect().height)), await page.locator('#moe').evaluate((element) => element.clientHeight)];
    await expect.poll(async () => new Set(await height()).size).toBe(1);
    const [tall = 0] = await height();
    expect(tall).toBeGreaterThan(350);
    await send({ type: 'set', key: 'hide', value: 'router,next,timeline' });
    await expect.poll(async () => Number((await last('height'))?.['px'])).toBeLessThan(tall - 50);
    await expect.poll(async () => new Set(await height()).size).toBe(1);

    // A trace of the host's own is shown after the reader's yes.
    const own = JSON.parse(readFileSync('public/traces/french.json', 'utf8')) as object;
    await send({ type: 'load', trace: own });
    await expect(frame.getByRole('alert').filter({ hasText: 'wants to show a trace' })).toContainText(address);
    await frame.getByRole('button', { name: 'Show it' }).click();
    await expect.poll(() => last('state')).toMatchObject({ tokens: recorded('french.json').tokens.ids.length });

    // It runs here, on the reader's machine: three tokens.
    await send({ type: 'set', key: 'p', value: 'Once upon a time' });
    await send({ type: 'run' });
    await expect(frame.locator('.chip.gen')).toHaveCount(3, { timeout: 120_000 });
    await expect.poll(() => last('state'), { timeout: 30_000 }).toMatchObject({ running: false, model: 'ready', tokens: await frame.locator('.chip').count() });
    // Not a word of any text has left the frame.
    expect(await page.evaluate(() => JSON.stringify((window as unknown as HostWindow).said))).not.toContain('upon');
  } finally {
    server.close();
  }
});

test('the element does the same in ten lines, which are those of the documentation', async ({ page, baseURL, allowRequests }) => {
  expect(readFileSync('docs/EMBEDDING.md', 'utf8')).toContain(`\`\`\`html\n${ELEMENT}\`\`\``);
  const { address, server } = await serve({ '/': ELEMENT.replace('https://YOUR-HOST', baseURL ?? '') });
  allowRequests(new RegExp(address));
  try {
    await page.goto(address);
    const frame = page.locator('moe-playground').frameLocator('iframe');
    const tale = recorded('tale.json').tokens.ids.length;
    await expect(page.locator('#says')).toHaveText(`Token 39 of ${tale}`);
    await page.getByRole('button', { name: 'After the first word' }).click();
    await expect(page.locator('#says')).toHaveText(`Token 1 of ${tale}`);
    await expect(frame.locator('.position .b')).toHaveText('Token 1');
    // As high as its content, and another attribute is another view.
    const element = page.locator('moe-playground');
    const needs = () => frame.locator('body').evaluate((body) => Math.ceil(body.getBoundingClientRect().height));
    await expect.poll(async () => (await element.boundingBox())?.height === (await needs())).toBe(true);
    await element.evaluate((figure) => figure.setAttribute('view', 'load'));
    await expect(frame.getByRole('region', { name: 'Load' }).first()).toBeVisible();
    await expect.poll(async () => (await element.boundingBox())?.height === (await needs())).toBe(true);
  } finally {
    server.close();
  }
});

test('the article: text and figures move each other, and what it says is what the traces hold', async ({ page, expectAccessible }) => {
  // Numbers of the text, from the recorded runs.
  const bits = (at: number): string => ((recorded('tale.json').output.entropy?.[at] ?? 0) / Math.LN2).toFixed(1);
  expect([bits(38), bits(3)]).toEqual(['1.1', '8.9']);
  const uses = (name: string, layer: number, expert: number): readonly number[] => {
    const { routing, tokens } = recorded(name);
    const count = tokens.ids.length;
    const layers = 8;
    let n = 0;
    for (let token = 0; token < count; token += 1) for (let slot = 0; slot < routing.slots; slot += 1) if (routing.experts[(token * layers + layer) * routing.slots + slot] === expert) n += 1;
    return [n, count];
  };
  expect([uses('tale.json', 7, 12), uses('python.json', 7, 7), uses('languages.json', 7, 1)]).toEqual([[41, 51], [75, 86], [18, 34]]);

  await page.goto('/embed/article.html');
  const first = page.locator('#first').frameLocator('iframe');
  const second = page.locator('#second').frameLocator('iframe');
  await expect(page.locator('[data-says=first]')).toHaveText('Token 39 of 51, layer 3.');
  await page.getByRole('button', { name: 'a\u201d', exact: false }).first().click();
  await expect(first.locator('.position .b')).toHaveText('Token 4');
  await page.getByRole('button', { name: 'Layer 7' }).click();
  await expect(page.locator('[data-says=first]')).toHaveText('Token 4 of 51, layer 7.');
  await page.locator('#second').scrollIntoViewIfNeeded();
  await page.getByRole('button', { name: 'one thought in four languages' }).click();
  await expect(second.locator('.chip').first()).toHaveText(/The/);
  await expect(second.getByRole('region', { name: 'Load' }).first()).toBeVisible();
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    await expectAccessible();
  }
});
