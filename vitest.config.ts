import { playwright } from '@vitest/browser-playwright';
import { defineConfig } from 'vitest/config';
import { args, executablePath, nodeGpuEnv } from './scripts/browser.mjs';

const kernelTests = ['src/**/*.gpu.test.ts'];
/** Long ones that put kernels together which the browser runs one by one, and together in the page's stories. */
const nodeOnly = ['src/engine/webgpu/gradients/golden.gpu.test.ts', 'src/methods/collaboration/collaborate.gpu.test.ts'];
/** A software adapter computes on the CPU, beside whatever else runs there. */
const patience = { testTimeout: 180_000, hookTimeout: 180_000 };

// groupOrder: units first; then both kernel suites at once, since each waits for its driver on one core most of the time.
export default defineConfig({
  test: {
    reporters: ['default', './scripts/adapter-reporter.ts', ['json', { outputFile: 'reports/unit.json' }]],
    coverage: { provider: 'v8', include: ['src/**'], reportsDirectory: 'coverage' },
    projects: [
      {
        test: {
          name: 'unit',
          environment: 'node',
          include: ['src/**/*.test.{ts,tsx}'],
          exclude: kernelTests,
          // Components are tested without the panel that brings their texts.
          setupFiles: ['src/state/strings/late.ts'],
          sequence: { groupOrder: 0 },
          // Property tests take seconds where other work shares the cores.
          testTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'gpu',
          environment: 'node',
          include: kernelTests,
          setupFiles: ['scripts/gpu-setup.ts'],
          ...patience,
          // The driver is chosen by environment variables, which only reach it in a process of its own.
          pool: 'forks',
          sequence: { groupOrder: 1 },
          maxWorkers: 1,
          env: nodeGpuEnv(),
        },
      },
      {
        optimizeDeps: { exclude: ['webgpu'], include: ['fast-check', '@huggingface/tokenizers'] },
        test: {
          name: 'gpu-browser',
          include: kernelTests,
          exclude: nodeOnly,
          setupFiles: ['scripts/gpu-setup.ts'],
          ...patience,
          sequence: { groupOrder: 1 },
          browser: {
            enabled: true,
            headless: true,
            screenshotFailures: false,
            provider: playwright({ launchOptions: { args, ...(executablePath ? { executablePath } : {}) } }),
            instances: [{ browser: 'chromium' }],
          },
        },
      },
    ],
  },
});
