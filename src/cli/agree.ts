/** `npm run agree`: compares two traces of one run from two engines, as a table and a report. */
import { AGREEMENT_LIMITS, compareTraces, type Agreement, type AgreementLimits } from '../analysis/agreement';
import { runCommand, type Command } from './args';
import { readTraceFile, writeText } from './files';

const limit = (value: number, help: string) => ({ kind: 'number', min: 0, max: 1e6, whole: false, default: value, help }) as const;

export const AGREE = {
  name: 'agree',
  purpose: 'Compares two traces of the same run from two engines. A decision may differ only where its margin is too small to call.',
  positionals: { usage: 'FIRST.json SECOND.json', min: 2, max: 2 },
  flags: {
    margin: limit(AGREEMENT_LIMITS.margin, 'Margin up to which a choice of experts (router logits) or of a token (log-probability) may differ.'),
    share: limit(AGREEMENT_LIMITS.differingShare, 'Share of expert choices that may differ for that reason.'),
    mix: limit(AGREEMENT_LIMITS.mix, 'Largest difference of mixing weights.'),
    'router-logits': limit(AGREEMENT_LIMITS.routerLogits, 'Largest difference of router logits.'),
    'next-logits': limit(AGREEMENT_LIMITS.nextLogits, 'Largest difference of next-token logits (recorded with --with-logits).'),
    report: { kind: 'text', placeholder: 'FILE', default: 'reports/agree.json', help: 'Where to write the report.' },
  },
  notes: ['Prints a table, writes the report as JSON with a flat "summary", and ends with exit code 1 when the traces do not agree.'],
} as const satisfies Command;

/** Entry of `npm run agree`. */
export function run(argv: readonly string[]): Promise<number> {
  return runCommand(AGREE, argv, async ({ flags, positionals: [first = '', second = ''] }) => {
    const limits: AgreementLimits = {
      ...AGREEMENT_LIMITS,
      margin: flags.margin,
      differingShare: flags.share,
      mix: flags.mix,
      routerLogits: flags['router-logits'],
      nextLogits: flags['next-logits'],
    };
    const report = compareTraces(readTraceFile(first), readTraceFile(second), limits);
    writeText(flags.report, `${JSON.stringify({ first, second, summary: summaryOf(report), limits, ...report }, undefined, 2)}\n`);
    process.stdout.write(agreementTable(report));
    process.stdout.write(`\n${report.pass ? 'The traces agree.' : 'The traces do NOT agree.'} Report: ${flags.report}\n`);
    return report.pass ? 0 : 1;
  });
}

/** Flat figures of a report, named in camel case. */
export function summaryOf(report: Agreement): Record<string, number | boolean> {
  const expertChoices = report.close.filter((decision) => decision.layer !== undefined);
  return {
    pass: report.pass,
    tokens: report.tokens,
    tokensCompared: report.tokensCompared,
    expertChoices: report.decisions,
    expertChoicesCompared: report.decisionsCompared,
    closeExpertChoices: expertChoices.length,
    closeExpertChoicesShare: report.decisionsCompared === 0 ? 0 : expertChoices.length / report.decisionsCompared,
    closeTokenChoices: report.close.length - expertChoices.length,
    ...Object.fromEntries(report.criteria.map(({ name, value }) => [camelCase(name), value])),
  };
}

function camelCase(name: string): string {
  return name.replaceAll(/[^a-zA-Z]+(.)/g, (_, letter: string) => letter.toUpperCase());
}

/** The report as text for a terminal. */
export function agreementTable(report: Agreement): string {
  const rows = [
    ['', 'measured', 'limit', 'compared', ''],
    ...report.criteria.map(({ name, value, limit, n, pass }) => [name, n === 0 ? 'not recorded' : figure(value), figure(limit), String(n), pass ? 'ok' : 'FAILED']),
  ];
  const widths = [0, 1, 2, 3].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const lines = rows.map((row) => row.map((cell, column) => (column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0))).join('  ').trimEnd());
  const close = report.close.map(({ token, layer, margin, same }) => {
    const what = layer === undefined ? `choice of the token after ${token}` : `experts of token ${token}, layer ${layer}`;
    return `  ${what}: margin ${figure(margin)}, ${same ? 'decided alike' : 'decided differently'}`;
  });
  const share = report.decisions === 0 ? '' : `, ${report.decisionsCompared} of ${report.decisions} expert choices`;
  return [
    ...lines,
    '',
    `Compared ${report.tokensCompared} of ${report.tokens} tokens${share}.`,
    close.length === 0 ? 'No choice was too close to call.' : `Too close to call (${close.length}):`,
    ...close,
    '',
  ].join('\n');
}

function figure(value: number): string {
  return Number.isInteger(value) ? String(value) : value.toPrecision(3);
}
