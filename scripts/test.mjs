/**
 * `npm test`: every check, one after the other, each also runnable alone by the name printed before it.
 * A failed step does not stop the later ones. Ends with the time of each step and the number of tests.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { reports, summarise } from './summary.mjs';

const steps = ['typecheck', 'test:vitest', 'test:e2e'];

function runStep(/** @type {string} */ step) {
  console.log(`\n== npm run ${step}`);
  const start = Date.now();
  const { status } = spawnSync('npm', ['run', '--silent', step], { stdio: 'inherit', shell: process.platform === 'win32' });
  return { step, passed: status === 0, seconds: (Date.now() - start) / 1000 };
}

for (const file of Object.values(reports)) rmSync(file, { force: true });
mkdirSync('reports', { recursive: true });

// Comes first, and in a process of its own: it may have to install the browser that the others need.
const results = [runStep('browser')];
if (results[0]?.passed) results.push(...steps.map(runStep));
writeFileSync(reports.steps, JSON.stringify(results, undefined, 2));

console.log('');
for (const { step, passed, seconds } of results) console.log(`${passed ? 'ok    ' : 'FAILED'}  ${step}  ${seconds.toFixed(1)} s`);
const { line, failed } = summarise();
console.log(line);
process.exitCode = failed > 0 ? 1 : 0;
