/**
 * Runs before each kernel test file, in Node and in Chromium: gives Node a `navigator.gpu`, and refuses to go on
 * without an adapter. The adapter's name is handed to the reporter.
 */
import { beforeAll } from 'vitest';

declare module 'vitest' {
  interface TaskMeta {
    adapter?: string;
  }
}

const inNode = typeof window === 'undefined';

// Vitest insists on a destructured first parameter, of which nothing is needed.
// oxlint-disable-next-line no-empty-pattern
beforeAll(async ({}, file) => {
  if (inNode) await installNavigatorGpu();
  const adapter = await navigator.gpu?.requestAdapter();
  if (!adapter) {
    throw new Error(
      `No WebGPU adapter in ${inNode ? 'Node' : 'Chromium'}: kernel tests need one, a software adapter is enough. Run "npm run browser" to see which driver was chosen.`,
    );
  }
  file.meta.adapter = describe(adapter.info);
});

/** The instance must outlive every device made from it, so it hangs on globalThis. */
async function installNavigatorGpu(): Promise<void> {
  const { create, globals } = await import('webgpu');
  Object.assign(globalThis, globals);
  // Since Node 21 there is a navigator, which cannot be replaced by assignment.
  const navigator = globalThis.navigator ?? {};
  Object.defineProperty(navigator, 'gpu', { value: create([]), configurable: true });
  Object.defineProperty(globalThis, 'navigator', { value: navigator, configurable: true });
}

function describe(info: GPUAdapterInfo): string {
  const name = info.description || [info.vendor, info.architecture, info.device].filter(Boolean).join(' ');
  return `${name || 'unnamed'}${info.isFallbackAdapter ? ' (software)' : ''}`;
}
