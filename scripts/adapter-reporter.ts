import type { Reporter, TestModule, TestProject, Vitest } from 'vitest/node';

const PLACES: Readonly<Record<string, string>> = { gpu: 'node', 'gpu-browser (chromium)': 'chromium' };

/**
 * Prints which adapters the kernel tests really ran on, and fails the run when a kernel suite was asked for and no
 * test of it passed on an adapter: a suite that is green because it skipped everything has shown nothing.
 */
export default class AdapterReporter implements Reporter {
  #vitest: Vitest | undefined;

  onInit(vitest: Vitest): void {
    this.#vitest = vitest;
  }

  async onTestRunEnd(modules: readonly TestModule[]): Promise<void> {
    for (const project of this.#vitest?.projects ?? []) {
      const place = PLACES[project.name];
      if (place === undefined) continue;
      const ran = modules.filter((module) => module.project === project);
      if (ran.length === 0 && (await hasTests(project))) continue; // Left out by a file name on the command line.
      const adapters = new Set(ran.flatMap((module) => module.meta().adapter ?? []));
      const passed = ran.flatMap((module) => [...module.children.allTests('passed')]).length;
      if (adapters.size === 0 || passed === 0) {
        console.error(`adapter (${place}): none. No kernel test passed on a real adapter, so this run fails.`);
        process.exitCode = 1;
      } else {
        console.log(`adapter (${place}): ${[...adapters].join('; ')}. Kernel tests passed: ${passed}.`);
      }
    }
  }
}

async function hasTests(project: TestProject): Promise<boolean> {
  return (await project.globTestFiles()).testFiles.length > 0;
}
