/** The unit tests that mutants are run against; `setup.ts` leaves out some of them. */
import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Tests beside the file that is mutated come first: most mutants end there. */
class OwnTestsFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const own = new Set((this.ctx.config.related ?? []).map((file) => file.replace(/\.ts$/, '.test.ts')));
    const rest = await super.sort(files);
    return rest.toSorted((a, b) => Number(own.has(b.moduleId)) - Number(own.has(a.moduleId)));
  }
}

export default defineConfig({
  test: {
    environment: 'node',
    include: ['src/trace/**/*.test.ts', 'src/model/{safetensors,hf-config,json}.test.ts'],
    setupFiles: ['scripts/mutation/setup.ts'],
    // One worker for each mutant instead of one for each file of tests.
    isolate: false,
    sequence: { sequencer: OwnTestsFirst },
    testTimeout: 20_000,
  },
});
