/**
 * The unit tests that mutants are run against. Those that draw hundreds of inputs, or fill memory up to a bound, are left out: they
 * would make a run take hours, and what they find the tests with literal values should find too.
 */
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    environment: 'node',
    include: ['src/trace/**/*.test.ts', 'src/model/{safetensors,hf-config,json}.test.ts'],
    testNamePattern: /^(?!.*(?:500 mutated|200 generated|every float32 exactly|never with another error|come back as they were written|inflating to more|could do harm))/,
    testTimeout: 20_000,
  },
});
