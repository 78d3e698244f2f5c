/**
 * Long checks in the browser that are no part of `npm test`:
 *
 *   npm run recovery -- --losses 20 [--seed 1] [--first 0]   loses the GPU or the worker at random moments; reports/recovery.json
 *   npm run soak -- --prompts 500 [--seed 1] [--tokens 3]    many prompts in one page; reports/soak.json
 *
 * `--first` begins at a later loss, so that a long check can be done in parts: in a report of the same seed, other losses stay.
 */
import { spawnSync } from 'node:child_process';
import { parseArgs } from 'node:util';

const [project = '', ...rest] = process.argv.slice(2);
const options = { losses: { type: 'string' }, first: { type: 'string' }, prompts: { type: 'string' }, tokens: { type: 'string' }, seed: { type: 'string' } };
const { values } = parseArgs({ args: rest, options: /** @type {any} */ (options) });
for (const [name, value] of Object.entries(values)) {
  if (!/^\d+$/.test(String(value))) {
    console.error(`--${name} has to be a whole number, got "${String(value)}".`);
    process.exit(2);
  }
}
const env = Object.fromEntries(Object.entries(values).map(([name, value]) => [name.toUpperCase(), String(value)]));
// Files of its own, which a run of stories beside it does not clear away.
const { status } = spawnSync('npx', ['playwright', 'test', `--project=${project}`, '--reporter=list', `--output=reports/${project}`], { stdio: 'inherit', env: { ...process.env, ...env }, shell: process.platform === 'win32' });
process.exit(status ?? 1);
