/** The unit tests that mutants are run against; `setup.ts` leaves out some of them. */
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    environment: 'node',
    include: ['src/trace/**/*.test.ts', 'src/model/{safetensors,hf-config,json}.test.ts'],
    setupFiles: ['scripts/mutation/setup.ts'],
    testTimeout: 20_000,
  },
});
