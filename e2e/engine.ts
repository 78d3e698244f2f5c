/** Which engine a story's page computes with. On a software adapter the page's own choice would be the processor. */
import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { extname, join, normalize } from 'node:path';
import type { BrowserContext } from '@playwright/test';

export type StoryEngine = 'auto' | 'webgpu' | 'onnx';

/** `ENGINE=onnx npm run test:e2e`: all stories in a browser without WebGPU, but for those about a GPU, which carry the tag @gpu. */
export const WITHOUT_WEBGPU = process.env['ENGINE'] === 'onnx';

const NO_GPU = "Object.defineProperty(navigator, 'gpu', { configurable: true, value: undefined });";

/** Makes a choice, as a visitor who was here before would have; one that a page makes itself stays. */
export async function chooseBefore(context: BrowserContext, choice: StoryEngine): Promise<void> {
  await context.addInitScript((engine) => {
    try {
      if (localStorage.getItem('moe-playground.engine') === null) localStorage.setItem('moe-playground.engine', engine);
    } catch {
      // A page without storage chooses for itself.
    }
  }, choice);
}

/** Takes WebGPU away from pages and their workers, whose navigator no init script reaches. `more` is run in workers too. */
export async function takeWebgpu(context: BrowserContext, more = ''): Promise<void> {
  await context.addInitScript(NO_GPU);
  await context.route(/assets\/worker-[^/]*\.js$/, async (route) => {
    const response = await route.fetch();
    await route.fulfill({ response, body: `${NO_GPU}${more}\n${await response.text()}` });
  });
}

const TYPES: Readonly<Record<string, string>> = { '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css', '.json': 'application/json', '.svg': 'image/svg+xml', '.wasm': 'application/wasm', '.woff2': 'font/woff2' };

/**
 * The built page from a host that isolates it from others, without WebGPU, on a machine of so many cores. A server of its
 * own, because no route of a story reaches the workers that a worker starts.
 */
export async function serveIsolated(cores: number): Promise<{ readonly url: string; readonly close: () => void }> {
  const first = `${NO_GPU}Object.defineProperty(navigator, 'hardwareConcurrency', { configurable: true, value: ${cores} });\n`;
  const server = createServer(({ url = '/' }, response) => {
    const name = normalize(new URL(url, 'http://localhost').pathname);
    const path = join('dist', name === '/' ? 'index.html' : name);
    if (!existsSync(path)) return response.writeHead(404).end();
    const isWorker = /assets\/worker-[^/]*\.js$/.test(name);
    response.writeHead(200, { 'content-type': TYPES[extname(path)] ?? 'application/octet-stream', 'cross-origin-opener-policy': 'same-origin', 'cross-origin-embedder-policy': 'require-corp' });
    return response.end(isWorker ? first + readFileSync(path, 'utf8') : readFileSync(path));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The server has no port.');
  return { url: `http://127.0.0.1:${address.port}/`, close: () => server.close() };
}
