/**
 * Writes the measured tables of docs/METHODS.md from the results that ship: `npm run tables`. A table stands between
 * `<!-- table: NAME -->` and `<!-- end -->`, and is that of public/results/NAME.json; where the file is missing it stays as it is.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { ablationTable, armTable } from '../src/cli/suites/c3po-table';
import { glimprouterTable } from '../src/cli/suites/glimprouter-table';
import { reroutingTable, riceTable, topPTable } from '../src/cli/suites/steering-tables';
import { armsOf } from '../src/state/c3poSummary';
import { parseResults, type Results } from '../src/state/results';

const DOCUMENT = 'docs/METHODS.md';

const TABLES: Readonly<Record<string, (results: Results) => readonly string[]>> = {
  c3po: (results) => ['### What it gave here', '', carried(results), '', ...armTable(armsOf(results.summary))],
  rerouting: reroutingTable,
  rice: riceTable,
  'top-p': topPTable,
  glimprouter: glimprouterTable,
  'c3po-ablation': (results) => ['One setting varied at a time:', '', ...ablationTable(results['ablation'])],
};

const percent = (share: unknown): string => (typeof share === 'number' ? `${(100 * share).toFixed(0)} %` : 'no share');

/** The line that the arm carries, and who ran what. */
function carried({ summary, command }: Results): string {
  const elsewhere = summary['ranElsewhere'];
  return [
    `${String(summary['n'])} items. \`${String(summary['carriedBy'])}\` closes ${percent(summary['gapClosed'])} of the distance from base to oracle`,
    `(95 % bootstrap interval ${percent(summary['gapClosedLow'])} to ${percent(summary['gapClosedHigh'])}).`,
    `Run here: ${String(summary['ranHere'])}.${typeof elsewhere === 'string' && elsewhere !== '' ? ` Run elsewhere: ${elsewhere}.` : ''} Command: \`${command}\`.`,
  ].join(' ');
}

/** The document with every table as the results give it. */
export function withTables(text: string, read: (name: string) => unknown): string {
  return text.replaceAll(/<!-- table: ([\w-]+) -->\n[^]*?<!-- end -->/gu, (block, name: string) => {
    const value = read(name);
    const table = TABLES[name];
    return value === undefined || table === undefined ? block : `<!-- table: ${name} -->\n${table(parseResults(value)).join('\n')}\n<!-- end -->`;
  });
}

/** The document as it is, and as it should be. */
export function documents(): { readonly is: string; readonly should: string } {
  const is = readFileSync(DOCUMENT, 'utf8');
  const should = withTables(is, (name) => {
    const path = `public/results/${name}.json`;
    return existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : undefined;
  });
  return { is, should };
}

/** Entry of `npm run tables`. */
export function run(): number {
  writeFileSync(DOCUMENT, documents().should);
  console.error(`wrote ${DOCUMENT}`);
  return 0;
}
