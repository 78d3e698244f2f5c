/**
 * `npm run mutation [-- FILE ...]`: mutation tests of what reads files from elsewhere. Stryker changes one expression after the
 * other and runs the tests that touch it; a change that no test notices has survived. Its packages are listed in this folder, apart from the
 * project's own, and are fetched at the first run. Without arguments all files, in one run; the score of each and of all that were run so far is printed,
 * and what was found is kept in reports/mutation/.
 */
import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';

const HERE = 'scripts/mutation';
const TOOLS = 'node_modules/.cache/mutation';
const IMPORTERS = 'src/trace/importers/';

export const FILES = [
  ...readdirSync(IMPORTERS).filter((name) => !name.includes('.test.') && name !== 'index.ts').map((name) => IMPORTERS + name),
  ...['arrays', 'consistency', 'faults', 'fields', 'import', 'json', 'read', 'sentences', 'version'].map((name) => `src/trace/${name}.ts`),
  ...['hf-config', 'json', 'safetensors'].map((name) => `src/model/${name}.ts`),
];

/** Per cent of all mutants together. */
const BAR = 85;

/** @param {string} command @param {readonly string[]} args @param {string} [cwd] */
function must(command, args, cwd = '.') {
  const { status } = spawnSync(command, args, { stdio: 'inherit', cwd });
  if (status !== 0) process.exit(status ?? 1);
}

/** @typedef {{ caught: number, all: number }} Count */

/** Mutants that a test noticed, by failing or by never ending, of all that could be run. @param {string} report @returns {Count} */
function countOf(report) {
  /** @type {{ files: Record<string, { mutants: { status: string }[] }> }} */
  const { files } = JSON.parse(readFileSync(report, 'utf8'));
  const states = Object.values(files).flatMap(({ mutants }) => mutants.map(({ status }) => status));
  const caught = states.filter((status) => status === 'Killed' || status === 'Timeout').length;
  return { caught, all: caught + states.filter((status) => status === 'Survived' || status === 'NoCoverage').length };
}

/** @param {Count} count */
const score = ({ caught, all }) => (100 * caught) / Math.max(1, all);

if (!existsSync(`${TOOLS}/node_modules`)) {
  mkdirSync(TOOLS, { recursive: true });
  for (const name of ['package.json', 'package-lock.json', '.npmrc']) copyFileSync(`${HERE}/${name}`, `${TOOLS}/${name}`);
  must('npm', ['ci', '--ignore-scripts'], TOOLS);
}
mkdirSync('reports/mutation', { recursive: true });
const asked = process.argv.slice(2);
const files = asked.length > 0 ? asked : FILES;
must(process.execPath, [`${TOOLS}/node_modules/@stryker-mutator/core/bin/stryker.js`, 'run', `${HERE}/stryker.config.json`, '--mutate', files.join(',')]);
/** @type {{ files: Record<string, object> }} */
const found = JSON.parse(readFileSync('reports/mutation.json', 'utf8'));
for (const [file, mutants] of Object.entries(found.files)) writeFileSync(`reports/mutation/${file.replaceAll('/', '-')}.json`, JSON.stringify({ files: { [file]: mutants } }));
let caught = 0;
let all = 0;
for (const file of FILES) {
  const report = `reports/mutation/${file.replaceAll('/', '-')}.json`;
  if (!existsSync(report)) continue;
  const count = countOf(report);
  caught += count.caught;
  all += count.all;
  console.log(`${score(count).toFixed(1).padStart(6)} %  ${String(count.caught).padStart(4)} of ${String(count.all).padStart(4)}  ${file}`);
}
console.log(`${score({ caught, all }).toFixed(1).padStart(6)} %  ${String(caught).padStart(4)} of ${String(all).padStart(4)}  all files that were run; wanted are ${BAR} %`);
process.exit(score({ caught, all }) < BAR ? 1 : 0);
