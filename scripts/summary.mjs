/** Counts what the test runners reported; run directly, prints it as the one line `N passed, N failed, N skipped`. */
import { existsSync, readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';

/** Where each runner leaves its results. */
export const reports = { steps: 'reports/steps.json', unit: 'reports/unit.json', e2e: 'reports/e2e.json' };

/** @typedef {{ passed: number, failed: number, skipped: number }} Counts */

/** @returns {{ line: string, failed: number }} */
export function summarise() {
  const counts = [countVitest(read(reports.unit)), countPlaywright(read(reports.e2e))];
  const sum = (/** @type {keyof Counts} */ key) => counts.reduce((total, count) => total + count[key], 0);
  // A step can fail with no failed test: a type error, a kernel suite without an adapter, a server that does not start.
  const failedSteps = (read(reports.steps) ?? []).filter((/** @type {{ passed: boolean }} */ { passed }) => !passed).length;
  const failed = Math.max(sum('failed'), failedSteps);
  return { line: `${sum('passed')} passed, ${failed} failed, ${sum('skipped')} skipped`, failed };
}

/** @returns {Counts} */
function countVitest(/** @type {any} */ report) {
  if (report === undefined) return missing;
  const failed = report.numFailedTests;
  return {
    passed: report.numPassedTests,
    failed: failed === 0 && !report.success ? 1 : failed,
    skipped: report.numPendingTests + report.numTodoTests,
  };
}

/** @returns {Counts} */
function countPlaywright(/** @type {any} */ report) {
  if (report === undefined) return missing;
  const { expected, unexpected, flaky, skipped } = report.stats;
  return { passed: expected, failed: unexpected + flaky + report.errors.length, skipped };
}

/** A runner that left no report did not get as far as its tests. */
const missing = { passed: 0, failed: 1, skipped: 0 };

function read(/** @type {string} */ path) {
  return existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : undefined;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const { line, failed } = summarise();
  console.log(line);
  process.exitCode = failed > 0 ? 1 : 0;
}
