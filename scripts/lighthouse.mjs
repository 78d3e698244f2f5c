/**
 * `npm run lighthouse`: the built page under Lighthouse 12.8.2, desktop preset, median of three runs, held against the bars
 * below. Writes reports/lighthouse.json. Lighthouse is no dependency of the page: npx fetches it, 190 MB, when this is run.
 */
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { build, preview } from 'vite';
import { args, executablePath } from './browser.mjs';

const VERSION = '12.8.2';
const RUNS = 3;
const BARS = { performance: 90, accessibility: 100, 'best-practices': 100 };
const METRICS = ['first-contentful-paint', 'largest-contentful-paint', 'total-blocking-time', 'cumulative-layout-shift', 'speed-index'];

const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
const run = promisify(execFile);

async function once(url, folder, n) {
  const path = join(folder, `${n}.json`);
  const flags = ['--preset=desktop', `--only-categories=${Object.keys(BARS).join(',')}`, '--output=json', `--output-path=${path}`, '--quiet', `--chrome-flags=--headless=new ${args.join(' ')}`];
  await run('npx', ['--yes', `lighthouse@${VERSION}`, url, ...flags], { env: { ...process.env, ...(executablePath ? { CHROME_PATH: executablePath } : {}) }, maxBuffer: 1e8 });
  return JSON.parse(readFileSync(path, 'utf8'));
}

/** Audits of the categories that are not passed, with what they found. */
function findings(report) {
  return Object.entries(report.categories).flatMap(([category, { auditRefs }]) =>
    auditRefs.flatMap(({ id, weight }) => {
      const audit = report.audits[id];
      const failed = weight > 0 && category !== 'performance' && audit.score !== null && audit.score < 1;
      return failed ? [`${category}: ${audit.title}: ${JSON.stringify(audit.details?.items ?? []).slice(0, 600)}`] : [];
    }),
  );
}

if (process.argv.includes('--help')) {
  console.log('npm run lighthouse [-- --no-build]\nBuilds the page, serves it, runs Lighthouse three times and compares the medians with the bars.');
  process.exit(0);
}
const folder = mkdtempSync(join(tmpdir(), 'lighthouse-'));
let failed = false;
if (!process.argv.includes('--no-build')) await build({ logLevel: 'warn' });
const server = await preview({ preview: { host: '127.0.0.1', port: 0 } });
try {
  const address = server.httpServer.address();
  const url = `http://127.0.0.1:${address.port}/`;
  const reports = [];
  for (let n = 0; n < RUNS; n += 1) reports.push(await once(url, folder, n));
  const summary = { lighthouse: VERSION, preset: 'desktop', runs: RUNS, chromium: /Chrome\/([\d.]+)/.exec(reports[0].environment.hostUserAgent)?.[1], benchmarkIndex: median(reports.map((report) => report.environment.benchmarkIndex)) };
  for (const category of Object.keys(BARS)) summary[category] = Math.round(100 * median(reports.map((report) => report.categories[category].score)));
  for (const metric of METRICS) summary[metric] = Number(median(reports.map((report) => report.audits[metric].numericValue)).toFixed(3));
  const transfers = reports[0].audits['network-requests'].details.items.map(({ url: from, transferSize, priority }) => ({ file: from.replace(url, ''), bytes: transferSize, priority }));
  mkdirSync('reports', { recursive: true });
  writeFileSync('reports/lighthouse.json', `${JSON.stringify({ summary, scores: reports.map((report) => Object.fromEntries(Object.keys(BARS).map((category) => [category, report.categories[category].score]))), transfers }, null, 2)}\n`);
  console.table(transfers);
  console.log(summary);
  for (const finding of new Set(reports.flatMap(findings))) console.log(finding);
  for (const [category, bar] of Object.entries(BARS)) {
    if (summary[category] >= bar) continue;
    failed = true;
    console.log(`${category} is ${summary[category]}, below ${bar}.`);
  }
} finally {
  await server.close();
  rmSync(folder, { recursive: true });
}
process.exit(failed ? 1 : 0);
