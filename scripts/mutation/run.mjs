/**
 * `npm run mutation [-- [--concurrency=1] FILE ...]`: mutation tests of what reads files from elsewhere. Stryker changes one expression after the
 * other and runs the tests that touch it; a change that no test notices has survived. Its packages are listed in this folder, apart from the
 * project's own, and are fetched at the first run. Without arguments all files, in one run; the score of each and of all that were run so far is printed,
 * and kept with the changes that survived in reports/mutation.json. Ends with exit code 1 when the score is below the bar.
 */
import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';

const HERE = 'scripts/mutation';
const TOOLS = 'node_modules/.cache/mutation';
const REPORTS = 'reports/mutation';
const IMPORTERS = 'src/trace/importers/';

export const FILES = [
  ...readdirSync(IMPORTERS).filter((name) => !name.includes('.test.') && name !== 'index.ts').map((name) => IMPORTERS + name),
  ...['arrays', 'consistency', 'faults', 'fields', 'import', 'json', 'read', 'sentences', 'version'].map((name) => `src/trace/${name}.ts`),
  ...['hf-config', 'json', 'safetensors'].map((name) => `src/model/${name}.ts`),
];

/** Per cent of all mutants together. */
const BAR = 85;

/** @typedef {{ status: string, mutatorName: string, replacement?: string, location: { start: { line: number, column: number } } }} Mutant */
/** @typedef {{ measured: string, mutants: Mutant[] }} Measured */
/** @typedef {{ file: string, measured: string, score: number, caught: number, mutants: number, survived: string[] }} Row */

/** @param {string} command @param {readonly string[]} args @param {string} [cwd] */
function must(command, args, cwd = '.') {
  const { status } = spawnSync(command, args, { stdio: 'inherit', cwd });
  if (status !== 0) process.exit(status ?? 1);
}

/** @param {string} file */
const reportOf = (file) => `${REPORTS}/${file.replaceAll('/', '-')}.json`;

/** @param {number} caught @param {number} mutants */
const score = (caught, mutants) => Number(((100 * caught) / Math.max(1, mutants)).toFixed(1));

/** Mutants that a test noticed, by failing or by never ending, of all that could be run. @param {string} file @returns {Row} */
function rowOf(file) {
  /** @type {Measured} */
  const { measured, mutants } = JSON.parse(readFileSync(reportOf(file), 'utf8'));
  const caught = mutants.filter(({ status }) => status === 'Killed' || status === 'Timeout').length;
  const missed = mutants.filter(({ status }) => status === 'Survived' || status === 'NoCoverage');
  const all = caught + missed.length;
  return { file, measured, score: score(caught, all), caught, mutants: all, survived: missed.map(({ location: { start }, mutatorName, replacement = '' }) => `${start.line}:${start.column} ${mutatorName}: ${replacement}`) };
}

if (!existsSync(`${TOOLS}/node_modules`)) {
  mkdirSync(TOOLS, { recursive: true });
  for (const name of ['package.json', 'package-lock.json', '.npmrc']) copyFileSync(`${HERE}/${name}`, `${TOOLS}/${name}`);
  must('npm', ['ci', '--ignore-scripts'], TOOLS);
}
mkdirSync(REPORTS, { recursive: true });
const args = process.argv.slice(2);
const asked = args.filter((arg) => !arg.startsWith('--'));
const options = args.filter((arg) => arg.startsWith('--'));
const files = asked.length > 0 ? asked : FILES;
must(process.execPath, [`${TOOLS}/node_modules/@stryker-mutator/core/bin/stryker.js`, 'run', `${HERE}/stryker.config.json`, '--mutate', files.join(','), ...options]);
/** @type {{ files: Record<string, { mutants: Mutant[] }> }} */
const found = JSON.parse(readFileSync(`${REPORTS}/stryker.json`, 'utf8'));
for (const [file, { mutants }] of Object.entries(found.files)) writeFileSync(reportOf(file), JSON.stringify({ measured: new Date().toISOString(), mutants }));

const rows = FILES.filter((file) => existsSync(reportOf(file))).map(rowOf);
/** @param {'caught' | 'mutants'} name */
const sum = (name) => rows.reduce((total, row) => total + row[name], 0);
const [caught, mutants] = [sum('caught'), sum('mutants')];
const summary = { score: score(caught, mutants), caught, mutants, lowestFileScore: Math.min(...rows.map((row) => row.score)), files: rows.length, filesOfAll: FILES.length, bar: BAR };
writeFileSync('reports/mutation.json', `${JSON.stringify({ summary, files: rows }, null, 2)}\n`);
for (const row of [...rows, { ...summary, file: `${rows.length} of ${FILES.length} files, measured until now` }]) console.log(`${row.score.toFixed(1).padStart(6)} %  ${String(row.caught).padStart(4)} of ${String(row.mutants).padStart(4)}  ${row.file}`);
if (100 * caught < BAR * mutants) {
  console.log(`The mutation score is ${summary.score} %, below ${BAR} %.`);
  process.exit(1);
}
