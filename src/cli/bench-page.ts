/** The bench page, built, served and driven: what a visitor's press of Run does, from the command line. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { extname, join, resolve } from 'node:path';
import { chromium, type Browser, type Page } from 'playwright';
import { args, executablePath } from '../../scripts/browser.mjs';
import { PlaygroundError } from '../base/errors';

const TYPES: Readonly<Record<string, string>> = { '.html': 'text/html', '.js': 'text/javascript', '.mjs': 'text/javascript', '.css': 'text/css', '.json': 'application/json', '.wasm': 'application/wasm' };

/** Builds the bench page of a checkout into a folder that also leads to the models of this one. */
export function buildBench(checkout: string): string {
  const site = mkdtempSync(join(tmpdir(), 'moe-bench-'));
  mkdirSync(join(site, 'bench'));
  symlinkSync(resolve('public/models'), join(site, 'models'));
  const { status, stderr } = spawnSync('npx', ['vite', 'build', '--config', 'vite.bench.config.ts', '--logLevel', 'error'], { cwd: checkout, env: { ...process.env, BENCH_OUT_DIR: join(site, 'bench') }, encoding: 'utf8' });
  if (status !== 0) throw new PlaygroundError('internal', `The bench page of ${checkout} was not built: ${stderr.slice(0, 500)}`);
  return site;
}

/** Serves a folder on a port of 127.0.0.1 that is free, isolated, so that WebAssembly may use threads. */
async function serve(site: string): Promise<{ readonly server: Server; readonly url: string }> {
  const server = createServer((request, response) => {
    const path = decodeURIComponent((request.url ?? '/').replace(/[?#].*$/, ''));
    const file = join(site, path.endsWith('/') ? `${path}index.html` : path);
    if (!file.startsWith(site) || !existsSync(file) || !statSync(file).isFile()) {
      response.writeHead(404).end();
      return;
    }
    response.writeHead(200, { 'content-type': TYPES[extname(file)] ?? 'application/octet-stream', 'cross-origin-opener-policy': 'same-origin', 'cross-origin-embedder-policy': 'require-corp' });
    response.end(readFileSync(file));
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new PlaygroundError('internal', 'The bench page could not be served.');
  return { server, url: `http://127.0.0.1:${address.port}/bench/` };
}

/** A browser with one bench page for each checkout. */
export class BenchBrowser {
  readonly #sites: string[] = [];
  readonly #servers: Server[] = [];

  private constructor(readonly browser: Browser) {}

  static async open(): Promise<BenchBrowser> {
    return new BenchBrowser(await chromium.launch({ args: [...args], ...(executablePath === undefined ? {} : { executablePath }) }));
  }

  async page(checkout: string, say: (line: string) => void): Promise<Page> {
    const site = buildBench(checkout);
    this.#sites.push(site);
    const { server, url } = await serve(site);
    this.#servers.push(server);
    const page = await this.browser.newPage({ locale: 'en' });
    page.on('console', (message) => {
      if (message.type() === 'info') say(message.text());
    });
    page.setDefaultTimeout(0);
    await page.goto(url);
    await page.waitForFunction(() => 'moeBench' in globalThis, undefined, { timeout: 60_000 });
    return page;
  }

  async close(): Promise<void> {
    await this.browser.close();
    for (const server of this.#servers) server.close();
    for (const site of this.#sites) rmSync(site, { recursive: true, force: true });
  }
}
