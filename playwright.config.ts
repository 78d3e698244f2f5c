import { defineConfig, devices } from '@playwright/test';
import { args, executablePath } from './scripts/browser.mjs';

// PORT lets two checkouts run their stories side by side.
const port = process.env.PORT ?? '4173';
const address = `http://127.0.0.1:${port}`;
/** ENGINE=onnx: a browser without WebGPU (e2e/engine.ts), in which stories about a GPU have no place. */
const withoutGpu = process.env.ENGINE === 'onnx';
const inCi = process.env.CI !== undefined && process.env.CI !== '';

export default defineConfig({
  testDir: 'e2e',
  // Every page computes on the same adapter, so stories that ran side by side would only wait for each other.
  workers: 1,
  timeout: 90_000,
  forbidOnly: inCi,
  ...(withoutGpu ? { grepInvert: /@gpu/ } : {}),
  // Playwright empties test-results/ when it starts; what is kept goes to reports/.
  reporter: [['list'], ['json', { outputFile: 'reports/e2e.json' }]],
  snapshotPathTemplate: '{testDir}/__screenshots__/{arg}{ext}',
  expect: {
    timeout: 15_000,
    toHaveScreenshot: { animations: 'disabled', caret: 'hide', maxDiffPixelRatio: 0.01 },
  },
  projects: [
    { name: 'stories', testIgnore: ['screenshots.spec.ts', 'on-demand/**'] },
    // Not a check: takes the pictures of the README.
    { name: 'screenshots', testMatch: 'screenshots.spec.ts' },
    // Minutes each: scripts/on-demand.mjs. Without a trace, which would hold every state of the page, and be part of what is measured.
    { name: 'recovery', testMatch: 'on-demand/recovery.spec.ts', use: { trace: 'off' } },
    {
      name: 'soak',
      testMatch: 'on-demand/soak.spec.ts',
      // Nor with the compilers of hot functions, whose code lies in the page's heap and grows with what is used.
      use: { trace: 'off', launchOptions: { args: [...args, '--js-flags=--no-opt --no-maglev --no-sparkplug'], ...(executablePath ? { executablePath } : {}) } },
    },
  ],
  use: {
    ...devices['Desktop Chrome'],
    // A story that is about the service worker allows it; in all others every request is seen.
    serviceWorkers: 'block',
    baseURL: address,
    // Without the film: its pictures cost a fifteenth of the time, and the snapshots of the document say more.
    trace: { mode: 'retain-on-failure', screenshots: false },
    launchOptions: { args, ...(executablePath ? { executablePath } : {}) },
  },
  webServer: { command: `npm run build && npx vite preview --host 127.0.0.1 --port ${port} --strictPort`, url: address, reuseExistingServer: !inCi, timeout: 180_000 },
});
