/** Which engine a story's page computes with. On a software adapter the page's own choice would be the processor. */
import type { BrowserContext, Page } from '@playwright/test';

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

const WORKER = /assets\/worker-[^/]*\.js$/;

/** Puts code in front of the worker's script, which no init script reaches. A browser without WebGPU stays without it. */
export async function changeWorker(owner: Page | BrowserContext, code: string): Promise<void> {
  await owner.route(WORKER, async (route) => {
    const response = await route.fetch();
    await route.fulfill({ response, body: `${WITHOUT_WEBGPU ? NO_GPU : ''}${code}\n${await response.text()}` });
  });
}

/** Takes WebGPU away from pages and their workers, whose navigator no init script reaches. `more` is run in workers too. */
export async function takeWebgpu(context: BrowserContext, more = ''): Promise<void> {
  await context.addInitScript(NO_GPU);
  await changeWorker(context, NO_GPU + more);
}
